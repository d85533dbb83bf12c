import Admissions

/// The counts of a report.
struct ReportFigures {
    /// The number of children with each outcome.
    struct Count {
        var placed = 0
        var stays = 0
        var held = 0
        var total: Int { placed + stays + held }

        mutating func add(_ outcome: Outcome) {
            switch outcome {
            case .placed: placed += 1
            case .stays: stays += 1
            case .held: held += 1
            }
        }

        mutating func add(_ other: Count) {
            placed += other.placed
            stays += other.stays
            held += other.held
        }
    }

    /// The counts of each class age, 0 to 5.
    var ofClass = [Count](repeating: Count(), count: 6)
    var all = Count()
    /// For each facility the children who are placed or stay there, and the held children whose first wish it is.
    var ofFacility: [Count]
    /// For each facility the number of eligible wishes, and of eligible first wishes.
    var wishes: [Int]
    var firstWishes: [Int]
    /// At `facility * 6 + class` the number of eligible first wishes.
    var firstWishesOfClass: [Int]
    /// The vacancies before the round, of each facility and of each class, where a class has a number of its own.
    var seatsOfFacility: [Int]
    var seatsOfClass = [Int](repeating: 0, count: 6)
    /// Children placed at each rank; index 0 is the first wish.
    var ranks: [Int] = []
    /// Children pinned to a facility that they did not wish.
    var elsewhere = 0
    /// Counts of the households with two or more children, by the household id of the files.
    var together = 0
    var apart = 0
    var someOnly = 0
    var none = 0
    /// Transfer applicants who moved, and those who stay.
    var moved = 0
    var stayed = 0
    var unborn = 0

    init(_ input: ReportInput) {
        let subject = input.subject
        ofFacility = [Count](repeating: Count(), count: subject.facilities.count)
        wishes = [Int](repeating: 0, count: subject.facilities.count)
        (firstWishes, seatsOfFacility) = (wishes, wishes)
        firstWishesOfClass = [Int](repeating: 0, count: subject.facilities.count * 6)
        for border in input.explanations.borders {
            seatsOfFacility[border.facility] += border.seats ?? 0
            seatsOfClass[border.ageClass] += border.seats ?? 0
        }
        let isPinned = subject.isPinned
        for placement in input.placements {
            // The child itself is not copied, because that would cost more than all that is done with it.
            let wishesOfChild = subject.children[placement.child].wishes
            let age = subject.children[placement.child].ageClass
            all.add(placement.outcome)
            ofClass[age].add(placement.outcome)
            // A pinned child competes for no seat.
            if !isPinned[placement.child] {
                for wish in wishesOfChild where wish.isEligible { wishes[wish.facility] += 1 }
                if let first = wishesOfChild.first, first.isEligible {
                    firstWishes[first.facility] += 1
                    firstWishesOfClass[first.facility * 6 + age] += 1
                }
            }
            if let place = placement.facility ?? wishesOfChild.first?.facility {
                ofFacility[place].add(placement.outcome)
            }
            if placement.outcome == .placed {
                if let rank = placement.wishRank {
                    while ranks.count < rank { ranks.append(0) }
                    ranks[rank - 1] += 1
                } else {
                    elsewhere += 1
                }
            }
            if subject.children[placement.child].currentFacility != nil {
                if placement.outcome == .placed { moved += 1 } else { stayed += 1 }
            }
            if placement.isConditional { unborn += 1 }
        }
        countSiblings(input)
    }

    private mutating func countSiblings(_ input: ReportInput) {
        // Children with the same household id are in adjacent households, even if they are judged apart.
        var start = 0
        let households = input.subject.households
        while start < households.count {
            let end = households[start...].firstIndex { $0.id != households[start].id } ?? households.count
            let family = start..<end
            start = end
            if family.count == 1, households[family.lowerBound].members.count == 1 { continue }
            let members = households[family].flatMap(\.members)
            let places = members.compactMap { input.placements[$0].facility }
            if places.isEmpty {
                none += 1
            } else if places.count < members.count {
                someOnly += 1
            } else if Set(places).count == 1 {
                together += 1
            } else {
                apart += 1
            }
        }
    }
}
