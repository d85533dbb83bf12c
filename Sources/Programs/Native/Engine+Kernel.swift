// The hot part: assigning, propagating, undoing, and the decision heap.

extension Engine {
    @inline(__always)
    var decisionLevel: Int32 { Int32(truncatingIfNeeded: levelStart.count) }

    @inline(__always)
    mutating func assign(_ literal: Int32, because reason: Cause) {
        assert(value[literal] == 0)
        let variable = literal >> 1
        value[literal] = 1
        value[literal ^ 1] = -1
        level[variable] = decisionLevel
        place[variable] = Int32(truncatingIfNeeded: trail.count)
        cause[variable] = levelStart.isEmpty ? 0 : reason
        trail.append(literal)
    }

    /// Draws all conclusions from the trail.
    ///
    /// - Returns: The contradicted clause or row, or 0. If `stopped`, it is 0 although conclusions are left to draw.
    mutating func propagate() -> Cause {
        while head < trail.count {
            if work >= nextPoll {
                poll()
                if stopped { return 0 }
            }
            let falsified = trail[head] ^ 1
            head += 1
            propagations += 1
            let contradictedRow = countRows(falsified)
            if contradictedRow != 0 { return contradictedRow }
            let contradictedClause = visitClauses(falsified)
            if contradictedClause != 0 { return contradictedClause }
        }
        return 0
    }

    @inline(__always)
    private mutating func countRows(_ falsified: Int32) -> Cause {
        let count = occurrences.count(of: falsified)
        guard count > 0 else { return 0 }
        let list = occurrences.base(of: falsified).unsafelyUnwrapped
        work += count
        var contradicted: Cause = 0
        // All counters are updated even after a contradiction, because undoing takes all of them back.
        for index in 0..<count {
            let entry = list[index]
            let left = slack[entry.row] - wide(entry.coefficient)
            slack[entry.row] = left
            if left < largest[entry.row], contradicted == 0 {
                if left < 0 {
                    contradicted = ~entry.row
                } else {
                    assignForced(by: entry.row)
                }
            }
        }
        return contradicted
    }

    /// Makes every open literal of `row` true whose coefficient exceeds the slack.
    mutating func assignForced(by row: Int32) {
        let left = slack[row]
        var index = rowStart[row]
        let end = rowEnd[row]
        while index < end, wide(rowCoefficients[index]) > left {
            let literal = rowLiterals[index]
            if value[literal] == 0 { assign(literal, because: ~row) }
            index += 1
        }
        work += Int(index - rowStart[row])
    }

    @inline(__always)
    private mutating func visitClauses(_ falsified: Int32) -> Cause {
        let count = watches.count(of: falsified)
        guard count > 0 else { return 0 }
        let list = watches.base(of: falsified).unsafelyUnwrapped
        work += count
        var kept = 0
        var index = 0
        var contradicted: Cause = 0
        next: while index < count {
            let watch = list[index]
            index += 1
            if value[watch.blocker] > 0 {
                list[kept] = watch
                kept += 1
                continue
            }
            let literals = arena.base + Int(watch.clause) + 4
            if literals[0] == falsified {
                literals[0] = literals[1]
                literals[1] = falsified
            }
            let first = literals[0]
            let renewed = Watch(clause: watch.clause, blocker: first)
            if value[first] > 0 {
                list[kept] = renewed
                kept += 1
                continue
            }
            let size = Int(arena[watch.clause])
            var other = 2
            while other < size {
                let literal = literals[other]
                if value[literal] >= 0 {
                    literals[1] = literal
                    literals[other] = falsified
                    watches.append(renewed, to: literal)
                    continue next
                }
                other += 1
            }
            list[kept] = renewed
            kept += 1
            if value[first] < 0 {
                contradicted = watch.clause
                while index < count {
                    list[kept] = list[index]
                    kept += 1
                    index += 1
                }
            } else {
                assign(first, because: watch.clause)
            }
        }
        watches.truncate(falsified, to: kept)
        return contradicted
    }

    func watch(_ clause: Int32) {
        let first = arena[clause + 4]
        let second = arena[clause + 5]
        watches.append(Watch(clause: clause, blocker: second), to: first)
        watches.append(Watch(clause: clause, blocker: first), to: second)
    }

    /// Takes back every assignment above `target`.
    mutating func undo(to target: Int32) {
        guard decisionLevel > target else { return }
        let start = Int(levelStart[target])
        var index = trail.count
        while index > start {
            index -= 1
            let literal = trail[index]
            let variable = literal >> 1
            if index < head { uncountRows(literal ^ 1) }
            value[literal] = 0
            value[literal ^ 1] = 0
            phase[variable] = literal
            if heapPlace[variable] < 0 { heapInsert(variable) }
        }
        trail.truncate(to: start)
        levelStart.truncate(to: Int(target))
        head = min(head, start)
    }

    @inline(__always)
    private func uncountRows(_ literal: Int32) {
        let count = occurrences.count(of: literal)
        guard count > 0 else { return }
        let list = occurrences.base(of: literal).unsafelyUnwrapped
        for index in 0..<count {
            let entry = list[index]
            slack[entry.row] = slack[entry.row] + wide(entry.coefficient)
        }
    }

    mutating func poll() {
        reportWork()
        nextPoll = min(work + 500_000, max(workEnd, work + 1))
        if deadline.hasPassed || work >= workEnd { stopped = true }
    }

    // MARK: Decision heap

    @inline(__always)
    private func precedes(_ first: Int32, _ second: Int32) -> Bool {
        let (one, two) = (activity[first], activity[second])
        return one > two || (one == two && first < second)
    }

    mutating func heapInsert(_ variable: Int32) {
        heap.append(variable)
        heapPlace[variable] = Int32(heap.count - 1)
        heapUp(heap.count - 1)
    }

    private func heapUp(_ start: Int) {
        var index = start
        let variable = heap[index]
        while index > 0 {
            let parent = (index - 1) >> 1
            guard precedes(variable, heap[parent]) else { break }
            heap[index] = heap[parent]
            heapPlace[heap[index]] = Int32(truncatingIfNeeded: index)
            index = parent
        }
        heap[index] = variable
        heapPlace[variable] = Int32(truncatingIfNeeded: index)
    }

    private func heapDown(_ start: Int) {
        var index = start
        let variable = heap[index]
        while true {
            var child = index * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
            guard precedes(heap[child], variable) else { break }
            heap[index] = heap[child]
            heapPlace[heap[index]] = Int32(truncatingIfNeeded: index)
            index = child
        }
        heap[index] = variable
        heapPlace[variable] = Int32(truncatingIfNeeded: index)
    }

    /// The open variable to decide next, or -1 when all are assigned.
    mutating func heapPop() -> Int32 {
        while !heap.isEmpty {
            let top = heap[0]
            let last = heap.removeLast()
            heapPlace[top] = -1
            if top != last {
                heap[0] = last
                heapPlace[last] = 0
                heapDown(0)
            }
            if value[top << 1] == 0 { return top }
        }
        return -1
    }

    @inline(__always)
    mutating func bump(_ variable: Int32) {
        if activity[variable] >= Self.leastFixedActivity { return }
        let raised = activity[variable] + activityStep
        activity[variable] = raised
        if heapPlace[variable] >= 0 { heapUp(Int(heapPlace[variable])) }
        if raised > 1e100 { rescaleActivities() }
    }

    /// Activities from this value on are never changed.
    private static var leastFixedActivity: Double { 1e200 }

    /// Lets the search decide this variable before all others except those with a higher rank, whatever it learns.
    ///
    /// - Parameter rank: 0 or more, below 2^40.
    mutating func decideFirst(_ variable: Int32, rank: Int) {
        activity[variable] = Self.leastFixedActivity * (1 + Double(rank) / 1_099_511_627_776)
        if heapPlace[variable] >= 0 { heapUp(Int(heapPlace[variable])) }
    }

    @inline(never)
    private mutating func rescaleActivities() {
        for variable in 0..<Int(variableCount) where activity[variable] < Self.leastFixedActivity {
            activity[variable] = activity[variable] * 1e-100
        }
        activityStep *= 1e-100
        // Rescaling may round two activities to the same number, so the heap must be put in order again.
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { heapDown(index) }
    }
}
