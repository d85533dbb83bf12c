/// Why an allocation is the one that the rules define, as steps that anybody can check.
///
/// Three statements carry it:
///
/// * Of every core at least so many households have a claim in any allocation as it says. Cores share no household, so no
///   allocation has fewer claims than they need together.
/// * The allocation has just as many. Where each core needs one, and the lowest of each has it, none sits lower.
/// * Where only those who have a claim in the allocation may have one, every step of ``deduction`` holds. A household to
///   which one outcome is left has it in every allocation that is as good on the levels of the claims.
///
/// What logic did not decide was decided by a solver; it is named, but has no steps to check. A whole program without
/// reduction has none at all.
///
/// Households, outcomes and limits are numbers: a household is an index into ``Case/households``, a limit into
/// ``Case/limits``, an outcome the position, from 0, in the household's list without its ineligible outcomes.
public struct Proof: Hashable, Sendable {
    /// Disjoint.
    public var cores: [Core]
    /// Whether each core needs one claim, and it is that of the lowest of its households: then none sits lower. Else a solver
    /// found the lowest.
    public var isPlacedByCores: Bool
    /// What holds where only the claimants of the result may have claims; `nil` where the search ended before.
    public var deduction: Deduction?
    /// Sets of households that a solver decided together, each ascending; empty where ``deduction`` is `nil`.
    public var components: [[Int]]
    /// Whether a solver decided everything in one program; then all else is empty.
    public var isWhole: Bool

    public init(
        cores: [Core] = [], isPlacedByCores: Bool = true, deduction: Deduction? = nil, components: [[Int]] = [],
        isWhole: Bool = false
    ) {
        self.cores = cores
        self.isPlacedByCores = isPlacedByCores
        self.deduction = deduction
        self.components = components
        self.isWhole = isWhole
    }

    /// What proves a level.
    public enum Means: String, Codable, Sendable {
        /// Steps that can be checked one by one.
        case logic
        /// A solver; another one can be asked.
        case search
    }

    /// Households that have a claim in any allocation, by the cores.
    ///
    /// A sum that leaves the numbers of `Int` stops at the last of them: what was read may say anything.
    public var bound: Int {
        cores.reduce(0) { sum, core in
            let (next, overflows) = sum.addingReportingOverflow(core.least)
            return overflows ? (core.least < 0 ? .min : .max) : next
        }
    }

    /// What proves that there are no fewer claims; of a search that ended before, nothing yet.
    public var meansForClaims: Means {
        isWhole || deduction == nil || cores.contains { $0.search != nil } ? .search : .logic
    }

    /// What proves that the claims sit no lower.
    public var meansForPlacing: Means { meansForClaims == .logic && isPlacedByCores ? .logic : .search }

    /// What proves the levels after those of the claims.
    public var meansForObjective: Means { isWhole || deduction == nil || !components.isEmpty ? .search : .logic }

    /// Households of which some have a claim in any allocation.
    public struct Core: Hashable, Sendable {
        /// Ascending.
        public var households: [Int]
        /// The fewest households of the core that have a claim in any allocation; steps alone can prove 1 only.
        public var least: Int
        /// Steps that hold where none of these households has a claim; all others may have one.
        public var deduction: Deduction
        /// What a solver refuted where the strikes stand; `nil` where the steps leave some household no outcome at all.
        public var search: Search?

        public init(households: [Int], least: Int = 1, deduction: Deduction, search: Search? = nil) {
            self.households = households
            self.least = least
            self.deduction = deduction
            self.search = search
        }
    }

    /// A part of the market for which a solver found that it has no solution.
    public struct Search: Hashable, Sendable {
        /// Households between whose outcomes it looked for a choice, or whose claims it had to avoid; ascending.
        public var households: [Int]
        /// Limits whose seats or priorities it minded; ascending.
        public var limits: [Int]

        public init(households: [Int], limits: [Int]) {
            self.households = households
            self.limits = limits
        }
    }
}

/// Outcomes struck one after another, each for a reason that holds once those before it are gone.
public struct Deduction: Hashable, Sendable {
    public var steps: [Step]

    public init(_ steps: [Step] = []) { self.steps = steps }

    /// Outcomes of one household that go, and why.
    public enum Step: Hashable, Sendable {
        /// Everything after `outcome`: the household would have a claim to it, if it got anything worse.
        ///
        /// At every limit that it touches, all that others could still use before it leaves room for it.
        case after(household: Int32, outcome: Int32)
        /// Each of `outcomes`: those who come before it at one limit leave no room for it.
        ///
        /// `limit` tells which one: its place among the limits that the outcome touches, ascending from 0. What counts
        /// are the seats that others use for certain, and one seat of each household that would have a claim without it.
        case full(household: Int32, outcomes: ClosedRange<Int32>, limit: Int32)
        /// From here on the household is supposed to get `outcome`, until the ``absurd`` that belongs to this.
        case suppose(household: Int32, outcome: Int32)
        /// Some household has no outcome left, so what was supposed last cannot be: it is struck, and what was struck since
        /// then for its sake stands again.
        case absurd

        /// The household and the last outcome that the step names; `nil` where it names none.
        public var named: (household: Int32, outcome: Int32)? {
            switch self {
            case .after(let household, let outcome), .suppose(let household, let outcome): (household, outcome)
            case .full(let household, let outcomes, _): (household, outcomes.upperBound)
            case .absurd: nil
            }
        }
    }
}

// MARK: - Writing and reading

/// The text of a deduction: words with blanks between, one for each run of strikes of one household.
///
///     12:0-2,4@1>5 7>0 3?1 8:2 !
///
/// Household 12 loses the outcomes 0, 1 and 2, because the first limit that each touches is full, and 4, because the second
/// is; then all after 5. Household 7 loses all after its first. Suppose that household 3 gets its outcome 1: then household 8
/// loses its outcome 2, its last. That is absurd, so household 3 loses its outcome 1, and household 8 has its own again.
extension Deduction: LosslessStringConvertible {
    public var description: String { String(decoding: utf8(), as: UTF8.self) }

    /// The bytes of ``description``.
    ///
    /// - Complexity: O(steps).
    public func utf8() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(steps.count * 8)
        // The household whose word may go on.
        var open: Int32 = -1
        for step in steps {
            if open < 0 || step.named?.household != open, !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            switch step {
            case .absurd:
                bytes.append(UInt8(ascii: "!"))
                open = -1
            case .suppose(let household, let outcome):
                if household == open { bytes.append(UInt8(ascii: " ")) }
                bytes.append(decimal: household)
                bytes.append(UInt8(ascii: "?"))
                bytes.append(decimal: outcome)
                open = -1
            case .after(let household, let outcome):
                if household != open { bytes.append(decimal: household) }
                bytes.append(UInt8(ascii: ">"))
                bytes.append(decimal: outcome)
                open = -1
            case .full(let household, let outcomes, let limit):
                if household == open {
                    bytes.append(UInt8(ascii: ","))
                } else {
                    bytes.append(decimal: household)
                    bytes.append(UInt8(ascii: ":"))
                }
                bytes.append(decimal: outcomes.lowerBound)
                if outcomes.count > 1 {
                    bytes.append(UInt8(ascii: "-"))
                    bytes.append(decimal: outcomes.upperBound)
                }
                if limit > 0 {
                    bytes.append(UInt8(ascii: "@"))
                    bytes.append(decimal: limit)
                }
                open = household
            }
        }
        return bytes
    }

    /// Reads a text; `nil` where it is not in the form of ``description``.
    public init?(_ text: String) {
        self.init(utf8: text.utf8)
    }

    /// Reads the bytes of a text; `nil` where they are not in the form of ``description``.
    ///
    /// - Complexity: O(bytes).
    public init?(utf8 bytes: some Sequence<UInt8>) {
        var reader = DeductionReader()
        for byte in bytes where !reader.take(byte) { return nil }
        guard reader.end() else { return nil }
        self.init(reader.steps)
    }
}

/// Takes the text of a deduction byte by byte.
private struct DeductionReader {
    private(set) var steps: [Deduction.Step] = []
    private var household: Int32 = 0
    private var first: Int32 = 0
    private var last: Int32 = 0
    private var number: Int32 = 0
    private var hasDigits = false
    /// A blank was read, so a word must follow some time.
    private var isBetweenWords = false
    private var part = Part.household

    /// What the number being read is.
    private enum Part {
        case household, first, last, limit, sure, supposed, none
    }

    /// False where the byte cannot stand here.
    mutating func take(_ byte: UInt8) -> Bool {
        if byte &- 48 < 10 {
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (next, carry) = tens.addingReportingOverflow(Int32(byte &- 48))
            number = next
            hasDigits = true
            return !overflow && !carry && part != .none
        }
        if byte == UInt8(ascii: "!"), part == .household, !hasDigits {
            steps.append(.absurd)
            part = .none
            return true
        }
        guard hasDigits || part == .none else { return false }
        switch (byte, part) {
        case (UInt8(ascii: ":"), .household): (household, part) = (number, .first)
        case (UInt8(ascii: ">"), .household): (household, part) = (number, .sure)
        case (UInt8(ascii: "?"), .household): (household, part) = (number, .supposed)
        case (UInt8(ascii: "-"), .first): (first, part) = (number, .last)
        case (UInt8(ascii: "@"), .first): (first, last, part) = (number, number, .limit)
        case (UInt8(ascii: "@"), .last): (last, part) = (number, .limit)
        case (UInt8(ascii: ","), .first), (UInt8(ascii: ","), .last), (UInt8(ascii: ","), .limit):
            guard close() else { return false }
            part = .first
        case (UInt8(ascii: ">"), .first), (UInt8(ascii: ">"), .last), (UInt8(ascii: ">"), .limit):
            guard close() else { return false }
            part = .sure
        case (UInt8(ascii: " "), _):
            guard close() else { return false }
            part = .household
            isBetweenWords = true
            number = 0
            hasDigits = false
            return true
        default: return false
        }
        number = 0
        hasDigits = false
        return true
    }

    /// False where the text ends within a word; the empty text has no steps.
    mutating func end() -> Bool {
        if part == .household, !hasDigits { return !isBetweenWords }
        return (hasDigits || part == .none) && close()
    }

    /// Ends a strike with the number just read.
    private mutating func close() -> Bool {
        var limit: Int32 = 0
        switch part {
        case .household: return false
        case .none: return true
        case .supposed:
            steps.append(.suppose(household: household, outcome: number))
            return true
        case .first: (first, last) = (number, number)
        case .last: last = number
        case .limit: limit = number
        case .sure:
            steps.append(.after(household: household, outcome: number))
            return true
        }
        guard first <= last else { return false }
        steps.append(.full(household: household, outcomes: first...last, limit: limit))
        return true
    }
}

extension [UInt8] {
    /// Appends a number that is not negative.
    fileprivate mutating func append(decimal number: Int32) {
        if number < 10 {
            append(48 + UInt8(number))
        } else {
            append(decimal: number / 10)
            append(48 + UInt8(number % 10))
        }
    }
}
