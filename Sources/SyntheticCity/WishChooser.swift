import Admissions

/// Chooses the wishes of one household after the other, reusing its scratch space.
///
/// A household looks at the facilities around its home and draws them one by one; near and popular ones tend to come first.
/// Every child takes from that order the facilities that are open to it, so siblings' lists are mostly alike.
struct WishChooser {
    let places: Places
    let residents: Residents
    /// For each member its wishes, its present facility or -1, and whether one of its wishes cannot be granted.
    private(set) var lists: [[Int32]] = []
    private(set) var current: [Int32] = []
    private(set) var hasIneligible: [Bool] = []
    private(set) var siblingFacility: Int32 = -1

    private var candidates: [Int] = []
    private var weights: [Double] = []
    private var remaining: [Double] = []

    init(places: Places, residents: Residents) {
        self.places = places
        self.residents = residents
    }

    mutating func choose(
        household: Int, home: (x: Double, y: Double), length: Int, _ random: inout SeededRandom
    ) {
        let members = residents.members(of: household)
        lists = [[Int32]](repeating: [], count: members.count)
        hasIneligible = [Bool](repeating: false, count: members.count)
        gather(members: members, home: home, enough: 3 * length + 6)
        enrol(household: household, members: members, &random)
        // Families who want a single facility look for one that takes all their children.
        let answer = residents.answers[household]
        let wantsOne = answer?.facility == .sameOnly || answer?.timing == .together
        let sharesAll = members.count > 1 && random.chance(wantsOne ? 0.85 : 0.3)
        for (index, child) in members.enumerated() where residents.isGraduate[child] {
            if let partner = partner(of: child) { lists[index].append(Int32(partner)) }
        }
        if siblingFacility >= 0, random.chance(0.8) { offer(Int(siblingFacility), members, length, &random) }
        for facility in current where facility >= 0 && members.count > 1 && random.chance(0.7) {
            offer(Int(facility), members, length, &random)
        }
        remaining = weights
        if sharesAll {
            for (index, facility) in candidates.enumerated()
            where !members.allSatisfy({ isEligible(facility, child: $0) }) {
                remaining[index] = 0
            }
            drawWishes(members, length, &random)
            for (index, facility) in candidates.enumerated() {
                remaining[index] = lists[0].contains(Int32(facility)) ? 0 : weights[index]
            }
        }
        drawWishes(members, length, &random)
        for index in lists.indices { overlook(index, child: members.lowerBound + index, &random) }
    }

    func isEligible(_ facility: Int, child: Int) -> Bool {
        places.isOffered(facility, age: residents.ages[child])
            && residents.birthdays[child] <= places.latestBirth[facility]
    }

    /// Collects the facilities around the home in growing distance, until every child has enough that take it.
    private mutating func gather(members: Range<Int>, home: (x: Double, y: Double), enough: Int) {
        candidates.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        var ring = 0
        var counted = 0
        var counts = [Int](repeating: 0, count: members.count)
        while ring <= 1 || counts.contains(where: { $0 < enough }),
            places.grid.reaches(ring: ring, x: home.x, y: home.y)
        {
            places.grid.forEachPoint(inRing: ring, x: home.x, y: home.y) { candidates.append($0) }
            for facility in candidates[counted...] {
                let (east, north) = (places.x[facility] - home.x, places.y[facility] - home.y)
                // The weight falls with the fourth power of the distance, from half a kilometre on.
                let farness = 0.3 + east * east + north * north
                weights.append(places.popularity[facility] / (farness * farness))
                for (index, child) in members.enumerated() where isEligible(facility, child: child) {
                    counts[index] += 1
                }
            }
            counted = candidates.count
            ring += 1
        }
    }

    /// Decides where the household's enrolled sibling and its transfer applicants are now.
    private mutating func enrol(household: Int, members: Range<Int>, _ random: inout SeededRandom) {
        siblingFacility = -1
        current = [Int32](repeating: -1, count: members.count)
        if residents.hasEnrolledSibling[household] {
            let suiting = candidates.indices.map { index in
                members.allSatisfy { isEligible(candidates[index], child: $0) } ? weights[index] : weights[index] / 8
            }
            siblingFacility = Int32(candidates[random.pick(suiting)])
        }
        for (index, child) in members.enumerated() where residents.isTransfer[child] {
            let open = candidates.indices.map { position in
                let facility = candidates[position]
                // Less popular facilities are left more often.
                return isEligible(facility, child: child) && facility != Int(siblingFacility)
                    ? weights[position] / (places.popularity[facility] * places.popularity[facility]) : 0
            }
            current[index] = Int32(candidates[random.pick(open)])
        }
    }

    /// The partner facility that keeps places for the child: the one nearest to its small-scale nursery that takes the child.
    private func partner(of child: Int) -> Int? {
        guard let attended = candidates.first(where: { places.kinds[$0] == .smallScale }) else { return nil }
        var best: (facility: Int, square: Double)?
        for facility in candidates where isEligible(facility, child: child) && places.pooling[facility] != .openOlder {
            let (east, north) = (places.x[facility] - places.x[attended], places.y[facility] - places.y[attended])
            let square = east * east + north * north
            if square < best?.square ?? .infinity { best = (facility, square) }
        }
        return best?.facility
    }

    /// Draws from `remaining`, without replacement, until every list is full or nothing is left.
    private mutating func drawWishes(_ members: Range<Int>, _ length: Int, _ random: inout SeededRandom) {
        while lists.contains(where: { $0.count < length }) {
            var total = 0.0
            for weight in remaining { total += weight }
            guard total > 0 else { return }
            let chosen = random.pick(remaining)
            remaining[chosen] = 0
            offer(candidates[chosen], members, length, &random)
        }
    }

    /// Adds the facility to the list of every child that can have it and whose list is not full.
    private mutating func offer(
        _ facility: Int, _ members: Range<Int>, _ length: Int, _ random: inout SeededRandom
    ) {
        for (index, child) in members.enumerated()
        where lists[index].count < length && current[index] != Int32(facility)
            && isEligible(facility, child: child) && !lists[index].contains(Int32(facility))
        {
            // A sibling sometimes leaves a facility out.
            if members.count > 1, !lists[index].isEmpty, random.chance(0.06) { continue }
            lists[index].append(Int32(facility))
        }
    }

    /// Now and then adds a wish of a family that overlooked that the facility does not take the child.
    private mutating func overlook(_ index: Int, child: Int, _ random: inout SeededRandom) {
        // Of given facilities one cannot know so well what they offer.
        guard !places.isGiven, random.chance(0.003 * Double(lists[index].count)), lists[index].count > 1 else { return }
        let start = random.below(candidates.count)
        for offset in candidates.indices {
            let facility = candidates[(start + offset) % candidates.count]
            guard !isEligible(facility, child: child), Int32(facility) != current[index] else { continue }
            lists[index][1 + random.below(lists[index].count - 1)] = Int32(facility)
            hasIneligible[index] = true
            return
        }
    }
}
