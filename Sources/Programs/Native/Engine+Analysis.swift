// Learning: from a contradiction to a clause, and from failed assumptions to a core.

extension Engine {
    /// Writes down the false literals that made `literal` true, or that contradict a row when `literal` is `nil`.
    ///
    /// - Returns: A range of `arena` (`inArena`) or of `explanation`.
    private mutating func reasons(
        for literal: Int32?,
        because reason: Cause
    ) -> (inArena: Bool, start: Int, end: Int) {
        if reason > 0 {
            let start = Int(reason) + 4
            return (true, start + (literal == nil ? 0 : 1), start + Int(arena[reason]))
        }
        if let literal, explanationStamp[literal >> 1] == stamp {
            return (false, Int(explanationStart[literal >> 1]), Int(explanationEnd[literal >> 1]))
        }
        let start = explanation.count
        explain(literal, by: ~reason)
        if let literal {
            explanationStamp[literal >> 1] = stamp
            explanationStart[literal >> 1] = Int32(start)
            explanationEnd[literal >> 1] = Int32(explanation.count)
        }
        return (false, start, explanation.count)
    }

    /// Appends to `explanation` false literals of `row` that suffice to force `literal`, or to contradict the row.
    private mutating func explain(_ literal: Int32?, by row: Int32) {
        let before = literal.map { place[$0 >> 1] } ?? Int32.max
        // The literals chosen must leave the row with less than it needs.
        var surplus = -fullSlack[row] - 1
        let first = explanation.count
        var index = rowStart[row]
        let end = rowEnd[row]
        work += Int(end - index)
        while index < end {
            let other = rowLiterals[index]
            let coefficient = rowCoefficients[index]
            index += 1
            if other == literal {
                surplus += wide(coefficient)
            } else if value[other] < 0, place[other >> 1] < before {
                surplus += wide(coefficient)
                if level[other >> 1] > 0 {
                    explanation.append(other)
                    weights.append(coefficient)
                }
            }
        }
        assert(surplus >= 0)
        // Leaves out literals that are not needed, first those that would be new in the learned clause.
        let count = explanation.count - first
        if surplus > 0 {
            for pass in 0..<2 {
                var position = count - 1
                while position >= 0 {
                    let other = explanation[first + position]
                    if other >= 0 {
                        let coefficient = wide(weights[position])
                        if coefficient <= surplus, pass == 1 || seen[other >> 1] == 0 {
                            surplus -= coefficient
                            explanation[first + position] = -1
                        }
                    }
                    position -= 1
                }
            }
            var kept = first
            for position in first..<explanation.count where explanation[position] >= 0 {
                explanation[kept] = explanation[position]
                kept += 1
            }
            explanation.truncate(to: kept)
        }
        weights.truncate(to: 0)
    }

    private mutating func beginAnalysis() {
        explanation.truncate(to: 0)
        if stamp == .max {
            for variable in 0..<Int(variableCount) { explanationStamp[variable] = 0 }
            stamp = 0
        }
        stamp += 1
    }

    /// Derives from the contradiction `conflict` a clause in `derived` that forces its first literal.
    ///
    /// - Returns: The level to return to before the literal is assigned.
    mutating func analyze(_ conflict: Cause) -> Int32 {
        beginAnalysis()
        derived.truncate(to: 0)
        derived.append(0)
        var open = 0
        var literal: Int32?
        var reason = conflict
        var index = trail.count - 1
        repeat {
            let (inArena, start, end) = reasons(for: literal, because: reason)
            if inArena { noteUse(of: reason) }
            for position in start..<end {
                let other = inArena ? arena[position] : explanation[position]
                let variable = other >> 1
                guard seen[variable] == 0, level[variable] > 0 else { continue }
                seen[variable] = 1
                toClear.append(variable)
                bump(variable)
                if level[variable] == decisionLevel { open += 1 } else { derived.append(other) }
            }
            while seen[trail[index] >> 1] == 0 { index -= 1 }
            let next = trail[index]
            index -= 1
            literal = next
            reason = cause[next >> 1]
            open -= 1
        } while open > 0
        derived[0] = literal.unsafelyUnwrapped ^ 1

        minimiseDerived()
        for position in 0..<toClear.count { seen[toClear[position]] = 0 }
        toClear.truncate(to: 0)

        guard derived.count > 1 else { return 0 }
        var deepest = 1
        for position in 2..<max(2, derived.count)
        where level[derived[position] >> 1] > level[derived[deepest] >> 1] {
            deepest = position
        }
        let swapped = derived[1]
        derived[1] = derived[deepest]
        derived[deepest] = swapped
        return level[derived[1] >> 1]
    }

    /// Drops the literals that the others imply.
    private mutating func minimiseDerived() {
        var levels: UInt64 = 0
        for position in 1..<derived.count { levels |= 1 << UInt64(level[derived[position] >> 1] & 63) }
        var kept = 1
        for position in 1..<derived.count {
            let literal = derived[position]
            if cause[literal >> 1] == 0 || !isImplied(literal, within: levels) {
                derived[kept] = literal
                kept += 1
            }
        }
        derived.truncate(to: kept)
    }

    private mutating func isImplied(_ literal: Int32, within levels: UInt64) -> Bool {
        let cleared = toClear.count
        pending.truncate(to: 0)
        pending.append(literal)
        while !pending.isEmpty {
            let top = pending.removeLast() ^ 1
            let (inArena, start, end) = reasons(for: top, because: cause[top >> 1])
            for position in start..<end {
                let other = inArena ? arena[position] : explanation[position]
                let variable = other >> 1
                guard seen[variable] == 0, level[variable] > 0 else { continue }
                guard cause[variable] != 0, levels & (1 << UInt64(level[variable] & 63)) != 0 else {
                    for index in cleared..<toClear.count { seen[toClear[index]] = 0 }
                    toClear.truncate(to: cleared)
                    pending.truncate(to: 0)
                    return false
                }
                seen[variable] = 1
                toClear.append(variable)
                pending.append(other)
            }
        }
        return true
    }

    /// Collects in `failed` the assumptions that together make the assumption `literal` false, and `literal` itself.
    mutating func analyzeFailure(of literal: Int32) {
        beginAnalysis()
        failed.truncate(to: 0)
        failed.append(literal)
        guard !levelStart.isEmpty, level[literal >> 1] > 0 else { return }
        seen[literal >> 1] = 1
        toClear.append(literal >> 1)
        var index = trail.count
        let start = Int(levelStart[0])
        while index > start {
            index -= 1
            let implied = trail[index]
            let variable = implied >> 1
            guard seen[variable] != 0 else { continue }
            if cause[variable] == 0 {
                // All decisions here are assumptions. `implied` is the opposite of `literal` only if both were assumed.
                failed.append(implied)
            } else {
                let (inArena, first, end) = reasons(for: implied, because: cause[variable])
                for position in first..<end {
                    let other = (inArena ? arena[position] : explanation[position]) >> 1
                    guard seen[other] == 0, level[other] > 0 else { continue }
                    seen[other] = 1
                    toClear.append(other)
                }
            }
        }
        for position in 0..<toClear.count { seen[toClear[position]] = 0 }
        toClear.truncate(to: 0)
    }

    /// The number of different decision levels among the literals of `derived`.
    mutating func quality() -> Int32 {
        levelStamp.extend(with: 0, to: levelStart.count + 1)
        levelStampNow &+= 1
        if levelStampNow == .max {
            for index in 0..<levelStamp.count { levelStamp[index] = 0 }
            levelStampNow = 1
        }
        var count: Int32 = 0
        for position in 0..<derived.count {
            let depth = level[derived[position] >> 1]
            if levelStamp[depth] != levelStampNow {
                levelStamp[depth] = levelStampNow
                count += 1
            }
        }
        return count
    }

    /// Keeps the clause in `derived` and assigns the literal that it forces. Call it after `undo(to:)` to the level that
    /// ``analyze(_:)`` returned.
    mutating func learn(quality: Int32) {
        let forced = derived[0]
        if derived.count == 1 {
            assign(forced, because: 0)
            return
        }
        let clause = Int32(arena.count)
        arena.append(Int32(derived.count))
        arena.append(1)
        arena.append(quality)
        arena.append(2)
        for position in 0..<derived.count { arena.append(derived[position]) }
        learned.append(clause)
        learnedLiterals += derived.count
        watch(clause)
        assign(forced, because: clause)
    }

    @inline(__always)
    private func noteUse(of clause: Int32) {
        if arena[clause + 1] & 1 != 0 { arena[clause + 3] = 2 }
    }
}
