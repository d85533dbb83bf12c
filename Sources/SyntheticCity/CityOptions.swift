import Admissions

/// The properties of a synthetic city. Every default is a figure from a large Japanese city's round for April.
///
/// A share is a fraction from 0 to 1.
public struct CityOptions: Hashable, Sendable {
    /// Applicants, 1 to 10,000,000. Default 8,000.
    public var children = 8_000
    /// Facilities, 1 to 1,000,000. Default 300. The city's area is 0.72 square kilometres for each.
    public var facilities = 300
    /// The random seed. The same seed and options give the same city on every machine. Default 1.
    public var seed: UInt64 = 1
    /// The month of placement. Default April 2027.
    public var month = PlacementMonth(year: 2027, month: 4)!
    /// The name of the city; the default is not the name of a real city.
    public var municipality = "えんむすび市"

    /// Shares of the applicants in classes 0 to 5; six values, used in proportion. A city of siblings only cannot follow them,
    /// because siblings' ages differ. Default .28, .37, .13, .15, .04, .03.
    public var ageShares = [0.28, 0.37, 0.13, 0.15, 0.04, 0.03]
    /// How many facilities a child wishes. Default 4.7 on average, at most 20.
    public var wishes = WishCounts.varied(average: 4.7, maximum: 20)

    /// Share of the children who apply together with siblings. Default 0.20; 1 for a city of siblings only.
    public var siblingShare = 0.20
    /// Shares of the households of two, three and four children among those with siblings; three values, used in proportion.
    /// Default .90, .09, .01; `[0, 0, 1]` makes all of them households of four.
    public var householdSizeShares = [0.90, 0.09, 0.01]
    /// Share of the households of siblings in which two are twins. Default 0.02.
    public var twinShare = 0.02
    /// Share of the households of siblings that leave an answer blank, so that the round's default is used. Default 0.01.
    public var blankAnswerShare = 0.01
    /// Share of the children who have a place and apply for another (転園); they are in classes 1 to 5 only. Default 0.10.
    public var transferShare = 0.10
    /// Share of the children with a sibling enrolled at a facility. Siblings who apply to move count as enrolled, so the share
    /// may be larger if there are many of them. Default 0.17.
    public var enrolledSiblingShare = 0.17
    /// Points added at a facility where a sibling is enrolled, 0 to 1,000. Default 3.
    public var siblingBonus = 3
    /// Share of the children in the group `support` (要配慮). Default 0.015.
    public var supportShare = 0.015

    /// Share of the new applicants left without a place; the vacancies are scaled to reach it. Default 0.25; at most 0.55.
    public var heldShare = 0.25
    /// Where priority comes from. Default `realistic`.
    public var priorities = Priorities.realistic
    /// Whether at every facility classes 0-2 share a limit that is tighter than the sum of their own, and classes 3-5 another.
    /// This is hard for solvers. Default `false`, and then a few facilities pool classes 3-5.
    public var pooledEverywhere = false
    /// How points come about. Default `steps`; other values need `priorities` to be `realistic`.
    public var points = Points.steps
    /// Rules that only some cities have. Default none.
    public var extraRules: Set<ExtraRule> = []
    /// The facilities, where they are not made up. Default `nil`.
    ///
    /// Their vacancies count if they have any; then ``heldShare`` follows and cannot be chosen. Classes that none of them offers
    /// have no applicants, and households no more children than there are such classes.
    public var given: GivenFacilities? = nil

    /// Makes the default options with a size and a seed.
    public init(children: Int = 8_000, facilities: Int = 300, seed: UInt64 = 1) {
        self.children = children
        self.facilities = facilities
        self.seed = seed
    }

    /// Makes the options for given facilities: as many children as usual for them, of the classes for which children wait.
    public init(given: GivenFacilities, seed: UInt64 = 1) {
        self.init(children: given.usualChildren, facilities: given.facilities.count, seed: seed)
        self.given = given
        if let shares = given.waitingShares { ageShares = shares }
    }

    /// How many facilities a child wishes, at most those that the city has.
    public enum WishCounts: Hashable, Sendable {
        /// At least one wish, mostly a few, with a long tail up to `maximum`; `average` is that of all children.
        case varied(average: Double, maximum: Int)
        /// The same number for every child; hard for solvers.
        case fixed(Int)
    }

    /// Where priority comes from.
    public enum Priorities: Hashable, Sendable {
        /// Points by household in coarse steps, of which half are 40, with a bonus at a sibling's facility.
        case realistic
        /// Points drawn anew for every wish, so that no two facilities agree on an order. This is hard for solvers.
        case randomPerFacility
    }

    /// How children's points come about.
    public enum Points: String, CaseIterable, Sendable {
        /// They are given, a household's in coarse steps.
        case steps
        /// A points table of some 120 rows computes them from columns of hours, reasons and circumstances.
        case table
        /// They are given, and are what the table of the same city computes.
        case column
    }

    /// A rule that only some cities have.
    public enum ExtraRule: String, CaseIterable, Sendable {
        /// Keys that depend on the wish, that compare letters or words, or that are for some children only.
        case wishKeys = "wish-keys"
        /// Limits that a main building shares with its branch.
        case sharedLimits = "shared-limits"
        /// Classes in which a seat that a transfer leaves stays closed.
        case closedSeats = "closed-seats"
        /// Classes with more children than places, which have negative vacancies.
        case overFull = "over-full"
    }

    /// Reads shares that are parted by commas, such as `0.9,0.09,0.01`.
    ///
    /// - Throws: ``InvalidCityOptions`` where a part is no number.
    public static func shares(_ text: String) throws(InvalidCityOptions) -> [Double] {
        let shares = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard !shares.contains(nil) else {
            throw InvalidCityOptions(problems: [
                Phrase(
                    "割合は 0.9,0.09,0.01 のような数です（\(text) とあります）。",
                    "shares must be numbers such as 0.9,0.09,0.01, not \(text).")
            ])
        }
        return shares.compactMap { $0 }
    }

    /// What is wrong with the options, one sentence for each problem; empty if they can be used.
    public var problems: [Phrase] {
        var problems: [Phrase] = []
        func check(_ holds: Bool, _ japanese: @autoclosure () -> String, _ english: @autoclosure () -> String) {
            if !holds { problems.append(Phrase(japanese(), english())) }
        }
        check(
            (1...10_000_000).contains(children), "children（児童の数）は 1 から 10,000,000 までです（\(children) とあります）。",
            "children must be 1 to 10,000,000, not \(children).")
        check(
            (1...1_000_000).contains(facilities), "facilities（施設の数）は 1 から 1,000,000 までです（\(facilities) とあります）。",
            "facilities must be 1 to 1,000,000, not \(facilities).")
        check(
            (1900...2999).contains(month.firstDay.year), "month（入所月）は 1900 年から 2999 年までです（\(month) とあります）。",
            "month must be from 1900 to 2999, not \(month).")
        check(
            Self.areShares(ageShares, count: 6), "ageShares は 0 以上の数六つで、すべて 0 ではいけません。",
            "ageShares must be six numbers, not negative and not all 0.")
        check(
            Self.areShares(householdSizeShares, count: 3),
            "householdSizeShares（世帯の人数の割合）は 0 以上の数三つで、すべて 0 ではいけません。",
            "householdSizeShares must be three numbers, not negative and not all 0.")
        switch wishes {
        case .fixed(let count):
            check(
                (1...100).contains(count), "wishes（希望施設の数）は 1 から 100 までです（\(count) とあります）。",
                "wishes must be 1 to 100, not \(count).")
        case .varied(let average, let maximum):
            check(
                (1...100).contains(maximum), "希望施設の数の最大は 1 から 100 までです（\(maximum) とあります）。",
                "the maximum of wishes must be 1 to 100, not \(maximum).")
            // With an average beyond two thirds of the maximum, many lists would have the maximum length.
            check(
                average >= 1 && (average == 1 || average * 3 <= Double(maximum) * 2),
                "希望施設の数の平均は、1 から最大の三分の二までです（\(average) とあります）。",
                "the average of wishes must be 1 to two thirds of the maximum, not \(average).")
        }
        for (name, share) in [
            ("siblingShare", siblingShare), ("twinShare", twinShare), ("blankAnswerShare", blankAnswerShare),
            ("transferShare", transferShare), ("enrolledSiblingShare", enrolledSiblingShare),
            ("supportShare", supportShare),
        ] {
            check(
                (0...1).contains(share), "\(name) は 0 から 1 までです（\(share) とあります）。",
                "\(name) must be 0 to 1, not \(share).")
        }
        check(
            (0...0.55).contains(heldShare), "heldShare（保留の割合）は 0 から 0.55 までです（\(heldShare) とあります）。",
            "heldShare must be 0 to 0.55, not \(heldShare).")
        check(
            points == .steps || priorities == .realistic,
            "希望ごとに優先順位を無作為に決めるときは、points を \(points.rawValue) にできません。",
            "points cannot be \(points.rawValue) where priorities are drawn anew for every wish.")
        check(
            (0...1_000).contains(siblingBonus), "siblingBonus（きょうだい加点）は 0 から 1,000 までです（\(siblingBonus) とあります）。",
            "siblingBonus must be 0 to 1,000, not \(siblingBonus).")
        if let given {
            problems += self.problems(with: given)
            if problems.isEmpty, Places(self, given).takenClasses.isEmpty {
                problems.append(
                    Phrase(
                        "指定された施設に募集するクラスがないため、誰も申し込めません。",
                        "the given facilities offer no class, so that nobody can apply."))
            }
        }
        return problems
    }

    /// Why the options cannot hold with given facilities, or what is wrong with these.
    private func problems(with given: GivenFacilities) -> [Phrase] {
        var problems = given.problems
        if facilities != given.facilities.count {
            problems.append(
                Phrase(
                    "facilities は、指定された \(given.facilities.count) 施設でなければなりません（\(facilities) とあります）。",
                    "facilities must be the \(given.facilities.count) that are given, not \(facilities)."))
        }
        if given.hasVacancies, heldShare != CityOptions().heldShare {
            problems.append(
                Phrase(
                    "空きのある施設が指定されているときは、heldShare は空きから決まるため選べません。",
                    "heldShare cannot be chosen for given facilities with vacancies: it follows from them."))
        }
        if pooledEverywhere {
            problems.append(Phrase("指定された施設の枠は合わせられません。", "given facilities cannot be pooled: they are as they are."))
        }
        for rule in ExtraRule.allCases where rule != .wishKeys && extraRules.contains(rule) {
            problems.append(
                Phrase(
                    "規則 \(rule.rawValue) は、指定された施設を変えてしまうため使えません。",
                    "the rule \(rule.rawValue) cannot hold for given facilities: it would change them."))
        }
        return problems
    }

    private static func areShares(_ shares: [Double], count: Int) -> Bool {
        shares.count == count && shares.allSatisfy { $0 >= 0 && $0 <= 1_000_000 } && shares.contains { $0 > 0 }
    }
}

/// The error for options from which no city can be made.
public struct InvalidCityOptions: PhrasedError, Hashable {
    /// A sentence for each option that must change.
    public let problems: [Phrase]

    public var phrase: Phrase {
        Phrase(problems.map(\.japanese).joined(separator: "\n"), problems.map(\.english).joined(separator: "\n"))
    }
}
