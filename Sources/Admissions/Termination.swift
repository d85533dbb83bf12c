/// Why a search for the allocation ended: it proved its result, or something stopped it first.
///
/// In `run.json` it is an object: `{"reason": "proved"}`, or `{"reason": "stopped", "limit": "time"}`. The words are those of
/// ``Reason`` and ``Limit``; they never change their meaning.
///
/// Source: `Termination(reason, limit)` of OR-Tools MathOpt, `ortools/math_opt/cpp/solve_result.h`.
public enum Termination: Hashable, Sendable {
    /// The result is the one allocation that the rules define, proved.
    case proved
    /// The search was stopped before the proof; the allocation is checked, but another one may be right.
    case stopped(by: Limit)

    /// Whether the search ended with a proof or was stopped.
    public enum Reason: String, CaseIterable, Codable, Sendable {
        case proved, stopped
    }

    /// What stopped a search.
    public enum Limit: String, CaseIterable, Codable, Sendable {
        /// The given time is over.
        case time
        /// Somebody asked the search to stop, for example by Ctrl-C.
        case interrupted
        /// The search used all the steps that it was given. Steps are counted in the same way on every machine.
        case work
        /// A program, or the record of what logic decided, would have become larger than this program can hold.
        case size
        /// More households must have a claim than the caller allows.
        case claims
    }

    /// Whether the result is proved.
    public var isProved: Bool { self == .proved }

    /// Whether the search ended with a proof or was stopped.
    public var reason: Reason { isProved ? .proved : .stopped }

    /// What stopped the search; `nil` when the result is proved.
    public var limit: Limit? { if case .stopped(let limit) = self { limit } else { nil } }

    /// The word for the result as a whole.
    public var status: RunStatus {
        switch self {
        case .proved: .optimal
        case .stopped(by: .interrupted): .interrupted
        case .stopped: .feasible
        }
    }
}

extension Termination: Codable {
    private enum CodingKeys: CodingKey { case reason, limit }

    /// Reads `reason` and `limit`.
    ///
    /// - Throws: `DecodingError` when a word is unknown, when a proved search has a limit, and when a stopped one has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch (
            try container.decode(Reason.self, forKey: .reason),
            try container.decodeIfPresent(Limit.self, forKey: .limit)
        ) {
        case (.proved, nil): self = .proved
        case (.stopped, let limit?): self = .stopped(by: limit)
        case (.proved, _?):
            throw DecodingError.dataCorruptedError(
                forKey: .limit, in: container, debugDescription: "a search with a proof was stopped by nothing")
        case (.stopped, nil):
            throw DecodingError.dataCorruptedError(
                forKey: .limit, in: container, debugDescription: "a stopped search was stopped by something")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(reason, forKey: .reason)
        try container.encodeIfPresent(limit, forKey: .limit)
    }
}

/// The word for how a run ended, see ``Termination/status``.
public enum RunStatus: String, CaseIterable, Codable, Sendable {
    /// The one allocation that the rules define, proved.
    case optimal
    /// A checked allocation without a proof: the time ended the search, or something became too large.
    case feasible
    /// A checked allocation without a proof: somebody stopped the search.
    case interrupted

    /// Whether the result is proved.
    public var isProved: Bool { self == .optimal }
}
