import Admissions
import Comparing
import Tables

extension Seeds {
    /// Bytes to text: what is no text is told with a place, what is one stays the same when written and read again.
    var texts: Reader {
        Reader { chance in
            let files = pick(&chance)
            var bytes = files[chance.pick(files.names)]
            for _ in 0..<chance.few() { mutateBytes(&bytes, &chance) }
            return Input(bytes, as: "text")
        } run: { input, _ in
            let bytes = input["text"]
            let read: DecodedText
            do throws(TableProblem) { read = try DecodedText(bytes) } catch {
                try demand(error.line >= 1 && error.column >= 1, "no place: \(error)")
                return
            }
            let text = String(validating: read.utf8, as: UTF8.self)
            try demand(text != nil, "what was read is no UTF-8")
            if read.isUTF16 {
                let units = text!.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
                try demand(
                    try DecodedText([0xFF, 0xFE] + units).utf8 == read.utf8, "UTF-16 changed when written and read")
            } else if read.encoding == .utf8 {
                let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
                try demand(read.utf8 == content, "UTF-8 changed when read")
            } else {
                // A field that begins like a formula is marked when written, so none does.
                var writer = TableWriter(.cp932)
                try writer.append(["x" + text!.replacing("\"", with: "")])
                let again = try DecodedText(writer.bytes)
                let field = Table.read(again.utf8 + again.utf8).table?.columns.first
                // One column with semicolons is told as a file that they part.
                let others = ",;\u{3000}".unicodeScalars
                let plain = text!.unicodeScalars.allSatisfy { $0.value >= 32 && !others.contains($0) }
                if plain, again.encoding == .cp932, !text!.hasSuffix(" ") {
                    try demand(field == "x" + text!.replacing("\"", with: ""), "CP932 changed when written and read")
                }
            }
        }
    }

    /// CSV: every cell of what is read has its text and its place; what is written is read back the same.
    var tables: Reader {
        Reader { chance in
            if chance.percent(40) {
                let files = pick(&chance)
                var bytes = files[chance.pick(files.names)]
                for _ in 0..<chance.few() { mutate(&bytes, named: "x.csv", &chance) }
                return Input(bytes, as: "table.csv")
            }
            let width = chance.int(1...6)
            var lines: [String] = []
            for row in 0..<chance.int(1...6) {
                let cells = (0..<width + (chance.percent(5) ? chance.int(-1...2) : 0)).map { column in
                    row == 0 && chance.percent(90)
                        ? "c\(column)" : nastyText(&chance, from: [Nasty.formulas, Nasty.numbers, Nasty.words])
                }
                lines.append(
                    cells.map { cell in
                        chance.percent(80) ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
                    }.joined(separator: ","))
            }
            return Input(lines.joined(separator: chance.pick(["\n", "\r\n", "\r"])), as: "table.csv")
        } run: { input, _ in
            guard let utf8 = try? DecodedText(input["table.csv"]).utf8 else { return }
            for rowLimit in [1 << 20, 64] {
                let (table, problems) = Table.read(utf8, rowLimit: rowLimit)
                for problem in problems {
                    try demand(problem.line >= 1 && problem.column >= 1, "no place: \(problem)")
                }
                try demand(table != nil || !problems.isEmpty, "neither a table nor a problem")
                if let table { try check(table, of: utf8) }
            }
            // A header of one row at the top, parted by commas, is what is read where nothing is said.
            for separator in TableLayout.Separator.allCases {
                for header in [1...1, 1...2, 2...4] {
                    let layout = TableLayout(header: header, separator: separator)
                    let (table, problems) = Table.read(utf8, layout: layout) { $0.utf8.count % 3 == 0 }
                    try demand(table != nil || !problems.isEmpty, "neither a table nor a problem")
                    guard let table else { continue }
                    let named = table.columns.contains { !$0.isEmpty }
                    let found = Table.layout(of: utf8, separators: [separator], rows: header) { names in
                        table.columns.allSatisfy { $0.isEmpty || names.contains($0) }
                    }
                    try demand(!named || found == layout, "two headers of one text")
                    for row in 0..<table.rowCount {
                        for column in table.columns.indices { _ = table.trimmedText(row: row, column: column) }
                    }
                }
            }
            _ = Table.layout(of: utf8, separators: TableLayout.Separator.allCases) { $0.count > 3 }
        }
    }

    private func check(_ table: Table, of utf8: [UInt8]) throws {
        let lines = utf8.count { $0 == 10 || $0 == 13 } + 1
        for column in table.columns.indices {
            // Empty columns have no name.
            let name = table.columns[column]
            try demand(name.isEmpty || table.column(name) == column, "a header is not found again")
            try demand(table.headerPlace(column: column).line <= lines, "a header stands behind the file")
        }
        for encoding in TextEncoding.allCases {
            var writer = TableWriter(encoding)
            do {
                try writer.append(table.columns.enumerated().map { "c\($0)" + $1 })
                for row in 0..<table.rowCount {
                    try writer.append(table.columns.indices.map { table.text(row: row, column: $0) })
                }
            } catch {
                try demand(encoding == .cp932, "UTF-8 lacks a character")
                continue
            }
            let text = try DecodedText(writer.bytes)
            // Rows of CP932 that happen to be UTF-8 are read as UTF-8: the file cannot say.
            guard text.encoding == encoding || encoding == .utf8 || !writer.bytes.contains(where: { $0 >= 0x80 }) else {
                continue
            }
            let (again, problems) = Table.read(text.utf8)
            try demand(problems.isEmpty, "what was written has problems: \(problems.prefix(1))")
            guard let again else { throw Failure("what was written is no table") }
            try demand(again.rowCount == table.rowCount, "\(again.rowCount) rows of \(table.rowCount) came back")
            for row in 0..<table.rowCount {
                let place = table.place(row: row, column: 0)
                try demand(
                    place.line >= 1 && place.line <= lines, "row \(row) stands on line \(place.line) of \(lines)")
                for column in table.columns.indices {
                    let (before, after) = (table.text(row: row, column: column), again.text(row: row, column: column))
                    let isSame = before == after || after == "'" + before
                    try demand(isSame || encoding == .cp932, "a cell changed when written and read")
                    try demand(
                        isSame || after.unicodeScalars.count == before.unicodeScalars.count
                            || after.unicodeScalars.count == before.unicodeScalars.count + 1,
                        "a cell of CP932 lost or won characters")
                    try demand(
                        table.isBlank(row: row, column: column) == table.trimmedText(row: row, column: column).isEmpty,
                        "a cell is blank and is not")
                    _ = table.withTrimmedBytes(row: row, column: column) { $0.count }
                }
            }
        }
    }

    /// Points and other decimals: what is read is written so that it is read the same; order and sums are exact.
    var numbers: Reader {
        Reader { chance in
            let texts = (0..<3).map { _ in
                if chance.percent(50) { return nastyText(&chance, from: [Nasty.numbers]) }
                let digits = (0..<chance.int(1...20)).map { _ in String(chance.below(10)) }.joined()
                let point = chance.below(digits.count + 1)
                return chance.pick(["", "-", "+"]) + digits.prefix(point) + (chance.percent(50) ? "." : "")
                    + digits.dropFirst(point)
            }
            return Input(texts.joined(separator: "\u{1F}"), as: "numbers")
        } run: { input, _ in
            let texts = input.text("numbers").split(separator: "\u{1F}", omittingEmptySubsequences: false)
            for text in texts {
                for ages in [AgeSet(text)] {
                    if let ages { try demand(AgeSet(ages.description) == ages, "ages \(ages) are read otherwise") }
                }
                if let group = GroupCondition(String(text)) {
                    try demand(GroupCondition(group.description) == group, "the group is read otherwise")
                }
            }
            let numbers = texts.compactMap { ExactNumber($0) }
            for number in numbers {
                try demand(
                    ExactNumber(number.description) == number || number.description.utf8.count > 19,
                    "\(number) is read otherwise")
                for count in [1, 2, 3, 7, Int.max] { _ = number.divided(by: count)?.description }
                for other in numbers {
                    try demand((number < other) == !(other <= number), "no order of \(number) and \(other)")
                    if let difference = number.subtracting(other) {
                        try demand(
                            (difference < ExactNumber(0)) == (number < other), "\(number) - \(other) = \(difference)")
                        if let sum = difference.adding(other) {
                            try demand(sum == number, "\(number) - \(other) + \(other) = \(sum)")
                        }
                    }
                }
            }
        }
    }

    /// Dates: a day that is read is written so that it is read the same, and is a day of the calendar.
    var dates: Reader {
        Reader { chance in
            if chance.percent(50) { return Input(nastyText(&chance, from: [Nasty.dates, Nasty.numbers]), as: "date") }
            let year = chance.percent(50) ? chance.int(1...99) : chance.int(1800...3100)
            let parts = [String(year), String(chance.int(0...13)), String(chance.int(0...32))].map {
                $0.count == 1 && chance.percent(50) ? "0" + $0 : $0
            }
            let separator = chance.pick([".", "/", "-", "年", ""])
            let text =
                separator == "年" ? "\(parts[0])年\(parts[1])月\(parts[2])日" : parts.joined(separator: separator)
            let era = chance.pick(["", "", "令和", "平成", "昭和", "R", "H", "S", "r", "大正", "M"])
            return Input(era + text + chance.pick(["", "", "", " 0:00", " 00:00:00", " 1:00"]), as: "date")
        } run: { input, _ in
            let text = input.text("date")
            _ = PlacementMonth(text).map { ($0.fiscalYear, $0.description) }
            guard let date = CalendarDate(written: text) else { return }
            try demand(CalendarDate(date.description) == date, "\(date) is read otherwise")
            try demand(CalendarDate(dayNumber: date.dayNumber) == date, "\(date) has another's day number")
            try demand(
                (1...CalendarDate.daysInMonth(date.month, of: date.year)).contains(date.day), "\(date) is no day")
            if let month = PlacementMonth(year: date.year, month: date.month) {
                _ = month.classAge(bornOn: date)
                try demand(PlacementMonth(month.description) == month, "\(month) is read otherwise")
            }
        }
    }

    /// What `what-if --change` and `--manual-reading` take.
    func changes() throws -> Reader {
        let drafts = try ["two-nurseries", "transfer-cycle"].map { try reading($0).draft! }
        return Reader { chance in
            let heads = ["seats", "drawSeed", "answer", "objective", "x", ""] + RuleSetting.names
            var parts = [chance.pick(heads)]
            for _ in 0..<chance.below(5) {
                parts.append(
                    chance.percent(50)
                        ? chance.pick(Nasty.words + ["timing", "facility"])
                        : chance.pick(["+", "-", "=", ""]) + chance.pick(Nasty.numbers))
            }
            var text = Array(parts.joined(separator: chance.percent(90) ? ":" : "=").utf8)
            if chance.percent(10) { mutateBytes(&text, &chance) }
            return Input(text, as: "change")
        } run: { input, scratch in
            let text = input.text("change")
            if let setting = try? RuleSetting(text) {
                try demand((try? RuleSetting(setting.description)) == setting, "\(setting) is read otherwise")
            }
            guard let change = try? Change(text) else { return }
            try demand((try? Change(change.description)) == change, "\(change) is read otherwise")
            for draft in drafts {
                var changed = draft
                guard (try? change.apply(to: &changed)) != nil else { continue }
                _ = changed.resolve()
            }
        }
    }
}
