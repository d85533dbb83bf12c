import Admissions
import Comparing

extension ComparisonPage {
    /// Adds the data for the filters and the picture of seats, as JSON.
    ///
    /// * `facilities`: id, name, and the classes that are offered. For each class: age, seats or -1, the number of children in
    ///   both results, and the ids of the children in both, only by hand, and only by the rules.
    /// * `roots`: household, departure, how many children it moved, cause.
    /// * `moves`, in the order of the trees: child, household, class, kind of difference, manual facility, computed facility,
    ///   root, and row in the table of differences. Each of the last five is -1 if there is none.
    func addData(to page: inout Page) {
        page.add("<script type=\"application/json\" id=\"data\">{\"facilities\":[")
        if subject.facilities.count <= Report.mostListedFacilities {
            // In a large city the children in both results are too many to name.
            let namesAll = subject.children.count <= Report.mostIndexedChildren
            for (index, classes) in places().enumerated() {
                page.add(index > 0 ? ",\n[" : "[")
                page.addJSON(subject.facilities[index].id.spelling)
                page.add(",")
                page.addJSON(subject.facilities[index].name)
                page.add(",[")
                var isFirst = true
                for (age, place) in classes.enumerated() where place.isOffered {
                    page.add("\(isFirst ? "" : ",")[\(age),\(place.seats ?? -1),\(place.both.count),")
                    isFirst = false
                    addIDs(namesAll ? place.both : [], to: &page)
                    page.add(",")
                    addIDs(place.byHand, to: &page)
                    page.add(",")
                    addIDs(place.byRules, to: &page)
                    page.add("]")
                }
                page.add("]]")
            }
        }
        page.add("],\n\"roots\":[")
        for (index, root) in roots.roots.enumerated() {
            page.add(index > 0 ? ",[" : "[")
            page.addJSON(Wording.household(root.household, in: subject))
            page.add(",\"\(root.departure.rawValue)\",\(movedByRoot[index]),\"\(root.cause?.kind.rawValue ?? "")\"]")
        }
        page.add("],\n\"moves\":[")
        for (index, move) in roots.moves.enumerated() {
            let child = subject.children[move.child]
            let row = differenceOfChild[move.child]
            let kind = row.map { Difference.Kind.allCases.firstIndex(of: differences[$0].kind)! }
            page.add(index > 0 ? ",\n[" : "[")
            page.addJSON(child.id.spelling)
            page.add(",")
            page.addJSON(child.householdID.spelling)
            page.add(
                ",\(child.ageClass),\(kind ?? -1),\(move.to ?? -1),\(move.from ?? -1),\(move.root ?? -1),\(row ?? -1)]")
        }
        page.add("]}</script>\n")
    }

    private func addIDs(_ children: [Int], to page: inout Page) {
        page.add("[")
        for (index, child) in children.enumerated() {
            if index > 0 { page.add(",") }
            page.addJSON(subject.children[child].id.spelling)
        }
        page.add("]")
    }
}
