import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("Why each wish was granted or not")
struct ReasonTests {
    /// The reasons of an allocation as the definition gives them, by looking at whole lists and whole queues.
    struct Expected {
        let subject: Case
        let choices: [Int32]
        let queues: [[Int]]
        let lists: [[JointOutcome]]
        let seats: [Int]

        init(_ subject: Case, _ allocation: Allocation) {
            self.subject = subject
            choices = allocation.choices
            let order = PriorityOrder(of: subject)
            queues = subject.facilities.indices.map(order.children(at:))
            lists = subject.households.map { JointList(of: $0, in: subject).outcomes }
            seats = subject.limits.indices.map { limit in
                subject.limits[limit].seats
                    + subject.children.indices.count { Self.uses($0, Allocation.baseline, limit, subject) }
            }
        }

        /// Whether the child uses a seat of the limit where the choice puts it.
        static func uses(_ child: Int, _ choice: Int32, _ limit: Int, _ subject: Case) -> Bool {
            let applicant = subject.children[child]
            let isStaying = choice == Allocation.baseline
            let place = isStaying ? applicant.currentFacility : applicant.wishes[Int(choice)].facility
            guard place == subject.limits[limit].facility, subject.covers(limit: limit, child: child) else {
                return false
            }
            return !isStaying
                || subject.facilities[place!].limits.contains {
                    subject.covers(limit: $0, child: child)
                        && (subject.limits[$0].isClassLimit || subject.limits[$0].opens)
                }
        }

        /// Others who use the limit and come before the child, who would be placed there.
        func before(_ child: Int, _ limit: Int, _ household: Household) -> Int {
            let queue = queues[subject.limits[limit].facility]
            return queue[..<queue.lastIndex(of: child)!].count {
                !household.members.contains($0) && Self.uses($0, choices[$0], limit, subject)
            }
        }

        func kind(_ child: Int, _ wish: Int) -> Reason.Kind {
            let applicant = subject.children[child]
            let household = subject.households[applicant.household]
            if choices[child] == Int32(wish) { return .placed }
            switch applicant.wishes[wish].ineligibility {
            case .notOffered?: return .notOffered
            case .tooYoung?: return .tooYoung
            case .notEligible?: return .notEligible
            case nil: break
            }
            if choices[child] != Allocation.baseline, choices[child] < Int32(wish) { return .betterWish }
            for limit in subject.facilities[applicant.wishes[wish].facility].limits
            where subject.covers(limit: limit, child: child) {
                if before(child, limit, household) + 1 > seats[limit] { return .seats }
            }
            let list = lists[applicant.household]
            let own = list.firstIndex { $0.choices == household.members.map { choices[$0] } }!
            let member = household.members.firstIndex(of: child)!
            let having = list.indices.filter { list[$0].isEligible && list[$0].choices[member] == Int32(wish) }
            if let claim = having.first(where: { $0 < own && isJustified(list[$0].choices, household) }) {
                return isVacant(list[claim].choices, household) ? .vacantClaim : .priorityClaim
            }
            guard let best = having.first else { return .siblingCondition }
            if best < own { return .siblingSeat }
            let stays = choices[child] == Allocation.baseline && applicant.currentFacility != nil
            return stays ? .ownSeat : .siblingPreference
        }

        private func users(_ outcome: [Int32], _ limit: Int, _ household: Household) -> [(child: Int, stays: Bool)] {
            zip(household.members, outcome).filter { Self.uses($0, $1, limit, subject) }
                .map { ($0, $1 == Allocation.baseline) }
        }

        private func isJustified(_ outcome: [Int32], _ household: Household) -> Bool {
            subject.limits.indices.allSatisfy { limit in
                let users = users(outcome, limit, household)
                let queue = queues[subject.limits[limit].facility]
                let lowest = users.filter { !$0.stays }.max {
                    queue.lastIndex(of: $0.child)! < queue.lastIndex(of: $1.child)!
                }
                guard let lowest else { return true }
                return before(lowest.child, limit, household) + users.count <= seats[limit]
            }
        }

        private func isVacant(_ outcome: [Int32], _ household: Household) -> Bool {
            subject.limits.indices.allSatisfy { limit in
                let needed = users(outcome, limit, household)
                let others = subject.children.indices.filter {
                    !household.members.contains($0) && Self.uses($0, choices[$0], limit, subject)
                }
                let allStay = needed.allSatisfy(\.stays) && others.allSatisfy { choices[$0] == Allocation.baseline }
                return allStay || needed.isEmpty || others.count + needed.count <= seats[limit]
            }
        }
    }

    /// Lets a table give the points of the children, and refuse every other child at the first facility.
    static func refusing(_ draft: CaseDraft) -> CaseDraft {
        guard draft.rules.priority.contains(where: { $0.source == .points }) else { return draft }
        var draft = draft
        draft.attributeNames += ["own_points", "refused"]
        for row in draft.children.indices {
            let points = draft.children[row].points?.description ?? ""
            draft.children[row].attributes += [points, row % 2 == 0 ? "yes" : ""]
            (draft.children[row].points, draft.children[row].wishPoints) = (nil, [])
        }
        draft.rules.pointsTable = PointsTable(rows: [
            PointsRow("own_points", earns: .value),
            PointsRow("refused", at: .facility(draft.facilities[0].id), earns: .refusal("no")),
        ])
        return draft
    }

    @Test("Every reason is the one that whole lists and whole queues give", arguments: RandomMarket.Style.allCases)
    func kinds(style: RandomMarket.Style) throws {
        var seen: Set<Reason.Kind> = []
        for seed in 1...200 as ClosedRange<UInt64> {
            var draft = RandomMarket.draft(seed: seed, style: style)
            // With over-full classes where transfer applicants are.
            if seed > 120 { draft = RandomMarket.overfilling(draft, seed: seed) }
            if seed % 4 == 0 { draft = Self.refusing(draft) }
            let subject = try draft.resolved()
            var allocations = [ExhaustiveSearch.best(of: subject).allocation, Allocation(baselineOf: subject)]
            allocations += ExhaustiveSearch.stableAllocations(of: subject).prefix(2)
            for allocation in allocations {
                let verified = Verifier(subject).verify(allocation)
                let explanations = try Explanations(of: subject, allocation, verified)
                let expected = Expected(subject, allocation)
                for reason in explanations.reasons {
                    let kind = expected.kind(Int(reason.child), Int(reason.wish))
                    #expect(reason.kind == kind, "seed \(seed), child \(reason.child), wish \(reason.wish)")
                    seen.insert(reason.kind)
                }
            }
        }
        #expect(seen.isSuperset(of: [.placed, .betterWish, .seats, .vacantClaim]))
        let alone: Set<Reason.Kind> = [.pinned, .phase]
        if style == .mixed { #expect(seen == Set(Reason.Kind.allCases).subtracting(alone)) }
    }

    @Test("The verifier refuses a reason that is not so")
    func wrongReasons() throws {
        var refused = 0
        for seed in 1...60 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let allocation = ExhaustiveSearch.best(of: subject).allocation
            let verified = Verifier(subject).verify(allocation)
            let explanations = try Explanations(of: subject, allocation, verified)
            let check = ReasonCheck(
                of: subject, allocation, verified, ExplainedPhase.phases(of: allocation, in: subject))
            func isRefused(_ reasons: [Reason]) -> Bool {
                !check.faults(of: reasons, explanations.jointReasons, explanations.applicants).isEmpty
            }
            for (row, reason) in explanations.reasons.enumerated() {
                for kind in Reason.Kind.allCases where kind != reason.kind {
                    // Which of the two claims it is, is the verifier's own word elsewhere.
                    let claims: Set<Reason.Kind> = [.priorityClaim, .vacantClaim]
                    if claims.isSuperset(of: [kind, reason.kind]) { continue }
                    // A reason of siblings needs what it says of them.
                    if kind == .siblingSeat, reason.joint < 0 { continue }
                    var changed = explanations.reasons
                    changed[row].kind = kind
                    if kind == .seats { changed[row].limit = Int32(subject.facilities[0].limits.lowerBound) }
                    if claims.contains(kind),
                        verified.claims.contains(where: {
                            $0.household == subject.children[Int(reason.child)].household
                        })
                    {
                        continue
                    }
                    #expect(isRefused(changed), "seed \(seed), row \(row): \(reason.kind) as \(kind)")
                    refused += 1
                }
                guard reason.kind == .seats else { continue }
                var changed = explanations.reasons
                changed[row].ahead += 1
                #expect(isRefused(changed), "seed \(seed), row \(row): ahead")
                changed = explanations.reasons
                changed[row].key = reason.key == .draw ? .id : .draw
                #expect(isRefused(changed), "seed \(seed), row \(row): key")
                changed = explanations.reasons
                changed[row].lastAdmitted = reason.lastAdmitted == reason.child ? -1 : reason.child
                #expect(isRefused(changed), "seed \(seed), row \(row): last admitted")
            }
            var entries = explanations.applicants.entries
            let starts = explanations.applicants.starts
            if let facility = subject.facilities.indices.first(where: { starts[$0 + 1] - starts[$0] > 1 }) {
                entries.swapAt(starts[facility], starts[facility] + 1)
                let applicants = Applicants(entries: entries, starts: starts)
                #expect(!check.faults(of: explanations.reasons, explanations.jointReasons, applicants).isEmpty)
            }
        }
        #expect(refused > 1_000)
    }

    @Test("Who waits is the held and staying, in the order of the facility")
    func waiting() throws {
        var rows = 0
        for seed in 1...100 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let allocation = ExhaustiveSearch.best(of: subject).allocation
            let explanations = try Explanations(of: subject, allocation, Verifier(subject).verify(allocation))
            let order = PriorityOrder(of: subject)
            var expected: [WaitingChild] = []
            for facility in subject.facilities.indices {
                for age in 0...5 {
                    let waiting = order.children(at: facility).filter { child in
                        subject.children[child].ageClass == age
                            && allocation.choices[child] == Allocation.baseline
                            && subject.children[child].wishes.contains { $0.facility == facility && $0.isEligible }
                    }
                    for (index, child) in waiting.enumerated() {
                        expected.append(
                            WaitingChild(
                                facility: facility, ageClass: age, position: index + 1, child: child,
                                outcome: subject.children[child].currentFacility == nil ? .held : .stays))
                    }
                }
            }
            #expect(explanations.waiting == expected, "seed \(seed)")
            rows += expected.count
        }
        #expect(rows > 100)
    }
}
