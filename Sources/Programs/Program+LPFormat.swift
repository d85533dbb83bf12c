// The program as text that other solvers read.

extension Program {
    /// The program in CPLEX LP format, in ASCII. The same program always gives the same text.
    ///
    /// - Names are kept as far as the format allows. Other characters become `_`, and a number is added if two names would be the
    ///   same. A variable without a name is called `x` with its index, a row `r` with its index.
    /// - A row with two different bounds becomes two rows, ending in `_lo` and `_up`; a row without bounds is left out.
    /// - The objective's constant is the coefficient of a further variable `constant_one`, fixed to 1.
    ///
    /// - Complexity: O(variables + entries).
    public func lpFormat() -> String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Writes what `lpFormat()` returns to `stream`, piece by piece.
    public func write(to stream: inout some TextOutputStream) {
        var names = LPNames()
        let variableNames = variables.map { names.make(self.variableNames[$0.index], otherwise: "x\($0.index)") }
        // The format allows neither an objective nor a row without a variable.
        let needsOne = objectiveConstant != 0 || variableCount == 0
        let one = needsOne ? names.make("constant_one", otherwise: "") : ""
        let someVariable = variableNames.first ?? one

        var lines = LPLines()
        lines.begin("obj:", to: &stream, heading: "Minimize")
        for term in objective { lines.add(term.coefficient, variableNames[term.variable.index], to: &stream) }
        if objectiveConstant != 0 { lines.add(objectiveConstant, one, to: &stream) }
        if objective.isEmpty && objectiveConstant == 0 { lines.add(0, someVariable, to: &stream) }
        lines.end("", to: &stream)

        stream.write("Subject To\n")
        var rowLabels = LPNames()
        for row in 0..<rowCount {
            let (lower, upper) = (rowLower[row], rowUpper[row])
            var sides: [(suffix: String, relation: String)] = []
            if let lower, lower == upper {
                sides = [("", "= \(lower)")]
            } else {
                let isRange = lower != nil && upper != nil
                if let lower { sides.append((isRange ? "_lo" : "", ">= \(lower)")) }
                if let upper { sides.append((isRange ? "_up" : "", "<= \(upper)")) }
            }
            let name = rowNames[row].isEmpty ? "r\(row)" : rowNames[row]
            for side in sides {
                let label = rowLabels.make(name + side.suffix, otherwise: "r\(row)\(side.suffix)")
                lines.begin("\(label):", to: &stream)
                for entry in rowStart[row]..<rowStart[row + 1] {
                    lines.add(rowCoefficients[entry], variableNames[Int(rowVariables[entry])], to: &stream)
                }
                if rowStart[row] == rowStart[row + 1] { lines.add(0, someVariable, to: &stream) }
                lines.end(side.relation, to: &stream)
            }
        }

        let isBinary = (0..<variableCount).map { lowerBounds[$0] == 0 && upperBounds[$0] == 1 }
        stream.write("Bounds\n")
        if needsOne { stream.write(" \(one) = 1\n") }
        for index in 0..<variableCount where !isBinary[index] {
            let (lower, upper) = (lowerBounds[index], upperBounds[index])
            let name = variableNames[index]
            stream.write(lower == upper ? " \(name) = \(lower)\n" : " \(lower) <= \(name) <= \(upper)\n")
        }
        writeList("General", (0..<variableCount).lazy.filter { !isBinary[$0] }.map { variableNames[$0] }, to: &stream)
        writeList("Binary", (0..<variableCount).lazy.filter { isBinary[$0] }.map { variableNames[$0] }, to: &stream)
        stream.write("End\n")
    }

    private func writeList(_ heading: String, _ names: some Sequence<String>, to stream: inout some TextOutputStream) {
        var isFirst = true
        for name in names {
            if isFirst { stream.write("\(heading)\n") }
            isFirst = false
            stream.write(" \(name)\n")
        }
    }
}

/// Makes names that the LP format allows, each different from all before.
private struct LPNames {
    /// For each name the number that was last added to it.
    private var taken: [String: Int] = [:]

    /// Words that begin a section or stand for a number somewhere.
    private static let reserved: Set<String> = [
        "max", "maximize", "maximise", "maximum", "min", "minimize", "minimise", "minimum", "subject", "such", "st",
        "bound", "bounds", "free", "inf", "infinity", "general", "generals", "gen", "integer", "integers", "int",
        "binary", "binaries", "bin", "semi", "semis", "sos", "sos1", "sos2", "end", "to", "that", "nan", "obj",
    ]

    /// The length at which names are cut; the format allows 255 characters.
    private static let longest = 200

    mutating func make(_ wish: String, otherwise: String) -> String {
        var name = ""
        for scalar in (wish.isEmpty ? otherwise : wish).unicodeScalars.prefix(Self.longest) {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
            default: name.append("_")
            }
        }
        // A name that begins with a digit, or with an e before digits, would be read as a number.
        let first = name.first ?? "_"
        if first.isNumber || first == "e" || first == "E" || Self.reserved.contains(name.lowercased()) {
            name = "n_" + name
        }
        guard let last = taken[name] else {
            taken[name] = 1
            return name
        }
        var number = last
        var numbered: String
        repeat {
            number += 1
            numbered = "\(name)_\(number)"
        } while taken[numbered] != nil
        taken[name] = number
        taken[numbered] = 1
        return numbered
    }
}

/// Writes sums, broken into lines well below the 510 characters that some readers allow.
private struct LPLines {
    private var width = 0
    private var isFirst = true

    mutating func begin(_ label: String, to stream: inout some TextOutputStream, heading: String? = nil) {
        if let heading { stream.write("\(heading)\n") }
        stream.write(" \(label)")
        width = label.utf8.count + 1
        isFirst = true
    }

    mutating func add(_ coefficient: Int, _ name: String, to stream: inout some TextOutputStream) {
        var text = coefficient < 0 ? " - " : (isFirst ? " " : " + ")
        if coefficient != 1 && coefficient != -1 { text += "\(coefficient.magnitude) " }
        text += name
        if width + text.utf8.count > 100 {
            stream.write("\n ")
            width = 1
        }
        stream.write(text)
        width += text.utf8.count
        isFirst = false
    }

    func end(_ relation: String, to stream: inout some TextOutputStream) {
        stream.write(relation.isEmpty ? "\n" : " \(relation)\n")
    }
}
