import Admissions
import Rounds

/// A child of a result, as programs get it.
struct ChildValue: Encodable, Sendable {
    let child, household: String
    let ageClass: Int
    /// `placed`, `stays` or `held`.
    let outcome: String
    let facility: String?
    let wishRank: Int?
    let points: String?
    let isConditional: Bool
    /// Why somebody should look at it.
    let attention: [String]

    init(_ child: Int, in result: OpenResult) {
        let (row, placement) = (result.subject.children[child], result.placement(of: child))
        self.child = row.id.spelling
        household = row.householdID.spelling
        ageClass = row.ageClass
        outcome = placement.outcome.rawValue
        facility = placement.facility.map { result.subject.facilities[$0].id.spelling }
        wishRank = placement.wishRank
        points = placement.points?.description
        isConditional = placement.isConditional
        attention = result.attention.marks(of: child).map(\.kind.rawValue)
    }
}

/// A part of a list.
struct PageValue<Row: Encodable & Sendable>: Encodable, Sendable {
    let total, page, pages: Int
    let rows: [Row]

    init<Item>(_ part: Part<Item>, _ row: (Item) -> Row) {
        (total, page, pages) = (part.total, part.page, part.pages)
        rows = part.items.map(row)
    }
}

/// A household of a result, as programs get it.
struct HouseholdValue: Encodable, Sendable {
    let household: String
    let children: [Member]

    struct Member: Encodable, Sendable {
        let row: ChildValue
        let siblings: [String]
        let wishes: [Wish]
        let waiting: [Waiting]
        let points: [String]
        let attention: [MarkValue]
    }

    struct Wish: Encodable, Sendable {
        let title, kind, reason: String
        let forStaff: [String]
    }

    struct Waiting: Encodable, Sendable {
        let facility: String
        let position: Int
    }

    init(_ household: HouseholdID, in result: OpenResult, _ language: Language) {
        self.household = household.spelling
        children = result.children(of: household).map { child in
            let page = result.checked.page(of: child, isForStaff: true)
            return Member(
                row: ChildValue(child, in: result), siblings: page.household(in: language),
                wishes: page.wishes(in: language).map {
                    Wish(title: $0.title, kind: $0.kind.rawValue, reason: $0.reason, forStaff: $0.forStaff)
                },
                waiting: result.waiting(child).map {
                    Waiting(facility: result.subject.facilities[$0.facility].id.spelling, position: $0.position)
                },
                points: result.points(of: child, language),
                attention: result.attention.marks(of: child).map(MarkValue.init))
        }
    }
}

/// Why somebody should look at a child.
struct MarkValue: Encodable, Sendable {
    let kind, japanese, english: String

    init(_ mark: Attention.Mark) {
        (kind, japanese, english) = (mark.kind.rawValue, mark.sentence.japanese, mark.sentence.english)
    }
}

/// A decision of the staff.
struct PinValue: Encodable, Sendable {
    let child: String
    /// Left out where the child is held or stays.
    let facility: String?
    let by, reason: String

    init(_ pin: PinRow) {
        (child, facility, by, reason) = (pin.child.spelling, pin.facility?.spelling, pin.by, pin.reason)
    }
}

/// The pins of the newest version of a round.
struct PinsValue: Encodable, Sendable {
    /// What a change of the pins must name as `expecting`.
    let version: Int
    let pins: [PinValue]
}
