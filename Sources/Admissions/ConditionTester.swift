/// Tests conditions of a points table for the rows of a draft's children.
///
/// Made once for a draft: every distinct text of a column is read once, and a row then only looks up what its texts meet.
/// Conditions are named by their index in ``conditions``.
struct ConditionTester: Sendable {
    /// The different conditions, in the order in which they were given.
    let conditions: [PointsCondition]

    private let draft: CaseDraft
    private let indices: [PointsCondition: Int]
    /// The readings of all columns, one column after another.
    private let readings: [Reading]
    /// For each row, at `row * columnCount + column`, the index of its reading.
    private let codes: [Int32]
    private let columnCount: Int
    /// The conditions that a reading meets, as the words of ``Met``: at `reading * wordCount`.
    private let masks: [UInt64]
    private let wordCount: Int
    /// The words of the conditions that look at the wish.
    private let wishMask: [UInt64]
    /// For each condition that reads a column the column's index.
    private let columnOfCondition: [Int?]
    private let countConditions: [(index: Int, count: PointsCondition.Count, numbers: WholeNumbers)]
    /// Whether no cell of any row is unreadable.
    private let isReadable: Bool
    /// For each row where the rows of its household stand in ``siblings``, where it has several; empty where no condition needs
    /// them.
    private let households: [Range<Int>]
    private let siblings: [Int]
    /// For each rank of a wish from 0 the words of the conditions that it meets.
    private let rankMasks: [UInt64]
    private let wish: WishConditions

    /// A column that conditions read.
    private struct Column: Sendable {
        /// For each row of the children's table the index of its reading.
        let codes: [Int32]
        let readings: [Reading]

        /// - Parameters:
        ///   - count: The number of rows.
        ///   - key: What a row has.
        ///   - reading: Reads what a row has; called once for each different key.
        init<Key: Hashable>(_ count: Int, key: (Int) -> Key, reading: (Key) -> Reading) {
            var codeOfKey: [Key: Int32] = [:]
            var readings: [Reading] = []
            codes = (0..<count).map { row in
                let key = key(row)
                if let code = codeOfKey[key] { return code }
                let code = Int32(readings.count)
                codeOfKey[key] = code
                readings.append(reading(key))
                return code
            }
            self.readings = readings
        }

        /// The same for texts, of which most are blank in most columns.
        init(_ count: Int, text: (Int) -> String, reading: (String) -> Reading) {
            var codeOfText: [PlainBytes: Int32] = [:]
            var readings: [Reading] = [reading("")]
            codes = (0..<count).map { row in
                let text = text(row)
                if text.isEmpty { return 0 }
                let key = PlainBytes(text)
                if let code = codeOfText[key] { return code }
                let code = Int32(readings.count)
                codeOfText[key] = code
                readings.append(reading(text))
                return code
            }
            self.readings = readings
        }
    }

    /// What one text of a column, or one list of texts, says.
    private struct Reading: Sendable {
        /// The conditions that it meets, ascending.
        var met: [Int] = []
        /// The conditions that need a number or a date, where it is none; ascending.
        var unreadable: [Int] = []
        var isBlank = false
        /// The text as a number, where it is one.
        var number: ExactNumber?
    }

    /// The conditions that look at the wish.
    private struct WishConditions: Sendable {
        var sameFacility: Int?
        var siblingApplies: Int?
        var looksAtRanks = false
        /// Each with the index of its column in ``ChildRow/attributes``; `nil`: there is none.
        var areas: [(index: Int, column: Int?)] = []
        /// For each facility that somebody may wish the conditions that it meets by its id, kind or ward, and its ward.
        var facilities: [FacilityID: (met: [Int], ward: String)] = [:]
        var isEmpty = true
    }

    /// - Parameter threads: How many may work at the same time.
    /// - Complexity: O(rows · columns) and, for each distinct text of a column, O(conditions on the column).
    init(_ list: [PointsCondition], in draft: CaseDraft, threads: Int = 1) {
        var conditions: [PointsCondition] = []
        var indices: [PointsCondition: Int] = [:]
        for condition in list where indices[condition] == nil {
            indices[condition] = conditions.count
            conditions.append(condition)
        }
        self.draft = draft
        self.conditions = conditions
        self.indices = indices
        countConditions = conditions.enumerated().compactMap { index, condition in
            guard case .count(let count, let numbers) = condition, count != .monthsWaiting else { return nil }
            return (index, count, numbers)
        }
        wish = Self.wishConditions(conditions, in: draft)
        var names: [String] = []
        var testsOfColumn: [[ColumnTest]] = []
        var columnOfCondition = [Int?](repeating: nil, count: conditions.count)
        for (index, condition) in conditions.enumerated() {
            let name: String
            let test: ColumnTest.Kind
            switch condition {
            case .attribute(let attribute, let of): (name, test) = (attribute, .test(of))
            case .count(.monthsWaiting, let numbers): (name, test) = (CaseDraft.waitingMonths, .months(numbers))
            default: continue
            }
            let place = names.firstIndex(of: name) ?? names.count
            if place == names.count {
                names.append(name)
                testsOfColumn.append([])
            }
            columnOfCondition[index] = place
            testsOfColumn[place].append(ColumnTest(index: index, kind: test))
        }
        self.columnOfCondition = columnOfCondition
        let columns =
            elements(names.count, threads: threads, smallest: 1, state: ()) { [names, testsOfColumn] _, column in
                Self.read(names[column], testsOfColumn[column], in: draft)
            }.elements
        let readings = columns.flatMap(\.readings)
        var codes = [Int32](repeating: 0, count: draft.children.count * columns.count)
        var first: Int32 = 0
        for (index, column) in columns.enumerated() {
            for (row, code) in column.codes.enumerated() { codes[row * columns.count + index] = first + code }
            first += Int32(column.readings.count)
        }
        let wordCount = conditions.count / 64 + 1
        var masks = [UInt64](repeating: 0, count: readings.count * wordCount)
        for (index, reading) in readings.enumerated() {
            for condition in reading.met { masks[index * wordCount + condition >> 6] |= 1 << UInt64(condition & 63) }
        }
        var ofWishes = Met(words: [UInt64](repeating: 0, count: wordCount))
        for (index, condition) in conditions.enumerated() where condition.isOfWish { ofWishes.insert(index) }
        (self.readings, self.codes, self.masks) = (readings, codes, masks)
        (columnCount, self.wordCount, wishMask) = (columns.count, wordCount, ofWishes.words)
        isReadable = readings.allSatisfy(\.unreadable.isEmpty)
        (households, siblings) = Self.households(of: draft, conditions)
        let most = draft.children.reduce(0) { max($0, $1.wishes.count) }
        var rankMasks = [UInt64](repeating: 0, count: (most + 1) * wordCount)
        for (index, condition) in conditions.enumerated() {
            guard case .wishRank(let numbers) = condition else { continue }
            for rank in 0...most where numbers.contains(rank) {
                rankMasks[rank * wordCount + index >> 6] |= 1 << UInt64(index & 63)
            }
        }
        self.rankMasks = rankMasks
    }

    /// The index of one of the conditions that the tester was made with.
    func index(of condition: PointsCondition) -> Int { indices[condition]! }

    // MARK: Reading

    /// A condition on a column.
    private struct ColumnTest: Sendable {
        let index: Int
        let kind: Kind

        enum Kind: Sendable {
            case test(PointsCondition.Test)
            /// Months that the child waits.
            case months(WholeNumbers)
        }

        var readsDates: Bool { if case .test(let test) = kind { test.readsDates } else { false } }
    }

    private static func read(_ name: String, _ tests: [ColumnTest], in draft: CaseDraft) -> Column {
        let isText = ChildColumn.texts.contains(name)
        let readsDates = tests.contains(where: \.readsDates)
        // Texts that conditions name are looked up, so that many rows that name many values are not tested one by one.
        var naming: [ComparedText: [Int]] = [:]
        var others: [ColumnTest] = []
        for test in tests {
            guard case .test(.oneOf(let texts)) = test.kind else {
                others.append(test)
                continue
            }
            for text in Set(texts.map({ ComparedText($0, isText: isText) })) {
                naming[text, default: []].append(test.index)
            }
        }
        func reading(_ texts: [String]) -> Reading {
            let values = texts.map { CellValue($0, readsDates: readsDates) }
            var reading = Reading()
            reading.isBlank = values.isEmpty
            reading.number = values.count == 1 ? values[0].number : nil
            for test in others {
                let isMet: Bool?
                switch test.kind {
                case .test(let test): isMet = test.isMet(by: values, isText: isText, in: draft.month)
                case .months(let numbers):
                    let months = values.isEmpty ? 0 : reading.number
                    isMet = months.flatMap { $0.isInteger ? numbers.contains(Int($0.numerator)) : nil }
                }
                switch isMet {
                case true?: reading.met.append(test.index)
                case false?: break
                case nil: reading.unreadable.append(test.index)
                }
            }
            if !naming.isEmpty {
                let named = Set(values.flatMap { naming[$0.compared(isText: isText)] ?? [] })
                reading.met = (reading.met + named).sorted()
            }
            return reading
        }
        let children = draft.children
        let count = children.count
        switch ChildColumn(name, in: draft) {
        case .attribute(let column):
            return Column(count) {
                children[$0].attributes[column]
            } reading: {
                reading($0.isEmpty ? [] : [$0])
            }
        case .group: return Column(count, key: { children[$0].groups }, reading: reading)
        case .siblingFacilities:
            return Column(count, key: { children[$0].siblingFacilities }, reading: { reading($0.map(\.folded)) })
        case .currentFacility:
            return Column(
                count, key: { children[$0].currentFacility }, reading: { reading($0.map { [$0.folded] } ?? []) })
        case .ageClass:
            return Column(
                count, key: { children[$0].classAge(in: draft.month) },
                reading: { reading($0.map { [String($0)] } ?? []) })
        case .birthDate:
            return Column(count, key: { children[$0].date }, reading: { reading($0.map { [$0.description] } ?? []) })
        case nil: return Column(count, key: { _ in false }, reading: { _ in reading([]) })
        }
    }

    /// A text that is told apart by its bytes, which is faster than by what it means.
    private struct PlainBytes: Hashable {
        let text: String

        init(_ text: String) { self.text = text }

        static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private static func wishConditions(_ conditions: [PointsCondition], in draft: CaseDraft) -> WishConditions {
        var wish = WishConditions()
        var ofFacilities: [(index: Int, isMet: (FacilityRow) -> Bool)] = []
        for (index, condition) in conditions.enumerated() {
            if condition.isOfWish { wish.isEmpty = false }
            switch condition {
            case .attribute, .count: break
            case .sameFacility: wish.sameFacility = index
            case .siblingApplies: wish.siblingApplies = index
            case .wishRank: wish.looksAtRanks = true
            case .livesIn(let column): wish.areas.append((index, draft.attributeNames.firstIndex(of: column)))
            case .facility(let id): ofFacilities.append((index, { $0.id == id }))
            case .kind(let kinds): ofFacilities.append((index, { kinds.contains($0.comparedKind) }))
            case .ward(let wards): ofFacilities.append((index, { wards.contains($0.comparedWard) }))
            }
        }
        if !ofFacilities.isEmpty || !wish.areas.isEmpty {
            for facility in draft.facilities where wish.facilities[facility.id] == nil {
                wish.facilities[facility.id] = (
                    ofFacilities.filter { $0.isMet(facility) }.map(\.index), facility.comparedWard
                )
            }
        }
        return wish
    }

    /// For each row the rows of its household, where a condition needs them.
    private static func households(
        of draft: CaseDraft, _ conditions: [PointsCondition]
    ) -> (ranges: [Range<Int>], rows: [Int]) {
        let areNeeded = conditions.contains {
            switch $0 {
            case .count(.siblingsApplying, _), .count(.underSchoolAge, _), .siblingApplies: true
            default: false
            }
        }
        if !areNeeded { return ([], []) }
        let groups = IDGroups(draft.children.count) { draft.children[$0].household }
        var households = [Range<Int>](repeating: 0..<0, count: draft.children.count)
        for group in 0..<groups.count {
            let rows = groups[group]
            // Children without a household are an error of their own; they are no siblings.
            if rows.count == 1 || draft.children[rows.first!].household.folded.isEmpty { continue }
            for row in rows { households[row] = rows.indices }
        }
        return (households, groups.positions)
    }

    // MARK: One row

    /// Which conditions a child meets.
    struct Met: Sendable {
        fileprivate var words: [UInt64]

        subscript(index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

        fileprivate mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

        /// Whether all conditions of one word are met that the mask names.
        @inline(__always)
        func contains(_ mask: UInt64, ofWord word: Int) -> Bool { words[word] & mask == mask }
    }

    /// Nothing met.
    var nothing: Met { Met(words: [UInt64](repeating: 0, count: wordCount)) }

    /// The conditions that a row's child meets without a wish.
    func met(row: Int) -> Met {
        var met = nothing
        find(row: row, in: &met)
        return met
    }

    /// The same in a place that is there already.
    func find(row: Int, in met: inout Met) {
        for word in 0..<wordCount { met.words[word] = 0 }
        for place in row * columnCount..<(row + 1) * columnCount {
            let mask = Int(codes[place]) * wordCount
            for word in 0..<wordCount { met.words[word] |= masks[mask + word] }
        }
        for (index, count, numbers) in countConditions {
            if numbers.contains(self.count(count, row: row)) { met.insert(index) }
        }
    }

    /// Takes the conditions away that look at the wish.
    func removeWish(from met: inout Met) {
        for word in 0..<wordCount { met.words[word] &= ~wishMask[word] }
    }

    private func reading(ofColumn column: Int, row: Int) -> Reading {
        readings[Int(codes[row * columnCount + column])]
    }

    /// Adds the conditions that are met at a wish.
    ///
    /// - Parameters:
    ///   - position: Of the wish in ``ChildRow/wishes``, where one stands.
    ///   - rank: Of the wish, from 1.
    /// - Returns: Whether any is met.
    func add(row: Int, wish position: Int, rank: Int, to met: inout Met) -> Bool {
        guard !wish.isEmpty, let id = draft.children[row].wishes[position] else { return false }
        var isAny = false
        func insert(_ index: Int) {
            met.insert(index)
            isAny = true
        }
        if let index = wish.sameFacility, draft.children[row].siblingFacilities.contains(id) { insert(index) }
        if let index = wish.siblingApplies, siblingApplies(row: row, at: id) { insert(index) }
        if wish.looksAtRanks {
            for word in 0..<wordCount {
                let mask = rankMasks[rank * wordCount + word]
                met.words[word] |= mask
                if mask != 0 { isAny = true }
            }
        }
        guard let facility = wish.facilities[id] else { return isAny }
        for index in facility.met { insert(index) }
        for (index, column) in wish.areas {
            guard let column, !facility.ward.isEmpty else { continue }
            if draft.children[row].attributes[column] == facility.ward { insert(index) }
        }
        return isAny
    }

    private func siblingApplies(row: Int, at facility: FacilityID) -> Bool {
        households[row].contains { place in
            let other = siblings[place]
            guard other != row else { return false }
            // A wish for the present facility is dropped, and so are those after it.
            let current = draft.children[other].currentFacility
            return draft.children[other].wishes.prefix { $0 == nil || $0 != current }.contains(facility)
        }
    }

    /// Whether a condition looks at the wish.
    var looksAtWishes: Bool { !wish.isEmpty }

    /// The ranks of a row's wishes, by their position; a repeat has the rank of the first.
    func ranks(row: Int) -> [Int] {
        let wishes = draft.children[row].wishes
        var ranks: [Int] = []
        ranks.reserveCapacity(wishes.count)
        var last = 0
        for (position, wish) in wishes.enumerated() {
            if let wish, let first = wishes[..<position].firstIndex(of: wish) {
                ranks.append(ranks[first])
            } else {
                if wish != nil { last += 1 }
                ranks.append(last)
            }
        }
        return ranks
    }

    /// A count of the row's child, other than the months that it waits.
    private func count(_ count: PointsCondition.Count, row: Int) -> Int {
        let enrolled = draft.children[row].siblingFacilities.count
        let applying = households.isEmpty ? 0 : max(0, households[row].count - 1)
        return switch count {
        case .siblingsApplying: applying
        case .siblingsEnrolled: enrolled
        case .underSchoolAge: 1 + applying + enrolled
        case .monthsWaiting: preconditionFailure("months are read from their column")
        }
    }

    /// The number that a row's child has where a condition looks; `nil` where it is none.
    func number(of condition: Int, row: Int) -> ExactNumber? {
        if case .count(let count, _) = conditions[condition], count != .monthsWaiting {
            return ExactNumber(self.count(count, row: row))
        }
        guard let column = columnOfCondition[condition] else { return nil }
        let reading = reading(ofColumn: column, row: row)
        if case .count = conditions[condition], reading.isBlank { return 0 }
        return reading.number
    }

    /// The conditions that a row's cells cannot be compared with, ascending.
    func unreadable(row: Int) -> [Int] {
        if isReadable { return [] }
        return (0..<columnCount).flatMap { reading(ofColumn: $0, row: row).unreadable }.sorted()
    }
}

extension PointsCondition {
    /// The columns that conditions may read by the names that they have in every city's files.
    package static let standardColumns = [
        "group", "sibling_facility_ids", "current_facility_id", "age_class", "birth_date",
    ]
}

/// A column of the children's table that a condition may read.
enum ChildColumn {
    /// A further one, by its index in ``ChildRow/attributes``.
    case attribute(Int)
    case group, siblingFacilities, currentFacility, ageClass, birthDate

    /// `nil` where there is no such column.
    init?(_ name: String, in draft: CaseDraft) {
        if let column = draft.attributeNames.firstIndex(of: name) {
            self = .attribute(column)
            return
        }
        switch name {
        case "group": self = .group
        case "sibling_facility_ids": self = .siblingFacilities
        case "current_facility_id": self = .currentFacility
        case "age_class": self = .ageClass
        case "birth_date": self = .birthDate
        default: return nil
        }
    }

    /// Columns that hold facility ids; ids are text, and so are names of groups.
    static let facilities = ["sibling_facility_ids", "current_facility_id"]
    static let texts = facilities + ["group"]
    /// Columns of which any entry may meet a test.
    static let lists = ["sibling_facility_ids", "group"]
}

/// One entry of a cell, read once for all tests.
struct CellValue {
    let text: String
    let number: ExactNumber?
    /// Where a test needs dates.
    let date: CalendarDate?

    init(_ text: String, readsDates: Bool) {
        self.text = text
        number = ExactNumber(text)
        date = readsDates ? CalendarDate(written: text) : nil
    }

    /// The entry as conditions that name values compare it.
    func compared(isText: Bool) -> ComparedText {
        (isText ? nil : number).map(ComparedText.number) ?? .text(text)
    }
}

extension PointsCondition.Test {
    /// Whether the test needs dates.
    var readsDates: Bool {
        switch self {
        case .months: true
        case .range(let from, let to): (from ?? to)?.isDate == true
        case .filled, .blank, .oneOf: false
        }
    }

    /// Whether the entries of a cell meet the test; `nil` where it needs a number or a date and finds none.
    ///
    /// - Parameters:
    ///   - values: One, several in a list, or none where the cell is blank; with dates where the test needs them.
    ///   - isText: Whether entries are text alone, so that `01` is not `1`.
    ///   - month: The month of the round.
    func isMet(by values: [CellValue], isText: Bool, in month: PlacementMonth) -> Bool? {
        if values.isEmpty { return self == .blank }
        switch self {
        case .filled: return true
        case .blank: return false
        case .oneOf(let texts):
            return values.contains { value in
                texts.contains { text in
                    if text == value.text { return true }
                    guard !isText, let number = value.number else { return false }
                    return ExactNumber(text) == number
                }
            }
        case .range(let from, let to):
            for entry in values {
                guard let value = readsDates ? entry.date.map(KeyValue.date) : entry.number.map(KeyValue.number) else {
                    return nil
                }
                if from.map({ $0 <= value }) ?? true, to.map({ value <= $0 }) ?? true { return true }
            }
            return false
        case .months(let from, let to):
            for entry in values {
                guard let date = entry.date else { return nil }
                if WholeNumbers.range(from: from, to: to).contains(month.months(to: date)) { return true }
            }
            return false
        }
    }

    /// Whether one text that stands alone in its cell meets the test.
    func isMet(by text: String, isText: Bool = false, in month: PlacementMonth) -> Bool {
        isMet(by: [CellValue(text, readsDates: readsDates)], isText: isText, in: month) == true
    }
}

extension PlacementMonth {
    /// Calendar months from this one to that of a date; negative where it lies before.
    func months(to date: CalendarDate) -> Int {
        (date.year - firstDay.year) * 12 + date.month - firstDay.month
    }
}
