import Admissions

/// What an entry does that does not move a run to its next state.
public enum LedgerAct: String, CaseIterable, Sendable {
    /// Takes back the last step of a run that was reviewed or approved.
    case withdrawn
    /// Says that the result folder was altered or lost, or is not wanted any more, so that the next batch makes a new one.
    case setAside = "set aside"

    /// What was done, in Japanese.
    public var japanese: String {
        switch self {
        case .withdrawn: "取消し"
        case .setAside: "不使用"
        }
    }
}

extension LedgerEntry.Body: Codable {
    private enum CodingKeys: CodingKey {
        case state, then, run, subject, people, by, at, why, sqlite, version
    }

    /// An act stands in the place of the state, which then follows, so that no program takes it for that state.
    public init(from decoder: any Decoder) throws {
        let entry = try decoder.container(keyedBy: CodingKeys.self)
        act = LedgerAct(rawValue: try entry.decode(String.self, forKey: .state))
        state = try entry.decode(RunState.self, forKey: act == nil ? .state : .then)
        run = try entry.decodeIfPresent(RecordedRun.self, forKey: .run)
        subject = try entry.decodeIfPresent(Int.self, forKey: .subject)
        people = try entry.decodeIfPresent(Int.self, forKey: .people)
        by = try entry.decode(String.self, forKey: .by)
        at = try entry.decode(String.self, forKey: .at)
        why = try entry.decode(String.self, forKey: .why)
        sqlite = try entry.decode(String.self, forKey: .sqlite)
        version = try entry.decodeIfPresent(Int.self, forKey: .version)
    }

    public func encode(to encoder: any Encoder) throws {
        var entry = encoder.container(keyedBy: CodingKeys.self)
        try entry.encode(event, forKey: .state)
        if act != nil { try entry.encode(state, forKey: .then) }
        try entry.encodeIfPresent(run, forKey: .run)
        try entry.encodeIfPresent(subject, forKey: .subject)
        try entry.encodeIfPresent(people, forKey: .people)
        try entry.encode(by, forKey: .by)
        try entry.encode(at, forKey: .at)
        try entry.encode(why, forKey: .why)
        try entry.encode(sqlite, forKey: .sqlite)
        try entry.encodeIfPresent(version, forKey: .version)
    }
}

extension LedgerFile {
    /// Takes back the last step of a run: the approval of an approved one, the review of a reviewed one.
    ///
    /// - Parameters:
    ///   - number: The entry that computed the run.
    ///   - by: Who does it.
    ///   - at: UTC, such as `2027-02-01T09:00:00Z`.
    ///   - why: Why it is done.
    /// - Throws: ``LedgerFault/refused(_:)`` where there is nothing to take back, and where the run was published.
    public func withdraw(run number: Int, by: String, at: String, why: String) throws(LedgerFault) -> LedgerEntry {
        try add(.withdrawn, toRun: number, by: by, at: at, why: why) { $0.before ?? $0 }
    }

    /// Says that the result folder of a run does not count any more. Nothing in the folder changes.
    ///
    /// - Parameters:
    ///   - number: The entry that computed the run.
    ///   - by: Who does it.
    ///   - at: UTC, such as `2027-02-01T09:00:00Z`.
    ///   - why: Why it is done.
    /// - Throws: ``LedgerFault/refused(_:)`` where that was said before.
    public func setAside(run number: Int, by: String, at: String, why: String) throws(LedgerFault) -> LedgerEntry {
        try add(.setAside, toRun: number, by: by, at: at, why: why) { $0 }
    }

    private func add(
        _ act: LedgerAct, toRun number: Int, by: String, at: String, why: String, _ then: (RunState) -> RunState
    ) throws(LedgerFault) -> LedgerEntry {
        let known = try entries()
        let state = known.runs.first { $0.number == number }?.state ?? .computed
        return try append(
            LedgerEntry.Body(
                state: then(state), act: act, subject: number, by: by, at: at, why: why, sqlite: Self.sqliteVersion,
                version: Self.versionOfActs),
            after: known)
    }
}

extension RunState {
    /// The state from which this one is reached.
    var before: RunState? { Self.allCases.last { $0 < self } }
    /// The state that is reached from this one.
    var next: RunState? { Self.allCases.first { $0 > self } }
}
