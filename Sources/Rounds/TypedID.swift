import Admissions

/// Finds the children that a person means who types the id of a child or of a household.
public struct TypedID: Sendable {
    private let children: [(child: ChildID, household: HouseholdID)]

    public init(in subject: Case) { children = subject.children.map { ($0.id, $0.householdID) } }

    public init(in draft: CaseDraft) { children = draft.children.map { ($0.id, $0.household) } }

    /// The indices of the child of this id, or of all children of the household of this id; empty where there is none.
    ///
    /// Where no id is the text itself, one that differs only in upper and lower case is taken, else one that also differs in leading
    /// zeros, if it is the only one: `c12` for `C00012`. Full-width characters are the same as others everywhere.
    public func rows(_ text: String) -> [Int] {
        let (child, household) = (ChildID(spelled: text), HouseholdID(spelled: text))
        let exact = rows { $0.child == child }
        if !exact.isEmpty { return exact }
        let ofHousehold = rows { $0.household == household }
        if !ofHousehold.isEmpty { return ofHousehold }
        let small = child.folded.lowercased()
        let alike = rows { $0.child.folded.lowercased() == small }
        if alike.count == 1 { return alike }
        let wanted = Self.plain(child.folded)
        let near = rows { Self.plain($0.child.folded) == wanted }
        if near.count == 1 { return near }
        let nearHousehold = rows { Self.plain($0.household.folded) == wanted }
        return Set(nearHousehold.map { children[$0].household }).count == 1 && near.isEmpty ? nearHousehold : []
    }

    /// What is said where no child is meant, or more than one household; no id of anybody is named.
    public func refusal(_ text: String, in folder: String) -> Phrase {
        guard let first = children.first else {
            return Phrase("\(folder) に児童はいません。", "there are no children in \(folder).")
        }
        let (child, household) = (Self.form(first.child.spelling), Self.form(first.household.spelling))
        return Phrase(
            "\(folder) に「\(text)」という児童も世帯もいないか、一つに決まりません。児童番号は \(child)、世帯番号は \(household) のような形です（0 は数字）。",
            "there is no such child in \(folder), and no household \(text), or several are meant. The id of a child looks like "
                + "\(child) here, that of a household like \(household), with any digits.")
    }

    private func rows(_ isMeant: ((child: ChildID, household: HouseholdID)) -> Bool) -> [Int] {
        children.indices.filter { isMeant(children[$0]) }
    }

    /// The text in small letters, without blanks and without the zeros before other digits.
    private static func plain(_ text: String) -> String {
        var plain = ""
        var isInNumber = false
        let letters = Array(text.lowercased().filter { !$0.isWhitespace })
        for (index, letter) in letters.enumerated() {
            let isDigit = letter.isASCII && letter.isNumber
            let isLast = index + 1 == letters.count || !(letters[index + 1].isASCII && letters[index + 1].isNumber)
            if isDigit, letter == "0", !isInNumber, !isLast { continue }
            isInNumber = isDigit
            plain.append(letter)
        }
        return plain
    }

    /// An id with 0 for every digit, and a circle for what may be a part of a name.
    private static func form(_ id: String) -> String {
        String(id.map { $0.isNumber ? "0" : $0.isASCII ? $0 : "○" })
    }
}
