import Admissions

/// A part of a list that is shown page by page.
struct Part<Item> {
    let items: ArraySlice<Item>
    let total: Int
    let paging: Paging

    var page: Int { paging.number }
    var pages: Int { paging.count }

    /// - Parameter page: From 1, as somebody asked for it; the first where there is no such page.
    init(_ all: [Item], page: String?) {
        total = all.count
        paging = Paging(total, page)
        items = all[paging.range]
    }
}

/// Which children of a result are asked for.
struct ChildFilter {
    var outcome: Outcome?
    var ageClass: Int?
    /// Where it is placed or stays; of a held child any facility that it wishes.
    var facility: Int?
    /// The ward of the facility where it is placed or stays; of a held child that of its first wish.
    var ward: String?

    static let fields: [Operation.Field] = [
        .init("outcome", "結果", "outcome", isRequired: false, values: Outcome.allCases.map(\.rawValue)),
        .init("class", "クラス年齢", "class age", isRequired: false, values: (0...5).map(String.init)),
        .init(
            "facility", "施設番号（保留の児童では希望する施設）", "facility; of held children one that they wish", isRequired: false),
        .init("ward", "施設の区（保留の児童では第1希望の施設の区）", "ward; of held children that of the first wish", isRequired: false),
        .init("page", "ページ", "page", isRequired: false),
    ]

    /// As a query says; what it does not say, or says of something that is not there, is not asked for.
    init(_ query: [String: String], in subject: Case) {
        outcome = query["outcome"].flatMap(Outcome.init)
        ageClass = query["class"].flatMap { Int($0) }
        facility = query["facility"].flatMap { text in
            text.isEmpty ? nil : subject.facilities.firstIndex { $0.id == FacilityID(spelled: text) }
        }
        ward = query["ward"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The children that are meant, ascending by id.
    func children(of result: OpenResult) -> [Int] {
        result.subject.children.indices.filter { child in
            let placement = result.placement(of: child)
            if let outcome, placement.outcome != outcome { return false }
            if let ageClass, result.subject.children[child].ageClass != ageClass { return false }
            let wishes = result.subject.children[child].wishes
            if let facility {
                let isThere =
                    placement.facility.map { $0 == facility } ?? wishes.contains { $0.facility == facility }
                if !isThere { return false }
            }
            guard let ward else { return true }
            return (placement.facility ?? wishes.first?.facility).map { result.subject.facilities[$0].ward == ward }
                ?? false
        }
    }
}
