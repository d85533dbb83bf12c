/// A growable array of plain values without checks in release builds. Only its owner uses it.
///
/// Indices are `0..<count`, checked by assertions only.
struct Buffer<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count: Int
    private var capacity: Int

    init(capacity: Int = 0) {
        self.capacity = max(4, capacity)
        base = .allocate(capacity: self.capacity)
        count = 0
    }

    init(repeating value: Element, count: Int) {
        self.init(capacity: count)
        base.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit { base.deallocate() }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < count, "index \(index) of \(count)")
            return base[index]
        }
        nonmutating set {
            assert(index >= 0 && index < count, "index \(index) of \(count)")
            base[index] = newValue
        }
    }

    @inline(__always)
    subscript(index: Int32) -> Element {
        get { self[Int(index)] }
        nonmutating set { self[Int(index)] = newValue }
    }

    var isEmpty: Bool { count == 0 }

    @inline(__always)
    var last: Element { self[count - 1] }

    @inline(__always)
    mutating func append(_ value: Element) {
        if count == capacity { grow(to: count + 1) }
        base[count] = value
        count += 1
    }

    @inline(__always)
    mutating func removeLast() -> Element {
        assert(count > 0)
        count -= 1
        return base[count]
    }

    /// Forgets all elements from `newCount` on.
    @inline(__always)
    mutating func truncate(to newCount: Int) {
        assert(newCount >= 0 && newCount <= count)
        count = newCount
    }

    /// Appends `value` until there are `newCount` elements.
    mutating func extend(with value: Element, to newCount: Int) {
        guard newCount > count else { return }
        if newCount > capacity { grow(to: newCount) }
        (base + count).initialize(repeating: value, count: newCount - count)
        count = newCount
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        moved.moveInitialize(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }
}

/// Many growable lists of plain values, numbered `0..<count`.
struct Lists<Element: BitwiseCopyable>: ~Copyable {
    private struct Head {
        var base: UnsafeMutablePointer<Element>?
        var count: Int32
        var capacity: Int32
    }

    private var heads = Buffer<Head>()

    init() {}

    deinit {
        for index in 0..<heads.count { heads[index].base?.deallocate() }
    }

    /// Adds empty lists until there are `count`.
    mutating func extend(to count: Int) {
        heads.extend(with: Head(base: nil, count: 0, capacity: 0), to: count)
    }

    /// The elements of one list, or `nil` for a list that never had any. The pointer is not valid after appending to the list.
    @inline(__always)
    func base(of list: Int32) -> UnsafeMutablePointer<Element>? { heads[list].base }

    @inline(__always)
    func count(of list: Int32) -> Int { Int(heads[list].count) }

    /// Forgets all elements of a list from `count` on.
    @inline(__always)
    func truncate(_ list: Int32, to count: Int) { heads.base[Int(list)].count = Int32(truncatingIfNeeded: count) }

    @inline(__always)
    func append(_ element: Element, to list: Int32) {
        let head = heads.base + Int(list)
        if head.pointee.count == head.pointee.capacity { grow(head) }
        head.pointee.base.unsafelyUnwrapped[Int(head.pointee.count)] = element
        head.pointee.count += 1
    }

    /// Removes the elements of a list for which `isUnwanted` holds; the others keep their order.
    func remove(_ list: Int32, where isUnwanted: (Element) -> Bool) {
        let head = heads.base + Int(list)
        guard let base = head.pointee.base else { return }
        var kept = 0
        for index in 0..<Int(head.pointee.count) where !isUnwanted(base[index]) {
            base[kept] = base[index]
            kept += 1
        }
        head.pointee.count = Int32(kept)
    }

    @inline(never)
    private func grow(_ head: UnsafeMutablePointer<Head>) {
        let count = Int(head.pointee.count)
        let larger = max(4, count * 2)
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        if let base = head.pointee.base {
            moved.moveInitialize(from: base, count: count)
            base.deallocate()
        }
        head.pointee.base = moved
        head.pointee.capacity = Int32(larger)
    }
}
