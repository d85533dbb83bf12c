/// The format of numbers by what they are, as a data style of OpenDocument with its maps says.
struct NumberSections: Sendable {
    /// The format of the numbers of which no condition holds.
    var rest = CellFormat.plain
    /// Formats of numbers of which a condition holds; the first one counts.
    var conditional: [(condition: NumberCondition, format: CellFormat)] = []

    static let plain = NumberSections()

    /// The format of a number.
    func format(of number: Double) -> CellFormat {
        conditional.first { $0.condition.holds(for: number) }?.format ?? rest
    }
}

/// A condition of OpenDocument such as `value()>=0`.
struct NumberCondition: Sendable {
    private let relation: Relation
    private let bound: Double

    /// Those of two characters come first, since they begin like the others.
    private enum Relation: String, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case notEqual = "!="
        case unequal = "<>"
        case below = "<"
        case above = ">"
        case equal = "="
    }

    /// - Parameter text: The condition; the result is `nil` where it is none about a number.
    init?(_ text: String) {
        let text = text.filter { $0 != " " }
        let rest = text.dropFirst("value()".count)
        guard text.hasPrefix("value()"), let relation = Relation.allCases.first(where: { rest.hasPrefix($0.rawValue) }),
            let bound = Array(rest.dropFirst(relation.rawValue.count).utf8).withUnsafeBufferPointer(NumberText.number)
        else { return nil }
        (self.relation, self.bound) = (relation, bound)
    }

    func holds(for number: Double) -> Bool {
        switch relation {
        case .atMost: number <= bound
        case .atLeast: number >= bound
        case .notEqual, .unequal: number != bound
        case .below: number < bound
        case .above: number > bound
        case .equal: number == bound
        }
    }
}
