import Admissions

/// What a synthetic city is like; every default is a figure of a large Japanese city's round for April.
///
/// A share is a fraction from 0 to 1.
public struct CityOptions: Hashable, Sendable {
    /// Applicants, 1 to 10,000,000. Default 8,000.
    public var children = 8_000
    /// Facilities, 1 to 1,000,000. Default 300. The city's area grows with them, 0.72 square kilometres for each.
    public var facilities = 300
    /// The same seed and options give the same city on every machine. Default 1.
    public var seed: UInt64 = 1
    /// The month of placement. Default April 2027.
    public var month = PlacementMonth(year: 2027, month: 4)!
    /// Its name; the default is no real city's.
    public var municipality = "えんむすび市"

    /// Shares of the applicants in classes 0 to 5; six values, used in proportion. Siblings' ages differ, so a city of
    /// siblings only cannot follow them. Default .28, .37, .13, .15, .04, .03.
    public var ageShares = [0.28, 0.37, 0.13, 0.15, 0.04, 0.03]
    /// How many facilities a child wishes. Default 4.7 on average, at most 20.
    public var wishes = WishCounts.varied(average: 4.7, maximum: 20)

    /// Children who apply together with siblings. Default 0.20; 1 for a city of siblings only.
    public var siblingShare = 0.20
    /// Households of two, three and four children among those with siblings; three values, used in proportion. Default
    /// .90, .09, .01; `[0, 0, 1]` makes every household one of four.
    public var householdSizeShares = [0.90, 0.09, 0.01]
    /// Households of siblings in which two are twins. Default 0.02.
    public var twinShare = 0.02
    /// Households of siblings that leave an answer blank, for the round's default to fill. Default 0.01.
    public var blankAnswerShare = 0.01
    /// Children who have a place and apply for another (転園); only classes 1 to 5 have any. Default 0.10.
    public var transferShare = 0.10
    /// Children with a sibling enrolled at a facility; siblings who apply to move count, so there may be more where many
    /// do. Default 0.17.
    public var enrolledSiblingShare = 0.17
    /// Points added at a facility where a sibling is enrolled, 0 to 1,000. Default 3.
    public var siblingBonus = 3
    /// Children of the group `support` (要配慮). Default 0.015.
    public var supportShare = 0.015

    /// New applicants left without a place, which the vacancies are scaled to. Default 0.25; at most 0.55.
    public var heldShare = 0.25
    /// Where priority comes from. Default `realistic`.
    public var priorities = Priorities.realistic
    /// Whether classes 0-2 and classes 3-5 share a limit, tighter than their sum, at every facility; hard for solvers.
    /// Default `false`: a few facilities pool classes 3-5.
    public var pooledEverywhere = false

    /// The defaults, with a size and a seed.
    public init(children: Int = 8_000, facilities: Int = 300, seed: UInt64 = 1) {
        self.children = children
        self.facilities = facilities
        self.seed = seed
    }

    /// How many facilities a child wishes, as far as the city has them.
    public enum WishCounts: Hashable, Sendable {
        /// At least one, most often a few, with a long tail to `maximum`; `average` counts all children.
        case varied(average: Double, maximum: Int)
        /// The same number for every child; hard for solvers.
        case fixed(Int)
    }

    /// Where priority comes from.
    public enum Priorities: Hashable, Sendable {
        /// Points by household in coarse steps, half of them 40, with a bonus at a sibling's facility.
        case realistic
        /// Points drawn anew for every wish: no two facilities agree on an order; hard for solvers.
        case randomPerFacility
    }

    /// What is wrong with the options, a sentence each; empty where they can be used.
    public var problems: [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ sentence: @autoclosure () -> String) {
            if !holds { problems.append(sentence()) }
        }
        check((1...10_000_000).contains(children), "children must be 1 to 10,000,000, not \(children).")
        check((1...1_000_000).contains(facilities), "facilities must be 1 to 1,000,000, not \(facilities).")
        check((1900...2999).contains(month.firstDay.year), "month must be from 1900 to 2999, not \(month).")
        check(Self.areShares(ageShares, count: 6), "ageShares must be six numbers, not negative and not all 0.")
        check(
            Self.areShares(householdSizeShares, count: 3),
            "householdSizeShares must be three numbers, not negative and not all 0.")
        switch wishes {
        case .fixed(let count): check((1...100).contains(count), "wishes must be 1 to 100, not \(count).")
        case .varied(let average, let maximum):
            check((1...100).contains(maximum), "the maximum of wishes must be 1 to 100, not \(maximum).")
            // Beyond two thirds of the maximum there would be a heap at it rather than a tail to it.
            check(
                average >= 1 && (average == 1 || average * 3 <= Double(maximum) * 2),
                "the average of wishes must be 1 to two thirds of the maximum, not \(average).")
        }
        for (name, share) in [
            ("siblingShare", siblingShare), ("twinShare", twinShare), ("blankAnswerShare", blankAnswerShare),
            ("transferShare", transferShare), ("enrolledSiblingShare", enrolledSiblingShare),
            ("supportShare", supportShare),
        ] {
            check((0...1).contains(share), "\(name) must be 0 to 1, not \(share).")
        }
        check((0...0.55).contains(heldShare), "heldShare must be 0 to 0.55, not \(heldShare).")
        check((0...1_000).contains(siblingBonus), "siblingBonus must be 0 to 1,000, not \(siblingBonus).")
        return problems
    }

    private static func areShares(_ shares: [Double], count: Int) -> Bool {
        shares.count == count && shares.allSatisfy { $0 >= 0 && $0 <= 1_000_000 } && shares.contains { $0 > 0 }
    }
}

/// Options that no city can be made from.
public struct InvalidCityOptions: Error, Hashable, CustomStringConvertible {
    /// A sentence for each option that must change.
    public let problems: [String]

    public var description: String { problems.joined(separator: "\n") }
}
