import Admissions
import Comparing

/// The words for comparing a manual result with the computed one.
extension Wording {
    /// How files and pages name a household: by its id. A child that is judged apart is named by household and child.
    public static func household(_ household: Int, in subject: Case) -> String {
        let entry = subject.households[household]
        return entry.isSplit ? "\(entry.id)/\(subject.children[entry.members[0]].id)" : entry.id.spelling
    }

    public static func difference(_ kind: Difference.Kind) -> Phrase {
        switch kind {
        case .otherFacility: Phrase("別の施設", "another facility")
        case .placedAgainstHeld: Phrase("手作業で内定、規則では保留", "placed by staff, held by the rules")
        case .heldAgainstPlaced: Phrase("手作業で保留、規則では内定", "held by staff, placed by the rules")
        case .siblingsSplit: Phrase("きょうだいの分かれ方", "siblings split otherwise")
        case .stayAgainstMove: Phrase("転園か在園継続か", "a transfer granted or not")
        }
    }

    /// Which rule a decision departs from, in a few words.
    public static func departure(_ departure: Root.Departure) -> Phrase {
        switch departure {
        case .list: Phrase("希望にない組み合わせ", "not on the household's list")
        case .eligibility: Phrase("対象外の施設", "not eligible")
        case .pin: Phrase("固定配置と違う", "against a pin")
        case .seats: Phrase("受入枠の超過", "more seats than there are")
        case .passedOver: Phrase("後回し(優先順位の逆転)", "passed over")
        case .preferred: Phrase("先回り(優先順位の逆転)", "preferred")
        case .vacant: Phrase("空き枠の残り", "left beside a vacant seat")
        case .none: Phrase("規則に反しない", "against no rule")
        }
    }

    /// The rule that a decision departs from as a sentence, with the section of the rules. `{households}` stands for those whose
    /// claims the decision concerns.
    static func departureReason(_ departure: Root.Departure, hasHouseholds: Bool) -> Phrase {
        switch departure {
        case .list:
            Phrase(
                "世帯が申し込んだ希望やきょうだいの条件にない結果です(規則 3)。",
                "The household's wishes and sibling answers do not accept this outcome (rules, section 3).")
        case .eligibility:
            Phrase(
                "その施設には児童のクラスがないか、受入開始年齢に達していません(規則 1)。",
                "The facility has no class for the child, or the child is too young for it (rules, section 1).")
        case .pin: Phrase("個別に決めた固定配置と違います(規則 6)。", "The case pins the child elsewhere (rules, section 6).")
        case .seats: Phrase("受入枠より多くの児童が入っています(規則 1)。", "More seats are used than there are (rules, section 1).")
        case .passedOver where hasHouseholds:
            Phrase(
                "この世帯が優先順位では先なのに、世帯 {households} が枠を使っています(規則 4)。",
                "This household comes first, but its seat is used by {households} (rules, section 4).")
        case .passedOver:
            Phrase(
                "この世帯が優先順位では先なのに、後の世帯が枠を使っています(規則 4)。",
                "This household comes first, but households that come after it use the seat (rules, section 4).")
        case .preferred where hasHouseholds:
            Phrase(
                "優先順位では世帯 {households} が先なのに、この世帯が枠を使っています(規則 4)。",
                "{households} come first, but this household uses the seat (rules, section 4).")
        case .preferred:
            Phrase(
                "優先順位では先の世帯があるのに、この世帯が枠を使っています(規則 4)。",
                "Other households come first, but this household uses the seat (rules, section 4).")
        case .vacant:
            Phrase(
                "世帯がより望む枠が空いているのに、内定していません(規則 4)。",
                "A seat that the household likes better is left vacant (rules, section 4).")
        case .none:
            Phrase(
                "どの規則にも反しません。手作業の結果も同じく公平か、優先順位の逆転と空き枠の残りだけでは判断できません(規則 5)。",
                "It departs from no rule: both results are equally fair there, or claims alone cannot tell (rules, section 5)."
            )
        }
    }

    /// What would explain a decision, in a few words.
    public static func cause(_ kind: Cause.Kind) -> Phrase {
        switch kind {
        case .pin: Phrase("固定配置", "a pin of the case")
        case .seats: Phrase("受入枠の数", "another number of seats")
        case .reserved: Phrase("専用枠", "a reserved place")
        case .tie: Phrase("同順位の決め方", "a tie decided otherwise")
        case .value: Phrase("指数などの値", "another value")
        case .siblings: Phrase("きょうだいの読み方", "another sibling reading")
        case .unknown: Phrase("不明", "unknown")
        }
    }

    /// What would explain a decision as a sentence, with its evidence.
    public static func evidence(_ cause: Cause, in subject: Case) -> Phrase {
        func id(_ child: Int) -> String { subject.children[child].id.spelling }
        func seats(_ limit: Int, _ seats: Int) -> Phrase {
            let entry = subject.limits[limit]
            let group = entry.group == .everyone ? "" : " \(entry.group)"
            let place =
                "\(entry.facilities.map { subject.facilities[$0].id.spelling }.joined(separator: ", ")) (\(entry.ages)\(group))"
            return Phrase(
                "\(place) の枠を \(entry.seats) ではなく \(seats) とすると、規則からこの結果になります。",
                "With \(seats) seats at \(place) instead of \(entry.seats) the rules give this.")
        }
        switch cause {
        case .pin(let child):
            return Phrase("児童 \(id(child)) には別の固定配置があります。", "The case pins \(id(child)) elsewhere.")
        case .seats(let limit, let count), .reserved(let limit, let count): return seats(limit, count)
        case .tie(let child, let others):
            let named = others.prefix(5).map(id).joined(separator: ", ")
            let more = others.count - 5
            return Phrase(
                "児童 \(id(child)) と \(named)\(more > 0 ? " ほか \(more) 人" : "") は抽選の前まですべて同じです。抽選が逆なら、規則からこの結果になります。",
                "\(id(child)) equals \(named)\(more > 0 ? " and \(more) more" : "") in every key but the draw; with the draw "
                    + "the other way the rules give this.")
        case .value(let child, let key, _, let own, let needed, let row):
            let name = priorityKey(subject.rules.priority[key])
            let value = own.map { Self.value($0, atKey: key, of: subject.rules) } ?? Phrase("-", "-")
            let other = Self.value(needed, atKey: key, of: subject.rules)
            let entry = row.map { Wording.shortName(of: subject.rules.pointsTable.rows[$0]) }
            return Phrase(
                "児童 \(id(child)) の \(name.japanese) が \(value.japanese) ではなく \(other.japanese) なら、規則からこの結果になります。"
                    + (entry.map { "差は指数表の \($0.japanese) に当たります。" } ?? ""),
                "With \(name.english) \(other.english) instead of \(value.english) for \(id(child)) the rules give this."
                    + (entry.map { " The difference is what \($0.english) earns in the points table." } ?? ""))
        case .answer(let answer):
            let lead = answer.lead.map { " \(id($0))" } ?? ""
            let (time, place) = (timing(answer.timing), Self.facility(answer.facility))
            return Phrase(
                "きょうだいの条件を「\(time.japanese)\(lead)・\(place.japanese)」と読むと、規則からこの結果になります。",
                "With the sibling answer read as \(answer.timing.rawValue)\(lead), \(answer.facility.rawValue) the rules give this."
            )
        case .setting(let setting):
            return Phrase(
                "この世帯の希望の順を \(setting) で決めると、規則からこの結果になります。",
                "With the household's wishes ranked by \(setting) the rules give this.")
        case .unknown:
            return Phrase(
                "枠の数、同順位、指数などの値、きょうだいの読み方のどれを変えても、規則からこの結果にはなりません。",
                "No other number of seats, tie, value or sibling reading that was tried makes the rules give this.")
        }
    }

    /// How a child's move follows from that of the child above it.
    static func link(_ link: Move.Link) -> Phrase {
        switch link {
        case .root: Phrase("判断", "decision")
        case .freed: Phrase("空いた枠へ", "takes the seat left")
        case .taken: Phrase("枠を失う", "loses its seat")
        case .sibling: Phrase("きょうだい", "sibling")
        case .unknown: Phrase("不明", "unknown")
        }
    }

    public static func fault(_ kind: ManualFault.Kind) -> Phrase {
        switch kind {
        case .seats: Phrase("受入枠の超過", "more seats than there are")
        case .eligibility: Phrase("対象外の施設", "not eligible")
        case .siblings: Phrase("きょうだいの条件に反する", "siblings' condition broken")
        case .wish: Phrase("希望にない施設", "not wished")
        case .pin: Phrase("固定配置と違う", "against a pin")
        case .priorityClaim: Phrase("優先順位の逆転", "priority claim")
        case .vacantClaim: Phrase("空き枠の残り", "vacant-seat claim")
        }
    }

    /// What is proved about the number of roots.
    public static func proof(of roots: Roots) -> Phrase {
        let (bound, fair) = (roots.lowerBound, roots.fairBound)
        if roots.isProvedSmallest {
            return Phrase(
                "これより少ない判断では再現できないことを証明しました。", "No smaller set of decisions does this: proved.")
        }
        if roots.isProvedSmallestFair {
            return Phrase(
                "優先順位の逆転と空き枠の残りを残さない限り、これより少ない判断では再現できないことを証明しました。",
                "No smaller set that leaves no justified claim does this: proved.")
        }
        let least = Phrase(
            "より少ない判断で足りる可能性は残ります。少なくとも \(bound) 件、優先順位の逆転と空き枠の残りを残さない場合は \(fair) 件が必要です。",
            "A smaller set is not ruled out: at least \(bound) are needed, and \(fair) where no justified claim is to remain."
        )
        guard roots.isMinimal else { return least }
        return Phrase(
            least.japanese + "どの一件も単独では外せません。", least.english + " None of these can be left out alone.")
    }
}
