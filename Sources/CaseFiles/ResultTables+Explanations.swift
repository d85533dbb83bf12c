import Admissions
import Tables

extension ResultTables {
    /// `borders_public.csv`: the same without what would tell of one or two children; hidden fields are `*`.
    public func publicBorders(_ borders: [PublicBorder]) throws(UnwritableTable) -> OutputFile {
        var file = try table(
            "borders_public.csv", ["facility_id", "age_class", "seats", "applicants", "placed", "left", "lowest_key"],
            borders
        ) { writer, border throws(TableWriter.UnencodableCharacter) in
            let hidden = PublicBorder.hiddenField
            try writer.add(subject.facilities[border.facility].id.spelling)
            writer.add(border.ageClass)
            if border.isHidden { try writer.add(hidden) } else { writer.add(border.seats) }
            for count in [border.applicants, border.placed, border.left] {
                if let count { writer.add(count) } else { try writer.add(hidden) }
            }
            try writer.add(border.isHidden ? hidden : border.lowestKey ?? "")
        }
        file.isOpen = true
        return file
    }

    /// `vacancies.csv`: what a round left, a row per facility, for the public; hidden numbers are `*`.
    public func vacancies(_ borders: [PublicBorder]) throws(UnwritableTable) -> OutputFile {
        let cells = Dictionary(uniqueKeysWithValues: borders.map { ($0.facility * 6 + $0.ageClass, $0) })
        return try table(
            "vacancies.csv",
            ["facility_id", "name", "kind", "ward", "month", "round"] + (0...5).map { "vacancies_\($0)" },
            Array(subject.facilities.enumerated())
        ) { writer, row throws(TableWriter.UnencodableCharacter) in
            let facility = row.element
            for text in [
                facility.id.spelling, facility.name, facility.kind, facility.ward, subject.month.description,
                subject.round,
            ] { try writer.add(text) }
            for age in 0...5 {
                guard let cell = cells[row.offset * 6 + age] else {
                    try writer.add("")
                    continue
                }
                if let left = cell.left { writer.add(left) } else { try writer.add(PublicBorder.hiddenField) }
            }
        }
    }

    /// `waiting.csv`: a row per facility, class and child who still waits for a seat there.
    public func waiting(_ waiting: [WaitingChild]) throws(UnwritableTable) -> OutputFile {
        try cells("waiting.csv", ["facility_id", "age_class", "position", "child_id", "outcome"]) {
            (writer, names) throws(TableWriter.UnencodableCharacter) in
            for child in waiting {
                writer.add(names.facilities, child.facility)
                writer.add(child.ageClass)
                writer.add(child.position)
                writer.add(names.children, child.child)
                try writer.add(child.outcome.rawValue)
                writer.endRow()
            }
        }
    }

    /// `reasons.csv`: a row per child and wish.
    ///
    /// - Parameters:
    ///   - reasons: The reasons of all wishes, by child and wish.
    ///   - joint: The reasons of siblings' better outcomes.
    ///   - threads: How many may write rows at the same time; the bytes are the same with any number.
    ///   - value: The value of a child, at one of its wishes, at the key that decided.
    ///   - wishOfLast: The wish by which the last child admitted has its seat.
    public func reasons(
        _ reasons: [Reason], _ joint: [JointReason], threads: Int = 1,
        value: @Sendable (_ child: Int, _ wish: Int, _ key: DecidingKey) -> ReasonValue,
        wishOfLast: @Sendable (Reason) -> Int
    ) throws(UnwritableTable) -> OutputFile {
        let name = "reasons.csv"
        let columns = [
            "child_id", "wish_rank", "facility_id", "reason", "deciding_key", "own_value", "last_admitted_value",
            "ahead", "seats",
        ]
        do throws(TableWriter.UnencodableCharacter) {
            var header = TableWriter(encoding)
            try header.append(columns)
            let names = try names.value.get()
            let words = try ReasonWords(of: subject, encoding)
            let parts = inRanges(of: reasons.count, threads: threads, smallest: 4096) { rows in
                Result { () throws(TableWriter.UnencodableCharacter) -> [UInt8] in
                    var writer = TableWriter(
                        encoding, followingRows: rows.lowerBound + 1, capacity: rows.count * Self.bytesOfReason)
                    for row in rows { try add(reasons[row], joint, names, words, to: &writer, value, wishOfLast) }
                    return writer.bytes
                }
            }
            var written = [header.bytes]
            for part in parts { written.append(try part.get()) }
            return OutputFile(name: name, parts: written)
        } catch { throw UnwritableTable(file: name, character: error) }
    }

    /// What a row of the reasons takes, about.
    private static let bytesOfReason = 40

    private func add(
        _ reason: Reason, _ joint: [JointReason], _ names: Names, _ words: ReasonWords, to writer: inout TableWriter,
        _ value: (_ child: Int, _ wish: Int, _ key: DecidingKey) -> ReasonValue, _ wishOfLast: (Reason) -> Int
    ) throws(TableWriter.UnencodableCharacter) {
        let (child, wish) = (Int(reason.child), Int(reason.wish))
        let facility = subject.children[child].wishes[wish].facility
        writer.add(names.children, child)
        writer.add(wish + 1)
        writer.add(names.facilities, facility)
        try writer.add(reason.kind.rawValue)
        switch reason.kind {
        case .seats:
            words.add(reason.key, to: &writer)
            if reason.lastAdmitted >= 0 {
                try add(value(child, wish, reason.key), to: &writer)
                try add(value(Int(reason.lastAdmitted), wishOfLast(reason), reason.key), to: &writer)
            } else {
                for _ in 0..<2 { writer.add(nil) }
            }
            writer.add(Int(reason.ahead))
            writer.add(reason.toldSeats)
        case .siblingSeat:
            let missing = joint[Int(reason.joint)].missing
            try writer.add(subject.households[subject.children[child].household].condition)
            try writer.add(list(missing.map { subject.children[$0.child].id.spelling }))
            try writer.add(list(missing.map { subject.facilities[$0.facility].id.spelling }))
            writer.add(Int(reason.ahead))
            writer.add(reason.toldSeats)
        case .ownSeat, .siblingPreference, .siblingCondition:
            try writer.add(subject.households[subject.children[child].household].condition)
            for _ in 0..<4 { writer.add(nil) }
        case .pinned, .placed, .notOffered, .tooYoung, .notEligible, .betterWish, .phase, .priorityClaim, .vacantClaim:
            for _ in 0..<5 { writer.add(nil) }
        }
        writer.endRow()
    }

    private func add(_ value: ReasonValue, to writer: inout TableWriter) throws(TableWriter.UnencodableCharacter) {
        switch value {
        case .number(let number): writer.add(number)
        case .text(let text): try writer.add(text)
        }
    }

    private func list(_ texts: [String]) -> String { texts.joined(separator: ";") }

    /// The keys that may have decided, as fields.
    private struct ReasonWords {
        /// `none`, `presentSeat`, `draw`, `child_id`, then the keys.
        private let keys: TableWriter.Cells

        init(of subject: Case, _ encoding: TextEncoding) throws(TableWriter.UnencodableCharacter) {
            // What cannot be encoded is said to stand in the first row.
            let names = ["", "presentSeat", "draw", "child_id"] + subject.rules.priority.map(\.name)
            keys = try TableWriter(encoding, followingRows: 1).cells(names.count) { names[$0] }
        }

        func add(_ key: DecidingKey, to writer: inout TableWriter) {
            switch key {
            case .none: writer.add(keys, 0)
            case .presentSeat: writer.add(keys, 1)
            case .draw: writer.add(keys, 2)
            case .id: writer.add(keys, 3)
            case .key(let index): writer.add(keys, 4 + index)
            }
        }
    }

    /// The ids of all children and facilities as fields, because they stand in many rows.
    struct Names: Sendable {
        let children: TableWriter.Cells
        let facilities: TableWriter.Cells

        private init(of subject: Case, _ encoding: TextEncoding) throws(TableWriter.UnencodableCharacter) {
            // What cannot be encoded is said to stand in the first row.
            let writer = TableWriter(encoding, followingRows: 1)
            // By index: a child is large to copy.
            children = try writer.cells(subject.children.count) { subject.children[$0].id.spelling }
            facilities = try writer.cells(subject.facilities.count) { subject.facilities[$0].id.spelling }
        }

        static func made(of subject: Case, _ encoding: TextEncoding) -> Result<Names, TableWriter.UnencodableCharacter>
        {
            Result { () throws(TableWriter.UnencodableCharacter) in try Names(of: subject, encoding) }
        }
    }

    private func cells(
        _ name: String, _ columns: [String],
        _ write: (inout TableWriter, Names) throws(TableWriter.UnencodableCharacter) -> Void
    ) throws(UnwritableTable) -> OutputFile {
        var writer = TableWriter(encoding)
        do throws(TableWriter.UnencodableCharacter) {
            try writer.append(columns)
            try write(&writer, try names.value.get())
        } catch { throw UnwritableTable(file: name, character: error) }
        return OutputFile(name: name, bytes: writer.bytes)
    }
}

/// The value of a child at a key, as `reasons.csv` shows it.
public enum ReasonValue: Hashable, Sendable {
    case number(Int)
    case text(String)
}
