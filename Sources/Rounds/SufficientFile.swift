import Admissions
import Asking
import CaseFiles
import Explaining
import Tables

extension SufficientSearch {
    /// `sufficient.csv`: a row per confirmed answer.
    public func file(of subject: Case, encoding: TextEncoding) throws(UnwritableTable) -> OutputFile {
        let name = ResultFolder.sufficientName
        var writer = TableWriter(encoding)
        do throws(TableWriter.UnencodableCharacter) {
            try writer.append(Sufficient.columns)
            for answer in answers { try writer.append(answer.row(in: subject)) }
        } catch { throw UnwritableTable(file: name, character: error) }
        return OutputFile(name: name, bytes: writer.bytes)
    }
}

extension Sufficient {
    /// The columns of `sufficient.csv`.
    static let columns = [
        "child_id", "wish_rank", "facility_id", "key", "own_value", "needed_value", "more_seats", "ages",
    ]

    /// The answer as a row of `sufficient.csv`.
    func row(in subject: Case) -> [String] {
        let applicant = subject.children[child]
        let facility = applicant.wishes[wish].facility
        let row = [applicant.id.spelling, String(wish + 1), subject.facilities[facility].id.spelling]
        switch change {
        case .value(let key, let from, let to): return row + [subject.rules.priority[key].name, from, to, "", ""]
        case .seats(let count, let limits):
            let ages = limits.map { limit in
                let (ages, places) = (subject.limits[limit].ages, subject.limits[limit].facilities)
                let names = places.map { subject.facilities[$0].id.spelling }.joined(separator: ";")
                return places == [facility] ? ages.description : "\(names):\(ages)"
            }
            return row + ["", "", "", String(count), ages.joined(separator: " ")]
        }
    }
}
