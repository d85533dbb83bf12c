import Admissions

/// Where staff decided that every child of a case ends up.
public struct ManualResult: Hashable, Sendable {
    /// For each child of `Case.children` the index of the facility; `nil` is held. A transfer applicant that stays has its
    /// present facility.
    public let places: [Int?]

    /// - Parameters:
    ///   - places: As ``places``; for a transfer applicant `nil` means that it stays.
    ///   - subject: The case that was decided by hand.
    public init(_ places: [Int?], of subject: Case) {
        precondition(places.count == subject.children.count, "one place for each child")
        self.places = places.enumerated().map { $1 ?? subject.children[$0].currentFacility }
    }

    /// The result that gives what an allocation gives.
    public init(_ allocation: Allocation, of subject: Case) {
        places = subject.children.indices.map { allocation.facility(of: $0, in: subject) }
    }

    /// What became of the child.
    public func outcome(of child: Int, in subject: Case) -> Outcome {
        let current = subject.children[child].currentFacility
        if places[child] == current { return current == nil ? .held : .stays }
        return places[child] == nil ? .held : .placed
    }

    /// The child's place as a choice of an ``Allocation``; ``Allocation/elsewhere`` where it is at no wish.
    func choice(of child: Int, in subject: Case) -> Int32 {
        guard let place = places[child], place != subject.children[child].currentFacility else {
            return Allocation.baseline
        }
        return subject.children[child].wishes.firstIndex { $0.facility == place }.map(Int32.init)
            ?? Allocation.elsewhere
    }

    /// The case in which these households have what staff decided.
    func pinning(_ households: some Sequence<Int>, in subject: Case) -> Case {
        let children = households.flatMap { subject.households[$0].members }
        return subject.pinning(
            children.map { ($0, places[$0]) }, by: "compare", reason: "as in the manual result")
    }
}
