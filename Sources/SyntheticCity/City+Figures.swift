import Admissions

extension City {
    /// The calibrated figures: what the options ask for, and what this city has.
    ///
    /// Held children are those that the calibration's plain serial dictatorship leaves held. It ignores sibling rules, so a
    /// true allocation differs a little.
    ///
    /// - Complexity: O(n) in children and wishes.
    public var figures: CityFigures {
        var table = FigureTable()
        addPeople(&table)
        addFamilies(&table)
        addWishes(&table)
        addPlaces(&table)
        return CityFigures(rows: table.rows)
    }

    /// How many children and facilities the city has and from which seed, and what of it is given.
    public var summary: Phrase {
        let counts = Phrase(
            "児童 \(residents.childCount) 人、\(places.count) 施設、種 \(options.seed)。",
            "\(counted(residents.childCount, "child", plural: "children")), "
                + "\(counted(places.count, "facility", plural: "facilities")), seed \(options.seed).")
        guard let given = options.given else { return counts }
        return counts
            + (given.hasVacancies
                ? Phrase("施設は指定のもの、児童は架空です。", " The facilities are given, the children are made up.")
                : Phrase(
                    "施設は指定のもの、児童は架空です。空きの指定がないため、空きも架空です。",
                    " The facilities are given, the children are made up, and so are the vacancies, because none are given."
                ))
    }

    /// Collects the rows.
    private struct FigureTable {
        var rows: [CityFigures.Row] = []

        mutating func add(_ name: String, _ actual: Double, target: Double? = nil, within tolerance: Double = 0) {
            rows.append(CityFigures.Row(name: name, target: target, actual: actual, tolerance: tolerance))
        }
    }

    private static func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    private func addPeople(_ table: inout FigureTable) {
        let children = residents.childCount
        table.add("children", Double(children), target: Double(options.children))
        var total = 0.0
        for share in options.ageShares { total += share }
        for age in 0...5 {
            table.add(
                "share of class \(age)", Self.share(residents.ages.count { $0 == age }, of: children),
                target: options.ageShares[age] / total, within: 0.005)
        }
        table.add(
            "share of transfer applicants", Self.share(residents.isTransfer.count { $0 }, of: children),
            target: options.transferShare, within: 0.002)
        var withSibling = 0
        var atFullTime = 0
        for household in 0..<residents.householdCount {
            for child in residents.members(of: household) {
                if !siblingFacilities(of: child, household: household).isEmpty { withSibling += 1 }
                if residents.people[household].points == 40 { atFullTime += 1 }
            }
        }
        table.add(
            "share with an enrolled sibling", Self.share(withSibling, of: children),
            target: options.enrolledSiblingShare, within: 0.003)
        table.add(
            "share of the group support", Self.share(residents.needsSupport.count { $0 }, of: children),
            target: options.supportShare, within: 0.006)
        if options.priorities == .realistic, options.points == .steps {
            table.add("share with 40 points", Self.share(atFullTime, of: children), target: 0.46, within: 0.03)
        }
    }

    private func addFamilies(_ table: inout FigureTable) {
        let families = (0..<residents.householdCount).filter { residents.members(of: $0).count > 1 }
        let siblings = families.reduce(0) { $0 + residents.members(of: $1).count }
        table.add(
            "share applying with siblings", Self.share(siblings, of: residents.childCount),
            target: options.siblingShare,
            within: 0.005)
        guard !families.isEmpty else { return }
        let shares = options.householdSizeShares
        for (index, share) in shares.enumerated() {
            table.add(
                "households of \(index + 2) among those",
                Self.share(families.count { residents.members(of: $0).count == index + 2 }, of: families.count),
                target: share / (shares[0] + shares[1] + shares[2]), within: 0.005)
        }
        table.add(
            "households with twins among those",
            Self.share(families.count { residents.hasTwins[$0] }, of: families.count),
            target: options.twinShare, within: 0.002)
        for (timing, share) in Residents.timingShares {
            table.add(
                "timing \(timing.rawValue)",
                Self.share(families.count { residents.answers[$0]?.timing == timing }, of: families.count),
                target: share, within: 0.02)
        }
        // Only families who link their children give an answer about facilities.
        let linked = families.filter { residents.answers[$0]?.timing != .independent }
        for (facility, share) in Residents.facilityShares {
            table.add(
                "facility \(facility.rawValue)",
                Self.share(linked.count { residents.answers[$0]?.facility == facility }, of: linked.count),
                target: share, within: 0.04)
        }
        var (shared, wished) = (0, 0)
        for household in families {
            let members = residents.members(of: household)
            for child in members.dropFirst() {
                let first = wishes.wishes(of: members.lowerBound)
                shared += wishes.wishes(of: child).count { first.contains($0) }
                wished += wishes.wishes(of: child).count
            }
        }
        table.add("wishes shared with the eldest sibling", Self.share(shared, of: wished))
    }

    private func addWishes(_ table: inout FigureTable) {
        let children = residents.childCount
        let target: Double =
            switch options.wishes {
            case .varied(let average, _): average
            case .fixed(let count): Double(count)
            }
        table.add(
            "wishes on average", Self.share(wishes.facilities.count, of: children), target: target, within: 0.15)
        table.add("longest list", Double((0..<children).map { wishes.wishes(of: $0).count }.max() ?? 0))
        table.add("share of wishes not eligible", Self.share(wishes.ineligibleCount, of: wishes.facilities.count))
        if options.given.map({ $0.facilities.contains { $0.position != nil } }) ?? true { addDistance(&table) }
        if options.given != nil { addWards(&table) }
    }

    private func addDistance(_ table: inout FigureTable) {
        var kilometres = 0.0
        for household in 0..<residents.householdCount {
            for child in residents.members(of: household) {
                guard let first = wishes.wishes(of: child).first else { continue }
                let east = places.x[Int(first)] - wishes.homeX[household]
                let north = places.y[Int(first)] - wishes.homeY[household]
                kilometres += (east * east + north * north).squareRoot()
            }
        }
        table.add("kilometres to the first wish", kilometres / Double(residents.childCount))
    }

    private func addWards(_ table: inout FigureTable) {
        var inWard = 0
        for household in 0..<residents.householdCount {
            let home = geography.ward(x: wishes.homeX[household], y: wishes.homeY[household])
            for child in residents.members(of: household) {
                inWard += wishes.wishes(of: child).count { wish in
                    geography.wardNames[Int(wish)] == geography.wardNames[home]
                }
            }
        }
        table.add("share of wishes in the own ward", Self.share(inWard, of: wishes.facilities.count))
    }

    private func addPlaces(_ table: inout FigureTable) {
        let (applicants, held) = (calibration.applicants, calibration.held)
        let (allApplicants, allHeld) = (applicants.reduce(0, +), held.reduce(0, +))
        table.add(
            "held share of new applicants", Self.share(allHeld, of: allApplicants),
            target: calibration.targets.isEmpty ? nil : options.heldShare, within: 0.01)
        for age in 0...5 {
            // The oldest classes have so few applicants that one child is half a percent.
            table.add(
                "held share of class \(age)", Self.share(held[age], of: applicants[age]),
                target: calibration.targets.isEmpty ? nil : calibration.targets[age],
                within: age < 2 ? 0.01 : age < 4 ? 0.02 : 0.035)
        }
        table.add("class 1 among the held", Self.share(held[1], of: allHeld))
        var vacancies = 0
        for seats in calibration.vacancies.classes { vacancies += max(0, Int(seats)) }
        table.add("vacancies of all classes", Double(vacancies))
        if options.extraRules.contains(.overFull) {
            table.add("over-full classes", Double(calibration.vacancies.classes.count { $0 < 0 }))
        }
        if options.extraRules.contains(.sharedLimits) {
            table.add("limits over two facilities", Double(places.pairs.count))
        }
        if options.extraRules.contains(.closedSeats) {
            let leave = residents.ages.indices.count { child in
                let current = Int(wishes.current[child])
                return current >= 0 && places.keepsClosed(current, age: residents.ages[child])
            }
            table.add("transfer applicants whose seat would stay closed", Double(leave))
        }
        table.add("facilities", Double(places.count), target: Double(options.facilities))
        if places.isGiven { return }
        for (kind, name) in [
            (FacilityKind.nursery, "nursery"), (.smallScale, "small-scale"), (.kodomoEn, "kodomo-en"),
        ] {
            table.add(
                "share of \(name) facilities", Self.share(places.kinds.count { $0 == kind }, of: places.count),
                target: FacilityKind.shares[Int(kind.rawValue)], within: 0.09)
        }
    }
}
