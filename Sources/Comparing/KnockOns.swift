import Admissions
import Allocating

/// What followed from each root: chains of seats that were freed and taken.
struct KnockOns {
    private(set) var moves: [Move] = []

    /// - Complexity: O(children who moved + limits), apart from sorting.
    init(_ roots: [Int], _ computed: Allocation, _ manual: ManualResult, _ subject: Case) {
        let before = subject.children.indices.map { computed.facility(of: $0, in: subject) }
        let moved = subject.children.indices.filter { before[$0] != manual.places[$0] }
        // A seat of a limit over several facilities goes along with who moves between them.
        func limits(_ child: Int, at facility: Int?, butNotAt other: Int?) -> [Int] {
            let kept = subject.limits(usedBy: child, endingAt: other)
            return subject.limits(usedBy: child, endingAt: facility).filter { !kept.contains($0) }
        }
        func taken(by child: Int) -> [Int] { limits(child, at: manual.places[child], butNotAt: before[child]) }
        func freed(by child: Int) -> [Int] { limits(child, at: before[child], butNotAt: manual.places[child]) }
        var taking: [Int: [Int]] = [:]
        var leaving: [Int: [Int]] = [:]
        for child in moved {
            for limit in taken(by: child) { taking[limit, default: []].append(child) }
            for limit in freed(by: child) { leaving[limit, default: []].append(child) }
        }
        var found: [Int: Move] = [:]
        var queue: [Int] = []
        func reach(_ child: Int, from cause: Int?, root: Int, _ link: Move.Link) {
            guard found[child] == nil else { return }
            found[child] = Move(
                root: root, depth: cause.map { found[$0]!.depth + 1 } ?? 0, child: child, from: before[child],
                to: manual.places[child], cause: cause, link: link)
            queue.append(child)
        }
        for (index, household) in roots.enumerated() {
            for child in subject.households[household].members.sorted() { reach(child, from: nil, root: index, .root) }
        }
        var next = 0
        while next < queue.count {
            let child = queue[next]
            next += 1
            guard before[child] != manual.places[child], let root = found[child]!.root else { continue }
            for limit in freed(by: child) {
                for other in taking[limit] ?? [] { reach(other, from: child, root: root, .freed) }
            }
            for limit in taken(by: child) {
                for other in leaving[limit] ?? [] { reach(other, from: child, root: root, .taken) }
            }
            for other in subject.households[subject.children[child].household].members.sorted()
            where before[other] != manual.places[other] {
                reach(other, from: child, root: root, .sibling)
            }
        }
        // Depth first, so that each child comes directly below the one that caused its move.
        var children: [Int: [Int]] = [:]
        var tops: [Int] = []
        for child in queue {
            if let cause = found[child]!.cause {
                children[cause, default: []].append(child)
            } else {
                tops.append(child)
            }
        }
        var stack = Array(tops.reversed())
        while let child = stack.popLast() {
            moves.append(found[child]!)
            stack += (children[child] ?? []).reversed()
        }
        for child in moved where found[child] == nil {
            moves.append(
                Move(
                    root: nil, depth: 0, child: child, from: before[child], to: manual.places[child], cause: nil,
                    link: .unknown))
        }
    }
}
