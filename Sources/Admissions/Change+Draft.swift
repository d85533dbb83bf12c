extension Change {
    /// Makes the change to a draft, which must be resolved again.
    ///
    /// - Throws: ``InvalidChange`` if the draft has nothing of that name, if the number of seats would be below 0, or if the
    ///   change can be made to a resolved case only.
    public func apply(to draft: inout CaseDraft) throws(InvalidChange) {
        switch self {
        case .seats(let id, let age, let amount): try apply(amount, toClass: age, of: id, in: &draft)
        case .drawSeed(let seed):
            if draft.children.contains(where: { $0.draw != nil }) {
                throw refusal("抽選の番号が children.csv にあります。", "the numbers of the draw stand in children.csv.")
            }
            draft.rules.drawSeed = seed
        case .timing(let id, let timing):
            let row = try household(id, in: &draft)
            draft.households[row].timing = timing
            draft.households[row].leadChild = nil
        case .facility(let id, let answer): draft.households[try household(id, in: &draft)].facility = answer
        case .setting(let setting):
            do { try setting.apply(to: &draft.rules) } catch {
                throw refusal(error.phrase.japanese, error.phrase.english)
            }
        case .attribute(let id, let column, let text): try apply(text, toColumn: column, of: id, in: &draft)
        case .usableSeat, .limitSeats, .answer, .list, .draw, .value, .points:
            throw refusal("この変更は、読み込んだ案件にしか行えません。", "this change can be made to a resolved case only.")
        }
    }

    private func refusal(_ japanese: String, _ english: String) -> InvalidChange {
        InvalidChange("\(self): \(japanese)", "\(self): \(english)")
    }

    private func apply(
        _ amount: Amount, toClass age: Int, of id: FacilityID, in draft: inout CaseDraft
    ) throws(InvalidChange) {
        guard let row = draft.facilities.firstIndex(where: { $0.id == id }) else {
            throw refusal("施設 \(id) はありません。", "there is no facility \(id).")
        }
        guard let seats = draft.facilities[row].seats[age] else {
            throw refusal("施設 \(id) に \(age) 歳児クラスの募集はありません。", "\(id) does not offer class \(age).")
        }
        // An over-full class stays over-full if its number of seats stays the same.
        if case .exactly(seats) = amount { return }
        // More seats in an over-full class are first used up by the children who are too many.
        let excess = draft.facilities[row].excess(ofClass: age)
        guard let changed = amount.seats(from: max(0, seats) - excess) else {
            throw refusal("数えられる限度を超える数です。", "that is more seats than can be counted.")
        }
        if case .more(let count) = amount, count > 0, changed < 0 {
            if seats < 0 { draft.facilities[row].seats[age] = changed }
            if draft.facilities[row].capacity.indices.contains(age), let capacity = draft.facilities[row].capacity[age]
            {
                draft.facilities[row].capacity[age] = capacity + count
            }
            return
        }
        if changed < 0 {
            throw refusal("施設 \(id) の \(age) 歳児クラスの受入可能数は \(seats) です。", "class \(age) of \(id) has \(seats) seats.")
        }
        draft.facilities[row].seats[age] = changed
        // The numbers from which the vacancies of the class were computed are not valid any more.
        if draft.facilities[row].capacity.indices.contains(age) { draft.facilities[row].capacity[age] = nil }
        if draft.facilities[row].enrolled.indices.contains(age) { draft.facilities[row].enrolled[age] = nil }
    }

    private func apply(
        _ text: String, toColumn column: String, of id: ChildID, in draft: inout CaseDraft
    ) throws(InvalidChange) {
        guard let row = draft.children.firstIndex(where: { $0.id == id }) else {
            throw refusal("児童 \(id) はいません。", "there is no child \(id).")
        }
        if let index = draft.attributeNames.firstIndex(of: column) {
            draft.children[row].attributes[index] = text
            return
        }
        guard column == "points" else {
            let columns = (["points"] + draft.attributeNames).joined(separator: ", ")
            throw refusal(
                "children.csv に \(column) という列はありません。ある列: \(columns)",
                "children.csv has no further column \(column); there are \(columns).")
        }
        if !draft.rules.pointsTable.isEmpty {
            throw refusal(
                "指数は指数表から計算されます。指数表が読む列を変えてください。",
                "the points table computes the points; change a column that it reads.")
        }
        guard let points = ExactNumber(text) else { throw refusal("\(text) は数ではありません。", "\(text) is no number.") }
        draft.children[row].points = points
    }

    /// The row of a household with siblings.
    private func household(_ id: HouseholdID, in draft: inout CaseDraft) throws(InvalidChange) -> Int {
        guard draft.children.count(where: { $0.household == id }) > 1 else {
            throw refusal("きょうだいで申し込んだ世帯 \(id) はありません。", "there is no household \(id) with several children.")
        }
        if draft.jointWishes.contains(where: { $0.household == id }) {
            throw refusal(
                "世帯 \(id) には世帯の組合せ表があり、回答の代わりになっています。",
                "\(id) has a table of joint wishes, which replaces every answer.")
        }
        if let row = draft.households.firstIndex(where: { $0.household == id }) { return row }
        draft.households.append(HouseholdRow(household: id))
        return draft.households.count - 1
    }
}
