import Admissions
import Explaining

/// The seats that nobody has at the end of a round, and why, from the reason of each wish.
///
/// Only classes with a number of seats of their own are counted: seats that classes share belong to none of them.
struct VacantSeats {
    /// Why seats of a class are left, in the order in which it is looked for: the first that holds of the class counts.
    enum Why: Int, CaseIterable {
        /// Another limit that the class shares is full.
        case limit
        /// No child of the class wished the facility.
        case nobody
        /// A household has a justified claim to them.
        case claim
        /// Siblings' conditions or wishes kept a child away.
        case siblings
        /// Children who wished it are too young, or may not have it.
        case refused
        /// The phase did not offer it to a child, or another limit is full for it.
        case phase
        /// Everybody who wished it is there, or was placed at a better wish, or by a pin.
        case granted
        /// A transfer left them, and they stay closed in the round.
        case closed
    }

    /// A class of a facility with seats that nobody has.
    struct Class {
        var facility: Int
        var ageClass: Int
        /// Seats that nobody has, and those of them that a child of the class could have.
        var vacant: Int
        var usable: Int
        /// The wishes for it, by what became of them: at the place of ``Why``, ``Why/granted`` without those placed here.
        var wishes = [Int](repeating: 0, count: Why.allCases.count)
        var placed = 0

        /// Why the usable seats are left.
        var why: Why {
            if placed + wishes.reduce(0, +) == 0 { return .nobody }
            return [.claim, .siblings, .refused, .phase].first { wishes[$0.rawValue] > 0 } ?? .granted
        }
    }

    /// Ascending by facility and class.
    private(set) var classes: [Class] = []
    /// For each reason the seats, and the classes with such seats.
    private(set) var seats = [Int](repeating: 0, count: Why.allCases.count)
    private(set) var classCounts = [Int](repeating: 0, count: Why.allCases.count)
    var total: Int { seats.reduce(0, +) }

    /// - Complexity: O(wishes + seat limits).
    init(_ input: ReportInput) {
        let subject = input.subject
        /// For each class of a facility its place in ``classes``, or -1.
        var places = [Int](repeating: -1, count: subject.facilities.count * 6)
        var vacant = [Int](repeating: 0, count: places.count)
        for (index, limit) in subject.limits.enumerated() where limit.isClassLimit && limit.group == .everyone {
            for age in 0..<6 where limit.ages.contains(age: age) {
                vacant[limit.facility * 6 + age] = max(0, input.seats[index] - input.usedSeats[index])
            }
        }
        for border in input.explanations.borders {
            let cell = border.facility * 6 + border.ageClass
            guard vacant[cell] > 0 else { continue }
            places[cell] = classes.count
            classes.append(
                Class(
                    facility: border.facility, ageClass: border.ageClass, vacant: vacant[cell],
                    usable: min(vacant[cell], border.left)))
        }
        if !classes.isEmpty { count(input.explanations.reasons, places, in: subject) }
        for entry in classes {
            add(entry.usable, entry.why)
            add(entry.vacant - entry.usable, .limit)
        }
        for placement in input.placements where placement.outcome == .placed {
            if subject.children[placement.child].currentFacility != nil, subject.leavesNoSeat(placement.child) {
                add(1, .closed)
            }
        }
    }

    private mutating func add(_ count: Int, _ why: Why) {
        if count == 0 { return }
        seats[why.rawValue] += count
        classCounts[why.rawValue] += 1
    }

    private mutating func count(_ reasons: [Reason], _ places: [Int], in subject: Case) {
        for reason in reasons {
            let child = Int(reason.child)
            let facility = subject.children[child].wishes[Int(reason.wish)].facility
            let place = places[facility * 6 + subject.children[child].ageClass]
            if place < 0 { continue }
            let why: Why
            switch reason.kind {
            case .placed:
                classes[place].placed += 1
                continue
            case .betterWish, .pinned: why = .granted
            case .notOffered, .tooYoung, .notEligible: why = .refused
            case .phase, .seats: why = .phase
            case .priorityClaim, .vacantClaim: why = .claim
            case .siblingSeat, .ownSeat, .siblingPreference, .siblingCondition: why = .siblings
            }
            classes[place].wishes[why.rawValue] += 1
        }
    }
}
