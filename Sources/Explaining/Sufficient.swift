import Admissions

/// What would have let a child have a wish, or one that it ranks higher, confirmed by solving again.
public struct Sufficient: Hashable, Sendable {
    /// What would have had to be otherwise.
    public enum Change: Hashable, Sendable {
        /// The child's value at a key, the points included; for points from siblings too where they share theirs.
        case value(key: Int, from: String, to: String)
        /// So many more seats at each of these limits.
        case seats(Int, limits: [Int])
    }

    public var child: Int
    /// Index into ``Child/wishes``.
    public var wish: Int
    public var change: Change
}

/// How many questions were asked, and how many had an answer that solving again confirmed.
public struct SufficientSearch: Sendable {
    public private(set) var answers: [Sufficient] = []
    /// Wishes refused for want of a seat that were looked at, and those with at least one confirmed answer.
    public private(set) var examined = 0
    public private(set) var confirmed = 0
    /// Times that the case was solved again.
    public private(set) var solves = 0

    private let subject: Case
    private let explanations: Explanations
    private let solve: @Sendable (Case) throws -> Allocation

    /// - Parameter solve: Gives the one result of a case; only a proved result may be given.
    public init(of subject: Case, _ explanations: Explanations, solve: @escaping @Sendable (Case) throws -> Allocation)
    {
        self.subject = subject
        self.explanations = explanations
        self.solve = solve
    }

    /// Looks for the smallest change of the deciding key, and for the seats, that would have let the child have each wish
    /// refused for want of a seat.
    ///
    /// At most four cases are solved again for a wish; in a round with phases or pins none, because the reason then is of
    /// one phase only.
    public mutating func examine(child: Int) throws {
        for reason in explanations.reasons(of: child) where reason.kind == .seats {
            examined += 1
            let before = answers.count
            if subject.isPlain {
                try findValue(reason)
                try findSeats(reason)
            }
            if answers.count > before { confirmed += 1 }
        }
    }

    private mutating func suffices(_ changed: Case, _ reason: Reason) throws -> Bool {
        solves += 1
        let choice = try solve(changed).choices[Int(reason.child)]
        return choice >= 0 && choice <= reason.wish
    }

    // MARK: The deciding key

    /// Tries the value of the last child admitted, then the next better one.
    private mutating func findValue(_ reason: Reason) throws {
        guard case .key(let key) = reason.key else { return }
        let (child, last) = (Int(reason.child), Int(reason.lastAdmitted))
        let facility = subject.children[child].wishes[Int(reason.wish)].facility
        let lastWish = subject.children[last].wishes.firstIndex { $0.facility == facility }!
        guard let target = explanations.keyValue(of: last, at: lastWish, key, in: subject) else { return }
        let entry = subject.rules.priority[key]
        for value in [target, next(after: target, entry, key)].compactMap({ $0 }) {
            guard let changed = changing(key, of: child, at: Int(reason.wish), to: value) else { continue }
            guard try suffices(changed, reason) else { continue }
            let own = explanations.value(of: child, at: Int(reason.wish), .key(key), in: subject)
            answers.append(
                Sufficient(
                    child: child, wish: Int(reason.wish),
                    change: .value(key: key, from: own, to: value.description)))
            return
        }
    }

    private func changing(_ key: Int, of child: Int, at wish: Int, to value: KeyValue) -> Case? {
        guard subject.rules.priority[key].name == "points" else {
            return subject.setting(key: key, of: child, to: value)
        }
        guard case .number(let wanted) = value,
            case .number(let own)? = explanations.keyValue(of: child, at: wish, key, in: subject),
            let difference = wanted.subtracting(own)
        else { return nil }
        let household = subject.children[child].householdID
        // Shared points rise by as much as those of all who share them.
        let sharing =
            subject.rules.householdPriority == .each
            ? [child] : subject.children.indices.filter { subject.children[$0].householdID == household }
        return subject.adding(points: difference, to: sharing)
    }

    /// The next value that comes before: one step of the key's finest unit in this case.
    private func next(after value: KeyValue, _ entry: PriorityKey, _ key: Int) -> KeyValue? {
        switch value {
        case .date(let date):
            let day = entry.order == .ascending ? date.dayNumber - 1 : date.dayNumber + 1
            return CalendarDate(dayNumber: day).map(KeyValue.date)
        case .number(let number):
            let finest = subject.children.indices.reduce(Int64(1)) { finest, child in
                guard case .number(let other)? = subject.keyValue(child: child, key: key) else { return finest }
                return max(finest, other.denominator)
            }
            let step = ExactNumber(entry.order == .ascending ? -1 : 1, over: finest)
            return step.flatMap(number.adding).map(KeyValue.number)
        }
    }

    // MARK: Seats

    /// Tries one more seat at every limit that is full for the child, then as many as there are children who wait before it.
    private mutating func findSeats(_ reason: Reason) throws {
        let facility = subject.children[Int(reason.child)].wishes[Int(reason.wish)].facility
        let full = explanations.fullLimits(reason, in: subject, facility)
        let waiting = max(1, Int(reason.ahead) - Int(reason.seats) + 1)
        for count in waiting == 1 ? [1] : [1, waiting] {
            var changed = subject
            for limit in full { changed = changed.adding(seats: count, toLimit: limit) }
            guard try suffices(changed, reason) else { continue }
            answers.append(
                Sufficient(child: Int(reason.child), wish: Int(reason.wish), change: .seats(count, limits: full)))
            return
        }
    }
}
