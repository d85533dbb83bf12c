import Admissions

extension Problem {
    /// The sentence alone, without place, severity and code.
    public var phrase: Phrase { sentence.phrase }
}
