import Admissions
import CaseFiles
import Comparing
import Reports

/// What a person wants to know first of a comparison with a manual result; also a machine-readable message.
public struct CompareSummary: Message {
    public let message = "compared"
    public let children: Int
    public let agreed: Int
    public let agreedOutcome: Int
    public let differences: [String: Int]
    public let faults: [String: Int]
    /// Whether claims were judged; in a round of several phases a manual result does not tell which placed whom.
    public let claimsJudged: Bool
    public let roots: Int
    public let rootsAtLeast: Int
    public let fairRootsAtLeast: Int
    public let departures: [String: Int]
    /// Likely causes by kind. Roots whose cause was not looked for are not counted.
    public let causes: [String: Int]
    public let withoutRoot: Int
    /// Whether the rules give the manual result with the roots pinned. It is always true, because no other roots are reported.
    public let reproduced = true
    public let eachNeeded: Bool
    public let solves: Int
    /// What is proved of the number of roots.
    private let proof: Phrase

    private enum CodingKeys: CodingKey {
        case message, children, agreed, agreedOutcome, differences, faults, claimsJudged, roots, rootsAtLeast
        case fairRootsAtLeast, departures, causes, withoutRoot, reproduced, eachNeeded, solves
    }

    init(_ tables: ManualComparison) {
        let all = tables.agreements.filter { $0.group == .children }
        children = all[0].count
        agreed = all[0].agreed
        agreedOutcome = all[1].agreed
        differences = Self.counts(tables.differences.map(\.kind.rawValue))
        faults = Self.counts(tables.check.faults.map(\.kind.rawValue))
        claimsJudged = tables.check.judgesClaims
        roots = tables.roots.roots.count
        rootsAtLeast = tables.roots.lowerBound
        fairRootsAtLeast = tables.roots.fairBound
        departures = Self.counts(tables.roots.roots.map(\.departure.rawValue))
        causes = Self.counts(tables.roots.roots.compactMap { $0.cause?.kind.rawValue })
        withoutRoot = tables.roots.moves.count { $0.link == .unknown }
        eachNeeded = tables.roots.isMinimal
        solves = tables.roots.solves
        proof = Wording.proof(of: tables.roots)
    }

    /// How many roots have a cause that was not looked for.
    private var unasked: Int { roots - causes.values.reduce(0, +) }

    private static func counts(_ names: [String]) -> [String: Int] {
        names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// The summary in lines for people.
    public func lines(in language: Language) -> [String] {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        let count = children - agreed
        guard language == .japanese else {
            var lines = [
                "\(agreed) of \(children) children agree; \(agreedOutcome) agree in being placed, staying or held",
                "  differences: \(count)\(count == 0 ? "" : " (\(list(differences)))")",
            ]
            lines.append(
                "  faults of the manual result by itself: \(faults.isEmpty ? "none" : list(faults))"
                    + (claimsJudged ? "" : "; claims were not judged: the round has several phases"))
            if count == 0 { return lines }
            lines.append(
                "  root decisions: \(roots) (\(list(departures))); with them the rules give the manual result in full")
            lines.append("  " + proof.english)
            lines.append("  likely causes: \(list(causes))\(unasked > 0 ? "; not looked for: \(unasked)" : "")")
            if withoutRoot > 0 { lines.append("  no chain of seats leads from a root to \(withoutRoot) children") }
            return lines
        }
        func words(_ counts: [String: Int], _ name: (String) -> Phrase?) -> String {
            counts.sorted { $0.key < $1.key }.map { "\(name($0.key)?.japanese ?? $0.key) \($0.value)" }
                .joined(separator: "、")
        }
        var lines = [
            "児童 \(children) 人のうち \(agreed) 人が一致（内定・保留の別だけでは \(agreedOutcome) 人）",
            "  相違: \(count)"
                + (count == 0
                    ? "" : "（\(words(differences) { Difference.Kind(rawValue: $0).map(Wording.difference) })）"),
        ]
        lines.append(
            "  手作業の結果そのものの問題: "
                + (faults.isEmpty ? "なし" : words(faults) { ManualFault.Kind(rawValue: $0).map(Wording.fault) })
                + (claimsJudged ? "" : "（複数の段階があるため、優先順位の逆転と空き枠の残りは検査していません）"))
        if count == 0 { return lines }
        lines.append(
            "  起点となる判断: \(roots)（\(words(departures) { Root.Departure(rawValue: $0).map(Wording.departure) })）。これらを固定すると、規則から手作業の結果がすべて再現されます"
        )
        lines.append("  " + proof.japanese)
        lines.append(
            "  考えられる原因: \(words(causes) { Cause.Kind(rawValue: $0).map(Wording.cause) })"
                + (unasked > 0 ? "（調べていないもの \(unasked)）" : ""))
        if withoutRoot > 0 { lines.append("  \(withoutRoot) 人は、枠のつながりでは起点となる判断に結び付きません") }
        return lines
    }
}
