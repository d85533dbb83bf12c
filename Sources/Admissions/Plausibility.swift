/// The thresholds beyond which something in a case is so unlikely that somebody must confirm it.
///
/// The numbers are chosen so that a sound round exceeds none of them. A false alarm each month would teach people to accept
/// without reading.
public enum Plausibility {
    /// Number of first wishes for a class that is offered with no seat, while most facilities have some in that class.
    public static let firstWishesAtZeroSeats = 20
    /// Number of wishes for a class of a facility, if none of those children is eligible.
    public static let wishesNobodyIsEligibleFor = 10
    /// Minimum number of children before equal points, or the share that the draw alone decides, is reported.
    public static let childrenForEquality = 20
    /// Per cent of the children with a wish whom only the draw distinguishes from another child of their class.
    public static let drawnPercent = 50
    /// Number of seats by which a facility differs from the previous case after both are brought to one scale. It must also
    /// differ by half.
    public static let seatsChanged = 10
    /// Per cent by which all seats together differ from the same month of another year.
    public static let seatTotalPercent = 30
    /// Number of significant digits to which spreadsheets round numbers.
    public static let spreadsheetDigits = 15
    /// Number of values with more digits than that, all ending in zeros, that indicates rounding.
    public static let roundedValues = 3
    /// Number of wishes in the same order that two children of different households must have to look like one child.
    public static let sharedWishes = 3
    /// Minimum number of wishes of a child before it is reported that all of them fit a class one year off.
    public static let wishesOneYearOff = 2
    /// Minimum number of children without a single wish in the table, and the per cent of all children that they must exceed. A
    /// few children may have no wish, if only a sibling's nursery was one, but a lost column takes the wishes of many.
    public static let childrenWithoutWishes = 3
    public static let withoutWishesPercent = 5
    /// Number of transfer applicants in the previous case from which on a month with none of them is reported.
    public static let transfersBefore = 5
    /// Number of seats by which two classes together must differ from the previous case to look as if they had changed places.
    /// Changed back they must differ by at most a third of that.
    public static let seatsSwapped = 10
    /// Number of seats that disappeared since the previous case, beyond what its applicants who left can have taken.
    public static let seatsUnexplained = 10
    /// Per cent of all seats of the previous case that the seats which disappeared must reach.
    public static let unexplainedPercent = 1
    /// The most facilities that are named one by one if all have the same doubt.
    public static let facilitiesNamed = 20
}

extension CaseDraft {
    /// Looks for data that are probably wrong, and gives warnings that somebody must accept.
    ///
    /// - Parameters:
    ///   - subject: The case to which this draft resolves.
    ///   - previous: An earlier round of the same municipality to compare with.
    ///   - threads: How many threads may work at the same time; the findings are the same with any number.
    /// - Returns: Findings whose codes all have ``Finding/Code/needsAcceptance``, in the order of tables and rows.
    /// - Complexity: O(n log n) in children and wishes.
    public func doubts(about subject: Case, previous: Case? = nil, threads: Int = 1) -> [Finding] {
        // Finding out what the draw decides takes as long as everything else, so it runs in the background.
        let drawn = Background(threads: threads) {
            let seeker = DoubtSeeker(draft: self, subject: subject, threads: threads)
            seeker.doubtDraw()
            return seeker.findings
        }
        let seeker = DoubtSeeker(draft: self, subject: subject, threads: threads)
        seeker.doubtSeats()
        seeker.doubtPoints()
        seeker.doubtChildren()
        seeker.doubtDates()
        seeker.doubtSiblings(previous)
        if let previous {
            let own = seeker.findings.count
            seeker.compare(with: previous)
            assert(seeker.findings[own...].allSatisfy { Finding.Code.comparedWithPrevious.contains($0.code) })
        }
        return (drawn.value + seeker.findings + doubtsAboutPointsTable()).enumerated()
            .sorted {
                ($0.element.table, $0.element.row ?? -1, $0.offset)
                    < ($1.element.table, $1.element.row ?? -1, $1.offset)
            }
            .map(\.element)
    }
}

extension Case {
    fileprivate func childIDs(of household: Int) -> [ChildID] {
        households[household].members.map { children[$0].id }.sorted()
    }
}

/// Tells which of many fingerprints share some bits with another one. These are all that are equal to another, and few more.
private struct SharedBits {
    /// For each value of these bits the number of fingerprints that have it, where 2 stands for 2 or more.
    private var counts: [UInt8]

    /// - Parameter count: The approximate number of fingerprints.
    init(of prints: some Sequence<UInt64>, count: Int) {
        counts = [UInt8](repeating: 0, count: 1 << (Int.bitWidth - (4 * count).leadingZeroBitCount))
        for print in prints { counts[place(print)] = min(2, counts[place(print)] + 1) }
    }

    func areShared(by print: UInt64) -> Bool { counts[place(print)] == 2 }

    private func place(_ print: UInt64) -> Int { Int(truncatingIfNeeded: print) & (counts.count - 1) }
}

/// Collects doubts.
///
/// It is a class because copying the draft and the case at each call would cost more than most calls.
private final class DoubtSeeker {
    let draft: CaseDraft
    let subject: Case
    private let threads: Int
    private(set) var findings: [Finding] = []
    private var childRows: [ChildID: Int]?
    /// Facilities whose seats ``compareSeats(with:_:)`` has reported.
    private var doubtedFacilities: Set<Int> = []
    /// Classes of facilities that ``compareClasses(with:)`` has reported, as `facility * 6 + class`.
    private var swappedClasses: Set<Int> = []

    init(draft: CaseDraft, subject: Case, threads: Int) {
        self.draft = draft
        self.subject = subject
        self.threads = threads
    }

    private func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ english: Telling,
        _ japanese: Telling
    ) {
        note(code, table, row: row, column: column, Sentence(english, japanese))
    }

    private func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ sentence: Sentence
    ) {
        findings.append(Finding(code, table, row: row, column: column, sentence))
    }

    private func row(ofFacility index: Int) -> Int? {
        draft.facilities.firstIndex { $0.id == subject.facilities[index].id }
    }

    private func row(ofChild index: Int) -> Int? {
        if childRows == nil {
            childRows = Dictionary(
                draft.children.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        return childRows?[subject.children[index].id]
    }

    // MARK: Seats

    func doubtSeats() {
        // At `facility * 6 + age`.
        let cells = subject.facilities.count * 6
        var firstWishes = [Int](repeating: 0, count: cells)
        var wishes = [Int](repeating: 0, count: cells)
        var eligible = [Int](repeating: 0, count: cells)
        for child in subject.children.indices {
            let age = subject.children[child].ageClass
            if let first = subject.children[child].wishes.first { firstWishes[first.facility * 6 + age] += 1 }
            for wish in subject.children[child].wishes {
                wishes[wish.facility * 6 + age] += 1
                if wish.isEligible { eligible[wish.facility * 6 + age] += 1 }
            }
        }
        // If most facilities are full, as in the months after April, a full one is not suspicious.
        let zeroIsRare = (0...5).map { age in
            let seats = subject.facilities.compactMap { $0.seats[age] }
            return seats.count { $0 <= 0 } * 2 < seats.count
        }
        for index in subject.facilities.indices {
            let facility = subject.facilities[index]
            for age in 0...5 {
                let cell = index * 6 + age
                if facility.seats[age] == 0, zeroIsRare[age], firstWishes[cell] >= Plausibility.firstWishesAtZeroSeats {
                    note(
                        .zeroSeats, .facilities, row: row(ofFacility: index), column: "seats_\(age)",
                        "\(facility.id) has no seat in class \(age), which \(firstWishes[cell]) children wish first; "
                            + "correct the seats, or accept that the class is full.",
                        "施設「\(facility.id)」の\(age)歳児クラスは受入可能数が 0 ですが、\(firstWishes[cell]) 人が第1希望としています。"
                            + "数を直すか、満員で正しければ承認してください。")
                }
                if wishes[cell] >= Plausibility.wishesNobodyIsEligibleFor, eligible[cell] == 0 {
                    note(
                        .nobodyEligible, .facilities, row: row(ofFacility: index), column: "seats_\(age)",
                        "\(wishes[cell]) children of class \(age) wish \(facility.id), and none of them is eligible; "
                            + "correct its seats or minimum age, or accept that the class is not offered.",
                        "\(age)歳児クラスの児童 \(wishes[cell]) 人が施設「\(facility.id)」を希望していますが、入れる児童が一人もいません。"
                            + "受入可能数か受入月齢・日齢を直すか、募集しないクラスなら承認してください。")
                }
            }
        }
    }

    // MARK: Points and keys

    func doubtPoints() {
        let keys = subject.rules.priority
        guard subject.children.count >= Plausibility.childrenForEquality else { return doubtDigits() }
        if keys.contains(where: { $0.source == .points }), let first = subject.children.first?.generalPoints,
            subject.children.indices.allSatisfy({ subject.generalPoints(of: $0) == first })
        {
            note(
                .pointsAllEqual, .children, column: "points",
                "All \(subject.children.count) children have the same points; correct the column, or accept that points "
                    + "decide nothing.",
                "児童 \(subject.children.count) 人全員の指数が同じです。指数の列を直すか、指数で差が付かなくてよければ承認してください。")
        }
        doubtDigits()
    }

    private static func standing(of child: Int, atKey key: Int, in subject: Case) -> KeyValue? {
        subject.rules.priority[key].source == .points
            ? subject.generalPoints(of: child).map(KeyValue.number) : subject.keyValue(child: child, key: key)
    }

    /// A child with a fingerprint of its values in every key except the draw.
    private struct Standing {
        /// A fingerprint of its class and its values.
        let print: UInt64
        let child: Int32

        static func precedes(_ one: Standing, _ other: Standing) -> Bool {
            one.print == other.print ? one.child < other.child : one.print < other.print
        }
    }

    func doubtDraw() {
        guard subject.children.count >= Plausibility.childrenForEquality,
            subject.rules.priority.contains(where: { $0.source != .draw })
        else { return }
        let keys = subject.rules.priority.indices
        let prints = elements(subject.children.count, threads: threads, state: ()) { [subject] _, index in
            var print = Fingerprint()
            print.mix(subject.children[index].ageClass)
            for key in keys { print.mix(Self.standing(of: index, atKey: key, in: subject)) }
            return print.value
        }.elements
        let applicants = subject.children.indices.filter { subject.children[$0].wishes.contains(where: \.isEligible) }
        let count = applicants.count
        func areMany(_ drawn: Int) -> Bool {
            count >= Plausibility.childrenForEquality && drawn * 100 > count * Plausibility.drawnPercent
        }
        // In a large city most children equal some other child, but this matters only if both wish the same facility. Children
        // who are equal share bits of their fingerprints, so only children who share some are examined.
        let sharing = SharedBits(of: applicants.lazy.map { prints[$0] }, count: count)
        guard areMany(applicants.count { sharing.areShared(by: prints[$0]) }) else { return }
        let drawn = childrenDrawnForAFacility(applicants, prints)
        guard areMany(drawn) else { return }
        note(
            .drawDecidesMuch, .settings, column: "priority",
            "\(drawn) of \(count) children equal another one, of their class and with a facility that both wish, in "
                + "every priority key, so that the draw alone decides between them; add keys, or accept that.",
            "児童 \(count) 人のうち \(drawn) 人は、同じクラスで同じ施設を希望するほかの児童と、優先順位の基準がすべて同じで、抽選だけで順位が決まります。"
                + "基準を加えるか、それでよければ承認してください。")
    }

    /// Groups of children who are equal in their class and in every key except the draw, and belong to more than one household.
    ///
    /// Two standings that share a fingerprint only by chance do not count as equal.
    private static func groups(of standings: [Standing], in subject: Case) -> [[Standing]] {
        let keys = subject.rules.priority.indices
        var groups: [[Standing]] = []
        var start = 0
        while start < standings.count {
            let first = Int(standings[start].child)
            let end = standings[start...].firstIndex { $0.print != standings[start].print } ?? standings.count
            defer { start = end }
            if end == start + 1 { continue }
            let group = standings[start..<end].filter { standing in
                let other = Int(standing.child)
                return subject.children[first].ageClass == subject.children[other].ageClass
                    && keys.allSatisfy {
                        Self.standing(of: first, atKey: $0, in: subject)
                            == Self.standing(of: other, atKey: $0, in: subject)
                    }
            }
            groups.append(group)
        }
        return groups
    }

    /// How many children are equal, in every key except the draw, to a child of another household in the same class with whom
    /// they share a wished facility.
    ///
    /// - Parameters:
    ///   - applicants: The children with a wish that may be granted, ascending.
    ///   - prints: The fingerprint of each child, see ``Standing``.
    /// - Complexity: O(c log c) in the children, and O(w) in their wishes.
    private func childrenDrawnForAFacility(_ applicants: [Int], _ prints: [UInt64]) -> Int {
        // Children are divided into parts by the first bits of their fingerprints.
        let partCount = 256
        var parts = [[Standing]](repeating: [], count: partCount)
        for child in applicants {
            parts[Int(prints[child] >> 56)].append(Standing(print: prints[child], child: Int32(child)))
        }
        // Children with the same household id in the files are in adjacent households of the case.
        var firstOfID = [Int](subject.households.indices)
        for household in firstOfID.indices.dropFirst()
        where subject.households[household].id == subject.households[household - 1].id {
            firstOfID[household] = firstOfID[household - 1]
        }
        return inRanges(of: partCount, threads: threads, smallest: 32) { [subject, parts, firstOfID] range in
            var wished = [Wished](repeating: Wished(), count: subject.facilities.count)
            var drawn = 0
            for part in range {
                let groups = Self.groups(of: parts[part].sorted(by: Standing.precedes), in: subject)
                for (number, group) in groups.enumerated() {
                    drawn += Self.drawnForAFacility(group, number * partCount + part, firstOfID, &wished, in: subject)
                }
            }
            return drawn
        }.reduce(0, +)
    }

    /// The households of a group that wish a facility.
    private struct Wished {
        /// The last group examined in which somebody wishes the facility.
        var group = -1
        /// The household of that child, and whether children of other households of the group wish the facility too.
        var household = -1
        var isByOthers = false
    }

    /// How many children of a group of equal ones wish a facility that a child of another household in the group wishes too.
    private static func drawnForAFacility(
        _ group: [Standing], _ number: Int, _ firstOfID: [Int], _ wished: inout [Wished], in subject: Case
    ) -> Int {
        func wishes(_ standing: Standing) -> [Wish] { subject.children[Int(standing.child)].wishes }
        if !subject.wishKeyValues.keys.isEmpty { return drawnAtEqualWishes(group, firstOfID, in: subject) }
        for standing in group {
            let household = firstOfID[subject.children[Int(standing.child)].household]
            for wish in wishes(standing) where wish.isEligible {
                if wished[wish.facility].group != number {
                    wished[wish.facility] = Wished(group: number, household: household)
                } else if wished[wish.facility].household != household {
                    wished[wish.facility].isByOthers = true
                }
            }
        }
        return group.count { wishes($0).contains { $0.isEligible && wished[$0.facility].isByOthers } }
    }

    /// The same where keys depend on the wish: two children are equal at a facility if they are so by their wishes for it.
    private static func drawnAtEqualWishes(_ group: [Standing], _ firstOfID: [Int], in subject: Case) -> Int {
        struct Standpoint: Hashable {
            let facility: Int
            let values: [KeyValue?]
        }
        func standpoints(_ child: Int) -> [Standpoint] {
            subject.children[child].wishes.enumerated().filter(\.element.isEligible).map { rank, wish in
                Standpoint(
                    facility: wish.facility,
                    values: subject.wishKeyValues.keys.map { subject.keyValue(child: child, wish: rank, key: $0) })
            }
        }
        var households: [Standpoint: Set<Int>] = [:]
        for standing in group {
            let child = Int(standing.child)
            for standpoint in standpoints(child) {
                households[standpoint, default: []].insert(firstOfID[subject.children[child].household])
            }
        }
        return group.count { standing in standpoints(Int(standing.child)).contains { households[$0]!.count > 1 } }
    }

    /// Keys whose values a spreadsheet has rounded to fifteen digits.
    private func doubtDigits() {
        for key in subject.rules.priority {
            let texts: [String]
            if let column = draft.attributeNames.firstIndex(of: key.name) {
                texts = draft.children.compactMap { child in
                    let text = child.attributes[column]
                    return text.utf8.count >= Plausibility.spreadsheetDigits ? text : nil
                }
            } else if key.source == .points {
                texts = draft.children.compactMap { child in
                    guard let points = child.points, points.numerator.magnitude >= 1_000_000_000_000_000 else {
                        return nil
                    }
                    return points.description
                }
            } else {
                continue
            }
            if texts.isEmpty || !Self.isRounded(texts) { continue }
            note(
                .keyRounded, .children, column: key.name,
                "\(column: key.name) looks as if a spreadsheet had rounded it to \(Plausibility.spreadsheetDigits) digits; export "
                    + "it again as text, or accept the values as they are.",
                "「\(column: key.name)」は、表計算ソフトが \(Plausibility.spreadsheetDigits) 桁に丸めた値のようです。"
                    + "文字列として書き出し直すか、値がこのとおりなら承認してください。")
        }
    }

    /// Whether all numbers with more than fifteen digits end in zeros after the fifteenth, or fractions end exactly there.
    private static func isRounded(_ texts: [String]) -> Bool {
        var long = 0
        var fractions = 0
        for text in texts {
            let digits = text.utf8.filter { (48...57).contains($0) }.drop { $0 == 48 }
            if text.utf8.contains(UInt8(ascii: ".")) {
                // This is a quotient that was cut; its last digit is hardly ever 0.
                if digits.count >= Plausibility.spreadsheetDigits { fractions += 1 }
            } else if digits.count > Plausibility.spreadsheetDigits {
                guard digits.dropFirst(Plausibility.spreadsheetDigits).allSatisfy({ $0 == 48 }) else { return false }
                long += 1
            }
        }
        return long >= Plausibility.roundedValues || fractions >= Plausibility.roundedValues
    }

    // MARK: Children

    func doubtChildren() {
        let wishless = draft.children.count { child in child.wishes.allSatisfy { $0 == nil } }
        if wishless >= Plausibility.childrenWithoutWishes,
            wishless * 100 > draft.children.count * Plausibility.withoutWishesPercent
        {
            note(
                .manyWithoutWishes, .children, column: "wish_1",
                "\(wishless) of \(draft.children.count) children have no wish in the table at all; look for a wish column "
                    + "that is not read, or accept that they wish nothing.",
                "児童 \(draft.children.count) 人のうち \(wishless) 人に、希望が一つも書かれていません。"
                    + "読まれていない希望の列がないか確かめてください。希望がないなら承認してください。")
        }
        // A single child is never copied here, because that would cost more than all that is done with it.
        let children = subject.children
        let prints = elements(children.count, threads: threads, state: ()) { _, index -> UInt64? in
            guard let birthDate = children[index].birthDate,
                children[index].wishes.count >= Plausibility.sharedWishes
            else { return nil }
            var print = Fingerprint()
            print.mix(birthDate.dayNumber)
            for wish in children[index].wishes { print.mix(wish.facility) }
            return print.value
        }.elements
        let sharing = SharedBits(of: prints.lazy.compactMap { $0 }, count: children.count)
        var firstAlike: [UInt64: Int] = [:]
        for index in children.indices {
            if children[index].wishes.allSatisfy({ $0.ineligibility == .notOffered }),
                let age = classOneYearOff(children[index])
            {
                note(
                    .ageForAnotherClass, .children, row: row(ofChild: index), column: "wish_1",
                    "No wish of this child is offered to class \(children[index].ageClass), but every one to class \(age); "
                        + "correct its birth date, class or wishes, or accept that it has none that counts.",
                    "この児童の希望は、\(children[index].ageClass)歳児クラスではどれも募集がなく、\(age)歳児クラスならすべて募集があります。"
                        + "生年月日・クラス年齢・希望を直すか、有効な希望がなくてよければ承認してください。")
            }
            guard let print = prints[index], sharing.areShared(by: print) else { continue }
            guard let other = firstAlike[print] else {
                firstAlike[print] = index
                continue
            }
            guard isAlike(children[other], children[index]) else { continue }
            let keys = subject.rules.priority.indices
            guard children[other].householdID != children[index].householdID,
                keys.allSatisfy({ subject.keyValue(child: other, key: $0) == subject.keyValue(child: index, key: $0) }),
                children[index].wishes.indices.allSatisfy({ subject.areAlike(other, index, atWish: $0) })
            else { continue }
            note(
                .childrenAlike, .children, row: row(ofChild: index), column: "child_id",
                "Another household's child has the same birth date, wishes and priority keys; remove the row if it is one "
                    + "child twice, or accept that they are two.",
                "別の世帯に、生年月日・希望・優先順位の基準がすべて同じ児童がいます。" + "一人の児童が二重に申し込んでいれば行を消し、別の児童なら承認してください。")
        }
    }

    private func isAlike(_ one: Child, _ other: Child) -> Bool {
        one.birthDate == other.birthDate && one.currentFacility == other.currentFacility
            && one.generalPoints == other.generalPoints
            && one.wishes.elementsEqual(other.wishes) { $0.facility == $1.facility }
    }

    /// The class next to the child's own in which all its wishes would be offered, if none is offered in its own.
    private func classOneYearOff(_ child: Child) -> Int? {
        guard child.wishes.count >= Plausibility.wishesOneYearOff else { return nil }
        return [child.ageClass - 1, child.ageClass + 1].first { age in
            (0...5).contains(age)
                && child.wishes.allSatisfy { wish in
                    subject.facilities[wish.facility].limits.contains { index in
                        let limit = subject.limits[index]
                        return limit.offersItsAges && limit.ages.contains(age: age)
                            && limit.group.covers(child.groups)
                    }
                }
        }
    }

    /// Reports children who are not born yet on the first day of the month.
    func doubtDates() {
        let first = subject.month.firstDay
        for index in subject.children.indices {
            guard let date = subject.children[index].birthDate, date > first else { continue }
            if !subject.children[index].isUnborn {
                note(
                    .bornAfterStart, .children, row: row(ofChild: index), column: "birth_date",
                    "The \(column: "birth_date") is after \(first), when places begin; write a \(column: "due_date") for a child that is not born yet, "
                        + "correct it, or accept it.",
                    "生年月日（\(column: "birth_date")）が入所日 \(first) より後です。"
                        + "出生前の児童なら \(column: "due_date") に出産予定日を書いてください。日付を直すか、正しければ承認してください。")
            } else if subject.children[index].wishes.contains(where: \.isEligible) {
                note(
                    .dueAfterStart, .children, row: row(ofChild: index), column: "due_date",
                    "The child is due after \(first), when places begin, and no minimum age keeps it from one; give the "
                        + "facilities their minimum age, leave the child to a later round, or accept it.",
                    "出産予定日が入所日 \(first) より後ですが、受入月齢・日齢がないため内定できてしまいます。" + "施設の受入月齢・日齢を書くか、児童を後の回に回すか、このままでよければ承認してください。"
                )
            }
        }
    }

    /// Reports siblings who can never be placed because of their own answer.
    ///
    /// - Parameter previous: The earlier round. A household that had this problem there already is not reported again.
    func doubtSiblings(_ previous: Case?) {
        let hopeless = subject.householdsWithoutOutcome()
        if hopeless.isEmpty { return }
        let pinned = Set(subject.pins.map { subject.children[$0.child].household })
        let before = Set((previous?.householdsWithoutOutcome() ?? []).map { previous!.childIDs(of: $0) })
        for index in hopeless where !pinned.contains(index) && !before.contains(subject.childIDs(of: index)) {
            let household = subject.households[index]
            let answerRow = draft.households.firstIndex { $0.household == household.id }
            let sentence: Sentence
            if case .answer(let answer) = household.wishes {
                let words = "\(answer.timing.rawValue) \(answer.facility.rawValue)"
                sentence = Sentence(
                    "The siblings can never be placed: no outcome with wishes that can be granted is accepted by their answer "
                        + "\(words); ask the household for wishes in common or another answer, or accept it.",
                    "このきょうだいは内定できません。かなえられる希望の組み合わせに、きょうだいの条件（\(words)）を満たすものが一つもありません。"
                        + "共通の希望か別の条件を世帯に確かめるか、このままでよければ承認してください。")
            } else {
                sentence = Sentence(
                    "The siblings can never be placed: every rank of their joint wishes has a facility that does not take one of "
                        + "them; ask the household for other ranks, or accept it.",
                    "このきょうだいは内定できません。組み合わせの希望のどの順位にも、児童が入れない施設があります。"
                        + "別の順位を世帯に確かめるか、このままでよければ承認してください。")
            }
            if case .table = household.wishes,
                let first = draft.jointWishes.firstIndex(where: { $0.household == household.id })
            {
                note(.noJointOutcome, .jointWishes, row: first, column: "household_id", sentence)
            } else {
                note(
                    .noJointOutcome, answerRow == nil ? .children : .households,
                    row: answerRow ?? household.members.compactMap(row(ofChild:)).min(), column: "household_id",
                    sentence)
            }
        }
    }

    // MARK: The previous case

    private func compareTransfers(with previous: Case) {
        let transfers = previous.children.count { $0.currentFacility != nil }
        guard transfers >= Plausibility.transfersBefore,
            !subject.children.contains(where: { $0.currentFacility != nil })
        else { return }
        note(
            .transfersGone, .children, column: "current_facility_id",
            "No child has a place now, and \(transfers) children of the previous case had one; look for the column "
                + "\(column: "current_facility_id"), or accept that nobody asks for a transfer.",
            "在籍施設のある児童が、前回は \(transfers) 人いましたが、今回は一人もいません。\(column: "current_facility_id") の列を確かめるか、"
                + "転園の申込みがないなら承認してください。")
    }

    func compare(with previous: Case) {
        let leavers = Leavers(previous, subject)
        compareSeats(with: previous, leavers)
        compareClasses(with: previous)
        if let leavers { compareSeats(with: previous, whoLeft: leavers) }
        compareTransfers(with: previous)
        guard subject.month.fiscalYear == previous.month.fiscalYear else { return }
        let before = Dictionary(uniqueKeysWithValues: previous.children.map { ($0.id, $0) })
        for (index, child) in subject.children.enumerated() {
            guard let earlier = before[child.id], earlier.householdID == child.householdID,
                earlier.ageClass != child.ageClass
            else { continue }
            note(
                .ageClassChanged, .children, row: row(ofChild: index), column: "child_id",
                "The previous case of the same fiscal year has this child in class \(earlier.ageClass), not "
                    + "\(child.ageClass); correct its birth date or class, or accept the change.",
                "同じ年度の前回、この児童は\(earlier.ageClass)歳児クラスでしたが、今回は\(child.ageClass)歳児クラスです。生年月日かクラス年齢を直すか、"
                    + "変更が正しければ承認してください。")
        }
    }

    private static func seats(of facility: Facility, in subject: Case) -> Int {
        facility.limits.reduce(0) { sum, index in
            let limit = subject.limits[index]
            return limit.offersItsAges ? sum + limit.vacancies : sum
        }
    }

    private func compareSeats(with previous: Case, _ leavers: Leavers?) {
        let indexOfID = Dictionary(uniqueKeysWithValues: subject.facilities.enumerated().map { ($1.id, $0) })
        var pairs: [(index: Int, now: Int, before: Int)] = []
        // If no more seats disappeared than applicants left who wished the facility, the previous round filled those seats.
        var isFilled = [Bool](repeating: false, count: subject.facilities.count)
        for (number, facility) in previous.facilities.enumerated() {
            let before = Self.seats(of: facility, in: previous)
            guard let index = indexOfID[facility.id] else {
                note(
                    .facilityGone, .facilities,
                    "\(facility.id), which the previous case has, is not in \(file: .facilities); add it, or accept that it has "
                        + "left.",
                    "前回あった施設「\(facility.id)」が \(file: .facilities) にありません。加えるか、なくなった施設なら承認してください。")
                continue
            }
            pairs.append((index, Self.seats(of: subject.facilities[index], in: subject), before))
            if let leavers {
                isFilled[index] = (0...leavers.wishers(of: number)).contains(before - pairs.last!.now)
            }
        }
        let now = pairs.reduce(0) { $0 + $1.now }
        let before = pairs.reduce(0) { $0 + $1.before }
        let isSameMonth =
            subject.month.firstDay.month == previous.month.firstDay.month && subject.month != previous.month
        if isSameMonth, abs(now - before) * 100 > before * Plausibility.seatTotalPercent {
            note(
                .seatTotalChanged, .facilities,
                "All facilities together have \(now) seats, and had \(before) in \(previous.month); correct them, or accept "
                    + "the change.",
                "受入可能数の合計が、\(previous.month) の \(before) 人分から \(now) 人分になっています。数を直すか、変更が正しければ承認してください。")
        }
        guard now > 0, before > 0 else { return }
        for pair in pairs.sorted(by: { $0.index < $1.index }) {
            // Both are brought to the scale of the smaller round, as whole numbers times the larger total.
            let (one, other) = (pair.now * before, pair.before * now)
            let difference = abs(one - other)
            guard difference >= Plausibility.seatsChanged * max(now, before), difference * 2 >= max(one, other),
                !isFilled[pair.index]
            else { continue }
            doubtedFacilities.insert(pair.index)
            note(
                .seatsChanged, .facilities, row: row(ofFacility: pair.index), column: "facility_id",
                "\(subject.facilities[pair.index].id) has \(pair.now) seats in all, and had \(pair.before) in the previous "
                    + "case, while the whole went from \(before) to \(now); correct them, or accept the change.",
                "施設「\(subject.facilities[pair.index].id)」の受入可能数は合計 \(pair.now) 人分で、前回は \(pair.before) 人分でした（全体は \(before) 人分から \(now) 人分）。"
                    + "数を直すか、変更が正しければ承認してください。")
        }
    }

    /// The vacancies of the class's own limit, or `nil` if it has none.
    private static func seats(_ facility: Facility, _ age: Int, in subject: Case) -> Int? {
        facility.limits.first { subject.limits[$0].isClassLimit && subject.limits[$0].ages.contains(age: age) }
            .map { subject.limits[$0].vacancies }
    }

    /// Facilities that are in both cases, with their index in this one.
    private func commonFacilities(_ previous: Case) -> [(index: Int, earlier: Facility)] {
        let earlier = Dictionary(uniqueKeysWithValues: previous.facilities.map { ($0.id, $0) })
        return subject.facilities.indices.compactMap { index in
            earlier[subject.facilities[index].id].map { (index, $0) }
        }
    }

    /// Looks for seats of two classes that changed places, in the whole table or at a facility.
    ///
    /// Vacancies rise little between two rounds, so a class that seems to have taken over the other's larger number stands out.
    private func compareClasses(with previous: Case) {
        let common = commonFacilities(previous)
        for low in 0..<5 {
            for high in (low + 1)...5 {
                var whole = Swap()
                var alone: [(index: Int, swap: Swap)] = []
                for (index, earlier) in common {
                    let facility = subject.facilities[index]
                    guard let lowNow = Self.seats(facility, low, in: subject),
                        let highNow = Self.seats(facility, high, in: subject),
                        let lowBefore = Self.seats(earlier, low, in: previous),
                        let highBefore = Self.seats(earlier, high, in: previous)
                    else { continue }
                    var swap = Swap()
                    swap.asIs = abs(lowNow - lowBefore) + abs(highNow - highBefore)
                    swap.swapped = abs(lowNow - highBefore) + abs(highNow - lowBefore)
                    whole.asIs += swap.asIs
                    whole.swapped += swap.swapped
                    if swap.swapped < swap.asIs { whole.facilities += 1 }
                    if swap.stands { alone.append((index, swap)) }
                }
                if whole.stands, whole.facilities > 1 {
                    note(
                        .seatsSwapped, .facilities, column: "seats_\(low)",
                        "\(column: "seats_\(low)", .facilities) and \(column: "seats_\(high)", .facilities) look as if they had changed places "
                            + "since the previous case, at \(whole.facilities) facilities; correct the columns, or accept the seats.",
                        "\(whole.facilities) 施設で、\(column: "seats_\(low)", .facilities) と \(column: "seats_\(high)", .facilities) の数が前回と"
                            + "入れ替わっているように見えます。列を直すか、数が正しければ承認してください。")
                    for (index, _) in common { swappedClasses.formUnion([index * 6 + low, index * 6 + high]) }
                    continue
                }
                for (index, _) in alone {
                    swappedClasses.formUnion([index * 6 + low, index * 6 + high])
                    note(
                        .seatsSwapped, .facilities, row: row(ofFacility: index), column: "seats_\(low)",
                        "\(column: "seats_\(low)", .facilities) and \(column: "seats_\(high)", .facilities) of "
                            + "\(subject.facilities[index].id) look as if they had changed places since the previous case; correct them, "
                            + "or accept the seats.",
                        "施設「\(subject.facilities[index].id)」の \(column: "seats_\(low)", .facilities) と "
                            + "\(column: "seats_\(high)", .facilities) の数が前回と入れ替わっているように見えます。数を直すか、正しければ承認してください。")
                }
            }
        }
    }

    /// How much the seats of two classes differ from those before, as they are and after changing them back.
    private struct Swap {
        var asIs = 0
        var swapped = 0
        var facilities = 0

        var stands: Bool { asIs >= Plausibility.seatsSwapped && swapped * 3 <= asIs }
    }

    /// The applicants of the previous case who do not apply any more. All children whom that round placed are among them.
    private struct Leavers {
        /// Their number by class.
        private(set) var count = [Int](repeating: 0, count: 6)
        /// At `facility * 6 + class` the number of those who wished, or were pinned to, a facility of the previous case.
        private var wishing: [Int]

        /// `nil` if the seats of the two cases cannot be compared, because the previous case is of another fiscal year or of a
        /// later month.
        init?(_ previous: Case, _ subject: Case) {
            guard subject.month.fiscalYear == previous.month.fiscalYear, previous.month <= subject.month else {
                return nil
            }
            let remaining = Set(subject.children.map(\.id))
            wishing = [Int](repeating: 0, count: previous.facilities.count * 6)
            for child in previous.children where !remaining.contains(child.id) {
                count[child.ageClass] += 1
                for wish in child.wishes { wishing[wish.facility * 6 + child.ageClass] += 1 }
            }
            for pin in previous.pins {
                let child = previous.children[pin.child]
                guard let place = pin.facility, pin.choice == Allocation.elsewhere, !remaining.contains(child.id) else {
                    continue
                }
                wishing[place * 6 + child.ageClass] += 1
            }
        }

        func wishers(of facility: Int, age: Int) -> Int { wishing[facility * 6 + age] }
        func wishers(of facility: Int) -> Int { (0...5).reduce(0) { $0 + wishing[facility * 6 + $1] } }
    }

    /// Looks for seats that disappeared although nobody left who could have taken them. Only large numbers are reported, because
    /// a few seats may be taken by children from outside, or lost because a group has no carer.
    private func compareSeats(with previous: Case, whoLeft leavers: Leavers) {
        let indexBefore = Dictionary(uniqueKeysWithValues: previous.facilities.enumerated().map { ($1.id, $0) })
        let common = commonFacilities(previous)
        var classes = [ClassSeats](repeating: ClassSeats(), count: 6)
        for age in 0...5 {
            for (index, earlier) in common where !swappedClasses.contains(index * 6 + age) {
                guard let seats = Self.seats(subject.facilities[index], age, in: subject),
                    let earlierSeats = Self.seats(earlier, age, in: previous)
                else { continue }
                classes[age].now += seats
                classes[age].before += earlierSeats
                let wishers = leavers.wishers(of: indexBefore[earlier.id]!, age: age)
                guard earlierSeats - seats > wishers else { continue }
                classes[age].unexplained += earlierSeats - seats - wishers
                if doubtedFacilities.contains(index) { continue }
                classes[age].fewer.append(
                    (
                        row(ofFacility: index),
                        Sentence(
                            "\(subject.facilities[index].id) has \(seats) seats in class \(age), and had \(earlierSeats) in the "
                                + "previous case, of whose applicants only \(wishers) who wished it have left; correct the seats, or "
                                + "accept that there are fewer.",
                            "施設「\(subject.facilities[index].id)」の\(age)歳児クラスの受入可能数は \(seats) 人分で、前回は \(earlierSeats) 人分でしたが、"
                                + "ここを希望していて前回から抜けた児童は \(wishers) 人だけです。数を直すか、減ったのが正しければ承認してください。")
                    ))
            }
        }
        let seatsBefore = classes.reduce(0) { $0 + $1.before }
        func areMany(_ seats: Int) -> Bool {
            seats >= Plausibility.seatsUnexplained && seats * 100 >= seatsBefore * Plausibility.unexplainedPercent
        }
        let areManyAtFacilities = areMany(classes.reduce(0) { $0 + $1.unexplained })
        for (age, seats) in classes.enumerated() {
            if areManyAtFacilities, seats.fewer.count > Plausibility.facilitiesNamed {
                note(
                    .seatsUnexplained, .facilities, column: "seats_\(age)",
                    "\(seats.fewer.count) facilities have fewer seats in class \(age) than applicants of the previous case could "
                        + "have taken: all together \(seats.now), and \(seats.before) before; correct the seats, or accept that "
                        + "there are fewer.",
                    "\(seats.fewer.count) 施設の\(age)歳児クラスで、前回から抜けた児童では説明できないほど受入可能数が減っています"
                        + "（合計は前回 \(seats.before) 人分、今回 \(seats.now) 人分）。数を直すか、減ったのが正しければ承認してください。")
                continue
            }
            if areManyAtFacilities {
                for (row, sentence) in seats.fewer {
                    note(.seatsUnexplained, .facilities, row: row, column: "seats_\(age)", sentence)
                }
            }
            guard areMany(seats.before - seats.now - seats.unexplained - leavers.count[age]) else { continue }
            note(
                .seatsUnexplained, .facilities, column: "seats_\(age)",
                "All facilities together have \(seats.now) seats in class \(age), and had \(seats.before) in the previous case, of "
                    + "whose applicants of the class only \(leavers.count[age]) have left; correct the seats, or accept that "
                    + "there are fewer.",
                "\(age)歳児クラスの受入可能数は全施設で \(seats.now) 人分で、前回は \(seats.before) 人分でしたが、このクラスで前回から抜けた児童は "
                    + "\(leavers.count[age]) 人だけです。数を直すか、減ったのが正しければ承認してください。")
        }
    }

    /// The seats of a class in two cases, at the facilities of both.
    private struct ClassSeats {
        var now = 0
        var before = 0
        /// Number of seats that disappeared beyond what applicants of the previous case can have taken.
        var unexplained = 0
        /// The rows of the facilities with fewer seats, and the sentence for each.
        var fewer: [(row: Int?, sentence: Sentence)] = []
    }
}

extension Case {
    /// Whether two children with the same wishes have the same values at one of them, in every key that depends on it.
    fileprivate func areAlike(_ one: Int, _ other: Int, atWish wish: Int) -> Bool {
        wishKeyValues.keys.allSatisfy {
            keyValue(child: one, wish: wish, key: $0) == keyValue(child: other, wish: wish, key: $0)
        }
    }
}
