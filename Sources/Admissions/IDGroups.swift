/// The positions of a table, grouped by id.
///
/// Ids are equal if their texts are canonically equivalent. They come in the order of their UTF-8 bytes.
struct IDGroups {
    /// All positions, group by group. Groups ascend by id, and positions ascend within a group.
    private(set) var positions: [Int] = []
    /// Group `g` is `positions[starts[g]..<starts[g + 1]]`.
    private(set) var starts: [Int] = [0]

    var count: Int { starts.count - 1 }

    /// The positions that share the id of group `group`, ascending; never empty.
    subscript(group: Int) -> ArraySlice<Int> { positions[starts[group]..<starts[group + 1]] }

    /// - Parameters:
    ///   - count: Positions are `0..<count`.
    ///   - id: The id at a position.
    /// - Complexity: O(n log n); O(n) if the ids ascend already.
    init<Subject>(_ count: Int, id: (Int) -> Identifier<Subject>) {
        positions.reserveCapacity(count)
        var keys: [Key] = []
        keys.reserveCapacity(count)
        for position in 0..<count {
            guard let key = Key(id(position).folded, position) else {
                group(count, id: id)
                return
            }
            keys.append(key)
        }
        func precedes(_ first: Key, _ second: Key) -> Bool {
            if first.head != second.head { return first.head < second.head }
            if first.tail != second.tail { return first.tail < second.tail }
            if first.isWhole, second.isWhole { return first.position < second.position }
            let (one, other) = (id(first.position), id(second.position))
            return one == other ? first.position < second.position : one < other
        }
        if !zip(keys, keys.dropFirst()).allSatisfy({ precedes($0, $1) }) { keys.sort(by: precedes) }
        for (index, key) in keys.enumerated() {
            if index > 0 {
                let last = keys[index - 1]
                let isSame =
                    key.head == last.head && key.tail == last.tail
                    && (key.isWhole && last.isWhole || id(key.position) == id(last.position))
                if !isSame { starts.append(index) }
            }
            positions.append(key.position)
        }
        if count > 0 { starts.append(count) }
    }

    /// Groups ids that are not all ASCII, of which some may be equal although their bytes differ.
    private mutating func group<Subject>(_ count: Int, id: (Int) -> Identifier<Subject>) {
        var groups: [Identifier<Subject>: [Int]] = [:]
        for position in 0..<count { groups[id(position), default: []].append(position) }
        // Folded once each.
        let ids = groups.map { (text: $0.key.folded, positions: $0.value) }
        for id in ids.sorted(by: { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }) {
            positions += id.positions
            starts.append(positions.count)
        }
    }

    /// The first sixteen bytes of an ASCII text as two numbers that compare as the texts do.
    private struct Key {
        var head: UInt64 = 0
        var tail: UInt64 = 0
        let position: Int
        /// Whether the two numbers determine the text: it is not longer, and has no byte 0 that could be mistaken for its end.
        let isWhole: Bool

        /// Makes the key of a text; `nil` if the text has characters other than ASCII.
        init?(_ text: String, _ position: Int) {
            self.position = position
            var length = 0
            var bits: UInt8 = 0
            var hasZero = false
            for byte in text.utf8 {
                bits |= byte
                if byte == 0 { hasZero = true }
                if length < 8 {
                    head |= UInt64(byte) << UInt64(56 - 8 * length)
                } else if length < 16 {
                    tail |= UInt64(byte) << UInt64(120 - 8 * length)
                }
                length += 1
            }
            guard bits < 0x80 else { return nil }
            isWhole = length <= 16 && !hasZero
        }
    }
}
