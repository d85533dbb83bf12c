import Testing

@testable import Explaining

@Suite("What is published tells of nobody")
struct PublicBorderTests {
    /// Whether other whole numbers of 0 or more in the hidden cells, with another one in `cell`, have the same totals of
    /// every row and class: by trying.
    private func canDiffer(_ cell: Int, _ counts: [Int], _ hidden: [Bool]) -> Bool {
        let rows = counts.count / 6
        let cells = hidden.indices.filter { hidden[$0] }
        var rowLeft = (0..<rows).map { row in cells.filter { $0 / 6 == row }.reduce(0) { $0 + counts[$1] } }
        var classLeft = (0..<6).map { age in cells.filter { $0 % 6 == age }.reduce(0) { $0 + counts[$1] } }
        func fill(_ index: Int) -> Bool {
            guard index < cells.count else { return rowLeft.allSatisfy { $0 == 0 } && classLeft.allSatisfy { $0 == 0 } }
            let (row, age) = (cells[index] / 6, cells[index] % 6)
            // The last hidden cell of a row or class takes what is left of it.
            let endsRow = !cells[(index + 1)...].contains { $0 / 6 == row }
            let endsClass = !cells[(index + 1)...].contains { $0 % 6 == age }
            if endsRow, endsClass, rowLeft[row] != classLeft[age] { return false }
            let most = min(rowLeft[row], classLeft[age])
            let least = endsRow ? rowLeft[row] : endsClass ? classLeft[age] : 0
            guard least <= most else { return false }
            for value in least...most where cells[index] != cell || value != counts[cell] {
                rowLeft[row] -= value
                classLeft[age] -= value
                defer {
                    rowLeft[row] += value
                    classLeft[age] += value
                }
                if fill(index + 1) { return true }
            }
            return false
        }
        return fill(0)
    }

    @Test("A cell counts as protected exactly when other numbers fit all totals")
    func protection() {
        var generator = Generator(state: 5)
        var (protected, bare) = (0, 0)
        for round in 0..<400 {
            let rows = 2 + Int(generator.next() % 3)
            let counts = (0..<rows * 6).map { _ in Int(generator.next() % 8) - 3 < 0 ? -1 : Int(generator.next() % 5) }
            var table = SuppressedTable(counts: counts)
            table.hideSmallCells()
            if round % 2 == 1 { table.hidePartners() }
            guard table.hidden.count(where: { $0 }) <= 7 else { continue }
            for cell in counts.indices where table.hidden[cell] && (counts[cell] == 1 || counts[cell] == 2) {
                let isProtected = table.isProtected(cell / 6, cell % 6)
                #expect(isProtected == canDiffer(cell, counts, table.hidden), "round \(round): \(counts), cell \(cell)")
                if isProtected { protected += 1 } else { bare += 1 }
            }
        }
        #expect(protected > 100 && bare > 100)
    }

    @Test("Every small cell that other cells can protect is protected, and no other is left")
    func suppression() {
        var generator = Generator(state: 8)
        for round in 0..<200 {
            let rows = 3 + Int(generator.next() % 12)
            let counts = (0..<rows * 6).map { _ in generator.next() % 3 == 0 ? -1 : Int(generator.next() % 9) }
            var table = SuppressedTable(counts: counts)
            table.hideSmallCells()
            table.hidePartners()
            table.protect()
            for cell in counts.indices where counts[cell] == 1 || counts[cell] == 2 {
                #expect(table.hidden[cell])
                let row = cell / 6
                let hasPartner = (0..<6).contains { row * 6 + $0 != cell && counts[row * 6 + $0] >= 0 }
                // In a row of its own class nothing but the total itself tells it.
                guard hasPartner else { continue }
                var all = SuppressedTable(counts: counts)
                for other in counts.indices where counts[other] >= 0 { all.hide(other) }
                if all.isProtected(row, cell % 6) {
                    #expect(table.isProtected(row, cell % 6), "round \(round): \(counts), cell \(cell)")
                }
            }
            #expect(!zip(counts, table.hidden).contains { $0 == -1 && $1 })
        }
    }

    private struct Generator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
