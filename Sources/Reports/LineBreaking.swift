/// How a text breaks into lines of a width, reckoned without a font, so that it needs no browser and is the same everywhere.
///
/// Characters of full width are one em. For others the widest of the usual Japanese fonts counts, so that a browser never needs more
/// lines than are reckoned here.
struct LineBreaking {
    /// In em.
    let width: Double

    /// The lines of a text, in order; one, which is empty, of an empty text.
    ///
    /// - Complexity: O(length).
    func lines(of text: String) -> [Substring] {
        var lines: [Substring] = []
        var (start, end, used) = (text.startIndex, text.startIndex, 0.0)
        for cluster in clusters(of: text) {
            let needed = cluster.reduce(0) { $0 + Self.width(of: $1) }
            if used > 0, used + needed > width {
                lines.append(text[start..<end])
                (start, used) = (cluster.startIndex, 0)
            }
            if needed <= width {
                used += needed
            } else {
                // What is longer than a line breaks anywhere.
                for index in cluster.indices {
                    let needed = Self.width(of: cluster[index])
                    if used > 0, used + needed > width {
                        lines.append(text[start..<index])
                        (start, used) = (index, 0)
                    }
                    used += needed
                }
            }
            end = cluster.endIndex
        }
        return lines + [text[start..<end]]
    }

    /// The parts of a text between which a line may break: words, and characters of full width with the marks that cling to them.
    private func clusters(of text: String) -> [Substring] {
        var clusters: [Substring] = []
        var (start, last) = (text.startIndex, Character(" "))
        for index in text.indices {
            let character = text[index]
            let clings =
                index == text.startIndex || Self.neverFirst.contains(character) || Self.neverLast.contains(last)
                || Self.isOfWord(last) && Self.isOfWord(character)
            if !clings {
                clusters.append(text[start..<index])
                start = index
            }
            last = character
        }
        return text.isEmpty ? [] : clusters + [text[start...]]
    }

    private static func isOfWord(_ character: Character) -> Bool { width(of: character) < 1 && character != " " }

    private static let neverFirst = Set("、。，．・：；？！ー）」』】〕〉》｝］々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ〜～…‥ )]}!?:;,.%　 ")
    private static let neverLast = Set("（「『【〔〈《｛［([{")

    /// In em.
    private static func width(of character: Character) -> Double {
        guard let value = character.unicodeScalars.first?.value else { return 0 }
        switch value {
        case 0x41...0x5A, 0x40, 0x25, 0x26, 0x6D, 0x77: return 0.95
        case 0x20...0x7E, 0xFF61...0xFF9F: return 0.65
        default: return 1
        }
    }
}
