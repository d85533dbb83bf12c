/// Something noticed in the data of a case: an error that stops the run, or a warning that is recorded.
///
/// It refers to a place in the ``CaseDraft`` by table, row and column; the code that read the draft from files knows the lines.
/// Sentences name facilities, columns and settings. They name a child only where no row leads to it, and never say what its cells hold.
public struct Finding: Hashable, Sendable {
    public var code: Code
    public var table: CaseTable
    /// Index of the row in the draft's table, from 0; `nil` for the table or the file as a whole.
    public var row: Int?
    /// Name of the column (or of the setting, in `case.yaml`); `nil` for the row as a whole.
    public var column: String?
    /// What is wrong and what to do.
    public var sentence: Sentence

    public init(_ code: Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ sentence: Sentence) {
        self.code = code
        self.table = table
        self.row = row
        self.column = column
        self.sentence = sentence
    }

    /// A finding with its sentence in both languages, which tell the same values.
    public init(
        _ code: Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ english: Telling,
        _ japanese: Telling
    ) {
        self.init(code, table, row: row, column: column, Sentence(english, japanese))
    }

    /// The ``sentence`` in English.
    public var message: String { sentence[.english] }

    public var severity: Severity { code.severity }

    public enum Severity: String, Sendable, Comparable {
        /// Nothing is allocated.
        case error
        /// Recorded; the run goes on.
        case warning

        public static func < (left: Self, right: Self) -> Bool { left == .error && right == .warning }
    }

    /// What is wrong, as a stable name that scripts may rely on.
    public enum Code: String, CaseIterable, Sendable {
        // Errors of the children's table.
        case childIDBlank = "CHILD_ID_BLANK"
        case childTwice = "CHILD_TWICE"
        case householdIDBlank = "HOUSEHOLD_ID_BLANK"
        case ageMissing = "AGE_MISSING"
        case ageOutOfRange = "AGE_OUT_OF_RANGE"
        case ageDisagrees = "AGE_DISAGREES"
        case facilityUnknown = "FACILITY_UNKNOWN"
        case keyBlank = "KEY_BLANK"
        case keyNotComparable = "KEY_NOT_COMPARABLE"
        case keyValueWithoutWish = "KEY_VALUE_WITHOUT_WISH"
        case drawBlank = "DRAW_BLANK"
        case pointsTooLarge = "POINTS_TOO_LARGE"
        case wishPointsWithoutWish = "WISH_POINTS_WITHOUT_WISH"
        // Errors of the rules.
        case keyUnknown = "KEY_UNKNOWN"
        case keyTwice = "KEY_TWICE"
        case keyValueUnlisted = "KEY_VALUE_UNLISTED"
        case drawMissing = "DRAW_MISSING"
        case leadAsDefault = "LEAD_AS_DEFAULT"
        case nearWithoutDistance = "NEAR_WITHOUT_DISTANCE"
        case pointsWithoutKey = "POINTS_WITHOUT_KEY"
        case pointsAttributeUnknown = "POINTS_ATTRIBUTE_UNKNOWN"
        case pointsNotComputable = "POINTS_NOT_COMPUTABLE"
        case pointsDisagree = "POINTS_DISAGREE"
        case partUnknown = "PART_UNKNOWN"
        case partsCircle = "PARTS_CIRCLE"
        case partEmpty = "PART_EMPTY"
        case partNameTaken = "PART_NAME_TAKEN"
        case capBelowFloor = "CAP_BELOW_FLOOR"
        case rowNeverMet = "ROW_NEVER_MET"
        case phaseWithoutName = "PHASE_WITHOUT_NAME"
        case phaseTwice = "PHASE_TWICE"
        // Errors of the facilities' table and the seat limits.
        case facilityIDBlank = "FACILITY_ID_BLANK"
        case facilityTwice = "FACILITY_TWICE"
        case seatsNegative = "SEATS_NEGATIVE"
        case seatsTooMany = "SEATS_TOO_MANY"
        case ageLimitNegative = "AGE_LIMIT_NEGATIVE"
        case ageLimitTooLarge = "AGE_LIMIT_TOO_LARGE"
        case coordinatesInvalid = "COORDINATES_INVALID"
        case limitWithoutAges = "LIMIT_WITHOUT_AGES"
        case limitTwice = "LIMIT_TWICE"
        case limitFacilityTwice = "LIMIT_FACILITY_TWICE"
        case opensClassWithSeats = "OPENS_CLASS_WITH_SEATS"
        case opensSharedLimit = "OPENS_SHARED_LIMIT"
        case phaseUnknown = "PHASE_UNKNOWN"
        case releaseWithoutPhase = "RELEASE_WITHOUT_PHASE"
        // Errors of the sibling answers.
        case householdUnknown = "HOUSEHOLD_UNKNOWN"
        case householdTwice = "HOUSEHOLD_TWICE"
        case householdTooLarge = "HOUSEHOLD_TOO_LARGE"
        case householdConstant = "HOUSEHOLD_CONSTANT"
        case leadMissing = "LEAD_MISSING"
        case childNotInHousehold = "CHILD_NOT_IN_HOUSEHOLD"
        case independentWithFacility = "INDEPENDENT_WITH_FACILITY"
        case independentWithJointWishes = "INDEPENDENT_WITH_JOINT_WISHES"
        case jointRankIncomplete = "JOINT_RANK_INCOMPLETE"
        case jointChildTwice = "JOINT_CHILD_TWICE"
        case jointFacilityNotWished = "JOINT_FACILITY_NOT_WISHED"
        // Errors of the pins.
        case pinUnknownChild = "PIN_UNKNOWN_CHILD"
        case pinTwice = "PIN_TWICE"
        case pinUnsigned = "PIN_UNSIGNED"
        // Errors of what happened between two rounds.
        case departureUnknownChild = "DEPARTURE_UNKNOWN_CHILD"
        case departureTwice = "DEPARTURE_TWICE"
        case declineNotPlaced = "DECLINE_NOT_PLACED"
        case withdrawalOfPlaced = "WITHDRAWAL_OF_PLACED"
        case newChildInPlay = "NEW_CHILD_IN_PLAY"
        case newChildPlaced = "NEW_CHILD_PLACED"
        case waitingNotANumber = "WAITING_NOT_A_NUMBER"
        // Warnings of it.
        case limitOverbooked = "LIMIT_OVERBOOKED"
        case leadGone = "LEAD_GONE"
        case jointWishesDropped = "JOINT_WISHES_DROPPED"
        case dueDatePassed = "DUE_DATE_PASSED"
        // Warnings.
        case keyOfWishRank = "KEY_OF_WISH_RANK"
        case keyByWish = "KEY_BY_WISH"
        case wishRepeated = "WISH_REPEATED"
        case wishForPresentFacility = "WISH_FOR_PRESENT_FACILITY"
        case wishNotOffered = "WISH_NOT_OFFERED"
        case wishTooYoung = "WISH_TOO_YOUNG"
        case wishRefused = "WISH_REFUSED"
        case minimumAgeUntested = "MINIMUM_AGE_UNTESTED"
        case presentClassNotOffered = "PRESENT_CLASS_NOT_OFFERED"
        case noWishes = "NO_WISHES"
        case dueDateIgnored = "DUE_DATE_IGNORED"
        case answerFilled = "ANSWER_FILLED"
        case answerRepeated = "ANSWER_REPEATED"
        case answerWithoutUse = "ANSWER_WITHOUT_USE"
        case eldestByID = "ELDEST_BY_ID"
        case jointOutcomeRepeated = "JOINT_OUTCOME_REPEATED"
        case jointAfterBaseline = "JOINT_AFTER_BASELINE"
        case jointOutcomeIneligible = "JOINT_OUTCOME_INELIGIBLE"
        case seatsDisagree = "SEATS_DISAGREE"
        case classOverfull = "CLASS_OVERFULL"
        case phaseWithoutChildren = "PHASE_WITHOUT_CHILDREN"
        case releaseInLastPhase = "RELEASE_IN_LAST_PHASE"
        case pinNotWished = "PIN_NOT_WISHED"
        case pinNotEligible = "PIN_NOT_ELIGIBLE"
        // Warnings that must be accepted.
        case childInNoPhase = "CHILD_IN_NO_PHASE"
        case pinExceedsLimit = "PIN_EXCEEDS_LIMIT"
        // Doubts: warnings about what cannot well be right.
        case zeroSeats = "ZERO_SEATS"
        case seatsChanged = "SEATS_CHANGED"
        case seatTotalChanged = "SEAT_TOTAL_CHANGED"
        case facilityGone = "FACILITY_GONE"
        case nobodyEligible = "NOBODY_ELIGIBLE"
        case pointsAllEqual = "POINTS_ALL_EQUAL"
        case drawDecidesMuch = "DRAW_DECIDES_MUCH"
        case keyRounded = "KEY_ROUNDED"
        case childrenAlike = "CHILDREN_ALIKE"
        case ageForAnotherClass = "AGE_FOR_ANOTHER_CLASS"
        case ageClassChanged = "AGE_CLASS_CHANGED"
        case manyWithoutWishes = "MANY_WITHOUT_WISHES"
        case transfersGone = "TRANSFERS_GONE"
        case seatsSwapped = "SEATS_SWAPPED"
        case seatsUnexplained = "SEATS_UNEXPLAINED"
        case bornAfterStart = "BORN_AFTER_START"
        case dueAfterStart = "DUE_AFTER_START"
        case noJointOutcome = "NO_JOINT_OUTCOME"
        case valuesUnnamed = "VALUES_UNNAMED"

        /// The effect of a code on a run.
        private enum Effect { case stops, isRecorded, needsAcceptance, isDoubt }

        /// The effect of every code is given in this one place, so that a new code cannot be forgotten.
        private var effect: Effect {
            switch self {
            case .childIDBlank, .childTwice, .householdIDBlank, .ageMissing, .ageOutOfRange, .ageDisagrees,
                .facilityUnknown, .keyBlank, .keyNotComparable, .keyValueWithoutWish, .keyValueUnlisted, .drawBlank,
                .pointsTooLarge, .wishPointsWithoutWish,
                .keyUnknown, .keyTwice, .drawMissing, .leadAsDefault, .nearWithoutDistance, .pointsWithoutKey,
                .pointsAttributeUnknown, .pointsNotComputable, .pointsDisagree, .partUnknown, .partsCircle, .partEmpty,
                .partNameTaken, .capBelowFloor, .rowNeverMet, .phaseWithoutName, .phaseTwice, .facilityIDBlank,
                .facilityTwice, .seatsNegative, .seatsTooMany, .ageLimitNegative, .ageLimitTooLarge,
                .coordinatesInvalid,
                .limitWithoutAges, .limitTwice, .limitFacilityTwice, .opensClassWithSeats, .opensSharedLimit,
                .phaseUnknown,
                .releaseWithoutPhase, .householdUnknown, .householdTwice, .householdTooLarge,
                .householdConstant, .leadMissing, .childNotInHousehold, .independentWithFacility,
                .independentWithJointWishes, .jointRankIncomplete, .jointChildTwice, .jointFacilityNotWished,
                .pinUnknownChild, .pinTwice, .pinUnsigned, .departureUnknownChild, .departureTwice,
                .declineNotPlaced, .withdrawalOfPlaced, .newChildInPlay, .newChildPlaced, .waitingNotANumber:
                .stops
            case .limitOverbooked, .leadGone, .jointWishesDropped, .dueDatePassed, .keyOfWishRank, .keyByWish,
                .wishRepeated,
                .wishForPresentFacility, .wishNotOffered, .wishTooYoung, .wishRefused, .minimumAgeUntested,
                .presentClassNotOffered, .noWishes, .dueDateIgnored, .answerFilled, .answerRepeated,
                .answerWithoutUse, .eldestByID, .jointOutcomeRepeated, .jointAfterBaseline, .jointOutcomeIneligible,
                .seatsDisagree, .classOverfull, .phaseWithoutChildren, .releaseInLastPhase, .pinNotWished,
                .pinNotEligible:
                .isRecorded
            case .childInNoPhase, .pinExceedsLimit:
                .needsAcceptance
            case .zeroSeats, .seatsChanged, .seatTotalChanged, .facilityGone, .nobodyEligible, .pointsAllEqual,
                .drawDecidesMuch, .keyRounded, .childrenAlike, .ageForAnotherClass, .ageClassChanged,
                .manyWithoutWishes, .transfersGone, .seatsSwapped, .seatsUnexplained, .bornAfterStart,
                .dueAfterStart, .noJointOutcome, .valuesUnnamed:
                .isDoubt
            }
        }

        public var severity: Severity { effect == .stops ? .error : .warning }

        /// Whether this is a warning that somebody must accept by its code before anything is written.
        public var needsAcceptance: Bool {
            switch effect {
            case .needsAcceptance, .isDoubt: true
            case .stops, .isRecorded: false
            }
        }

        /// The codes of the findings that ``CaseDraft/doubts(about:previous:threads:)`` looks for.
        public static let doubts = Set(allCases.filter { $0.effect == .isDoubt })

        /// The codes of findings that need an earlier round for comparison. With the case alone they cannot be found again.
        public static let comparedWithPrevious: Set<Self> = [
            .seatsChanged, .seatTotalChanged, .facilityGone, .ageClassChanged, .transfersGone, .seatsSwapped,
            .seatsUnexplained,
        ]

        /// The codes of findings that an earlier round may have settled. With the case alone they are found again.
        public static let settledByPrevious: Set<Self> = [.noJointOutcome]

        /// The premises of the code; see ``Finding/premises``.
        fileprivate var premises: [Premise] {
            switch self {
            case .facilityUnknown, .jointFacilityNotWished, .facilityIDBlank:
                [.rows(of: .facilities)]
            case .householdUnknown, .childNotInHousehold, .leadMissing, .pinUnknownChild, .keyBlank, .childIDBlank,
                .householdIDBlank, .ageMissing, .drawBlank:
                [.rows(of: .children)]
            case .jointRankIncomplete:
                [.rows(of: .children), .rows(of: .jointWishes)]
            case .wishTooYoung, .minimumAgeUntested:
                [.classOfChild]
            case .wishNotOffered, .presentClassNotOffered:
                [.classOfChild, .cells(of: .facilities), .cells(of: .seatLimits)]
            case .drawMissing:
                [.namesOfSettings]
            case .phaseUnknown, .releaseInLastPhase, .keyValueUnlisted, .keyOfWishRank:
                [.settings]
            case .pointsDisagree, .partEmpty, .wishRefused:
                [.pointsTable]
            case .childTwice, .ageOutOfRange, .ageDisagrees, .keyNotComparable, .keyValueWithoutWish,
                .keyByWish, .pointsTooLarge,
                .wishPointsWithoutWish, .keyUnknown, .keyTwice, .leadAsDefault, .nearWithoutDistance,
                .pointsWithoutKey, .pointsAttributeUnknown, .pointsNotComputable, .partUnknown, .partsCircle,
                .partNameTaken, .capBelowFloor, .rowNeverMet, .phaseWithoutName, .phaseTwice, .facilityTwice,
                .seatsNegative, .seatsTooMany, .ageLimitNegative, .ageLimitTooLarge, .coordinatesInvalid,
                .limitWithoutAges,
                .limitTwice, .limitFacilityTwice, .opensClassWithSeats, .opensSharedLimit, .releaseWithoutPhase,
                .householdTwice, .householdTooLarge, .householdConstant, .independentWithFacility,
                .independentWithJointWishes, .jointChildTwice, .pinTwice, .pinUnsigned, .departureUnknownChild,
                .departureTwice, .declineNotPlaced, .withdrawalOfPlaced, .newChildInPlay, .newChildPlaced,
                .waitingNotANumber, .limitOverbooked, .leadGone, .jointWishesDropped, .dueDatePassed, .wishRepeated,
                .wishForPresentFacility, .noWishes, .dueDateIgnored, .answerFilled, .answerRepeated,
                .answerWithoutUse, .eldestByID, .jointOutcomeRepeated, .jointAfterBaseline, .jointOutcomeIneligible,
                .seatsDisagree, .classOverfull, .phaseWithoutChildren, .pinNotWished, .pinNotEligible,
                .childInNoPhase, .pinExceedsLimit, .zeroSeats, .seatsChanged, .seatTotalChanged, .facilityGone,
                .nobodyEligible, .pointsAllEqual, .drawDecidesMuch, .keyRounded, .childrenAlike, .ageForAnotherClass,
                .ageClassChanged, .manyWithoutWishes, .transfersGone, .seatsSwapped, .seatsUnexplained,
                .bornAfterStart, .dueAfterStart, .noJointOutcome, .valuesUnnamed:
                []
            }
        }
    }

    /// Something that a finding assumes about the input.
    public enum Premise: Hashable, Sendable {
        /// No row and no needed column of the table is missing.
        case rows(of: CaseTable)
        /// The condition of ``rows(of:)`` holds, and every cell of the table could be read.
        case cells(of: CaseTable)
        /// The settings have no error.
        case settings
        /// Every name of a setting is known, so that none can be another one misspelt.
        case namesOfSettings
        /// The points table has no error.
        case pointsTable
        /// The class of the row's child is known.
        case classOfChild
    }

    /// What must hold for the input so that the finding is of interest. If it does not hold, the finding may only be a
    /// consequence of a problem that is reported already.
    public var premises: [Premise] {
        let isOfPoints = column == "points" && (code == .keyBlank || code == .pointsNotComputable)
        // Who reads a table without a total says so at once.
        let isOfTotal = column == "pointsTable" && code == .partUnknown
        return isOfPoints || isOfTotal ? code.premises + [.pointsTable] : code.premises
    }
}

/// The tables of a case, and the tables that say what happened after its round.
public enum CaseTable: String, CaseIterable, Sendable, Comparable {
    case settings, children, facilities, households, jointWishes, seatLimits, pins
    case declines, withdrawals, newChildren
    /// What staff decided; no part of a case.
    case manual

    /// The tables that make a case, in the order in which they are read.
    public static let ofCase: [CaseTable] = [
        .settings, .children, .facilities, .households, .jointWishes, .seatLimits, .pins,
    ]
    /// The tables of what happened between two rounds; they are not part of the case.
    public static let betweenRounds: [CaseTable] = [.declines, .withdrawals, .newChildren]

    public static func < (left: Self, right: Self) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

extension CaseTable {
    /// The standard name of the file that holds the table.
    public var fileName: String {
        switch self {
        case .settings: "case.yaml"
        case .children: "children.csv"
        case .facilities: "facilities.csv"
        case .households: "households.csv"
        case .jointWishes: "joint_wishes.csv"
        case .seatLimits: "seat_limits.csv"
        case .pins: "pins.csv"
        case .declines: "declines.csv"
        case .withdrawals: "withdrawals.csv"
        case .newChildren: "new_children.csv"
        case .manual: "manual.csv"
        }
    }
}

extension Finding {
    /// The sentence alone, without place, severity and code.
    public var phrase: Phrase { sentence.phrase }
}
