import Admissions
import Allocating
import Verifying

extension RunRecord {
    /// A phase of the round: who took part, who keeps a claim within it, and how far its levels are proved.
    public struct Phase: Codable, Equatable, Sendable {
        public var name: String
        /// `all`, a group, or `!group`.
        public var who: String
        /// `optimal`, or `feasible` whatever stopped the search.
        public var status: RunStatus
        /// Why the search for the phase ended; left out by earlier versions.
        public var termination: Termination?
        public var claimants: [String]
        /// As in a round of one phase; `placements` and `ranks` are those of all children after the phase.
        public var levels: [Level]
    }

    /// A decision of the staff, by ids alone.
    public struct Pin: Codable, Equatable, Sendable {
        public var child: String
        /// Left out where the child is held or, as a transfer applicant, stays.
        public var facility: String?
        public var by: String
        public var reason: String
    }

    /// The phases, where case.yaml names some.
    static func phases(_ subject: Case, _ result: AllocationResult, _ verified: Verification) -> [Phase]? {
        if subject.rules.phases.isEmpty { return nil }
        return zip(result.phases, verified.phases).map { found, figures in
            let phase = subject.phases[found.phase]
            let claims = verified.claims.filter { $0.phase == found.phase }
            return Phase(
                name: phase.name, who: phase.who == .everyone ? "all" : phase.who.description,
                status: status(ofPhase: found.termination), termination: found.termination,
                claimants: claims.map { name($0.household, in: subject) },
                levels: levels(
                    subject.rules.objective, claims: claims.count, bound: found.claimBound,
                    isProved: found.isProved, heldCount: figures.heldCount, rankTotal: figures.rankTotal))
        }
    }

    /// The word for a phase, which does not say who or what stopped the search.
    static func status(ofPhase termination: Termination) -> RunStatus { termination.isProved ? .optimal : .feasible }

    /// The pins, where there are some.
    static func pins(_ subject: Case) -> [Pin]? {
        if subject.pins.isEmpty { return nil }
        return subject.pins.map { pin in
            Pin(
                child: subject.children[pin.child].id.spelling,
                facility: pin.facility.map { subject.facilities[$0].id.spelling },
                by: pin.by, reason: pin.reason)
        }
    }

    /// The households with a claim that counts, each once.
    static func claimants(_ verified: Verification, in subject: Case) -> [String] {
        var last: Int?
        return verified.claims.compactMap { claim in
            defer { last = claim.household }
            return claim.household == last ? nil : name(claim.household, in: subject)
        }
    }
}
