import Admissions

// What the cells of a file say of its columns.
extension ColumnSuggestions {
    /// What the cells of a column must be.
    private enum Kind {
        case date, wholeNumber, number, age, classAge, id, text

        init(_ column: String) {
            switch column {
            case "birth_date", "due_date", "date": self = .date
            case "seats_N", "capacity_N", "enrolled_N", "margin_N", "waiting_N", "capacity_total", "seats", "rank":
                self = .wholeNumber
            case "points", "points_N", "draw", "latitude", "longitude": self = .number
            case "min_age_months", "min_age_days": self = .age
            case "age_class": self = .classAge
            case _ where column.hasSuffix("_id") || column.hasSuffix("_id_N") || column.hasSuffix("_ids"): self = .id
            case "wish_N": self = .id
            default: self = .text
            }
        }

        /// How a cell that does not fit is called.
        var name: Phrase {
            switch self {
            case .date: Phrase("日付", "dates")
            case .wholeNumber: Phrase("整数", "whole numbers")
            case .number: Phrase("数", "numbers")
            case .age: Phrase("月齢・日齢", "ages")
            case .classAge: Phrase("クラス年齢", "class ages")
            case .id, .text: Phrase("番号", "ids")
            }
        }

        func fitting(_ content: ColumnContent) -> Int {
            switch self {
            case .date: content.dates
            case .wholeNumber: content.wholeNumbers
            case .number: content.numbers
            case .age: content.ages
            case .classAge: content.classAges
            case .id, .text: content.filled
            }
        }
    }

    /// Whether cells may be shown: those of facilities, in a table that has nobody else in it.
    var showsCells: Bool {
        let people = [
            "児童番", "児童ID", "児童名", "児童氏名", "世帯", "氏名", "保護者", "生年月日", "誕生", "申込", "申請", "宛名", "希望", "child", "birth",
        ]
        let headers = (sample?.headers ?? []).map { folded($0).lowercased() }
        return table == .facilities && !columns.isEmpty
            && !headers.contains { header in people.contains { header.contains($0.lowercased()) } }
    }

    /// Says what the cells of the file look like, takes back what they contradict, and proposes what in them means blank.
    mutating func readCells() {
        guard let sample else { return }
        if table == .facilities, !columns.contains(where: { $0.column == "name" }),
            let name = sample.contents.firstIndex(where: \.mayBeFacilityNames)
        {
            let header = sample.headers[name]
            take(
                .facilities,
                Column(
                    column: "name", header: header, confidence: .likely, remarks: [Phrase("欄の中身から", "its cells say so")]
                ))
            if missing.contains("facility_id") {
                take(
                    .facilities,
                    Column(column: "facility_id", header: header, confidence: .likely, remarks: [Self.noNumbers]))
            }
        }
        // Letters that mean many things count only with cells that fit.
        let doubtful = columns.filter { column in
            ColumnSynonyms.vague.contains(column.header) && Kind(column.column) != .text
                && indices(of: column).allSatisfy {
                    let content = sample.contents[$0]
                    return content.filled == 0 || content.share(Kind(column.column).fitting(content)) < 0.5
                }
        }
        columns.removeAll(where: doubtful.contains)
        others += doubtful.map(\.header)
        let shows = showsCells
        for position in columns.indices {
            let (kind, indices) = (Kind(columns[position].column), indices(of: columns[position]))
            let contents = indices.map { sample.contents[$0] }
            let filled = contents.reduce(0) { $0 + $1.filled }
            let fitting = contents.reduce(0) { $0 + kind.fitting($1) }
            columns[position].example =
                shows
                ? contents.lazy.compactMap(\.example).first.map { Phrase(same: $0) }
                : contents.lazy.compactMap(\.shape).first
            if fitting < filled {
                columns[position].doubt(
                    Phrase(
                        "\(filled) 欄のうち \(filled - fitting) 欄が\(kind.name.japanese)ではありません",
                        "\(filled - fitting) of \(filled) cells are no \(kind.name.english)"),
                    isLess: Double(fitting) < 0.9 * Double(filled))
            }
            var marks: [String: Int] = [:]
            for content in contents { marks.merge(content.marks, uniquingKeysWith: +) }
            // A class of which a cell says none may be full as well as not offered.
            let isCount = kind == .wholeNumber
            let strokes = marks.keys.filter { !isCount || SeatMark.isStroke(folded($0)) }
            if kind != .text {
                add(
                    blanks: strokes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
                    of: columns[position].column)
            }
            if isCount, strokes.count < marks.count {
                columns[position].doubt(
                    Phrase(
                        "「なし」という欄があります。満員のクラスは 0、募集しないクラスは空欄にしてください",
                        "some cells say none: write 0 where a class is full, nothing where it is not offered"),
                    isLess: true)
            }
        }
        if table == .facilities { noteMarks(sample) }
        if !sample.unreadable.isEmpty {
            let lines = sample.unreadable.prefix(5).map(String.init).joined(separator: ", ")
            let count = sample.unreadable.count
            notes.append(
                Phrase(
                    "欄の数が違うか形が正しくないため読めない行: \(lines) 行目\(count > 5 ? "、ほか \(count - 5) 行" : "")",
                    "cannot be read, because they have more or fewer fields or a wrong form: "
                        + "\(count == 1 ? "line" : "lines") \(lines)\(count > 5 ? " and \(count - 5) more" : "")"))
        }
        findMissing()
        if table == .facilities, missing.contains("seats_N") {
            let found = Set(columns.map(\.column))
            let has =
                found.contains("capacity_total") && !found.contains("capacity_N")
                ? Phrase("全クラスを合わせた定員", "the places of all classes together only")
                : found.contains("waiting_N") ? Phrase("待機の人数", "waiting numbers only") : nil
            notes.append(
                Phrase(
                    "クラスごとの受入可能数の列がありません\(has.map { "（あるのは\($0.japanese)だけです）" } ?? "")。"
                        + "generate --facilities なら架空の数を入れます",
                    "no column has vacancies by class\(has.map { "; the file has \($0.english)" } ?? ""); "
                        + "generate --facilities makes some up"))
        }
    }

    /// Adds cells that mean blank in a column.
    mutating func add(blanks cells: [String], of column: String) {
        if cells.isEmpty { return }
        if let index = blanks.firstIndex(where: { $0.column == column }) {
            blanks[index].cells += cells
        } else {
            blanks.append((column, cells))
        }
    }

    /// The cells of a numbered column in a row, by class.
    private func cells(_ column: String, of row: [String]) -> [Int: String] {
        guard let proposed = columns.first(where: { $0.column == column }) else { return [:] }
        let pattern = NumberedHeader(folded(proposed.header))
        var cells: [Int: String] = [:]
        for index in indices(of: proposed) {
            if let number = pattern.number(in: folded(sample!.headers[index])) { cells[number] = folded(row[index]) }
        }
        return cells
    }

    /// Says what marks and zeros in place of vacancies seem to mean.
    private mutating func noteMarks(_ sample: SampleTable) {
        var (marks, withPlaces, zeros) = (0, 0, 0)
        let found = Set(columns.map(\.column))
        let others = ["capacity_N", "enrolled_N"].filter(found.contains)
        guard found.contains("seats_N"), !others.isEmpty else { return }
        for row in sample.rows {
            let (seats, beside) = (cells("seats_N", of: row), others.map { cells($0, of: row) })
            for (age, seat) in seats {
                let numbers = beside.compactMap { $0[age].flatMap { Int($0) } }
                if SeatMark.isStroke(seat) {
                    marks += 1
                    if numbers.contains(where: { $0 > 0 }) { withPlaces += 1 }
                } else if seat == "0", !numbers.isEmpty, numbers.allSatisfy({ $0 == 0 }) {
                    zeros += 1
                }
            }
        }
        if marks > 0 {
            notes.append(
                withPlaces == 0
                    ? Phrase(
                        "- などの印は、募集しないクラスを表します。定員も在籍もありません",
                        "a mark such as - means that the class is not offered: it has no places and no children")
                    : Phrase(
                        "- などの印は募集なしと読みますが、そのうち \(withPlaces) クラスに定員か在籍があります。満員のクラスは 0 と書いてください",
                        "a mark such as - is read as not offered, but \(withPlaces) such classes have places or children: "
                            + "write 0 where a class is full"))
        }
        if zeros > 0 {
            notes.append(
                Phrase(
                    "0 は満員とも募集なしとも読めます。受入可能数 0 のクラスのうち \(zeros) クラスに定員も在籍もありません",
                    "0 may mean not offered as well as full: \(zeros) classes with 0 vacancies have no places and no children"
                )
            )
        }
    }
}

extension ColumnSuggestions.Column {
    /// Adds a remark.
    ///
    /// - Parameters:
    ///   - reason: What the cells contradict.
    ///   - isLess: Whether it makes the column less sure.
    mutating func doubt(_ reason: Phrase, isLess: Bool) {
        remarks.append(reason)
        if isLess { confidence = confidence.less }
    }
}
