import Admissions

/// Who gains and who loses between two results of the same children.
///
/// A child gains when it ends up at a wish that it ranked higher, where being held or staying comes after every wish.
public struct RunComparison: Sendable {
    /// One child in both results.
    public struct Entry: Hashable, Sendable {
        public let child: ChildID
        public let household: HouseholdID
        public let ageClass: Int
        public let before: Place
        public let after: Place

        public init(
            child: ChildID, household: HouseholdID, ageClass: Int, before: Place, after: Place
        ) {
            self.child = child
            self.household = household
            self.ageClass = ageClass
            self.before = before
            self.after = after
        }

        public var change: Change {
            let (one, other) = (before.wishRank ?? .max, after.wishRank ?? .max)
            if one == other { return before == after ? .same : .elsewhere }
            return other < one ? .gains : .loses
        }
    }

    /// Where a child ends up.
    public struct Place: Hashable, Sendable {
        public let outcome: Outcome
        public let facility: FacilityID?
        /// From 1; `nil` where it is held, stays, or is pinned to what it did not wish.
        public let wishRank: Int?

        public init(outcome: Outcome, facility: FacilityID?, wishRank: Int?) {
            self.outcome = outcome
            self.facility = facility
            self.wishRank = wishRank
        }
    }

    public enum Change: String, CaseIterable, Sendable {
        case gains, loses
        /// Another place of the same rank, which only pins can cause.
        case elsewhere
        case same
    }

    /// Which children are counted together.
    public enum Group: Hashable, Sendable {
        case all
        /// Children whose household applies with several children, and with one.
        case siblings, alone
        /// Children who have a place already, and who have none.
        case transfers, new
        case ageClass(Int)
        case named(String)
    }

    /// What became of a group.
    public struct Count: Hashable, Sendable {
        public var children = 0
        public var gains = 0
        public var loses = 0
        public var elsewhere = 0
        /// Held or staying before, placed after.
        public var newlyPlaced = 0
        /// Placed before, held or staying after.
        public var noLongerPlaced = 0
        /// Children placed, and children held, in each of the results.
        public var placedBefore = 0
        public var placedAfter = 0
        public var heldBefore = 0
        public var heldAfter = 0
    }

    /// Ascending by child.
    public let entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries.sorted { $0.child < $1.child } }

    /// Compares two allocations of cases with the same children, ascending by id, and the same wishes.
    public init(_ before: Allocation, of subject: Case, _ after: Allocation, of changed: Case) {
        precondition(subject.children.map(\.id) == changed.children.map(\.id), "the same children")
        self.init(
            subject.children.indices.map { child in
                Entry(
                    child: subject.children[child].id, household: subject.children[child].householdID,
                    ageClass: subject.children[child].ageClass, before: Self.place(child, before, subject),
                    after: Self.place(child, after, changed))
            })
    }

    private static func place(_ child: Int, _ allocation: Allocation, _ subject: Case) -> Place {
        let facility = allocation.facility(of: child, in: subject).map { subject.facilities[$0].id }
        let choice = allocation.choices[child]
        let outcome: Outcome =
            choice != Allocation.baseline && facility != nil
            ? .placed : subject.children[child].currentFacility == nil ? .held : .stays
        return Place(outcome: outcome, facility: facility, wishRank: choice >= 0 ? Int(choice) + 1 : nil)
    }

    /// Children for whom something changes.
    public var changed: [Entry] { entries.filter { $0.change != .same } }

    /// What became of all children, then of siblings and of each class; where the case is known, also of transfer applicants and
    /// of its groups. Groups without a child are left out.
    ///
    /// - Parameter subject: A case of these children; `nil`: none is known.
    /// - Complexity: O(children · groups).
    public func counts(in subject: Case?) -> [(group: Group, count: Count)] {
        var sizes: [HouseholdID: Int] = [:]
        for entry in entries { sizes[entry.household, default: 0] += 1 }
        var groups: [(Group, (Int, Entry) -> Bool)] = [
            (.all, { _, _ in true }), (.siblings, { sizes[$1.household]! > 1 }),
            (.alone, { sizes[$1.household]! == 1 }),
        ]
        if let subject {
            precondition(subject.children.map(\.id) == entries.map(\.child), "a case of these children")
            groups.append((.transfers, { child, _ in subject.children[child].currentFacility != nil }))
            groups.append((.new, { child, _ in subject.children[child].currentFacility == nil }))
        }
        for age in 0..<6 { groups.append((.ageClass(age), { $1.ageClass == age })) }
        if let subject {
            for name in Set(subject.children.flatMap(\.groups)).sorted() {
                groups.append((.named(name), { child, _ in subject.children[child].groups.contains(name) }))
            }
        }
        return groups.compactMap { group, isIn in
            var count = Count()
            for (child, entry) in entries.enumerated() where isIn(child, entry) { count.add(entry) }
            return count.children == 0 ? nil : (group, count)
        }
    }
}

extension RunComparison.Count {
    fileprivate mutating func add(_ entry: RunComparison.Entry) {
        children += 1
        switch entry.change {
        case .gains: gains += 1
        case .loses: loses += 1
        case .elsewhere: elsewhere += 1
        case .same: break
        }
        placedBefore += entry.before.outcome == .placed ? 1 : 0
        placedAfter += entry.after.outcome == .placed ? 1 : 0
        heldBefore += entry.before.outcome == .held ? 1 : 0
        heldAfter += entry.after.outcome == .held ? 1 : 0
        if entry.before.outcome != .placed, entry.after.outcome == .placed { newlyPlaced += 1 }
        if entry.before.outcome == .placed, entry.after.outcome != .placed { noLongerPlaced += 1 }
    }
}
