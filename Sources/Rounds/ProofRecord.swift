import Admissions

/// The proof of a result as `run.json` holds it.
///
/// Households are numbers in the order of ids and first member, from 0; limits are numbers in the order of facilities, ages and
/// groups; steps are texts as `Deduction` writes them, cut into lines.
public struct ProofRecord: Codable, Sendable {
    /// What proves the number of claims: `logic` where the steps below do, `search` where a solver was needed.
    public var claims: Proof.Means
    /// What proves which households have the claims, in the same words.
    public var claimOrder: Proof.Means
    /// What proves the levels after the claims, in the same words.
    public var objective: Proof.Means
    public var cores: [Core]
    /// `true` where there are no steps: a solver decided everything in one program, or the round has phases or pins.
    public var whole: Bool?
    /// The steps to the result, after the cores; left out where the search ended before them.
    public var steps: [String]?
    /// Households that a solver decided together.
    public var components: [[Int]]

    /// Households of which at least ``least`` have a claim in any allocation.
    public struct Core: Codable, Sendable {
        public var households: [Int]
        public var least: Int
        public var steps: [String]
        /// What a solver refuted after the strikes of the steps; left out where the steps refute the core by themselves.
        public var search: Search?
    }

    public struct Search: Codable, Sendable {
        public var households: [Int]
        public var limits: [Int]
    }

    public init(_ proof: Proof) {
        claims = proof.meansForClaims
        claimOrder = proof.meansForPlacing
        objective = proof.meansForObjective
        whole = proof.isWhole ? true : nil
        cores = proof.cores.map { core in
            Core(
                households: core.households, least: core.least, steps: Self.lines(of: core.deduction),
                search: core.search.map { Search(households: $0.households, limits: $0.limits) })
        }
        steps = proof.deduction.map(Self.lines)
        components = proof.components
    }

    /// The proof, or `nil` where a text of steps is malformed.
    public func proof() -> Proof? {
        if whole == true { return Proof(isWhole: true) }
        var proof = Proof(isPlacedByCores: claimOrder == .logic, components: components)
        for core in cores {
            guard let deduction = Self.deduction(core.steps) else { return nil }
            proof.cores.append(
                Proof.Core(
                    households: core.households, least: core.least, deduction: deduction,
                    search: core.search.map { Proof.Search(households: $0.households, limits: $0.limits) }))
        }
        if let steps {
            guard let deduction = Self.deduction(steps) else { return nil }
            proof.deduction = deduction
        }
        return proof
    }

    /// About as many bytes as a line of steps has.
    private static let lineLength = 1000

    private static func lines(of deduction: Deduction) -> [String] {
        let bytes = deduction.utf8()
        var lines: [String] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[min(start + lineLength, bytes.count)...].firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
            lines.append(String(decoding: bytes[start..<end], as: UTF8.self))
            start = end + 1
        }
        return lines
    }

    private static func deduction(_ lines: [String]) -> Deduction? {
        Deduction(utf8: lines.lazy.map(\.utf8).joined(separator: CollectionOfOne(UInt8(ascii: " "))))
    }
}
