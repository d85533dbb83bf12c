/// Elements in groups: group after group, and those of a group in the order in which they were given.
///
/// Groups are numbered from 0. A stable counting sort makes them, so the result depends on nothing but the elements and their
/// order.
@frozen
@usableFromInline
package struct Grouped<Element: Sendable>: Sendable {
    /// The elements, group by group.
    @usableFromInline package internal(set) var elements: [Element]
    /// Group `g` is `elements[starts[g]..<starts[g + 1]]`; one number more than there are groups.
    @usableFromInline package let starts: [Int32]

    /// Groups the elements of the indices `0..<count`.
    ///
    /// No closure takes a closure, so that the compiler makes one loop of each call.
    ///
    /// - Parameters:
    ///   - groups: The number of groups.
    ///   - count: The number of indices.
    ///   - group: The group of an index, or -1 if it has no element. It is called twice and must say the same both times.
    ///   - element: Makes the element of an index; called once for each that has one, in ascending order.
    /// - Precondition: There are at most 2,147,483,647 elements.
    /// - Complexity: O(count + groups).
    @inlinable
    package init(groups: Int, count: Int, group: (Int) -> Int, element: (Int) -> Element) {
        // The size of group g is counted at g + 2. Sums then put its start at g + 1, and each element that is placed moves
        // that on, in the end to the start of the next group, which is where g + 1 has it.
        var starts = [Int32](repeating: 0, count: groups + 2)
        for index in 0..<count {
            let group = group(index)
            assert(group >= -1, "there is no group \(group)")
            if group >= 0 { starts[group + 2] += 1 }
        }
        for index in 2..<starts.count { starts[index] += starts[index - 1] }
        elements = [Element](count: Int(starts[groups + 1])) { elements in
            for index in 0..<count {
                let group = group(index)
                if group < 0 { continue }
                elements.initialize(Int(starts[group + 1]), to: element(index))
                starts[group + 1] += 1
            }
        }
        let total = starts.removeLast()
        assert(starts[groups] == total, "an index had another group when it was asked a second time")
        self.starts = starts
    }

    /// Sorts each group by itself.
    ///
    /// - Parameters:
    ///   - threads: How many groups may be sorted at the same time; the result is the same with any number.
    ///   - smallest: The smallest number of groups that is worth a thread.
    ///   - precedes: Whether one element comes before another. Elements of which neither does may come in either order.
    /// - Complexity: O(n log m) for n elements and groups of at most m.
    @inlinable
    package mutating func sortGroups(
        threads: Int = 1, smallest: Int = 512, by precedes: @Sendable (Element, Element) -> Bool
    ) {
        let starts = starts
        // Each group has a range of its own.
        elements.writeDisjointly { elements in
            _ = inRanges(of: starts.count - 1, threads: threads, smallest: smallest) { groups in
                for group in groups { elements.sort(Int(starts[group])..<Int(starts[group + 1]), by: precedes) }
            }
        }
    }
}

extension Grouped where Element: Comparable {
    /// Sorts each group by itself, smaller elements first.
    ///
    /// The comparison is part of the element's type, so unlike a closure it is inlined.
    ///
    /// - Parameters:
    ///   - threads: How many groups may be sorted at the same time; the result is the same with any number.
    ///   - smallest: The smallest number of groups that is worth a thread.
    /// - Complexity: O(n log m) for n elements and groups of at most m.
    @inlinable
    package mutating func sortGroups(threads: Int = 1, smallest: Int = 512) {
        let starts = starts
        // Each group has a range of its own.
        elements.writeDisjointly { elements in
            _ = inRanges(of: starts.count - 1, threads: threads, smallest: smallest) { groups in
                for group in groups { elements.sort(Int(starts[group])..<Int(starts[group + 1])) { $0 < $1 } }
            }
        }
    }
}

extension Grouped<Int32> {
    /// Groups the positions of an array by the group that stands there.
    ///
    /// - Parameters:
    ///   - groups: The number of groups.
    ///   - group: For each position its group.
    /// - Complexity: O(positions + groups).
    @inlinable
    package init(groups: Int, positionsOf group: [some BinaryInteger]) {
        self.init(groups: groups, count: group.count, group: { Int(group[$0]) }, element: { Int32($0) })
    }
}
