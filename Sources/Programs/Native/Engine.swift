/// A search engine for linear rows over 0-1 variables that learns clauses from contradictions.
///
/// A *literal* is an `Int32`: `2 * v` says that variable `v` is 1, `2 * v + 1` that it is 0; `literal ^ 1` is the
/// opposite. Every constraint has the form `sum of a * literal >= degree` with `a > 0`. If all `a` are at least the degree, it
/// is a clause (watched by two literals); otherwise it is a row (with a counter of its slack).
///
/// The engine is the only owner of its flat buffers. Nothing in it depends on a clock, an address or a hash.
///
/// Sources: conflict-driven learning after MiniSat (Een, Sorensson 2003, doi:10.1007/978-3-540-24605-3_37); counters for
/// rows and clauses as their explanations after Galena and MiniSat+ (Chai, Kuehlmann 2003, doi:10.1145/775832.776041);
/// clause quality by levels after Glucose (Audemard, Simon 2009).
struct Engine: ~Copyable {
    /// The reason why a literal is true, or a contradicted constraint: 0 for none, above 0 a clause, below 0 the row `~cause`.
    typealias Cause = Int32

    struct Watch: BitwiseCopyable {
        var clause: Int32
        /// Some other literal of the clause. If it is true, the clause need not be looked at.
        var blocker: Int32
    }

    struct Occurrence: BitwiseCopyable {
        var row: Int32
        /// The coefficient, or `~index` into `wideCoefficients` for one that does not fit.
        var coefficient: Int32
    }

    let options: NativeSolver.Options

    // Variables.
    var variableCount: Int32 = 0
    /// By literal: 1 true, -1 false, 0 open.
    var value = Buffer<Int8>()
    var level = Buffer<Int32>()
    /// By variable: its position on the trail while it is assigned.
    var place = Buffer<Int32>()
    var cause = Buffer<Cause>()
    /// By variable: the literal to try first.
    var phase = Buffer<Int32>()
    var trail = Buffer<Int32>()
    /// For each level, at its number (from 1) minus 1, the length of the trail before its decision.
    var levelStart = Buffer<Int32>()
    /// The trail up to here has been propagated, and counted in the slacks.
    var head = 0

    // Decision order: a binary heap, greatest activity first, then least index.
    var activity = Buffer<Double>()
    var activityStep = 1.0
    var heap = Buffer<Int32>()
    /// By variable: its position in the heap, or -1 if it is not there.
    var heapPlace = Buffer<Int32>()

    // Clauses: size, flags (1 learned, 2 dead), quality, use, literals. A clause is identified by where it starts, from 1.
    var arena = Buffer<Int32>()
    var watches = Lists<Watch>()
    var learned = Buffer<Int32>()
    var learnedLiterals = 0

    // Rows; the terms of row r are `rowStart[r]..<rowEnd[r]`, greatest coefficient first.
    var rowStart = Buffer<Int32>()
    var rowEnd = Buffer<Int32>()
    var rowLiterals = Buffer<Int32>()
    var rowCoefficients = Buffer<Int32>()
    var wideCoefficients = Buffer<Int>()
    /// By row: the sum of the coefficients of literals that are not counted as false yet, minus the degree.
    var slack = Buffer<Int>()
    /// By row: the slack when no literal is false.
    var fullSlack = Buffer<Int>()
    var largest = Buffer<Int>()
    var occurrences = Lists<Occurrence>()

    // Analysis scratch.
    var seen = Buffer<UInt8>()
    var toClear = Buffer<Int32>()
    var pending = Buffer<Int32>()
    var weights = Buffer<Int32>()
    var derived = Buffer<Int32>()
    var explanation = Buffer<Int32>()
    var explanationStart = Buffer<Int32>()
    var explanationEnd = Buffer<Int32>()
    /// By variable: the conflict for which its explanation was written down.
    var explanationStamp = Buffer<Int32>()
    var stamp: Int32 = 1
    var levelStamp = Buffer<Int32>()
    var levelStampNow: Int32 = 0

    // Search state.
    var assumptions = Buffer<Int32>()
    /// After the assumptions failed, some of them that suffice for the contradiction.
    var failed = Buffer<Int32>()
    /// Cleared once the constraints are contradictory without assumptions.
    var consistent = true
    var simplifiedTrail = 0

    var conflicts = 0
    var decisions = 0
    var propagations = 0
    var restarts = 0
    var reductions = 0
    /// Steps of work so far, counted to know when to look at the deadline.
    var work = 0
    /// The part of ``work`` that was reported to the deadline.
    var workReported = 0
    var nextPoll = 0
    var deadline = Deadline.none
    /// The value of ``work`` at which the call ends.
    var workEnd = Int.max
    var stopped = false

    var quickQuality = 0.0
    var slowQuality = 0.0
    var conflictsSinceRestart = 0
    var restartLimit = 0
    var steady = false
    var modeEnd = 1000
    var modeLength = 1000
    var lubyIndex = 0
    var lastReduction = 0
    var nextReduction: Int

    init(options: NativeSolver.Options) {
        self.options = options
        nextReduction = options.reductionInterval
        arena.append(0)
    }
}

// MARK: - Building

extension Engine {
    /// Adds a 0-1 variable and returns its positive literal.
    mutating func addVariable(preferring first: Bool = false) -> Int32 {
        let variable = variableCount
        variableCount += 1
        value.append(0)
        value.append(0)
        level.append(0)
        place.append(0)
        cause.append(0)
        phase.append(variable << 1 | (first ? 0 : 1))
        activity.append(0)
        heapPlace.append(-1)
        seen.append(0)
        explanationStart.append(0)
        explanationEnd.append(0)
        explanationStamp.append(0)
        watches.extend(to: Int(variableCount) * 2)
        occurrences.extend(to: Int(variableCount) * 2)
        heapInsert(variable)
        return variable << 1
    }

    /// Adds a clause. No decision may be in place.
    mutating func addClause(_ literals: [Int32]) {
        addRow(literals.map { (1, $0) }, atLeast: 1)
    }

    /// Adds `sum of coefficient * literal >= degree`. No decision may be in place.
    ///
    /// - Parameter terms: The terms, with coefficients above 0 whose sum fits an `Int`, and each variable at most once.
    /// - Returns: The row's number, or `nil` when it became a clause, a fact or nothing.
    @discardableResult
    mutating func addRow(_ terms: [(coefficient: Int, literal: Int32)], atLeast bound: Int) -> Int32? {
        precondition(levelStart.isEmpty, "constraints are added before decisions")
        guard consistent else { return nil }
        var degree = bound
        var open: [(coefficient: Int, literal: Int32)] = []
        for term in terms where term.coefficient > 0 {
            switch value[term.literal] {
            case 1: degree -= term.coefficient
            case 0: open.append(term)
            default: break
            }
        }
        guard degree > 0 else { return nil }
        var total = 0
        var least = Int.max
        for index in open.indices {
            open[index].coefficient = min(open[index].coefficient, degree)
            total += open[index].coefficient
            least = min(least, open[index].coefficient)
        }
        guard total >= degree else {
            consistent = false
            return nil
        }
        if least >= degree {
            installClause(open.map(\.literal))
            return nil
        }
        let divisor = open.reduce(0) { greatestCommonDivisor($0, $1.coefficient) }
        if divisor > 1 {
            degree = (degree + divisor - 1) / divisor
            for index in open.indices { open[index].coefficient /= divisor }
        }
        open.sort { $0.coefficient != $1.coefficient ? $0.coefficient > $1.coefficient : $0.literal < $1.literal }
        return installRow(open, degree: degree)
    }

    private mutating func installClause(_ literals: [Int32]) {
        if literals.count == 1 {
            assign(literals[0], because: 0)
            return
        }
        let clause = Int32(arena.count)
        arena.append(Int32(literals.count))
        arena.append(0)
        arena.append(0)
        arena.append(0)
        for literal in literals { arena.append(literal) }
        watch(clause)
    }

    /// Installs a row as it is. Literals that are false and propagated already are counted in its slack.
    mutating func installRow(_ terms: [(coefficient: Int, literal: Int32)], degree: Int) -> Int32 {
        let row = Int32(rowStart.count)
        rowStart.append(Int32(rowLiterals.count))
        var total = 0
        for term in terms {
            let narrow: Int32
            if term.coefficient <= Int(Int32.max) {
                narrow = Int32(term.coefficient)
            } else {
                narrow = ~Int32(wideCoefficients.count)
                wideCoefficients.append(term.coefficient)
            }
            rowLiterals.append(term.literal)
            rowCoefficients.append(narrow)
            occurrences.append(Occurrence(row: row, coefficient: narrow), to: term.literal)
            total += term.coefficient
        }
        rowEnd.append(Int32(rowLiterals.count))
        let counted = terms.reduce(0) { sum, term in
            value[term.literal] < 0 && place[term.literal >> 1] < head ? sum + term.coefficient : sum
        }
        slack.append(total - degree - counted)
        fullSlack.append(total - degree)
        largest.append(terms.first?.coefficient ?? 0)
        if slack[row] < 0 {
            consistent = false
        } else if slack[row] < largest[row] {
            assignForced(by: row)
        }
        return row
    }

    /// Raises the degree of `row` by `amount`. No decision may be in place.
    mutating func tighten(_ row: Int32, by amount: Int) {
        precondition(levelStart.isEmpty, "rows are tightened before decisions")
        slack[row] -= amount
        fullSlack[row] -= amount
        if slack[row] < 0 {
            consistent = false
        } else if slack[row] < largest[row] {
            assignForced(by: row)
        }
    }

    @inline(__always)
    func wide(_ coefficient: Int32) -> Int {
        coefficient >= 0 ? Int(coefficient) : wideCoefficients[~coefficient]
    }
}

func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}
