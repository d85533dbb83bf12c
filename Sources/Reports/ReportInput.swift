import Admissions
import Asking
import Explaining

/// Everything that a report says. It has nothing that may differ between two runs of a case.
public struct ReportInput: Sendable {
    public var subject: Case
    public var placements: [Placement]
    /// All claims, including those that are not counted.
    public var claims: [Claim]
    /// For each limit the seats used, and the number of seats including those of present transfer applicants.
    public var usedSeats: [Int]
    public var seats: [Int]
    public var explanations: Explanations
    /// Whether the result is proved.
    public var status: RunStatus
    /// Why the search ended; `nil` for a result of an earlier version, which did not record it.
    public var termination: Termination?
    public var levels: [LevelResult]
    /// The warnings about the case, ascending by code.
    public var warnings: [Warning]
    /// Codes of the warnings that somebody accepted, ascending.
    public var accepted: [String]
    /// The columns of files that nothing read, by file.
    public var unreadColumns: [(file: String, columns: [String])]

    /// The parts of the points table but the total; empty where it has none.
    public var parts: [PartNumbers]
    /// The changes that lead to fewer claims, best first.
    public var advice: [Advice]
    /// The extent of the search for what would have sufficed; `nil` if there was none.
    public var sufficient: Sufficiency?

    /// Children separated by the draw only.
    public var ties: [DrawTie]
    /// Whether the result is a trial.
    public var isTrial: Bool
    /// Other results of the municipality that are laid beside this one.
    public var earlier: [EarlierResult]
    /// Columns of the children's table, and parts of the points table, by whose values children are counted.
    public var groups: [String]
    /// By which program, and from which files, the result was made; `nil` leaves this out.
    public var run: ResultWorkbook.Run?

    /// A kind of warning about the case.
    public struct Warning: Hashable, Sendable {
        public var code: String
        /// How often it occurs.
        public var count: Int
        /// What the code means and what to do, in Japanese and without the values of the case.
        public var meaning: String

        public init(code: String, count: Int, meaning: String) {
            (self.code, self.count, self.meaning) = (code, count, meaning)
        }
    }

    /// How many children and wishes were looked at, and for how many wishes an answer was confirmed by solving again.
    public struct Sufficiency: Hashable, Sendable {
        public var children: Int
        public var examined: Int
        public var confirmed: Int
        /// Why further wishes were not looked at.
        public var cut: SufficientSearch.Cut?

        public init(children: Int, examined: Int, confirmed: Int, cut: SufficientSearch.Cut? = nil) {
            self.children = children
            self.examined = examined
            self.confirmed = confirmed
            self.cut = cut
        }
    }

    public init(
        subject: Case, placements: [Placement], claims: [Claim], usedSeats: [Int], seats: [Int],
        explanations: Explanations, status: RunStatus, termination: Termination? = nil, levels: [LevelResult],
        warnings: [Warning],
        accepted: [String], unreadColumns: [(file: String, columns: [String])] = [], parts: [PartNumbers] = [],
        advice: [Advice] = [], sufficient: Sufficiency? = nil, ties: [DrawTie] = [], isTrial: Bool = false,
        earlier: [EarlierResult] = [], groups: [String] = [], run: ResultWorkbook.Run? = nil
    ) {
        self.subject = subject
        self.placements = placements
        self.claims = claims
        self.usedSeats = usedSeats
        self.seats = seats
        self.explanations = explanations
        self.status = status
        self.termination = termination
        self.levels = levels
        self.warnings = warnings
        self.accepted = accepted
        self.unreadColumns = unreadColumns
        self.parts = parts
        self.advice = advice
        self.sufficient = sufficient
        self.ties = ties
        self.isTrial = isTrial
        self.earlier = earlier
        self.groups = groups
        self.run = run
    }
}

extension ReportInput {
    /// Whether the result is proved, in a sentence.
    var statusPhrase: Phrase {
        switch (status, termination?.limit) {
        case (.optimal, _):
            Phrase(
                "この結果は、定めた規則のもとでただ一つの結果であることが証明されています。",
                "This is proved to be the one result that the rules define.")
        case (.interrupted, _):
            Phrase(
                "計算は途中で止められました。ここまでで最も良い、検証済みの結果です(証明は未完了)。",
                "The search was interrupted. This is the best checked result so far; it is not proved.")
        case (.feasible, .size?):
            Phrase(
                "計算の規模が大きくなりすぎたため、計算を終えました。ここまでで最も良い、検証済みの結果です(証明は未完了)。時間を延ばしても変わりません。",
                "A program grew too large to be solved, so the search ended. This is the best checked result so far; it is not proved. More time does not help."
            )
        case (.feasible, let limit?) where limit != .time:
            Phrase(
                "\(limit.phrase.japanese)。検証済みの結果です(証明は未完了)。",
                "The search ended: \(limit.phrase.english). This is a checked result; it is not proved.")
        case (.feasible, _):
            Phrase(
                "計算時間が尽きました。ここまでで最も良い、検証済みの結果です(証明は未完了)。",
                "The time ended. This is the best checked result so far; it is not proved.")
        }
    }
}
