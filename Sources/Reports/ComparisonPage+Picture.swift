import Admissions
import Comparing

extension ComparisonPage {
    /// The children in a class of a facility.
    struct Places {
        /// Seats, including those of present transfer applicants; `nil` if the class has no limit of its own for everybody.
        var seats: Int?
        /// The children who are there in both results, only in the manual one, or only in the computed one; ascending.
        var both: [Int] = []
        var byHand: [Int] = []
        var byRules: [Int] = []

        var isOffered: Bool { seats != nil || !both.isEmpty || differ > 0 }
        var differ: Int { byHand.count + byRules.count }
    }

    /// For each facility and each class the children who are there.
    ///
    /// - Complexity: O(children + seat limits).
    func places() -> [[Places]] {
        var places = [[Places]](
            repeating: [Places](repeating: Places(), count: 6), count: subject.facilities.count)
        for limit in subject.limits where limit.isClassLimit && limit.group == .everyone {
            for age in 0..<6 where limit.ages.contains(age: age) { places[limit.facility][age].seats = limit.vacancies }
        }
        for (child, person) in subject.children.enumerated() {
            let age = person.ageClass
            if let current = person.currentFacility, !subject.leavesNoSeat(child),
                let seats = places[current][age].seats
            {
                places[current][age].seats = seats + 1
            }
            let (own, other) = (manual.places[child], computed.places[child])
            if own == other {
                if let own { places[own][age].both.append(child) }
            } else {
                if let own { places[own][age].byHand.append(child) }
                if let other { places[other][age].byRules.append(child) }
            }
        }
        return places
    }

    func addPicture(to page: inout Page) {
        open("picture", in: &page)
        defer { page.add("</section>\n") }
        guard subject.facilities.count <= Report.mostListedFacilities else {
            page.paragraph(
                Phrase(
                    "施設が \(Report.mostListedFacilities) を超えるため、図はありません。agreement.csv と differences.csv をご覧ください。",
                    "With more than \(Report.mostListedFacilities) facilities there is no picture; see agreement.csv and differences.csv."
                ))
            return
        }
        let places = places()
        let same = places.count { $0.allSatisfy { $0.differ == 0 } }
        page.paragraph(
            Phrase(
                "一つの柱が一つの施設、上から0歳児〜5歳児です。数字は、そのクラスで手作業と規則の一方だけに入る児童の人数です。施設を選ぶと、下の図・起点となる判断・相違の一覧がその施設に絞られます。",
                "Each column is a facility, from age 0 at the top to age 5. The number counts children who are in that class in one of the results only. A facility that is chosen narrows the seats below, the root decisions and the differences to it."
            ))
        let hidesSame = same > 0 && places.count > 60
        if hidesSame {
            page.add("<p class=\"screen\"><label><input type=\"checkbox\" id=\"same\"> ")
            page.add(
                Page.both("相違のない \(same) 施設も示す", "Show the \(same) facilities that do not differ too")
                    + "</label></p>\n")
        }
        page.add("<ul class=\"heat\(hidesSame ? " differing" : "")\" id=\"heat\">\n")
        for (index, classes) in places.enumerated() { addColumn(index, classes, to: &page) }
        page.add("</ul>\n<div id=\"seats\" aria-live=\"polite\"></div>\n")
    }

    private func addColumn(_ facility: Int, _ classes: [Places], to page: inout Page) {
        let entry = subject.facilities[facility]
        let differ = classes.reduce(0) { $0 + $1.differ }
        var svg: Markup = "<svg viewBox=\"0 0 36 84\" aria-hidden=\"true\">"
        for (age, place) in classes.enumerated() where place.isOffered {
            let step = place.differ == 0 ? 0 : place.differ == 1 ? 1 : place.differ < 4 ? 2 : 3
            svg += "<rect class=\"h\(step)\" x=\"1\" y=\"\(age * 14 + 1)\" width=\"34\" height=\"12\"/>"
            if place.differ > 0 {
                svg += "<text class=\"t\(step)\" x=\"18\" y=\"\(age * 14 + 11)\">\(place.differ)</text>"
            }
        }
        svg += "</svg>"
        let label: Markup = "<span class=\"label\">\(entry.id.spelling)</span>"
        let title = "\(entry.id) \(entry.name)"
        guard differ > 0 else {
            page.add("<li class=\"same\" title=\"\(title)\">\(svg)\(label)")
            page.add("<span class=\"unseen\">\(Page.both("相違なし", "no difference"))</span></li>\n")
            return
        }
        func counts(_ text: (Int, Int) -> String) -> String {
            classes.enumerated().filter { $1.differ > 0 }.map { text($0, $1.differ) }.joined(separator: ", ")
        }
        let spoken = Phrase(
            "\(entry.name) 相違 \(differ) (\(counts { "\($0)歳児 \($1)" }))",
            "\(entry.name) differences \(differ) (\(counts { "age \($0): \($1)" }))")
        page.add("<li><button type=\"button\" data-place=\"\(facility)\" aria-pressed=\"false\" title=\"\(title)\">")
        page.add("\(svg)\(label)<span class=\"unseen\">\(Page.both(spoken))</span></button></li>\n")
    }
}
