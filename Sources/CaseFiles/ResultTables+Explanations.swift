import Admissions
import Tables

extension ResultTables {
    /// `borders_public.csv`: the same without what would tell of one or two children; hidden fields are `*`.
    public func publicBorders(_ borders: [PublicBorder]) throws(UnwritableTable) -> OutputFile {
        try table(
            "borders_public.csv", ["facility_id", "age_class", "seats", "applicants", "placed", "left", "lowest_key"],
            borders
        ) { writer, border throws(TableWriter.UnencodableCharacter) in
            let hidden = PublicBorder.hiddenField
            try writer.add(subject.facilities[border.facility].id.text)
            writer.add(border.ageClass)
            writer.add(border.seats)
            for count in [border.applicants, border.placed, border.left] {
                if let count { writer.add(count) } else { try writer.add(hidden) }
            }
            try writer.add(border.isHidden ? hidden : border.lowestKey ?? "")
        }
    }

    /// `waiting.csv`: a row per facility, class and child who still waits for a seat there.
    public func waiting(_ waiting: [WaitingChild]) throws(UnwritableTable) -> OutputFile {
        try cells("waiting.csv", ["facility_id", "age_class", "position", "child_id", "outcome"]) {
            (writer, names) throws(TableWriter.UnencodableCharacter) in
            for child in waiting {
                writer.add(names.facilities[child.facility])
                writer.add(child.ageClass)
                writer.add(child.position)
                writer.add(names.children[child.child])
                try writer.add(child.outcome.rawValue)
                writer.endRow()
            }
        }
    }

    /// `reasons.csv`: a row per child and wish.
    ///
    /// - Parameter value: The value of a child at one of its wishes at the key that decided.
    public func reasons(
        _ reasons: [Reason], _ joint: [JointReason],
        value: (_ child: Int, _ wish: Int, _ key: DecidingKey) -> String
    ) throws(UnwritableTable) -> OutputFile {
        let columns = [
            "child_id", "wish_rank", "facility_id", "reason", "deciding_key", "own_value", "last_admitted_value",
            "ahead", "seats",
        ]
        return try cells("reasons.csv", columns) { (writer, names) throws(TableWriter.UnencodableCharacter) in
            for reason in reasons {
                let child = Int(reason.child)
                let facility = subject.children[child].wishes[Int(reason.wish)].facility
                writer.add(names.children[child])
                writer.add(Int(reason.wish) + 1)
                writer.add(names.facilities[facility])
                try writer.add(reason.kind.rawValue)
                switch reason.kind {
                case .seats:
                    try writer.add(name(of: reason.key))
                    if reason.lastAdmitted >= 0 {
                        let other = Int(reason.lastAdmitted)
                        let wish = subject.children[other].wishes.firstIndex { $0.facility == facility }!
                        try writer.add(value(child, Int(reason.wish), reason.key))
                        try writer.add(value(other, wish, reason.key))
                    } else {
                        for _ in 0..<2 { writer.add(nil) }
                    }
                    writer.add(Int(reason.ahead))
                    writer.add(Int(reason.seats))
                case .siblingSeat:
                    let missing = joint[Int(reason.joint)].missing
                    try writer.add(subject.households[subject.children[child].household].condition)
                    try writer.add(list(missing.map { subject.children[$0.child].id.text }))
                    try writer.add(
                        list(missing.map { subject.facilities[subject.limits[$0.limit].facility].id.text }))
                    writer.add(Int(reason.ahead))
                    writer.add(Int(reason.seats))
                case .ownSeat, .siblingPreference, .siblingCondition:
                    try writer.add(subject.households[subject.children[child].household].condition)
                    for _ in 0..<4 { writer.add(nil) }
                case .pinned, .placed, .notOffered, .tooYoung, .betterWish, .phase, .priorityClaim, .vacantClaim:
                    for _ in 0..<5 { writer.add(nil) }
                }
                writer.endRow()
            }
        }
    }

    private func list(_ texts: [String]) -> String { texts.joined(separator: ";") }

    private func name(of key: DecidingKey) -> String {
        switch key {
        case .none: ""
        case .presentSeat: "presentSeat"
        case .key(let index): subject.rules.priority[index].name
        case .draw: "draw"
        case .id: "child_id"
        }
    }

    /// The ids of all children and facilities as fields, because they stand in many rows.
    private struct Names {
        let children: [TableWriter.Cell]
        let facilities: [TableWriter.Cell]
    }

    private func cells(
        _ name: String, _ columns: [String],
        _ write: (inout TableWriter, Names) throws(TableWriter.UnencodableCharacter) -> Void
    ) throws(UnwritableTable) -> OutputFile {
        var writer = TableWriter(encoding)
        do throws(TableWriter.UnencodableCharacter) {
            try writer.append(columns)
            var children: [TableWriter.Cell] = []
            for child in subject.children { children.append(try writer.cell(child.id.text)) }
            var facilities: [TableWriter.Cell] = []
            for facility in subject.facilities { facilities.append(try writer.cell(facility.id.text)) }
            try write(&writer, Names(children: children, facilities: facilities))
        } catch { throw UnwritableTable(file: name, character: error) }
        return OutputFile(name: name, bytes: writer.bytes)
    }
}
