import Programs
import Testing

@Suite("Programs in LP format")
struct LPFormatTests {
    @Test("Bounds, ranges, constants and awkward names are written as other solvers read them")
    func text() {
        var program = Program()
        let x = program.addVariable("x 1", lower: -2, upper: 5)
        let y = program.addVariable("free")
        let z = program.addVariable("e9")
        let again = program.addVariable("x_1")
        let unnamed = program.addVariable(lower: 3, upper: 3)
        program.addRow("c", [.init(1, x), .init(-2, y)], lower: 1, upper: 4)
        program.addRow("", [.init(1, z), .init(1, again)], lower: 1, upper: 1)
        program.addRow("", [], lower: nil, upper: 2)
        program.addRow("nothing", [.init(1, unnamed)], lower: nil, upper: nil)
        program.setObjective([.init(3, x), .init(-1, y)], constant: -7)
        #expect(
            program.lpFormat() == """
                Minimize
                 obj: 3 x_1 - n_free - 7 constant_one
                Subject To
                 c_lo: x_1 - 2 n_free >= 1
                 c_up: x_1 - 2 n_free <= 4
                 r1: n_e9 + x_1_2 = 1
                 r2: 0 x_1 <= 2
                Bounds
                 constant_one = 1
                 -2 <= x_1 <= 5
                 x4 = 3
                General
                 x_1
                 x4
                Binary
                 n_free
                 n_e9
                 x_1_2
                End

                """)
    }

    @Test("Long sums are broken into lines that every reader takes")
    func longLines() {
        var program = Program()
        let terms = (0..<500).map { Program.Term(12_345, program.addVariable("a_rather_long_name_\($0)")) }
        program.addRow("", terms, lower: nil, upper: 9)
        #expect(program.lpFormat().split(separator: "\n").allSatisfy { $0.utf8.count <= 140 })
    }
}
