import Admissions
import Verifying

/// The applicants of each facility in priority order, with the keys that were compared.
///
/// They depend on the case alone, so they can be made while the search for the allocation is still running.
public struct ApplicantQueues: Sendable {
    public let applicants: Applicants
    let sorted: [SortedFacility]
    let comparator: Comparator

    /// Sorts the wishes of all children.
    ///
    /// - Parameters:
    ///   - subject: The case.
    ///   - comparator: The comparator of the case, if it was made before.
    ///   - threads: How many threads may sort at the same time; the order is the same with any number.
    /// - Complexity: O(w log w) for w eligible wishes; the inner loop compares plain integers.
    public init(of subject: Case, comparator: Comparator? = nil, threads: Int = 1) {
        var eligible: [(facility: Int, entry: Applicants.Entry)] = []
        for child in subject.children.indices {
            let wishes = subject.children[child].wishes
            for wish in wishes.indices where wishes[wish].isEligible {
                eligible.append((wishes[wish].facility, Applicants.Entry(child: Int32(child), wish: Int32(wish))))
            }
        }
        let byFacility = Grouped(
            groups: subject.facilities.count, count: eligible.count, group: { eligible[$0].facility },
            element: { eligible[$0].entry })
        let comparator = comparator ?? Comparator(of: subject)
        let encoded = EncodedKeys(of: subject, comparator)
        let (starts, unsorted) = (byFacility.starts.map { Int($0) }, byFacility.elements)
        sorted = inRanges(of: subject.facilities.count, threads: threads, smallest: 32) { facilities in
            facilities.map { encoded.sorted(unsorted[starts[$0]..<starts[$0 + 1]]) }
        }.flatMap { $0 }
        var entries = unsorted
        for (facility, queue) in sorted.enumerated() {
            for (offset, index) in queue.order.enumerated() {
                entries[starts[facility] + offset] = unsorted[starts[facility] + Int(index)]
            }
        }
        applicants = Applicants(entries: entries, starts: starts)
        self.comparator = comparator
    }
}

/// The entries of one facility with their keys as integers.
struct SortedFacility: Sendable {
    /// Offsets into the unsorted entries, highest priority first.
    let order: [Int32]
    /// For unsorted offset `i` its words at `i * layout.wordCount`; smaller words come first.
    let words: [UInt64]
    let layout: KeyLayout

    /// The first column in which the entries at two positions of `order` differ, or `nil` if they are equal.
    func firstDifference(_ one: Int, _ other: Int) -> Int? {
        let count = layout.wordCount
        let (left, right) = (Int(order[one]) * count, Int(order[other]) * count)
        for word in 0..<count where words[left + word] != words[right + word] {
            return layout.column(ofBit: (words[left + word] ^ words[right + word]).leadingZeroBitCount, in: word)
        }
        return nil
    }
}

/// How the columns of the keys are packed into words of 64 bits: one after the other from the highest bit on, each in as many
/// bits as its values need. Comparing words thus compares the columns in turn.
final class KeyLayout: Sendable {
    let wordCount: Int
    /// The last column is the draw.
    let columnCount: Int
    /// For each column its word, and by how many bits its value is shifted to the left in it.
    let places: [(word: Int, shift: Int)]
    /// The column of each bit, at `word * 64 + bit`; bit 0 is the highest.
    private let columnOfBit: [Int]

    /// - Parameter bits: How many bits each column needs, 1 to 64.
    init(_ bits: [Int]) {
        var places: [(word: Int, shift: Int)] = []
        var columnOfBit: [Int] = []
        for (column, bits) in bits.enumerated() {
            let used = columnOfBit.count % 64
            if used + bits > 64 { columnOfBit += repeatElement(column - 1, count: 64 - used) }
            places.append((columnOfBit.count / 64, 64 - columnOfBit.count % 64 - bits))
            columnOfBit += repeatElement(column, count: bits)
        }
        columnOfBit += repeatElement(bits.count - 1, count: (64 - columnOfBit.count % 64) % 64)
        self.places = places
        self.columnOfBit = columnOfBit
        columnCount = bits.count
        wordCount = columnOfBit.count / 64
    }

    func column(ofBit bit: Int, in word: Int) -> Int { columnOfBit[word * 64 + bit] }
}

/// The priority keys of all children as integers, so that comparing priorities compares integers.
///
/// If some values of a key are not whole numbers, they are replaced by their ranks among all values of the key. The last column
/// is the first word of the draw; if all columns are equal, the verifier's comparator decides.
struct EncodedKeys: Sendable {
    private let subject: Case
    private let comparator: Comparator
    private let layout: KeyLayout
    /// For child `c` its words at `c * layout.wordCount`; the bits of `points` are 0 where they depend on the wish, and so are
    /// those of every other key that does.
    private let ofChild: [UInt64]
    /// The word that contains `points`; `nil` if points are not compared.
    private let pointsWord: Int?
    private let points: PointsOfWishes
    /// The words in which other keys that depend on the wish stand, ascending.
    private let wishWords: [Int]
    /// For the wish of row `r` of ``WishKeyValues`` the bits of these keys, at `r * wishWords.count` a word for each of
    /// `wishWords`.
    private let ofWish: [UInt64]

    init(of subject: Case, _ comparator: Comparator) {
        self.subject = subject
        self.comparator = comparator
        let keys = subject.rules.priority
        // Two digests may share a word, so nothing after the draw is compared here.
        let isSeeded = subject.children.contains { if case .seeded = $0.draw { true } else { false } }
        let explicitDraw = isSeeded ? keys.firstIndex { $0.source == .draw } : nil
        let columnCount = explicitDraw ?? keys.count
        let count = subject.children.count
        var points = PointsOfWishes(count: count)
        var columns: [Column] = []
        for column in 0..<columnCount {
            switch keys[column].source {
            case .draw: columns.append(Self.draws(subject, keys[column].order))
            case .points:
                // The points of the children, followed by the points of wishes that differ.
                var values: [KeyValue?] = []
                values.reserveCapacity(count)
                var others: [KeyValue?] = []
                for child in subject.children.indices {
                    func value(_ wish: Int) -> KeyValue? { comparator.points(of: child, at: wish).map(KeyValue.number) }
                    let wishes = subject.children[child].wishes.indices
                    if comparator.hasOnePoints(child) {
                        values.append(wishes.isEmpty ? nil : value(0))
                    } else {
                        points.starts[child] = Int32(others.count)
                        values.append(nil)
                        others += wishes.map(value)
                    }
                }
                columns.append(Column(values + others, keys[column]))
            case _ where subject.wishKeyValues.keys.contains(column):
                columns.append(Column(Self.values(atWishesOf: subject, comparator, column), keys[column]))
            case .birthDate, .ageClass, .attribute, .wishRank, .siblingAtFacility, .livesInArea, .part, .met:
                columns.append(Column((0..<count).map { subject.keyValue(child: $0, key: column) }, keys[column]))
            }
        }
        columns.append(Self.draws(subject, explicitDraw.map { keys[$0].order } ?? .ascending))
        let layout = KeyLayout(columns.map(\.bits))
        let pointsColumn = keys[..<columnCount].firstIndex { $0.source == .points }
        var ofChild = [UInt64](repeating: 0, count: count * layout.wordCount)
        let wishColumns = subject.wishKeyValues.keys.filter { $0 < columnCount }
        for (column, (word, shift)) in layout.places.enumerated() where !wishColumns.contains(column) {
            for child in 0..<count where column != pointsColumn || points.starts[child] < 0 {
                ofChild[child * layout.wordCount + word] |= columns[column].values[child] << shift
            }
        }
        if let pointsColumn {
            let shift = layout.places[pointsColumn].shift
            points.values = columns[pointsColumn].values[count...].map { $0 << shift }
        }
        let wishWords = Set(wishColumns.map { layout.places[$0].word }).sorted()
        var ofWish = [UInt64](repeating: 0, count: subject.wishKeyValues.rowCount * wishWords.count)
        for column in wishColumns {
            let (word, shift) = layout.places[column]
            let position = wishWords.firstIndex(of: word)!
            for (row, value) in columns[column].values.enumerated() {
                ofWish[row * wishWords.count + position] |= value << shift
            }
        }
        self.wishWords = wishWords
        self.ofWish = ofWish
        self.layout = layout
        self.ofChild = ofChild
        self.points = points
        pointsWord = pointsColumn.map { layout.places[$0].word }
    }

    /// One key's values at the wishes of all children, in the rows of ``WishKeyValues``.
    private static func values(atWishesOf subject: Case, _ comparator: Comparator, _ key: Int) -> [KeyValue?] {
        var values = [KeyValue?](repeating: nil, count: subject.wishKeyValues.rowCount)
        for child in subject.children.indices {
            for wish in subject.children[child].wishes.indices {
                let row = subject.wishKeyValues.row(child: child, wish: wish)
                values[row] = comparator.value(of: child, at: wish, key: key)
            }
        }
        return values
    }

    /// The points of wishes that have their own.
    private struct PointsOfWishes {
        /// For each child where its wishes begin in `values`; -1 if the same points count at all its wishes.
        var starts: [Int32]
        /// The points, shifted to their place in the word.
        var values: [UInt64] = []

        init(count: Int) { starts = [Int32](repeating: -1, count: count) }
    }

    private static func draws(_ subject: Case, _ order: PriorityKey.Order) -> Column {
        let seeded = subject.children.indices.compactMap { child -> UInt64? in
            guard case .seeded(let digest) = subject.children[child].draw else { return nil }
            return order == .ascending ? digest.firstWord : ~digest.firstWord
        }
        if seeded.count == subject.children.count { return Column(values: seeded, bits: 64) }
        let given = subject.children.map { child -> KeyValue? in
            guard case .given(let number) = child.draw else { return nil }
            return .number(number)
        }
        return Column(given, PriorityKey("draw", order))
    }

    /// The values of one key as numbers of the given width in bits; smaller ones come first.
    private struct Column {
        let values: [UInt64]
        let bits: Int

        init(values: [UInt64], bits: Int) {
            self.values = values
            self.bits = bits
        }

        init(_ values: [KeyValue?], _ key: PriorityKey) {
            let numbers = Self.numbers(values) ?? Self.ranks(values)
            guard let (least, greatest) = Self.bounds(numbers) else {
                self.init(values: [UInt64](repeating: 0, count: values.count), bits: 1)
                return
            }
            // Values that are not blank are mapped to 1 to `span + 1`, so that a blank may come before or after them.
            let span = UInt64(bitPattern: greatest &- least)
            let blank = key.blank == .first ? 0 : span + 2
            self.init(
                values: numbers.map { number in
                    guard let number else { return blank }
                    return 1 + UInt64(bitPattern: key.order == .ascending ? number &- least : greatest &- number)
                }, bits: 64 - (span + 2).leadingZeroBitCount)
        }

        /// The values as whole numbers; `nil` if a value is neither a whole number nor a date, or if the range from the least to
        /// the greatest is too large.
        private static func numbers(_ values: [KeyValue?]) -> [Int64?]? {
            var numbers: [Int64?] = []
            numbers.reserveCapacity(values.count)
            for value in values {
                switch value {
                case nil: numbers.append(nil)
                case .date(let date)?: numbers.append(Int64(date.dayNumber))
                case .number(let number)?:
                    guard number.isInteger else { return nil }
                    numbers.append(number.numerator)
                }
            }
            guard let (least, greatest) = bounds(numbers) else { return numbers }
            return UInt64(bitPattern: greatest &- least) <= .max - 2 ? numbers : nil
        }

        /// The rank of each value among all values.
        private static func ranks(_ values: [KeyValue?]) -> [Int64?] {
            let distinct = Set(values.compactMap { $0 }).sorted()
            let ranks = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Int64($0)) })
            return values.map { value in value.map { ranks[$0]! } }
        }

        /// The least and the greatest number, or `nil` if there are no numbers.
        private static func bounds(_ numbers: [Int64?]) -> (least: Int64, greatest: Int64)? {
            var (least, greatest) = (Int64.max, Int64.min)
            for case let number? in numbers {
                least = min(least, number)
                greatest = max(greatest, number)
            }
            return least <= greatest ? (least, greatest) : nil
        }
    }

    /// Sorts entries of one facility.
    func sorted(_ entries: ArraySlice<Applicants.Entry>) -> SortedFacility {
        let base = entries.startIndex
        let count = layout.wordCount
        let words = [UInt64](unsafeUninitializedCapacity: entries.count * count) { words, filled in
            for (offset, entry) in entries.enumerated() {
                let (from, to) = (Int(entry.child) * count, offset * count)
                for word in 0..<count { words.initializeElement(at: to + word, to: ofChild[from + word]) }
                let start = Int(points.starts[Int(entry.child)])
                if let pointsWord, start >= 0 { words[to + pointsWord] |= points.values[start + Int(entry.wish)] }
                if wishWords.isEmpty { continue }
                let row = subject.wishKeyValues.row(child: Int(entry.child), wish: Int(entry.wish))
                for (position, word) in wishWords.enumerated() {
                    words[to + word] |= ofWish[row * wishWords.count + position]
                }
            }
            filled = entries.count * count
        }
        // The first word is kept beside the offset, because it nearly always decides.
        var order = entries.indices.map { (first: words[($0 - base) * count], offset: Int32($0 - base)) }
        order.sort { one, other in
            if one.first != other.first { return one.first < other.first }
            let (left, right) = (Int(one.offset) * count, Int(other.offset) * count)
            for word in 1..<count where words[left + word] != words[right + word] {
                return words[left + word] < words[right + word]
            }
            let (first, second) = (entries[base + Int(one.offset)], entries[base + Int(other.offset)])
            return comparator.precedes(
                Int(first.child), at: Int(first.wish), Int(second.child), at: Int(second.wish))
        }
        return SortedFacility(order: order.map(\.offset), words: words, layout: layout)
    }
}
