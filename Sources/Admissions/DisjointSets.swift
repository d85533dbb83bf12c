/// Disjoint sets of the numbers `0..<count`, which can be joined but never separated.
///
/// The representative of a set is its smallest member, so that a list by representatives does not depend on the order in which
/// sets were joined.
///
/// Complexity: ``root(_:)`` takes few steps if sets are joined in ascending order, as they are here. A chain of joins in another
/// order may make it linear.
///
/// Source: union-find, Galler and Fischer 1964, doi:10.1145/364099.364331.
package struct DisjointSets: Sendable {
    @usableFromInline var parent: [Int]

    /// Makes sets of one member each.
    package init(count: Int) { parent = Array(0..<count) }

    /// Joins the sets of all these members.
    @inlinable package mutating func join(_ members: some Collection<Int>) {
        let roots = members.map(root)
        guard let smallest = roots.min() else { return }
        for root in roots { parent[root] = smallest }
        for member in members { parent[member] = smallest }
    }

    /// The smallest member of the set of this member.
    @inlinable package func root(_ member: Int) -> Int {
        var root = member
        while parent[root] != root { root = parent[root] }
        return root
    }
}
