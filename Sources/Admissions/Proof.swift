/// Why an allocation is the one that the rules define, as steps that anybody can check.
///
/// It rests on three statements:
///
/// * In any allocation at least ``Core/least`` households of every core have a claim. Cores share no household, so no
///   allocation has fewer claims than the cores need together.
/// * The allocation has exactly that number of claims. If each core needs one claim, and its lowest household has it, the
///   claims cannot be placed lower.
/// * If only the households that have a claim in the allocation may have one, every step of ``deduction`` holds. A household
///   with one outcome left gets it in every allocation that is as good on the levels of the claims.
///
/// What logic did not decide was decided by a solver; the households concerned are named, but there are no steps to check. If
/// the search solved the whole program without a reduction, there are no steps at all.
///
/// Households, outcomes and limits are numbers: a household is an index into ``Case/households``, a limit an index into
/// ``Case/limits``, and an outcome its position, from 0, in the household's list without ineligible outcomes.
public struct Proof: Hashable, Sendable {
    /// The cores, which are disjoint.
    public var cores: [Core]
    /// Whether each core needs one claim and its lowest household has it. Then the claims cannot be placed lower. If false, a
    /// solver found the lowest placing.
    public var isPlacedByCores: Bool
    /// The strikes that hold if only the claimants of the result may have claims; `nil` if the search ended before.
    public var deduction: Deduction?
    /// Sets of households that a solver decided together, each ascending; empty if ``deduction`` is `nil`.
    public var components: [[Int]]
    /// Whether a solver decided everything in one program. Then everything else is empty.
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

    /// How a level is proved.
    public enum Means: String, Codable, Sendable {
        /// By steps that can be checked one by one.
        case logic
        /// By a solver; another solver can confirm it.
        case search
    }

    /// The least number of households that have a claim in any allocation, according to the cores.
    ///
    /// A sum that does not fit an `Int` becomes the greatest `Int`, because a proof that was read from a file may contain any
    /// numbers.
    public var bound: Int {
        cores.reduce(0) { sum, core in
            let (next, overflows) = sum.addingReportingOverflow(core.least)
            return overflows ? (core.least < 0 ? .min : .max) : next
        }
    }

    /// How it is proved that there cannot be fewer claims. It means nothing if the search ended before it proved this.
    public var meansForClaims: Means {
        isWhole || deduction == nil || cores.contains { $0.search != nil } ? .search : .logic
    }

    /// How it is proved that the claims cannot be placed lower.
    public var meansForPlacing: Means { meansForClaims == .logic && isPlacedByCores ? .logic : .search }

    /// How the levels after those of the claims are proved.
    public var meansForObjective: Means { isWhole || deduction == nil || !components.isEmpty ? .search : .logic }

    /// Households of which some have a claim in any allocation.
    public struct Core: Hashable, Sendable {
        /// The households of the core, ascending.
        public var households: [Int]
        /// The least number of households of the core that have a claim in any allocation. Steps alone can prove only 1.
        public var least: Int
        /// Steps that hold if none of these households has a claim; all others may have one.
        public var deduction: Deduction
        /// What a solver refuted after the strikes; `nil` if the steps leave some household no outcome at all.
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
        /// The households whose outcomes it had to choose, or whose claims it had to avoid; ascending.
        public var households: [Int]
        /// The limits whose seats or priorities it had to respect; ascending.
        public var limits: [Int]

        public init(households: [Int], limits: [Int]) {
            self.households = households
            self.limits = limits
        }
    }
}

/// Outcomes that are struck one after another, each for a reason that holds once the ones before it are gone.
public struct Deduction: Hashable, Sendable {
    public var steps: [Step]

    public init(_ steps: [Step] = []) { self.steps = steps }

    /// Outcomes of one household that are struck, and why; or the beginning or end of a supposition.
    public enum Step: Hashable, Sendable {
        /// Strikes everything after `outcome`, because the household would have a claim to it if it got anything worse.
        ///
        /// At every limit that the outcome touches, there is room for it whatever others can still use before it.
        case after(household: Int32, outcome: Int32)
        /// Strikes each of `outcomes`, because at one limit those who come before it leave no room for it.
        ///
        /// `limit` tells which limit: its position among the limits that the outcome touches, ascending from 0. The seats that
        /// count are those that others use for certain, and one seat of each household that would have a claim if it did not get
        /// that seat.
        case full(household: Int32, outcomes: ClosedRange<Int32>, limit: Int32)
        /// From here on the household is supposed to get `outcome`, until the matching ``absurd``.
        case suppose(household: Int32, outcome: Int32)
        /// Some household has no outcome left, so the last supposition is wrong. Everything that was struck since then is
        /// restored, and the supposed outcome is struck.
        case absurd

        /// The household and the last outcome that the step names; `nil` if it names none.
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

/// The text of a deduction: words separated by blanks, one for each run of strikes of one household.
///
///     12:0-2,4@1>5 7>0 3?1 8:2 !
///
/// Household 12 loses the outcomes 0, 1 and 2, because the first limit that each touches is full, and outcome 4, because its
/// second limit is full; then it loses all outcomes after 5. Household 7 loses all outcomes after its first. Suppose that
/// household 3 gets its outcome 1. Then household 8 loses its outcome 2, which is its last. That is absurd, so household 3 loses
/// its outcome 1, and household 8 has its outcome 2 again.
extension Deduction: LosslessStringConvertible {
    public var description: String { String(decoding: utf8(), as: UTF8.self) }

    /// The bytes of ``description``.
    ///
    /// - Complexity: O(steps).
    public func utf8() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(steps.count * 8)
        // The household whose word may be continued.
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

    /// Reads a text; `nil` if it is not in the form of ``description``.
    public init?(_ text: String) {
        self.init(utf8: text.utf8)
    }

    /// Reads the bytes of a text; `nil` if they are not in the form of ``description``.
    ///
    /// - Complexity: O(bytes).
    public init?(utf8 bytes: some Sequence<UInt8>) {
        var reader = DeductionReader()
        for byte in bytes where !reader.take(byte) { return nil }
        guard reader.end() else { return nil }
        self.init(reader.steps)
    }
}

/// Reads the text of a deduction byte by byte.
private struct DeductionReader {
    private(set) var steps: [Deduction.Step] = []
    private var household: Int32 = 0
    private var first: Int32 = 0
    private var last: Int32 = 0
    private var number: Int32 = 0
    private var hasDigits = false
    /// Whether a blank was read, so that a word must follow.
    private var isBetweenWords = false
    private var part = Part.household

    /// The meaning of the number that is being read.
    private enum Part {
        case household, first, last, limit, sure, supposed, none
    }

    /// Reads a byte; false if it is not allowed here.
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

    /// Ends the text; false if it ends within a word. The empty text has no steps.
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
