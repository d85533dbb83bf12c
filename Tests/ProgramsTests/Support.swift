import Programs
import Testing

/// A small generator of pseudo-random numbers, the same everywhere (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A solver under test.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case glpk
    case native
    /// The native solver with options that make it restart, forget and relax as often as it can.
    case restlessNative

    static var available: [Backend] { allCases.filter { $0 != .glpk || GLPKSolver.isAvailable } }

    var solver: any Solver {
        switch self {
        case .glpk: return GLPKSolver()
        case .native: return NativeSolver()
        case .restlessNative:
            var options = NativeSolver.Options()
            options.restartInterval = 1
            options.reductionInterval = 3
            options.learnedLiteralLimit = 2_000
            options.stepLimit = 0
            options.prefersOne = true
            options.firstTurn = 1
            return NativeSolver(options: options)
        }
    }

    var testDescription: String { rawValue }
}

extension Program {
    /// The optimum by trying every assignment, or `nil` when there is no solution.
    func optimumByExhaustion() -> Int? {
        var values = variables.map { bounds(of: $0).lowerBound }
        var best: Int?
        while true {
            if isFeasible(values) {
                let objective = objectiveValue(of: values)
                if objective < best ?? .max { best = objective }
            }
            guard let next = variables.first(where: { values[$0.index] < bounds(of: $0).upperBound }) else {
                return best
            }
            for index in 0..<next.index { values[index] = bounds(of: Variable(index: index)).lowerBound }
            values[next.index] += 1
        }
    }

    /// Random programs by seed, with their optima; computed once for all backends.
    static let judged: [(seed: Int, program: Program, optimum: Int?)] = (1...500).map { seed in
        let program = random(seed: seed)
        return (seed, program, program.optimumByExhaustion())
    }

    /// A random program with few enough assignments to try them all.
    static func random(seed: Int) -> Program {
        var random = SeededRandom(seed: seed)
        var program = Program()
        let integers = Int.random(in: 0...2, using: &random)
        let count = Int.random(in: 1...(8 - 2 * integers), using: &random)
        for index in 0..<count + integers {
            if index < count {
                program.addVariable()
            } else {
                let lower = Int.random(in: -4...3, using: &random)
                program.addVariable(lower: lower, upper: lower + Int.random(in: 0...5, using: &random))
            }
        }
        let all = Array(program.variables)
        let spread = [1, 1, 2, 5, 30].randomElement(using: &random)!
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let terms = all.shuffled(using: &random).prefix(Int.random(in: 1...min(6, all.count), using: &random)).map {
                Term(Int.random(in: -spread...spread, using: &random), $0)
            }
            let middle = Int.random(in: -2 * spread...3 * spread, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: program.addRow("", terms, lower: nil, upper: middle)
            case 1: program.addRow("", terms, lower: 0, upper: 0)
            case 2: program.addRow("", terms, lower: middle - spread, upper: middle + spread)
            default: program.addRow("", terms, lower: middle, upper: nil)
            }
        }
        if Int.random(in: 0..<6, using: &random) > 0 {
            program.setObjective(
                all.map { Term(Int.random(in: -spread...2 * spread, using: &random), $0) },
                constant: Int.random(in: -5...5, using: &random)
            )
        }
        return program
    }

    /// `pigeons` into `holes`, one a hole.
    static func pigeonhole(_ pigeons: Int, into holes: Int) -> Program {
        var program = Program()
        let place = (0..<pigeons).map { _ in (0..<holes).map { _ in program.addVariable() } }
        for pigeon in 0..<pigeons { program.addRow("", place[pigeon].map { Term(1, $0) }, lower: 1, upper: nil) }
        for hole in 0..<holes { program.addRow("", place.map { Term(1, $0[hole]) }, lower: nil, upper: 1) }
        return program
    }
}
