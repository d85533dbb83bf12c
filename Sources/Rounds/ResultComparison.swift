import Admissions
import Asking
import CaseFiles
import Comparing

/// Two saved results of the same children side by side: who gains and who loses.
public struct ResultComparison: Sendable {
    private let comparison: RunComparison

    /// Compares two results.
    ///
    /// `householdsChanged` says that the household ids were changed on purpose between the two; those of `after` count.
    ///
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` or ``RoundError/otherHouseholds(sentence:)`` where the two are
    ///   of different cases, or a table of theirs cannot be read.
    public init(_ before: SavedResult, _ after: SavedResult, householdsChanged: Bool = false) throws(RoundError) {
        let (one, other) = (try before.placements(), try after.placements())
        guard one.map(\.child) == other.map(\.child) else {
            let missing = Set(one.map(\.child)).symmetricDifference(other.map(\.child)).count
            throw .invalidInput(
                sentence: Phrase(
                    "二つの結果の児童が同じではありません。片方にしかいない児童が \(missing) 人います。",
                    "the results are of different children: \(missing) stand in one of them only."))
        }
        try Self.refuseAnotherCase(before, one, after, other, householdsChanged: householdsChanged)
        comparison = RunComparison(
            zip(one, other).map { before, after in
                .init(
                    child: before.child, household: after.household, ageClass: before.ageClass, before: before.place,
                    after: after.place)
            })
    }

    /// The case of these children, for ``findings(with:)``.
    ///
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where it has errors or other children.
    public func subject(_ reading: CaseReading, named name: String) throws(RoundError) -> Case {
        guard let found = reading.subject, found.children.map(\.id) == comparison.entries.map(\.child) else {
            throw .invalidInput(
                sentence: Phrase("\(name) は、この児童たちの案件ではありません。", "\(name) is no case of these children."),
                problems: reading.errors)
        }
        return found
    }

    /// Who gains and who loses.
    ///
    /// - Parameter subject: The case, for transfer applicants and groups; `nil`: without these.
    public func findings(with subject: Case? = nil) -> PolicyStudy.Findings {
        PolicyStudy.Findings(report: PolicyReport("compare-runs", comparison, in: subject), comparison: comparison)
    }

    /// Refuses results of different cases whose children or facilities merely have the same ids.
    private static func refuseAnotherCase(
        _ before: SavedResult, _ one: [SavedResult.Placement], _ after: SavedResult, _ other: [SavedResult.Placement],
        householdsChanged: Bool
    ) throws(RoundError) {
        let (mine, theirs) = (before.record.municipality, after.record.municipality)
        if mine != theirs {
            throw .invalidInput(
                sentence: Phrase(
                    "二つの結果は別の自治体のものです: \(mine) と \(theirs)",
                    "the results are of different municipalities: \(mine) and \(theirs)."))
        }
        let classes = zip(one, other).count { $0.ageClass != $1.ageClass }
        let households = zip(one, other).count { $0.household != $1.household }
        if classes > 0 || (households > 0 && !householdsChanged) {
            let differing = [
                (classes, Phrase("クラス年齢", "class")), (households, Phrase("世帯", "household")),
            ].filter { $0.0 > 0 }
            let english = differing.map { "\($0.0) of \(one.count) children are of another \($0.1.english)" }
            let japanese = differing.map { "児童 \(one.count) 人のうち \($0.0) 人の\($0.1.japanese)が違います" }
            let sentence = Phrase(
                "二つの結果は別の案件のものです。\(japanese.joined(separator: "。"))。",
                "the results are of different cases: \(english.joined(separator: ", ")).")
            if classes == 0 { throw .otherHouseholds(sentence: sentence) }
            throw .invalidInput(sentence: sentence)
        }
        guard let here = before.facilities(), let there = after.facilities() else { return }
        let common = here.intersection(there).count
        if common * 2 < max(here.count, there.count) {
            throw .invalidInput(
                sentence: Phrase(
                    "二つの結果は別の案件のものです。\(here.count) 施設と \(there.count) 施設のうち、共通するのは \(common) 施設だけです。",
                    "the results are of different cases: of \(here.count) and \(there.count) facilities they share "
                        + "\(common)."))
        }
    }
}
