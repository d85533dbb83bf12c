import Admissions
import Verifying

/// Finds the reason of every wish, facility by facility.
struct ReasonBuilder: Sendable {
    let subject: Case
    /// The phase whose reasons are looked for.
    var phase: ExplainedPhase
    /// For each child where its reasons begin; one more at the end.
    let starts: [Int]
    var reasons: [Reason] = []
    var joint: [JointReason] = []
    /// For each reason where its entry stands among the ``Applicants``; -1 where the wish is not eligible.
    private(set) var positions: [Int32]
    /// For each child its class age.
    let ages: [UInt8]
    private let threads: Int
    var choices: [Int32] { phase.choices }

    /// - Parameter threads: How many may look at the same time.
    init(_ subject: Case, _ allocation: Allocation, _ first: ExplainedPhase, threads: Int = 1) {
        self.subject = subject
        self.threads = threads
        phase = first
        ages = subject.children.indices.map { UInt8(subject.children[$0].ageClass) }
        var starts = [0]
        starts.reserveCapacity(subject.children.count + 1)
        for child in subject.children.indices { starts.append(starts[child] + subject.children[child].wishes.count) }
        self.starts = starts
        // Each child has a range of its own.
        reasons = [Reason](count: starts.last!) { reasons in
            _ = inRanges(of: subject.children.count, threads: threads) { [starts] children in
                for child in children {
                    let choice = allocation.choices[child]
                    let isPinned = subject.pin(of: child) != nil
                    for (position, wish) in subject.children[child].wishes.enumerated() {
                        // Replaced by the phase that decides the child, where there is one.
                        var kind = Reason.Kind.phase
                        switch wish.ineligibility {
                        case _ where isPinned: kind = .pinned
                        case _ where choice == Int32(position): kind = .placed
                        case .notOffered: kind = .notOffered
                        case .tooYoung: kind = .tooYoung
                        case .notEligible: kind = .notEligible
                        case nil: if choice >= 0, choice < Int32(position) { kind = .betterWish }
                        }
                        reasons.initialize(
                            starts[child] + position, to: Reason(child: child, wish: position, kind: kind))
                    }
                }
            }
        }
        positions = [Int32](repeating: -1, count: starts.last!)
        open()
    }

    /// A builder for the outcomes of one household in an allocation that is explained already.
    init(_ subject: Case, _ explanations: Explanations, _ phase: ExplainedPhase) {
        self.subject = subject
        self.phase = phase
        threads = 1
        ages = subject.children.indices.map { UInt8(subject.children[$0].ageClass) }
        starts = explanations.starts
        var positions = [Int32](repeating: -1, count: starts.last!)
        for (place, entry) in explanations.applicants.entries.enumerated() {
            positions[starts[Int(entry.child)] + Int(entry.wish)] = Int32(place)
        }
        self.positions = positions
    }

    /// Goes on to another phase.
    mutating func begin(_ next: ExplainedPhase) {
        phase = next
        open()
    }

    /// Marks what the phase must explain: every wish that it offers to a child whom it decides.
    private mutating func open() {
        let (subject, phase, starts) = (subject, phase, starts)
        reasons.writeDisjointly { reasons in
            _ = inRanges(of: subject.children.count, threads: threads) { children in
                for child in children where phase.decides[child] {
                    for row in starts[child]..<starts[child + 1] where reasons[row].kind == .phase {
                        let facility = subject.children[child].wishes[row - starts[child]].facility
                        if phase.offers(facility, to: child) {
                            reasons[row].kind = .siblingCondition
                        }
                    }
                }
            }
        }
    }

    /// Finds the wishes that fail for lack of a seat, and the place of every wish among the applicants.
    ///
    /// - Complexity: O(w · limits of a facility) in the wishes.
    mutating func addSeats(_ queues: ApplicantQueues, threads: Int) {
        let (subject, phase, starts, ages) = (subject, phase, starts, ages)
        reasons.writeDisjointly { reasons in
            positions.writeDisjointly { positions in
                let finder = SeatFinder(
                    subject: subject, phase: phase, starts: starts, ages: ages, reasons: reasons, positions: positions)
                _ = inRanges(of: subject.facilities.count, threads: threads, smallest: 32) { facilities in
                    for facility in facilities {
                        let range = queues.applicants.range(of: facility)
                        finder.addSeats(facility, queues.applicants.entries[range], queues.sorted[facility])
                    }
                }
            }
        }
    }

    /// Whether the limit applies in the phase and covers the child.
    func covers(_ limit: Int, _ child: Int) -> Bool { phase.covers(limit, child) }

    /// Whether the child keeps a seat of the limit that it has already.
    func stays(_ child: Int, on limit: Int) -> Bool {
        choices[child] == Allocation.baseline
            && phase.limits(of: child, Allocation.baseline).contains(limit)
    }
}

/// Looks at one facility: it writes only the reasons and positions of wishes for that facility, so that several facilities
/// may be looked at at the same time.
private struct SeatFinder {
    let subject: Case
    let phase: ExplainedPhase
    let starts: [Int]
    let ages: [UInt8]
    let reasons: DisjointWriter<Reason>
    let positions: DisjointWriter<Int32>
    private var choices: [Int32] { phase.choices }

    /// Whether the child is here, or would rather be here than where it is.
    @inline(__always)
    private func wants(_ entry: Applicants.Entry) -> Bool {
        let choice = choices[Int(entry.child)]
        return choice == Allocation.baseline || entry.wish <= choice
    }

    private func covers(_ limit: Int, _ child: Int) -> Bool { phase.covers(limit, child) }

    /// At a limit that leaves no seat for a child, all seats are used by others who come before it: a seat used by
    /// somebody after it would be a justified claim of its own. So the last of the others is the one it is compared with.
    func addSeats(_ facility: Int, _ entries: ArraySlice<Applicants.Entry>, _ sorted: SortedFacility) {
        let base = entries.startIndex
        // Those who want a seat here are found once for all limits.
        var interested: [(position: Int, ageClass: Int)] = []
        for position in entries.indices {
            let entry = entries[position]
            let child = Int(entry.child)
            positions[starts[child] + Int(entry.wish)] = Int32(position)
            if phase.takesPart[child], wants(entry) { interested.append((position, Int(ages[child]))) }
        }
        for limit in subject.facilities[facility].limits {
            guard subject.applies(limit: limit, inPhase: phase.phase) else { continue }
            let (seats, isFull) = (phase.seats[limit], phase.isFull[limit])
            let (covered, isForAll) = (subject.limits[limit].ages, subject.limits[limit].group == .everyone)
            var usersBefore = phase.fixed[limit]
            var wantingBefore = usersBefore
            var lastUser = -1
            for (position, ageClass) in interested where covered.contains(age: ageClass) {
                let entry = entries[position]
                let child = Int(entry.child)
                guard isForAll || subject.covers(limit: limit, child: child) else { continue }
                if choices[child] == entry.wish {
                    (usersBefore, lastUser) = (usersBefore + 1, position)
                } else if isFull || usersBefore >= seats {
                    let row = starts[child] + Int(entry.wish)
                    if reasons[row].kind == .siblingCondition, phase.decides[child] {
                        let own = ownBefore(child, limit, position, entries)
                        if isFull || usersBefore - own.users >= seats {
                            set(
                                row, limit, ahead: wantingBefore - own.wanting,
                                last: own.users == 0
                                    ? lastUser : lastUserOfOthers(child, limit, before: position, entries),
                                position, base, entries, sorted)
                        }
                    }
                }
                wantingBefore += 1
            }
        }
    }

    private func set(
        _ row: Int, _ limit: Int, ahead: Int, last: Int, _ position: Int, _ base: Int,
        _ entries: ArraySlice<Applicants.Entry>, _ sorted: SortedFacility
    ) {
        reasons[row].kind = .seats
        reasons[row].limit = Int32(limit)
        reasons[row].ahead = Int32(ahead)
        reasons[row].seats = Int32(phase.seats[limit])
        guard last >= 0 else {
            reasons[row].key = .presentSeat
            return
        }
        reasons[row].lastAdmitted = entries[last].child
        reasons[row].key = decidingKey(sorted.firstDifference(last - base, position - base), sorted.layout)
    }

    private func decidingKey(_ column: Int?, _ layout: KeyLayout) -> DecidingKey {
        guard let column else { return .id }
        if column == layout.columnCount - 1 || subject.rules.priority[column].source == .draw { return .draw }
        return .key(column)
    }

    /// Siblings who decide with the child and come before `position`: how many use a seat of the limit, and how many use or
    /// want one.
    private func ownBefore(
        _ child: Int, _ limit: Int, _ position: Int, _ entries: ArraySlice<Applicants.Entry>
    ) -> (users: Int, wanting: Int) {
        let members = subject.households[subject.children[child].household].members
        guard members.count > 1 else { return (0, 0) }
        var (users, wanting) = (0, 0)
        for sibling in members where sibling != child && phase.takesPart[sibling] && covers(limit, sibling) {
            if stays(sibling, limit) { (users, wanting) = (users + 1, wanting + 1) }
            guard
                let wish = subject.children[sibling].wishes.firstIndex(where: {
                    $0.facility == subject.limits[limit].facility
                })
            else { continue }
            let place = Int(positions[starts[sibling] + wish])
            guard place >= 0, place < position, wants(entries[place]) else { continue }
            wanting += 1
            if choices[sibling] == Int32(wish) { users += 1 }
        }
        return (users, wanting)
    }

    private func stays(_ child: Int, _ limit: Int) -> Bool {
        choices[child] == Allocation.baseline
            && phase.limits(of: child, Allocation.baseline).contains(limit)
    }

    /// The position of the last child of another household placed on the limit before `position`, or -1.
    private func lastUserOfOthers(
        _ child: Int, _ limit: Int, before position: Int, _ entries: ArraySlice<Applicants.Entry>
    ) -> Int {
        let household = subject.children[child].household
        return entries[..<position].lastIndex {
            choices[Int($0.child)] == $0.wish && phase.takesPart[Int($0.child)] && covers(limit, Int($0.child))
                && subject.children[Int($0.child)].household != household
        } ?? -1
    }
}
