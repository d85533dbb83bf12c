import Admissions

/// How well a city meets the figures to which it was calibrated: each with its target and its actual value.
public struct CityFigures: Hashable, Sendable, CustomStringConvertible {
    /// The figures in a fixed order, first those about all children.
    public let rows: [Row]

    public init(rows: [Row]) { self.rows = rows }

    /// One figure.
    ///
    /// Encoded it has its name and its two values.
    public struct Row: Hashable, Sendable, Encodable {
        private enum CodingKeys: String, CodingKey { case name, target, actual }

        /// A plain English name, such as `held share of new applicants`; unique in its table.
        public let name: String
        /// What the options ask for; `nil` if the figure is only reported.
        public let target: Double?
        /// What the city has.
        public let actual: Double
        /// How far the figure may be from its target in a city of 8,000 children; 0 without a target.
        public let tolerance: Double

        public init(name: String, target: Double?, actual: Double, tolerance: Double) {
            (self.name, self.target, self.actual, self.tolerance) = (name, target, actual, tolerance)
        }

        /// Whether the figure is within the tolerance of its target, or has no target.
        public var isMet: Bool { target.map { abs(actual - $0) <= tolerance } ?? true }
    }

    /// The figure of this name, if there is one.
    public subscript(name: String) -> Row? { rows.first { $0.name == name } }

    /// A table in plain text: name, target and actual value with four decimals. A figure that misses its target is marked `!`.
    public var description: String { lines(in: .english).joined(separator: "\n") }

    /// The table with a line below it that says what `!` means, where a figure is marked so.
    public func lines(in language: Language) -> [String] {
        let names = rows.map { $0.phrase[language] }
        let heading = Phrase("数値", "figure")[language]
        let width = (names + [heading]).map { consoleWidth(of: $0) }.max() ?? 0
        func line(_ name: String, _ target: String, _ actual: String) -> String {
            Self.padded(name, width) + Self.aligned(target, 10) + Self.aligned(actual, 12)
        }
        let missed = rows.count { !$0.isMet }
        let note = Phrase(
            "! は目標から外れた数値です（\(missed) 件）。児童や施設が少ないと、偶然で外れることがあります。",
            "! marks what misses its target (\(counted(missed, "figure"))): in a small city chance does that.")
        return [line(heading, Phrase("目標", "target")[language], Phrase("実際", "actual")[language])]
            + zip(rows, names).map { row, name in
                line(name, row.target.map(Self.decimal) ?? "-", Self.decimal(row.actual)) + (row.isMet ? "" : " !")
            } + (missed == 0 ? [] : [note[language]])
    }

    private static func padded(_ text: String, _ columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - consoleWidth(of: text)))
    }

    private static func aligned(_ text: String, _ columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - consoleWidth(of: text))) + text
    }

    /// The value with four decimals, or without decimals if it is whole.
    private static func decimal(_ value: Double) -> String {
        let scaled = Int((value * 10_000).rounded())
        if scaled % 10_000 == 0, value >= 20 { return String(scaled / 10_000) }
        let decimals = String(scaled % 10_000)
        return "\(scaled / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
    }
}

extension CityFigures {
    /// What is said of a city that was written into a folder, as an object to encode.
    public struct Message: Encodable, Sendable {
        let message = "generated"
        let folder: String
        let figures: [Row]
    }

    /// What is said of the city, written into this folder.
    public func message(of folder: String) -> Message { Message(folder: folder, figures: rows) }
}
