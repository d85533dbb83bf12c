/// Elements in groups: group after group, and those of a group in the order in which they were given.
///
/// Groups are numbered from 0. A stable counting sort makes them, so the result depends on nothing but the elements and their
/// order.
package struct Grouped<Element: Sendable>: Sendable {
    /// The elements, group by group.
    package private(set) var elements: [Element]
    /// Group `g` is `elements[starts[g]..<starts[g + 1]]`; one number more than there are groups.
    package let starts: [Int32]

    /// Groups what `visit` passes to its argument.
    ///
    /// - Parameters:
    ///   - groups: The number of groups.
    ///   - visit: Passes every element with its group. It is called twice and must pass the same both times, so an element
    ///     should be cheap to make.
    /// - Precondition: There are at most 2,147,483,647 elements.
    /// - Complexity: O(elements + groups).
    @inlinable
    package init(groups: Int, _ visit: (_ add: (_ group: Int, _ element: Element) -> Void) -> Void) {
        // The size of group g is counted at g + 2. Sums then put its start at g + 1, and each element that is placed moves
        // that on, in the end to the start of the next group, which is where g + 1 has it.
        var starts = [Int32](repeating: 0, count: groups + 2)
        visit { group, _ in
            assert(group >= 0, "there is no group \(group)")
            starts[group + 2] += 1
        }
        for index in 2..<starts.count { starts[index] += starts[index - 1] }
        elements = [Element](count: Int(starts[groups + 1])) { elements in
            visit { group, element in
                elements.initialize(Int(starts[group + 1]), to: element)
                starts[group + 1] += 1
            }
        }
        let total = starts.removeLast()
        assert(starts[groups] == total, "the second visit passed other elements than the first")
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

extension Grouped<Int32> {
    /// Groups the positions of an array by the group that stands there.
    ///
    /// - Parameters:
    ///   - groups: The number of groups.
    ///   - group: For each position its group.
    /// - Complexity: O(positions + groups).
    @inlinable
    package init(groups: Int, positionsOf group: [some BinaryInteger]) {
        self.init(groups: groups) { add in
            for (position, group) in group.enumerated() { add(Int(group), Int32(position)) }
        }
    }
}
