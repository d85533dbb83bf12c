/// One number for each child, such as its points or a part of them, stored as its place among the different numbers.
public struct ChildNumbers: Sendable {
    /// The different numbers, in the order of the first child that has each.
    public private(set) var numbers: [ExactNumber] = []
    /// For each child the index of its number in ``numbers``; -1: it has none.
    public private(set) var codes: [Int32] = []
    /// The code of each whole number from ``smallest`` on; -1: no child has it. Most points are such numbers, which need no
    /// hashing.
    private var smallCodes = [Int32](repeating: -1, count: 512)
    private var otherCodes: [ExactNumber: Int32] = [:]

    private static let smallest: Int64 = -128

    public init() {}

    /// Adds the next child's number; `nil`: it has none.
    public mutating func append(_ number: ExactNumber?) {
        guard let number else { return codes.append(-1) }
        let (offset, overflows) = number.numerator.subtractingReportingOverflow(Self.smallest)
        if number.isInteger, !overflows, smallCodes.indices.contains(Int(offset)) {
            let place = Int(offset)
            if smallCodes[place] < 0 { smallCodes[place] = newCode(of: number) }
            codes.append(smallCodes[place])
        } else if let code = otherCodes[number] {
            codes.append(code)
        } else {
            let code = newCode(of: number)
            otherCodes[number] = code
            codes.append(code)
        }
    }

    private mutating func newCode(of number: ExactNumber) -> Int32 {
        numbers.append(number)
        return Int32(numbers.count - 1)
    }
}

/// What a part of a points table counts for each child of a case.
public struct PartNumbers: Sendable {
    /// The part's name in the table.
    public let name: String
    /// By child; a child for whom the part is missing has none.
    public internal(set) var values: ChildNumbers

    public init(_ name: String, _ values: ChildNumbers) {
        self.name = name
        self.values = values
    }
}

extension Case {
    /// The wish at which a child's points are told where one number must stand for the child: its first eligible wish or, without
    /// one, its first wish; `nil` where it has no wishes.
    public func wishOfPoints(of child: Int) -> Int? {
        // The child itself is not copied, because that would cost more than all that is done with it.
        let wishes = children[child].wishes
        return wishes.firstIndex(where: \.isEligible) ?? wishes.indices.first
    }

    /// Whether the points table refuses a child that has no other eligible wish, so that no points of it count.
    public func isRefused(_ child: Int) -> Bool {
        let wishes = children[child].wishes
        return !wishes.contains(where: \.isEligible) && wishes.contains { $0.ineligibility == .notEligible }
    }

    /// The points of each child, at ``wishOfPoints(of:)``.
    ///
    /// - Complexity: O(wishes).
    public func pointsOfChildren() -> ChildNumbers {
        var points = ChildNumbers()
        for child in children.indices {
            points.append(
                wishOfPoints(of: child).flatMap { children[child].wishes[$0].points } ?? children[child].points)
        }
        return points
    }
}

extension CaseDraft {
    /// What each part of ``Rules/pointsTable`` but the total counts for each child, at ``Case/wishOfPoints(of:)``.
    ///
    /// - Parameters:
    ///   - subject: The case that was made of this draft.
    ///   - threads: How many may work at the same time; the result is the same with any number.
    /// - Returns: The parts in the order of the table; none where the table is a list of rows, or there is no table. A value that
    ///   is too large to be exact counts as missing.
    /// - Complexity: As computing the points: O(children · (columns + rows)).
    public func partNumbers(of subject: Case, threads: Int = 1) -> [PartNumbers] {
        let names = rules.pointsTable.parts.map(\.name)
        let shown = names.indices.filter { names[$0] != PointsTable.total }
        if shown.isEmpty { return [] }
        let computer = PointsComputer(self, threads: threads)
        let rowOfID = Dictionary(
            children.indices.map { (children[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
        var parts = shown.map { PartNumbers(names[$0], ChildNumbers()) }
        // In blocks, so that the numbers of all children are never there at once.
        let block = 8192
        for start in stride(from: 0, to: subject.children.count, by: block) {
            let count = min(block, subject.children.count - start)
            let values = elements(count, threads: threads, state: ()) { _, offset in
                let child = start + offset
                let wish = subject.wishOfPoints(of: child).map {
                    subject.facilities[subject.children[child].wishes[$0].facility].id
                }
                return computer.values(row: rowOfID[subject.children[child].id]!, at: wish)
            }.elements
            for (part, index) in shown.enumerated() {
                for child in values { parts[part].values.append(child[index].number) }
            }
        }
        return parts
    }
}

extension PointsComputer {
    /// What the parts count at a facility that the row's child wishes, or without a wish where it is `nil`.
    fileprivate func values(row: Int, at facility: FacilityID?) -> [PartValue] {
        let values = values(row: row)
        guard tester.looksAtWishes, let facility,
            let position = draft.children[row].wishes.firstIndex(of: facility)
        else { return values.own }
        return self.values(values, atWish: position, rank: tester.ranks(row: row)[position])
    }
}
