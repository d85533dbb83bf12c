import Admissions

/// What a points table asks of a household: what each parent does, and what else adjusts its points.
///
/// Answers agree with ``Residents/People/points``, so that the calibration puts children in nearly the order of the table.
struct Circumstances {
    /// A parent's reason with its monthly hours or due date; `nil`: there is no such parent.
    var father: Parent?
    var mother: Parent?
    /// The answers `yes`, by column.
    var marks: Set<String> = []
    /// Monthly hours in a nursery that is not licensed; 0: none.
    var outsideHours = 0
    /// The month in which parental leave ends, and that of a birth, in months after the month of the round.
    var leaveEnds: Int?
    var birth: Int?

    struct Parent {
        var reason: Reason
        var hours = 0
    }

    /// Why a parent cannot look after the child, as the table writes it.
    enum Reason: String, CaseIterable {
        case employed = "居宅外就労"
        case atHome = "居宅内就労"
        case promised = "就労内定"
        case studying = "就学"
        case caring = "介護・看護"
        case piecework = "内職"
        case inHospital = "入院"
        case bedridden = "自宅療養"
        case attending = "通院"
        case severeDisability = "重度障害"
        case mediumDisability = "中度障害"
        case lightDisability = "軽度障害"
        case disaster = "災害復旧"
        case seeking = "求職活動"
        case birth = "出産"

        /// Whether the table looks at the hours.
        var hasHours: Bool {
            switch self {
            case .employed, .atHome, .promised, .studying, .caring, .piecework: true
            default: false
            }
        }
    }

    /// Columns that hold `yes` or nothing, each with the share of the households that have it.
    static let marks: [(column: String, share: Double)] = [
        ("welfare", 0.008), ("lost_work", 0.01), ("lives_apart", 0.02), ("grandparents", 0.05),
        ("nursery_teacher", 0.02), ("fee_arrears", 0.006), ("night_shift", 0.03), ("declined_before", 0.02),
        ("lives_outside", 0.01),
    ]

    /// The columns of the children's table, in the order of ``texts(of:)``.
    static let columns =
        ["father", "father_hours", "mother", "mother_hours", "mother_due", "single_parent"] + marks.map(\.column)
        + ["outside_hours", "leave_ends"]

    /// - Parameter points: The household's points in coarse steps, of which 40 mean that both parents work full time.
    init(points: Int, _ random: inout SeededRandom) {
        let isSingle = random.chance(0.06)
        let (fullTime, lesser) = (Self.fullTime(&random), Self.lesser(points: points, &random))
        (father, mother) = random.chance(0.15) && lesser.reason != .birth ? (lesser, fullTime) : (fullTime, lesser)
        if isSingle {
            if random.chance(0.1), mother?.reason != .birth { mother = nil } else { father = nil }
        }
        if mother?.reason == .birth { birth = random.below(5) - 2 }
        for (column, share) in Self.marks where random.chance(share) { marks.insert(column) }
        if random.chance(0.07) { outsideHours = 16 * (4 + random.below(9)) }
        if random.chance(0.25), mother?.reason == .employed { leaveEnds = random.below(4) - 1 }
    }

    private static func fullTime(_ random: inout SeededRandom) -> Parent {
        Parent(reason: random.chance(0.9) ? .employed : .atHome, hours: 160 + 4 * random.below(8))
    }

    /// The parent who is at work for the shorter time.
    private static func lesser(points: Int, _ random: inout SeededRandom) -> Parent {
        if points >= 40 { return Parent(reason: .employed, hours: 160 + 4 * random.below(5)) }
        // Eight hours a month are half a step, down to the 48 hours from which most tables count.
        if points > 24 {
            let kinds: [(Reason, Double)] = [
                (.employed, 0.70), (.atHome, 0.12), (.promised, 0.05), (.studying, 0.05), (.caring, 0.04),
                (.piecework, 0.04),
            ]
            return Parent(reason: kinds[random.pick(kinds.map(\.1))].0, hours: 48 + 8 * (points - 26))
        }
        let others = Reason.allCases.filter { !$0.hasHours }
        return Parent(reason: others[random.pick([2, 2, 3, 1, 1, 1, 0.3, 6, 6])])
    }

    /// The texts of ``columns``.
    func texts(of month: PlacementMonth) -> [String] {
        func date(_ months: Int?) -> String { months.map { month.firstDay.adding(months: $0).description } ?? "" }
        func hours(_ parent: Parent?) -> String { parent.map { $0.reason.hasHours ? "\($0.hours)" : "" } ?? "" }
        return [
            father?.reason.rawValue ?? "", hours(father), mother?.reason.rawValue ?? "", hours(mother), date(birth),
            father == nil || mother == nil ? "yes" : "",
        ] + Self.marks.map { marks.contains($0.column) ? "yes" : "" }
            + [outsideHours > 0 ? "\(outsideHours)" : "", date(leaveEnds)]
    }
}
