import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@testable import Reports

@Suite("The report and the notices")
struct ReportTests {
    private func explained(_ seed: UInt64) throws -> (Case, Verification, Explanations) {
        try explained(RandomMarket.draft(seed: seed))
    }

    private func explained(_ draft: CaseDraft) throws -> (Case, Verification, Explanations) {
        let subject = try draft.resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        return (subject, verified, try Explanations(of: subject, allocation, verified))
    }

    private func report(
        _ subject: Case, _ verified: Verification, _ explanations: Explanations, levels: [LevelResult]? = nil
    ) -> String {
        let input = ReportInput(
            subject: subject, placements: verified.placements, claims: verified.allClaims,
            usedSeats: verified.usedSeats, seats: verified.seats, explanations: explanations, status: .optimal,
            levels: levels
                ?? [LevelResult(.claims, value: verified.claims.count, bound: verified.claims.count, isProved: true)],
            warnings: [.init(code: "WISH_TOO_YOUNG", count: 3, meaning: "月齢に達していません。")], accepted: [])
        return String(decoding: Report(input).page(), as: UTF8.self)
    }

    // That the page is the same bytes each time is tested with two processes in Tests/EndToEnd: within one, dictionaries have
    // the same order anyway.
    @Test("The report asks nothing of any network")
    func selfContained() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let (subject, verified, explanations) = try explained(seed)
            let page = report(subject, verified, explanations)
            for word in ["http://", "https://", "src=", "@import", "url("] {
                #expect(!page.contains(word), "seed \(seed): \(word)")
            }
            #expect(!page.contains("羨望"))
        }
    }

    @Test("Fewest, smallest and lowest are said of a level only where it is proved")
    func smallestOnlyWhereProved() throws {
        let (subject, verified, explanations) = try explained(1)
        let words = [
            "no allocation has fewer", "as low as possible", "As few children as possible", "is smallest", "最少の", "最小の",
            "これより少ない割り当ては存在しません",
        ]
        func page(isProved: Bool) -> String {
            report(
                subject, verified, explanations,
                levels: LevelResult.Name.allCases.map {
                    LevelResult($0, value: 9, bound: isProved ? 9 : 7, isProved: isProved)
                })
        }
        let (proved, open) = (page(isProved: true), page(isProved: false))
        for word in words { #expect(proved.contains(word) && !open.contains(word), "\(word)") }
        #expect(open.contains("少なくとも 7 人") && open.contains("at least 7"))
    }

    @Test("What comes from a case is escaped")
    func escaping() throws {
        let subject = try CaseDraft(
            municipality: "<b>市", round: "\"r\" & </script>", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                ChildRow(id: "</script><i>", household: "h<", ageClass: 1, wishes: ["A<"], points: 1),
                ChildRow(id: "b", household: "h2", ageClass: 1, wishes: ["A<"], points: 2),
            ],
            facilities: [FacilityRow(id: "A<", name: "<園>", seats: [nil, 1, nil, nil, nil, nil])]
        ).resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        let page = report(subject, verified, explanations)
        #expect(!page.contains("<b>市") && !page.contains("<園>") && !page.contains("</script><i>"))
        let notices = try Notices(of: subject, explanations, placements: verified.placements)
        let letters = notices.page(notices.letters)
        #expect(!letters.contains("<園>") && letters.contains("&lt;園&gt;"))
        #expect(letters.contains("利用調整結果通知書（内定）") && letters.contains("利用調整結果通知書（保留）"))
    }

    @Test("Every child is in the letters once, and every row of the data file has every column")
    func letters() throws {
        for seed in 1...40 as ClosedRange<UInt64> {
            let (subject, verified, explanations) = try explained(seed)
            let notices = try Notices(of: subject, explanations, placements: verified.placements)
            #expect(notices.letters.flatMap(\.children).sorted() == Array(subject.children.indices), "seed \(seed)")
            let table = notices.table()
            #expect(table.rows.count == subject.children.count)
            #expect(table.rows.allSatisfy { $0.count == table.columns.count })
        }
    }

    @Test("A template that is no Mustache is refused")
    func template() throws {
        let (subject, verified, explanations) = try explained(1)
        #expect(throws: Notices.InvalidTemplate.self) {
            try Notices(of: subject, explanations, placements: verified.placements, template: "{{#letters}}")
        }
    }

    /// A class for which children of different families compete: seats, and for each child its household, points and tax.
    private func contest(
        _ seats: Int, _ children: [(household: HouseholdID, points: Int, tax: Int)],
        tax publication:
            PriorityKey.Publication? = nil
    ) throws -> (Case, Verification, Explanations) {
        let subject = try CaseDraft(
            municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [
                    PriorityKey("points", .descending),
                    PriorityKey(
                        "tax", .ascending, publication: publication,
                        bands: publication == .band ? [100_000, 200_000, 300_000] : []),
                ], drawSeed: "1", siblings: SiblingRules(timing: .independent)), attributeNames: ["tax"],
            children: children.enumerated().map { index, child in
                ChildRow(
                    id: ChildID("c\(index)"), household: child.household, ageClass: 1, wishes: ["A"],
                    points: ExactNumber("\(child.points)"), attributes: [String(child.tax)])
            },
            facilities: [FacilityRow(id: "A", name: "青葉", seats: [nil, seats, nil, nil, nil, nil])]
        ).resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        return (subject, verified, try Explanations(of: subject, allocation, verified))
    }

    private let families: [(household: HouseholdID, points: Int, tax: Int)] = [
        ("a", 40, 110_100), ("b", 40, 120_200), ("c", 40, 130_300), ("d", 40, 340_300), ("e", 40, 340_400),
        ("f", 30, 5), ("g", 40, 390_000),
    ]

    /// Children of families of their own, equal in points; as many as there are seats wish A first and have a sibling there, and
    /// live in its ward. Three more are refused at A, and the reason is that of the first of them. B and C have no seats.
    private func wishContest(
        _ seats: Int, _ priority: [PriorityKey], wishes: [FacilityID] = ["B", "A"]
    ) throws -> (Case, Verification, Explanations, Reason) {
        let subject = try CaseDraft(
            municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: priority, drawSeed: "1"), attributeNames: ["home"],
            children: (0..<seats + 3).map { index in
                let isLast = index >= seats
                return ChildRow(
                    id: ChildID("c\(index)"), household: HouseholdID("h\(index)"), ageClass: 1,
                    siblingFacilities: isLast ? [] : ["A"], wishes: isLast ? wishes : ["A"], points: 10,
                    attributes: [isLast ? "" : "7"])
            },
            facilities: [("A", seats), ("B", 0), ("C", 0)].map {
                FacilityRow(id: FacilityID($0), seats: [nil, $1, nil, nil, nil, nil], ward: "7")
            }
        ).resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        let reason = explanations.reasons(of: seats).first {
            subject.children[seats].wishes[Int($0.wish)].facility == 0
        }!
        return (subject, verified, explanations, reason)
    }

    @Test("A key that depends on the wish is told in words that a family understands, as far as it may know")
    func wishKeys() throws {
        func told(_ seats: Int, _ priority: [PriorityKey], wishes: [FacilityID] = ["B", "A"], staff: Bool = false)
            throws -> String
        {
            let (subject, verified, explanations, reason) = try wishContest(seats, priority, wishes: wishes)
            let text = ChildPage.text(of: reason, in: subject, explanations, isForStaff: staff)
            let notices = try Notices(of: subject, explanations, placements: verified.placements)
            if !staff { #expect(notices.page(notices.letters).contains(text.japanese)) }
            return text.japanese.components(separatedBy: "人います。").last!
        }
        let rank = PriorityKey("wish_rank", .ascending)
        let points = PriorityKey("points", .descending)
        #expect(
            try told(3, [rank, points]) == "決め手は希望順位です(本人 第2希望)。この施設を第1希望とした方が優先されました。")
        #expect(
            try told(3, [rank, points], wishes: ["B", "C", "A"])
                == "決め手は希望順位です(本人 第3希望)。この施設をより上位の希望とした方が優先されました。")
        #expect(
            try told(3, [points, rank])
                == "同点のため次の基準(希望順位)で決まりました(本人 第2希望)。この施設を第1希望とした方が優先されました。")
        #expect(
            try told(3, [PriorityKey("wish_rank", .ascending, publication: .yes)])
                == "決め手は希望順位です(本人 第2希望、最後に内定した児童 第1希望)。この施設を第1希望とした方が優先されました。")
        #expect(
            try told(1, [points, rank], staff: true)
                == "決め手は希望順位です(本人 第2希望、最後に内定した児童 第1希望)。この施設を第1希望とした方が優先されました。")
        // Which key after the first decided would tell of one family.
        #expect(try told(1, [points, rank]) == "優先順位の基準を順に比べて決まりました。")
        #expect(
            try told(3, [PriorityKey("sibling_at_facility", .descending)])
                == "決め手はきょうだいの在園です(本人 なし)。この施設にきょうだいが在園している方が優先されました。")
        #expect(
            try told(3, [PriorityKey("lives_in_area", .descending, column: "home")])
                == "決め手は施設の区域に居住です(本人 なし)。この施設の区域にお住まいの方が優先されました。")
        let first = KeyRestriction([.wishRank(.oneOf([1]))], parts: [.init("points", from: 9)])
        let met = PriorityKey("met", .descending, onlyWhen: KeyRestriction(first.conditions))
        #expect(try told(3, [met]) == "決め手は優先する条件です(本人 非該当)。条件(第1希望)に当てはまる方が優先されました。")
        #expect(Wording.restriction(first).japanese == "第1希望、指数が 9 以上")
        #expect(
            try told(
                3, [PriorityKey("home", .ascending, blank: .last, onlyWhen: met.onlyWhen)])
                == "決め手はhomeです(本人 値なし)。この基準で比べるのは、条件(第1希望)に当てはまる方だけです。")
        // One value only is better than the child's own, and it would be that of one or two families.
        let unnamed = "優先順位の基準を順に比べて決まりました。"
        for key in [
            rank, met, PriorityKey("sibling_at_facility", .descending),
            PriorityKey("lives_in_area", .descending, column: "home"),
            PriorityKey("home", .ascending, blank: .last, values: ["7"]),
        ] {
            for seats in 1...2 { #expect(try told(seats, [key]) == unnamed, "\(key.name), \(seats)") }
        }
        #expect(
            try told(2, [rank], wishes: ["B", "C", "A"])
                == "決め手は希望順位です(本人 第3希望)。この施設をより上位の希望とした方が優先されました。")
        let (subject, verified, explanations, _) = try wishContest(3, [rank])
        let page = report(subject, verified, explanations)
        #expect(page.contains("[\"第2希望\",\"wish 2\"]"))
        #expect(page.contains("\"この施設を第1希望とした方が優先されました。\""))
    }

    @Test("Where a child's own value differs by wish, it is told that the one at this facility was compared")
    func comparedHere() throws {
        var priority = [PriorityKey("points", .descending)]
        func told(_ change: (inout CaseDraft) -> Void = { _ in }) throws -> Phrase {
            var draft = CaseDraft(
                municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(priority: priority, drawSeed: "1"),
                children: (0..<6).map { index in
                    var child = ChildRow(
                        id: ChildID("c\(index)"), household: HouseholdID("h\(index)"), ageClass: 1,
                        wishes: ["B", "A"], points: index < 3 ? 10 : 5)
                    if index == 3 { child.wishPoints = [8, nil] }
                    return child
                },
                facilities: [("A", 3), ("B", 0)].map {
                    FacilityRow(id: FacilityID($0), seats: [nil, $1, nil, nil, nil, nil])
                })
            change(&draft)
            let (subject, verified, explanations) = try explained(draft)
            // The page has the sentence once, and of the wish a mark for it.
            let page = report(subject, verified, explanations)
            #expect(page.components(separatedBy: Wording.comparedHere.japanese).count == 2)
            let reason = explanations.reasons(of: 3).first { $0.wish == 1 }!
            let text = ChildPage.text(of: reason, in: subject, explanations, isForStaff: false)
            #expect(page.contains(",1]") == text.japanese.hasSuffix(Wording.comparedHere.japanese))
            return text
        }
        let points = try told()
        #expect(
            points.japanese.hasSuffix("(本人 5、最後に内定した児童 10)。この基準の値は希望する施設によって異なるため、この施設での値で比べました。"))
        #expect(points.english.hasSuffix(" Its value differs by wish; the one at this facility was compared."))
        #expect(try !told { $0.children[3].wishPoints = [] }.japanese.contains("異なる"))
        priority = [PriorityKey("distance", .ascending)]
        let distance = try told { draft in
            draft.attributeNames = ["distance"]
            draft.wishAttributeNames = ["distance"]
            for index in 0..<6 {
                draft.children[index].attributes = [index < 3 ? "1" : "7"]
                draft.children[index].wishAttributes = [index == 3 ? ["2", ""] : []]
            }
        }
        #expect(distance.japanese.hasSuffix("決め手はdistanceです(本人 7)。この基準の値は希望する施設によって異なるため、この施設での値で比べました。"))
    }

    @Test("No letter, answer or page has another family's value of a key that is not public")
    func publication() throws {
        func texts(_ publication: PriorityKey.Publication?) throws -> (letter: String, page: String, staff: String) {
            let (subject, verified, explanations) = try contest(3, families, tax: publication)
            let reason = explanations.reasons(of: 3)[explanations.reasons(of: 3).startIndex]
            #expect(reason.key == .key(1) && reason.lastAdmitted == 2)
            let notices = try Notices(of: subject, explanations, placements: verified.placements)
            let staff = ChildPage.text(of: reason, in: subject, explanations, isForStaff: true).japanese
            return (notices.page(notices.letters), report(subject, verified, explanations), staff)
        }
        for publication in [nil, .no] as [PriorityKey.Publication?] {
            let (letter, page, staff) = try texts(publication)
            #expect(letter.contains("同点のため次の基準(税額)で決まりました(本人 340300)"))
            #expect(letter.contains("決め手は指数です(本人 30、最後に内定した児童 40)"))
            for value in ["110100", "120200", "130300"] {
                #expect(!letter.contains(value) && !page.contains(value))
            }
            #expect(page.contains("340300") && staff.contains("最後に内定した児童 130300"))
        }
        let exact = try texts(.yes)
        #expect(exact.letter.contains("(本人 340300、最後に内定した児童 130300)") && exact.page.contains("130300"))
        let band = try texts(.band)
        #expect(band.letter.contains("(本人 340300、最後に内定した児童 100000以上200000未満)"))
        #expect(!band.letter.contains("130300") && !band.page.contains("130300"))
        #expect(band.page.contains("100000以上200000未満") && band.page.contains("100000 to under 200000"))
    }

    @Test("Of fewer than three families neither a value is told, nor which key after the first decided")
    func fewFamilies() throws {
        // Four children of two families, and two of two.
        let twins: [(household: HouseholdID, points: Int, tax: Int)] = [
            ("a", 40, 1), ("a", 40, 2), ("b", 40, 3), ("b", 40, 4), ("c", 40, 5), ("d", 30, 6), ("e", 30, 7),
            ("f", 30, 8),
        ]
        for (seats, children) in [(4, twins), (2, families)] {
            let (subject, verified, explanations) = try contest(seats, children, tax: .yes)
            let notices = try Notices(of: subject, explanations, placements: verified.placements)
            let letters = notices.page(notices.letters)
            #expect(letters.contains("優先順位の基準を順に比べて決まりました"))
            #expect(letters.contains("決め手は指数です(本人 30)"))
            #expect(!letters.contains("税額") && !letters.contains("最後に内定した児童"))
        }
    }

    @Test("A household that accepts no combination is told so, and a wish in none of its combinations too")
    func hopeless() throws {
        func letters(_ second: [FacilityID?], accepts: Bool) throws -> String {
            func child(_ id: ChildID, _ household: HouseholdID, _ points: Int64, _ wishes: [FacilityID?]) -> ChildRow {
                ChildRow(id: id, household: household, ageClass: 1, wishes: wishes, points: ExactNumber("\(points)"))
            }
            let subject = try CaseDraft(
                municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
                children: [
                    child("p", "x", 40, ["A"]), child("q", "y", 41, ["B"]), child("s", "h", 10, ["A"]),
                    child("t", "h", 10, second),
                ],
                facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) }
            ).resolved()
            let allocation = ExhaustiveSearch.best(of: subject).allocation
            let verified = Verifier(subject).verify(allocation)
            let explanations = try Explanations(of: subject, allocation, verified)
            let page = report(subject, verified, explanations)
            #expect(page.contains("[0,\(ReasonTexts(subject.rules).noCombination)]") != accepts)
            let notices = try Notices(of: subject, explanations, placements: verified.placements)
            return notices.page(notices.letters.filter { $0.household == "h" })
        }
        let none = try letters(["B"], accepts: false)
        #expect(none.components(separatedBy: "組み合わせが、世帯の希望の中に一つもありません").count == 3)
        #expect(!none.contains("決め手") && !none.contains("基準"))
        let some = try letters(["B", "A"], accepts: true)
        #expect(!some.contains("一つもありません"))
        #expect(some.contains("この希望を含む組み合わせは希望されていません"))
    }

    @Test("A letter with a claim says what brought it about, as far as that is known")
    func claimCauses() throws {
        var told = 0
        for seed in 1...400 as ClosedRange<UInt64> {
            let (subject, verified, explanations) = try explained(seed)
            guard !verified.claims.isEmpty else { continue }
            for (isProved, words) in [(true, "一件も残らない割り当ては存在せず"), (false, "確かめられていません")] {
                let notices = try Notices(
                    of: subject, explanations, placements: verified.placements,
                    claims: ClaimCauses(counted: verified.claims, isProved: isProved))
                let kinds: [Reason.Kind] = [.priorityClaim, .vacantClaim]
                let affected = Set(kinds.flatMap(notices.households))
                for letter in notices.letters where affected.contains(letter.household) {
                    #expect(notices.page([letter]).contains(words), "seed \(seed)")
                    told += 1
                }
            }
        }
        #expect(told > 0)
    }

    @Test("A tag that no letter can fill is refused with its line, and pages of letters load nothing and run nothing")
    func templates() throws {
        let (subject, verified, explanations) = try explained(1)
        func notices(_ template: String) throws -> Notices {
            try Notices(of: subject, explanations, placements: verified.placements, template: template)
        }
        for (template, words) in [
            ("{{#letters}}\n{{nosuch}}{{/letters}}", ["line 2", "{{nosuch}}"]),
            ("{{#letters}}{{> other}}{{/letters}}", ["line 1", "{{> other}}"]),
            ("", ["{{#letters}}"]), ("text", ["{{#letters}}"]),
            ("{{#letters}}\n\n{{{household}}}{{/letters}}", ["line 3", "household"]),
            ("{{#letters}}{{&household}}{{/letters}}", ["line 1"]),
            ("{{#letters}}{{}}{{/letters}}", ["line 1", "no name"]),
            ("{{#letters}}{{.}}{{/letters}}", ["line 1", "all data"]),
            ("{{#letters}}{{reason}}{{/letters}}", ["{{#wishes}}"]),
            ("{{#letters}}{{#children}}{{attributes.none}}{{/children}}{{/letters}}", ["none"]),
            ("{{household}}{{#letters}}{{/letters}}", ["{{#letters}}"]),
            ("{{=<% %>=}}<%#letters%><%/letters%>", ["line 1"]),
            ("{{%CONTENT_TYPE:TEXT}}{{#letters}}{{/letters}}", ["line 1"]),
        ] {
            do {
                _ = try notices(template)
                Issue.record("accepted: \(template)")
            } catch {
                for word in words { #expect("\(error)".contains(word), "\(template): \(error)") }
            }
        }
        let sound =
            "<head></head>{{! a note }}{{#letters}}{{household}}{{#children}}{{#first()}}{{id}}{{/first()}}"
            + "{{#facility}}{{.}}{{/facility}}{{#wishes}}{{id}}{{uppercased(reason)}}{{/wishes}}{{/children}}{{/letters}}"
        for template in [sound, Notices.defaultTemplate] {
            let made = try notices(template)
            let page = made.page(made.letters)
            #expect(page.components(separatedBy: "Content-Security-Policy").count == 2)
            #expect(page.contains("default-src 'none'"))
        }
    }

    @Test("Seats that transfer applicants have are told apart from vacancies")
    func keptSeats() throws {
        let subject = try CaseDraft(
            municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                ChildRow(id: "s", household: "1", ageClass: 1, currentFacility: "A", wishes: ["B"], points: 1),
                ChildRow(id: "t", household: "2", ageClass: 1, wishes: ["A"], points: 9),
                ChildRow(id: "u", household: "3", ageClass: 1, wishes: ["A"], points: 8),
            ],
            facilities: [
                FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 0, nil, nil, nil, nil]),
            ]
        ).resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        let words = ChildPage.text(of: explanations.reasons(of: 2).first!, in: subject, explanations, isForStaff: false)
        #expect(words.japanese.hasPrefix("募集 1 人＋転園申込者の在園枠 1 人に対し、優先順位が上の児童が 2 人います。"))
        #expect(words.english.hasPrefix("1 vacancies and 1 seats of transfer applicants, and 2 children come before."))
    }

    /// The market with ids of children that are found in any text, whatever the words around them.
    private func unmistakable(_ seed: UInt64) -> CaseDraft {
        func name(_ id: ChildID) -> ChildID { ChildID("<\(id.folded)>") }
        var draft = RandomMarket.draft(seed: seed)
        for index in draft.children.indices { draft.children[index].id = name(draft.children[index].id) }
        for index in draft.households.indices {
            draft.households[index].leadChild = draft.households[index].leadChild.map(name)
            draft.households[index].preferredChild = draft.households[index].preferredChild.map(name)
        }
        for index in draft.jointWishes.indices { draft.jointWishes[index].child = name(draft.jointWishes[index].child) }
        for index in draft.pins.indices { draft.pins[index].child = name(draft.pins[index].child) }
        return draft
    }

    @Test("Without staff's eyes no other family's child is named, whatever the reason")
    func discretion() throws {
        var named = 0
        for seed in 1...60 as ClosedRange<UInt64> {
            let (subject, verified, explanations) = try explained(unmistakable(seed))
            for child in subject.children.indices {
                let page = ChildPage(
                    of: child, in: subject, explanations, placement: verified.placements[child],
                    jointRank: verified.jointRanks[subject.children[child].household], sufficient: nil,
                    isForStaff: false)
                let own = subject.children[child].householdID
                let text = (page.lines(in: .english) + page.lines(in: .japanese)).joined(separator: "\n")
                let staff = ChildPage(
                    of: child, in: subject, explanations, placement: verified.placements[child],
                    jointRank: verified.jointRanks[subject.children[child].household], sufficient: nil,
                    isForStaff: true
                ).lines(in: .english).joined(separator: "\n")
                for other in subject.children where other.householdID != own {
                    #expect(!text.contains(other.id.folded), "seed \(seed)")
                    if staff.contains(other.id.folded) { named += 1 }
                }
                for reason in explanations.reasons(of: child) where reason.kind == .seats && reason.lastAdmitted >= 0 {
                    let facility = subject.children[child].wishes[Int(reason.wish)].facility
                    let age = subject.children[Int(reason.lastAdmitted)].ageClass
                    let words = ChildPage.text(of: reason, in: subject, explanations, isForStaff: false)
                    if !explanations.publicBorders.contains(where: {
                        $0.facility == facility && $0.ageClass == age && !$0.isHidden
                    }) {
                        #expect(!words.english.contains("last child admitted"), "seed \(seed)")
                    }
                }
            }
        }
        // The same search finds what staff are told.
        #expect(named > 100)
    }
}
