import Admissions
import CaseFiles
import Reports
import Rounds

/// One household of a result on one page, and the pins of a round.
enum HouseholdPages {
    static let routes: [Route] = [
        .page("/rounds/:round/runs/:run/households/:household", .with(.seeChildren), logged: .seen) { visit in
            .page(try await household(visit))
        },
        .page("/rounds/:round/pins", .with(.seeChildren), logged: .seen) { visit in .page(try await pins(visit)) },
    ]

    private static let expecting = Operation.Field(
        "expecting", "画面にあった版の番号", "version that was seen")

    static let operations: [Operation] = [
        .query(
            "showHousehold", "/rounds/:round/runs/:run/households/:household", .seeChildren,
            Phrase("世帯の結果と理由", "A household with the reason of each wish"), logged: .seen
        ) { visit in
            let result = try await visit.result()
            return HouseholdValue(try visit.household(in: result), in: result, visit.language)
        },
        .query(
            "listPins", "/rounds/:round/pins", .seeChildren, Phrase("固定配置の一覧", "The pins of the newest version"),
            logged: .seen
        ) { visit in
            let round = try await visit.round()
            let pins = try await visit.office.results.pins(of: round.id, version: round.version)
            return PinsValue(version: round.version, pins: pins.map(PinValue.init))
        },
        .change(
            "setPin", "/rounds/:round/pins", .pin, Phrase("児童の行き先を固定する", "Decide where a child goes"),
            fields: [
                .init("child", "児童番号", "id of the child"),
                .init(
                    "decision", "施設に内定するか、保留（転園の申込みでは在園継続）か", "placed at a facility, or held",
                    values: ["facility", "held"]),
                .init("facility", "施設番号（施設に内定するとき）", "id of the facility, where it is placed", isRequired: false),
                .init("reason", "理由", "reason"), expecting,
            ]
        ) { visit in
            let child = ChildID(spelled: try visit.needed("child", Phrase("児童番号", "the id of the child")))
            let reason = try Self.reason(visit)
            var facility: FacilityID?
            switch visit.fields["decision"] {
            case "facility": facility = FacilityID(spelled: try visit.needed("facility", Phrase("施設", "the facility")))
            case "held": break
            default:
                throw ServiceFault.invalid(
                    "施設に内定するか保留かを選んでください。何も変わっていません。", "Choose a facility or held. Nothing was changed.")
            }
            let pin = PinRow(child: child, facility: facility, by: visit.actor.name, reason: reason)
            return try await change(visit, child, to: pin, Phrase("固定配置を1件付けました", "a pin was set"))
        },
        .change(
            "removePin", "/rounds/:round/pins/remove", .pin, Phrase("児童の固定配置を取り消す", "Remove the pin of a child"),
            fields: [.init("child", "児童番号", "id of the child"), expecting]
        ) { visit in
            let child = ChildID(spelled: try visit.needed("child", Phrase("児童番号", "the id of the child")))
            return try await change(visit, child, to: nil, Phrase("固定配置を1件取り消しました", "a pin was removed"))
        },
    ]

    // MARK: Pins

    private static func reason(_ visit: Visit) throws -> String {
        let reason = try visit.needed("reason", Phrase("理由", "the reason"))
        guard reason.count <= 200, !reason.contains(where: \.isNewline), let first = reason.first,
            !"=+-@".contains(first)
        else {
            throw ServiceFault.invalid(
                "理由は200字まで、改行なしで、=、+、-、@ 以外の字で始めてください。何も変わっていません。",
                "The reason has at most 200 characters on one line and does not begin with =, +, - or @. Nothing was changed."
            )
        }
        return reason
    }

    private static func change(
        _ visit: Visit, _ child: ChildID, to pin: PinRow?, _ what: Phrase
    ) async throws -> Operation.Outcome {
        let round = try await visit.round()
        guard let version = Int(try visit.needed("expecting", Phrase("画面にあった版の番号", "the version that was seen"))),
            version >= 1,
            version <= round.version
        else { throw ServiceFault.expired }
        let office = visit.office
        if pin == nil,
            try await !office.results.pins(of: round.id, version: version).contains(where: { $0.child == child })
        {
            throw ServiceFault.notFound
        }
        let folder = try await office.rounds.folder(of: round.id, version: version)
        let file = try await ResultDesk.apart {
            do throws(Problem) { return try CaseFolder(folder).pinsFile(deciding: pin, of: child) } catch {
                throw ServiceFault(.unprocessableContent, "pinRefused", error.phrase)
            }
        }
        let read = try await office.cases.reading(round.id, version, with: file.name, saying: file.bytes)
        guard let draft = read.draft, draft.pins.first(where: { $0.child == child }) == pin else {
            throw ServiceFault.invalid(
                "書き込んだ固定配置を読み戻せないため、保存していません。固定配置の表を確かめてください。",
                "The pin could not be read back, so nothing was saved. Look at the table of pins.")
        }
        let made = try await office.rounds.change(
            round.id, expecting: version, [file.name: file.bytes], by: visit.actor, what: what)
        let pins = try await office.results.pins(of: round.id, version: made)
        return .init(
            PinsValue(version: made, pins: pins.map(PinValue.init)),
            next: "/rounds/\(round.id)/pins?changed=\(made)")
    }

    private static func pins(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let pins = try await visit.office.results.pins(of: round.id, version: round.version)
        let newest = try await visit.office.runs.runs(of: round.id).first { $0.state == .done }
        let title = Phrase("固定配置", "Pins")
        let mayPin = visit.actor.may(.pin)
        var head = [
            (Phrase("児童", "Child"), isNumber: false), (Phrase("行き先", "Goes to"), false),
            (Phrase("決めた人", "Decided by"), false),
            (Phrase("理由", "Reason"), false),
        ]
        if mayPin { head.append((Phrase("取消", "Remove"), false)) }
        let rows = pins.map { pin -> Markup in
            let child: Markup =
                newest.map {
                    "<a href=\"\(ResultParts.path($0, "search"))?q=\(pin.child.spelling.inAddress)\">\(pin.child.spelling)</a>"
                } ?? "\(pin.child.spelling)"
            let remove: Markup =
                mayPin
                ? """
                <td><form method="post" action="/rounds/\(Int(round.id))/pins/remove" class="plain">\(Frame.token(visit))<input type="hidden" name="child" value="\(pin.child.spelling)"><input type="hidden" name="expecting" value="\(round.version)"><button class="danger" aria-label="\(visit.say("\(pin.child) の固定配置を取り消す", "Remove the pin of \(pin.child)"))">\(visit.say("取り消す", "Remove"))</button></form></td>
                """ : ""
            return """
                <tr><th scope="row">\(child)</th><td>\(pin.facility?.spelling ?? visit.say("保留・在園継続", "held, or stays"))</td><td>\(pin.by)</td><td>\(pin.reason)</td>\(remove)</tr>
                """
        }.joined()
        let list: Markup =
            pins.isEmpty
            ? "<div class=\"card empty\"><p>\(visit.say("固定配置はありません。", "There are no pins."))</p><p>\(visit.say("実行した結果の世帯のページで、理由を付けて行き先を固定できます。", "A pin is set with a reason on the page of a household, after a run."))</p></div>"
            : ResultParts.table(visit.say(title), ResultParts.header(head, visit), rows)
        let saved: Markup =
            visit.query["changed"] == String(round.version)
            ? """
            <p class="fine" role="status">\(visit.say("第\(round.version)版として保存しました。", "Saved as version \(round.version)."))</p>
            """ : ""
        return Frame.page(visit, title: title, round: (round, .review)) {
            """
            <p class="screen back"><a href="\(RoundStep.review.path(of: round.id))">← \(visit.say("確認に戻る", "Back to the review"))</a></p>
            <h2 class="topic">\(visit.say(title))</h2>
            \(saved)
            \(newest.map { $0.version == round.version ? "" : runAgain(visit, round) } ?? "")
            <p>\(visit.say("市が個別に決めた行き先です。希望・指数・受入枠より先に扱われ、決めた人と理由が結果に残ります。", "Where staff decided that a child goes. A pin comes before wishes, points and seats; who decided and why stays in the result."))</p>
            \(list)
            """
        }
    }

    private static func runAgain(_ visit: Visit, _ round: RoundRow) -> Markup {
        """
        <p class="warn">\(visit.say("いちばん新しい結果は、いまのファイルより前のものです。固定配置を結果に反映するには、もう一度実行してください。", "The newest result is older than the files as they are now. Run again so that pins count."))
        <a href="\(RoundStep.run.path(of: round.id))">\(visit.say("実行へ", "To the run"))</a></p>
        """
    }

    // MARK: A household

    /// How a household's page is shown.
    private enum View {
        /// For staff: who comes before is named.
        case staff
        /// For the counter: nothing of any other family.
        case counter
    }

    private static func household(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let result = try await visit.result()
        let household = try visit.household(in: result)
        let view: View = visit.query["view"] == "counter" ? .counter : .staff
        let children = result.children(of: household)
        var sufficient: [Int: [String]] = [:]
        if visit.query["sufficient"] == "1" {
            for child in children {
                sufficient[child] = try await ResultDesk.sufficient(
                    for: child, in: result, isForStaff: view == .staff, visit.language)
            }
        }
        let mayPin = view == .staff && visit.actor.may(.pin)
        var pins: [PinRow]?
        var refusal: Markup = ""
        if mayPin {
            do {
                pins = try await visit.office.results.pins(of: round.id, version: round.version)
            } catch let fault as ServiceFault {
                refusal = "<p class=\"warn screen\">\(visit.say(fault.phrase))</p>"
            }
        }
        let cards = children.map { [pins] child in
            self.child(child, in: result, view, sufficient[child], pins, round, visit)
        }.joined()
        let title = Phrase("世帯 \(household)", "Household \(household)")
        let asked: Markup =
            sufficient.isEmpty
            ? ""
            : """
            <p class="fine screen" role="status">\(visit.say("何があれば足りたかを、計算し直して調べました。", "What would have sufficed was looked for by solving again."))</p>
            """
        return try await ResultParts.page(visit, round, of: result.run, title: title) {
            """
            \(ResultParts.title(title, result.run, visit))
            \(views(visit, result.run, household, view))
            \(refusal)\(asked)
            \(cards)
            """
        }
    }

    private static func views(_ visit: Visit, _ run: RunRow, _ household: HouseholdID, _ view: View) -> Markup {
        let path = ResultParts.path(run, household: household)
        func link(_ isCurrent: Bool, _ path: String, _ text: String) -> Markup {
            isCurrent
                ? "<a class=\"button\" aria-current=\"page\" href=\"\(path)\">\(text)</a>"
                : "<a class=\"button\" href=\"\(path)\">\(text)</a>"
        }
        let mark =
            view == .staff
            ? Phrase(
                "職員用 ほかの児童の番号を含みます。外へ渡さないでください。",
                "For staff: ids of other children are here. Hand this to nobody outside.")
            : Phrase("窓口用 ほかの世帯のことは書かれていません。", "For the counter: nothing of other families is here.")
        let search = view == .counter ? "?view=counter&sufficient=1" : "?sufficient=1"
        return """
            <p class="screen actions">\(link(view == .staff, path, visit.say("職員用", "For staff")))\(link(view == .counter, path + "?view=counter", visit.say("窓口用", "For the counter")))
            <a class="button" href="\(path)\(search)">\(visit.say("何があれば足りたかを調べる", "Ask what would have sufficed"))</a>
            <button type="button" data-print hidden>\(visit.say("印刷", "Print"))</button></p>
            <p class="\(view == .staff ? "info" : "fine")">\(visit.say(mark))</p>
            """
    }

    private static func child(
        _ child: Int, in result: OpenResult, _ view: View, _ sufficient: [String]?, _ pins: [PinRow]?,
        _ round: RoundRow, _ visit: Visit
    ) -> Markup {
        let (row, placement) = (result.subject.children[child], result.placement(of: child))
        let page = result.checked.page(of: child, isForStaff: view == .staff)
        let marks: Markup =
            view == .staff ? ResultPages.marks(result.attention.marks(of: child), visit) : ""
        let wishes = page.wishes(in: visit.language).map { wish(for: $0, visit) }.joined()
        let siblings = page.household(in: visit.language)
        let condition: Markup =
            siblings.isEmpty
            ? "" : "<h4>\(visit.say("きょうだい", "Siblings"))</h4>\(lines(siblings))"
        let points = result.points(of: child, visit.language)
        let computation = computation(points, isOpen: view == .counter, visit)
        let answers: Markup =
            sufficient.map { found in
                found.isEmpty
                    ? "<p class=\"note\">\(visit.say("枠不足の希望はありません。", "No wish was refused for lack of a seat."))</p>"
                    : "<div class=\"answers\">\(lines(found.filter { !$0.isEmpty }))</div>"
            } ?? ""
        return """
            <section class="child"><h3>\(visit.say("児童 \(row.id)", "Child \(row.id)")) \(ResultParts.tag(placement.outcome, isConditional: placement.isConditional, visit))</h3>
            \(facts(child, in: result, visit))
            \(marks)
            <h4>\(visit.say("希望と理由", "Wishes and reasons"))</h4><ol class="wishes">\(wishes)</ol>
            \(condition)\(answers)\(computation)
            \(pins.map { pinForm(child, in: result, $0, round, visit) } ?? "")</section>
            """
    }

    /// How the points come about: the rows that count, and all rows behind a further click.
    private static func computation(_ lines: [String], isOpen: Bool, _ visit: Visit) -> Markup {
        if lines.isEmpty { return "" }
        func text(_ lines: [String]) -> Markup { "<pre>\(lines.joined(separator: "\n"))</pre>" }
        let counting = lines.filter { !$0.hasPrefix("    - ") }
        let open: Markup = isOpen ? " open" : ""
        let all: Markup =
            counting.count == lines.count
            ? ""
            : """
            <details class="points"><summary>\(visit.say("当てはまらない行も見る", "Rows that are not met too"))</summary>\(text(lines))</details>
            """
        return """
            <details class="points"\(open)><summary>\(visit.say("指数の計算", "How the points come about"))</summary>\(text(counting))\(all)</details>
            """
    }

    /// Lines of text, those with a margin below the one before.
    private static func lines(_ lines: [String]) -> Markup {
        let rows = lines.map { line -> Markup in
            line.hasPrefix(" ")
                ? "<li class=\"below\">\(String(line.drop { $0 == " " }))</li>" : "<li>\(line)</li>"
        }.joined()
        return "<ul class=\"lines\">\(rows)</ul>"
    }

    private static func facts(_ child: Int, in result: OpenResult, _ visit: Visit) -> Markup {
        let (row, placement) = (result.subject.children[child], result.placement(of: child))
        var facts: [(Phrase, String)] = [
            (Phrase("クラス年齢", "Class age"), visit.say("\(row.ageClass)歳児", "\(row.ageClass)"))
        ]
        if let facility = placement.facility { facts.append((Phrase("結果", "Result"), result.name(of: facility))) }
        if let rank = placement.wishRank {
            facts.append((Phrase("希望順位", "Wish"), visit.say("第\(rank)希望", "\(rank)")))
        }
        if let current = row.currentFacility, current != placement.facility {
            facts.append((Phrase("在籍施設", "Present facility"), result.name(of: current)))
        }
        if let points = placement.points { facts.append((Phrase("指数", "Points"), points.description)) }
        let waiting = result.waiting(child).map {
            visit.say(
                "\(result.name(of: $0.facility)) \($0.position)番", "\(result.name(of: $0.facility)): \($0.position)")
        }
        if !waiting.isEmpty {
            facts.append((Phrase("待機順位", "Waiting position"), waiting.joined(separator: visit.say("、", ", "))))
        }
        let rows = facts.map { "<dt>\(visit.say($0))</dt><dd>\($1)</dd>" as Markup }.joined()
        return "<dl class=\"facts\">\(rows)</dl>"
    }

    private static func wish(for wish: ChildPage.Wish, _ visit: Visit) -> Markup {
        let kind: Markup =
            switch wish.kind {
            case .placed, .pinned: "good"
            case .priorityClaim, .vacantClaim, .seats, .siblingSeat: "held"
            default: ""
            }
        let staff: Markup =
            wish.forStaff.isEmpty
            ? "" : "<ul class=\"staff\">\(wish.forStaff.map { "<li>\($0)</li>" as Markup }.joined())</ul>"
        return """
            <li><b>\(wish.title)</b> \(ResultParts.tag(ResultParts.reason(wish.kind), kind, visit))<p>\(wish.reason)</p>\(staff)</li>
            """
    }

    private static func pinForm(
        _ child: Int, in result: OpenResult, _ pins: [PinRow], _ round: RoundRow, _ visit: Visit
    ) -> Markup {
        let row = result.subject.children[child]
        let own = pins.first { $0.child == row.id }
        let wished = row.wishes.map(\.facility)
        func options(_ facilities: [Int]) -> Markup {
            facilities.filter { $0 != row.currentFacility }.map {
                ResultParts.option(result.subject.facilities[$0].id.spelling, result.name(of: $0), isChosen: false)
            }.joined()
        }
        let others = result.subject.facilities.indices.filter { !wished.contains($0) }
        let present: Markup =
            own.map { pin in
                "<p class=\"info\">\(visit.say("いまのファイルでは、\(pin.facility?.spelling ?? "保留・在園継続") に固定されています（\(pin.by): \(pin.reason)）。新しく付けると置き換わります。", "In the files as they are now: \(pin.facility?.spelling ?? "held, or stays") (\(pin.by): \(pin.reason)). A new pin replaces it."))</p>"
            } ?? ""
        return """
            <details class="screen pin"><summary>\(visit.say("行き先を固定する（固定配置）", "Decide where the child goes (pin)"))</summary>\(present)
            <form method="post" action="/rounds/\(Int(round.id))/pins">\(Frame.token(visit))<input type="hidden" name="child" value="\(row.id.spelling)"><input type="hidden" name="expecting" value="\(round.version)">
            <fieldset><legend>\(visit.say("行き先", "Where the child goes"))</legend>
            <label class="check"><input type="radio" name="decision" value="facility" required> \(visit.say("次の施設に内定する", "Placed at this facility"))</label>
            <label>\(visit.say("施設", "Facility")) <select name="facility"><optgroup label="\(visit.say("希望した施設", "Wished"))">\(options(wished))</optgroup><optgroup label="\(visit.say("ほかの施設", "Others"))">\(options(others))</optgroup></select></label>
            <label class="check"><input type="radio" name="decision" value="held" required> \(row.currentFacility == nil ? visit.say("保留とする", "Held") : visit.say("在園を続ける", "Stays where it is"))</label></fieldset>
            <label>\(visit.say("理由（結果に残ります）", "Reason (it stays in the result)")) <input name="reason" required maxlength="200" placeholder=" "></label>
            <p class="note">\(visit.say("\(visit.actor.name) の名前で新しい版として保存します。結果に反映するには、もう一度実行が必要です。", "Saved under the name \(visit.actor.name) as a new version of the files. It counts after another run."))</p>
            <button class="main">\(visit.say("固定する", "Set the pin"))</button></form></details>
            """
    }
}
