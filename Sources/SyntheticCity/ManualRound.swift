import Admissions
import Verifying

/// A round done by hand, with known mistakes.
///
/// Staff follow the rules (`StaffProcedure`) as they read the case. A mistake means that they read something in the case
/// differently, or placed a household where the rules would not; from there they continue by the rules.
public struct ManualRound: Sendable {
    /// For each child of the case the facility where it ends up; `nil` if it is held.
    public let places: [Int?]
    /// The mistakes in the order in which they were made; each changes what its household got.
    public let mistakes: [StaffMistake]
    /// Whether the procedure ended with nobody having anything better to claim; siblings can make it go round in circles.
    public let isSettled: Bool

    /// - Parameters:
    ///   - subject: The case, with one phase, as staff read it. If staff read the rules differently, pass the case with those.
    ///   - count: How many mistakes are wanted. There are fewer if no more were found that change anything.
    ///   - seed: The random seed; another seed gives other mistakes.
    /// - Complexity: A few runs of the procedure for each mistake.
    public init(of subject: Case, mistakes count: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed, .mistakes)
        var reading = subject
        var procedure = StaffProcedure(of: reading)
        procedure.run()
        var mistakes: [StaffMistake] = []
        var tries = 0
        var barrenTries = 0
        while mistakes.count < count, barrenTries < Self.mostBarrenTries, tries / 40 < count {
            barrenTries += 1
            let kind = StaffMistake.Kind.allCases[tries % StaffMistake.Kind.allCases.count]
            tries += 1
            guard
                let (mistake, changed) = Self.propose(
                    kind, reading, procedure.choices, avoiding: Set(mistakes.map(\.household)), &random)
            else { continue }
            var next = StaffProcedure(of: changed)
            next.run()
            let members = subject.households[mistake.household].members
            guard members.contains(where: { next.places[$0] != procedure.places[$0] }) else { continue }
            (reading, procedure) = (changed, next)
            mistakes.append(mistake)
            barrenTries = 0
        }
        procedure.exchange()
        places = procedure.places
        self.mistakes = mistakes
        isSettled = procedure.isSettled
    }

    /// The mistakes as a table of text, a row for each.
    ///
    /// - Parameter subject: The case from which the round was made.
    public func mistakeTable(of subject: Case) -> (columns: [String], rows: [[String]]) {
        let rows = mistakes.map { mistake in
            let child = subject.children[mistake.child]
            return [
                child.householdID.spelling, child.id.spelling, mistake.kind.rawValue,
                mistake.facility.map { subject.facilities[$0].id.spelling } ?? "", mistake.note,
            ]
        }
        return (["household_id", "child_id", "kind", "facility_id", "note"], rows)
    }

    /// The number of unsuccessful tries in a row after which the search for another mistake ends.
    private static let mostBarrenTries = 200

    /// A random mistake of this kind that may change something, and the case as staff would then read it.
    private static func propose(
        _ kind: StaffMistake.Kind, _ reading: Case, _ choices: [Int32], avoiding used: Set<Int>,
        _ random: inout SeededRandom
    ) -> (StaffMistake, Case)? {
        let comparator = Comparator(of: reading)
        for _ in 0..<400 {
            let child = random.below(reading.children.count)
            let person = reading.children[child]
            let household = reading.households[person.household]
            if used.contains(person.household) { continue }
            let isAlone = household.wishes == .single
            func fixing(_ facility: Int?, _ note: String) -> (StaffMistake, Case) {
                (
                    StaffMistake(kind, household: person.household, child: child, facility: facility, note: note),
                    reading.pinning([(child, facility)], by: "staff", reason: kind.rawValue)
                )
            }
            switch kind {
            case .oversight:
                guard isAlone, choices[child] >= 0 else { continue }
                return fixing(nil, "passed over at \(name(person.wishes[Int(choices[child])].facility))")
            case .favour, .tie:
                guard isAlone, choices[child] == Allocation.baseline,
                    let wish = person.wishes.indices.first(where: { person.wishes[$0].isEligible })
                else { continue }
                let facility = person.wishes[wish].facility
                // Children of the same class who are placed there and could lose their seat.
                let placed = reading.children.indices.filter { other in
                    choices[other] >= 0 && reading.children[other].ageClass == person.ageClass
                        && reading.children[other].groups == person.groups
                        && reading.children[other].wishes[Int(choices[other])].facility == facility
                        && reading.pin(of: other) == nil && !keepsSeat(other, at: facility, in: reading)
                }
                let equals = placed.filter {
                    comparator.areEqualButForDraw(child, at: wish, $0, at: Int(choices[$0]))
                }
                guard !placed.isEmpty, equals.isEmpty == (kind == .favour) else { continue }
                return fixing(
                    facility,
                    kind == .favour
                        ? "preferred to others"
                        : "as good as " + equals.map { reading.children[$0].id.spelling }.joined(separator: ", "))
            case .points:
                let amount = [-20, -10, -5, -2, -1, 1, 2, 5, 10, 20][random.below(10)]
                guard let changed = Change.points(children: [child], ExactNumber(amount)).applied(to: reading)
                else { continue }
                return (
                    StaffMistake(
                        kind, household: person.household, child: child, facility: nil,
                        note: "\(abs(amount)) points \(amount > 0 ? "more" : "fewer")"), changed
                )
            case .siblings:
                guard case .answer(let answer) = household.wishes, let other = otherReading(of: answer, &random),
                    let changed = Change.answer(household: person.household, other).applied(to: reading)
                else { continue }
                return (
                    StaffMistake(
                        kind, household: person.household, child: child, facility: nil,
                        note: "\(answer.timing.rawValue), \(answer.facility.rawValue) read as "
                            + "\(other.timing.rawValue), \(other.facility.rawValue)"), changed
                )
            }
            func name(_ facility: Int) -> String { reading.facilities[facility].id.spelling }
        }
        return nil
    }

    /// Whether a child that is placed at the facility was at another building of a limit before, so that it keeps its seat.
    private static func keepsSeat(_ child: Int, at facility: Int, in subject: Case) -> Bool {
        guard let current = subject.children[child].currentFacility else { return false }
        return subject.facilities[facility].limits.contains { limit in
            subject.limits[limit].isShared && subject.limits[limit].counts(at: current)
                && subject.covers(limit: limit, child: child)
        }
    }

    /// The answer with either its timing or its facility part misread; `nil` if it names a child that must be placed first.
    private static func otherReading(of answer: SiblingAnswer, _ random: inout SeededRandom) -> SiblingAnswer? {
        guard answer.lead == nil else { return nil }
        if random.chance(0.5) {
            return SiblingAnswer(
                timing: answer.timing == .any ? .together : .any, facility: answer.facility, lead: nil,
                preferred: answer.preferred)
        }
        return SiblingAnswer(
            timing: answer.timing, facility: answer.facility == .sameOnly ? .rankFirst : .sameOnly, lead: nil,
            preferred: answer.preferred)
    }
}

/// One decision that staff made differently from the rules.
public struct StaffMistake: Hashable, Sendable {
    public let kind: Kind
    /// Index into `Case.households`; ``child`` is the child concerned.
    public let household: Int
    public let child: Int
    /// Where staff placed the child; `nil` if they held it, or if the place followed from what they misread.
    public let facility: Int?
    /// What staff read or did, as text for people.
    public let note: String

    init(_ kind: Kind, household: Int, child: Int, facility: Int?, note: String) {
        self.kind = kind
        self.household = household
        self.child = child
        self.facility = facility
        self.note = note
    }

    public enum Kind: String, CaseIterable, Sendable {
        /// A child that was to be placed was passed over.
        case oversight
        /// A child was preferred to others with higher priority.
        case favour
        /// Points were misread.
        case points
        /// Among children who are equal except for the draw, another one was placed.
        case tie
        /// The household's sibling answer was misread.
        case siblings
    }
}
