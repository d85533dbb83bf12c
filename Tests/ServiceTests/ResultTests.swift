import Testing

@testable import Service

@Suite("Results")
struct ResultTests {
    @Test("Small sums are hidden, with others so that they do not follow from the total")
    func hiding() {
        #expect(Overview.hiding([0, 3, 9]) == [0, 3, 9])
        #expect(Overview.hiding([5, 1, 9, 0]) == [nil, nil, 9, 0])
        #expect(Overview.hiding([1, 2, 9, 7]) == [nil, nil, 9, nil])
        #expect(Overview.hiding([1, 0, 0]) == [nil, 0, 0])
        #expect(Overview.hiding([50, 60, 70], besides: [1]) == [nil, nil, 70])
    }

    @Test("A list is cut into pages; a page that is not there is the first")
    func pages() {
        let part = Part(Array(0..<250), page: "3")
        #expect(part.items.count == 50 && part.items.first == 200 && part.pages == 3 && part.total == 250)
        for wrong in ["0", "4", "-1", "x", nil] { #expect(Part(Array(0..<250), page: wrong).page == 1) }
        #expect(Part([Int](), page: nil).items.isEmpty)
    }

    @Test("Any id is one part of a path")
    func encoding() {
        for id in ["H1", "a/b", "..", "%2F", "世帯 1", "?x=&#", "\"><"] {
            let encoded = id.inAddress
            #expect(encoded.removingPercentEncoding == id)
            #expect(encoded.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "%-_~".contains($0)) })
        }
        #expect(ResultParts.number(1_234_567) == "1,234,567" && ResultParts.number(999) == "999")
    }
}
