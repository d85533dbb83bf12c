import Admissions
import Explaining
import MarketOracle
import Reports
import Testing
import Verifying

@Suite("The report and the notices")
struct ReportTests {
    private func explained(_ seed: UInt64) throws -> (Case, Verification, Explanations) {
        let subject = try RandomMarket.draft(seed: seed).resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        return (subject, verified, try Explanations(of: subject, allocation, verified))
    }

    private func report(
        _ subject: Case, _ verified: Verification, _ explanations: Explanations, levels: [LevelResult]? = nil
    ) -> String {
        let input = ReportInput(
            subject: subject, placements: verified.placements, claims: verified.allClaims,
            usedSeats: verified.usedSeats, seats: verified.seats, explanations: explanations, status: "optimal",
            levels: levels
                ?? [LevelResult(.claims, value: verified.claims.count, bound: verified.claims.count, isProved: true)],
            warnings: [("WISH_TOO_YOUNG", 3)], accepted: [])
        return String(decoding: Report(input).page(), as: UTF8.self)
    }

    @Test("The report is the same bytes for the same result, and asks nothing of any network")
    func selfContained() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let (subject, verified, explanations) = try explained(seed)
            let page = report(subject, verified, explanations)
            #expect(page == report(subject, verified, explanations))
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
        #expect(letters.contains("利用調整結果通知書(内定)") && letters.contains("利用調整結果通知書(保留)"))
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

    @Test("Without staff's eyes no other family's child is named, whatever the reason")
    func discretion() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            let (subject, verified, explanations) = try explained(seed)
            for child in subject.children.indices {
                let page = ChildPage(
                    of: child, in: subject, explanations, placement: verified.placements[child],
                    jointRank: verified.jointRanks[subject.children[child].household], sufficient: nil,
                    isForStaff: false)
                let own = subject.children[child].householdID
                let text = page.lines(in: .english).joined(separator: "\n")
                for other in subject.children where other.householdID != own {
                    #expect(!text.contains("child \(other.id)"), "seed \(seed)")
                }
                for reason in explanations.reasons(of: child) where reason.kind == .seats && reason.lastAdmitted >= 0 {
                    let facility = subject.children[child].wishes[Int(reason.wish)].facility
                    let age = subject.children[Int(reason.lastAdmitted)].ageClass
                    let words = ChildPage.text(of: reason, in: subject, explanations, isForStaff: false)
                    if !explanations.isPublic(facility, age) {
                        #expect(!words.english.contains("last child admitted"), "seed \(seed)")
                    }
                }
            }
        }
    }
}
