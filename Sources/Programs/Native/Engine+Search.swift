// The search: it decides, propagates, learns and restarts, and throws away learned clauses that are of little use.

extension Engine {
    enum Verdict {
        /// All variables are assigned and every constraint holds; the assignment is still in place.
        case satisfied
        /// The constraints alone are contradictory.
        case contradictory
        /// The constraints contradict the assumptions; `failed` says which.
        case assumptionsFailed
        /// The allowed number of conflicts is used up.
        case budgetSpent
        /// The deadline passed or the signal was raised.
        case stopped
    }

    /// Draws the conclusions of the constraints alone.
    ///
    /// - Returns: Whether they are free of contradiction as far as propagation sees.
    mutating func propagateFacts() -> Bool {
        undo(to: 0)
        guard consistent else { return false }
        if propagate() != 0 { consistent = false }
        return consistent
    }

    /// Searches for an assignment that respects all constraints and `assumptions`.
    ///
    /// - Parameter budget: The number of conflicts after which to give up for now.
    mutating func search(budget: Int) -> Verdict {
        guard propagateFacts() else { return .contradictory }
        if stopped { return .stopped }
        let end = conflicts + budget
        beginRestartInterval()
        while true {
            let conflict = propagate()
            if stopped { return .stopped }
            if conflict != 0 {
                conflicts += 1
                conflictsSinceRestart += 1
                if decisionLevel == 0 {
                    consistent = false
                    return .contradictory
                }
                let target = analyze(conflict)
                let quality = quality()
                undo(to: target)
                learn(quality: quality)
                noteQuality(quality)
                activityStep *= steady ? 1 / 0.97 : 1 / 0.92
                continue
            }
            if conflicts >= end {
                undo(to: 0)
                return .budgetSpent
            }
            if shouldRestart {
                restarts += 1
                undo(to: min(decisionLevel, Int32(assumptions.count)))
                beginRestartInterval()
                continue
            }
            if conflicts >= nextReduction || isOvercrowded { reduce() }
            switch decide() {
            case .none: return .satisfied
            case .failed: return .assumptionsFailed
            case .made: break
            }
        }
    }

    private enum Decision { case made, none, failed }

    private mutating func decide() -> Decision {
        while levelStart.count < assumptions.count {
            let assumed = assumptions[levelStart.count]
            switch value[assumed] {
            case 1: levelStart.append(Int32(trail.count))
            case -1:
                analyzeFailure(of: assumed)
                return .failed
            default:
                levelStart.append(Int32(trail.count))
                assign(assumed, because: 0)
                return .made
            }
        }
        let variable = heapPop()
        guard variable >= 0 else { return .none }
        decisions += 1
        levelStart.append(Int32(trail.count))
        assign(phase[variable], because: 0)
        return .made
    }

    // MARK: Restarts

    private mutating func noteQuality(_ quality: Int32) {
        quickQuality += (Double(quality) - quickQuality) / 32
        slowQuality += (Double(quality) - slowQuality) / 4096
    }

    private var shouldRestart: Bool {
        if steady { return conflictsSinceRestart >= restartLimit }
        return conflictsSinceRestart >= 10 && quickQuality > slowQuality * 1.1
    }

    private mutating func beginRestartInterval() {
        conflictsSinceRestart = 0
        if conflicts >= modeEnd {
            steady.toggle()
            if !steady { modeLength += modeLength / 2 }
            modeEnd = conflicts + modeLength
        }
        if steady {
            lubyIndex += 1
            restartLimit = options.restartInterval * luby(lubyIndex)
        }
    }

    // MARK: Forgetting

    /// Whether learned clauses use so much memory that they must be reduced early. This is not done too often, because much of
    /// what is left may be needed.
    private var isOvercrowded: Bool {
        learnedLiterals > options.learnedLiteralLimit && conflicts - lastReduction > options.reductionInterval / 4
    }

    /// Throws away the less useful half of the learned clauses, and every clause that always holds.
    mutating func reduce() {
        reductions += 1
        lastReduction = conflicts
        nextReduction = conflicts + options.reductionInterval + max(1, options.reductionInterval / 4) * reductions
        let crowded = learnedLiterals > options.learnedLiteralLimit / 2
        var candidates: [(quality: Int32, size: Int32, clause: Int32)] = []
        for index in 0..<learned.count {
            let clause = learned[index]
            let quality = arena[clause + 2]
            if isLocked(clause) || (quality <= 2 && !crowded) { continue }
            let used = arena[clause + 3]
            if used > 0 {
                arena[clause + 3] = used - 1
                if quality <= 6 && !crowded || used == 2 && !crowded { continue }
            }
            candidates.append((quality, arena[clause], clause))
        }
        candidates.sort { ($0.quality, $0.size, $0.clause) > ($1.quality, $1.size, $1.clause) }
        for candidate in candidates.prefix(candidates.count / 2) { arena[candidate.clause + 1] |= 2 }
        collect()
    }

    private func isLocked(_ clause: Int32) -> Bool {
        let first = arena[clause + 4]
        return value[first] > 0 && cause[first >> 1] == clause
    }

    private func holdsAlways(_ clause: Int32) -> Bool {
        let start = Int(clause) + 4
        for position in start..<start + Int(arena[clause]) {
            let literal = arena[position]
            if value[literal] > 0, level[literal >> 1] == 0 { return true }
        }
        return false
    }

    /// Moves the clauses still needed to a new arena and renews all references to them.
    private mutating func collect() {
        let facts = levelStart.isEmpty ? trail.count : Int(levelStart[0])
        let newFacts = facts > simplifiedTrail
        simplifiedTrail = facts
        var moved = Buffer<Int32>(capacity: arena.count)
        moved.append(0)
        learned.truncate(to: 0)
        learnedLiterals = 0
        for literal in 0..<variableCount * 2 { watches.truncate(literal, to: 0) }
        var clause = 1
        while clause < arena.count {
            let size = Int(arena[clause])
            let reference = Int32(clause)
            let dead = arena[clause + 1] & 2 != 0 || (newFacts && !isLocked(reference) && holdsAlways(reference))
            if !dead {
                let renewed = Int32(moved.count)
                for position in clause..<clause + 4 + size { moved.append(arena[position]) }
                if isLocked(reference) { cause[arena[clause + 4] >> 1] = renewed }
                if arena[clause + 1] & 1 != 0 {
                    learned.append(renewed)
                    learnedLiterals += size
                }
            }
            clause += 4 + size
        }
        swap(&arena, &moved)
        clause = 1
        while clause < arena.count {
            watch(Int32(clause))
            clause += 4 + Int(arena[clause])
        }
    }
}

/// The Luby sequence 1, 1, 2, 1, 1, 2, 4, ... for `index` from 1.
///
/// Source: Luby, Sinclair, Zuckerman 1993, doi:10.1016/0020-0190(93)90029-9.
func luby(_ index: Int) -> Int {
    var index = index
    while true {
        let width = Int.bitWidth - index.leadingZeroBitCount
        if index == (1 << width) - 1 { return 1 << (width - 1) }
        index -= (1 << (width - 1)) - 1
    }
}
