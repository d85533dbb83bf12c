/// The elements of an array while several threads write them, each element from one thread only.
///
/// Every range of ``inRanges(of:threads:smallest:_:)`` may write and read the elements that belong to it, and read those that
/// no range writes. The caller decides which elements belong to a range, and must explain in a comment why they are disjoint.
/// The compiler cannot check this, but the thread sanitizer does (`make sanitize`). Indices are checked in debug builds.
///
/// This is the only place where memory is shared between threads without a lock or an atomic value. A writer is valid
/// only inside the closure that receives it.
@frozen
@usableFromInline
package struct DisjointWriter<Element: Sendable>: Sendable {
    // This is sound as long as no element is written by one thread and used by another at the same time. Callers ensure that.
    @usableFromInline nonisolated(unsafe) let start: UnsafeMutablePointer<Element>?
    @usableFromInline package let count: Int

    @inlinable package init(_ buffer: UnsafeMutableBufferPointer<Element>) {
        start = buffer.baseAddress
        count = buffer.count
    }

    /// The element at an index that belongs to the current range.
    @inlinable
    package subscript(index: Int) -> Element {
        @inline(__always) get { address(index).pointee }
        @inline(__always) nonmutating _modify { yield &address(index).pointee }
    }

    /// Sets the first value of an element of an array that is being made.
    @inlinable @inline(__always)
    package func initialize(_ index: Int, to element: Element) { address(index).initialize(to: element) }

    /// Sorts the elements at `range`, all of which belong to the current range.
    @inlinable
    package func sort(_ range: Range<Int>, by precedes: (Element, Element) -> Bool) {
        if range.isEmpty { return }
        _ = address(range.upperBound - 1)
        var elements = UnsafeMutableBufferPointer(start: address(range.lowerBound), count: range.count)
        elements.sort(by: precedes)
    }

    @inlinable @inline(__always)
    func address(_ index: Int) -> UnsafeMutablePointer<Element> {
        assert(index >= 0 && index < count, "index \(index) is outside of \(count) elements")
        return start.unsafelyUnwrapped + index
    }
}

extension Array where Element: Sendable {
    /// Lets several threads change the elements, see ``DisjointWriter``.
    @inlinable
    package mutating func writeDisjointly<Result>(_ body: (DisjointWriter<Element>) -> Result) -> Result {
        withUnsafeMutableBufferPointer { body(DisjointWriter($0)) }
    }

    /// Makes an array whose elements are initialised by several threads.
    ///
    /// - Parameter initialize: A closure that initialises every element exactly once before it returns.
    @inlinable
    package init(count: Int, initializingDisjointly initialize: (DisjointWriter<Element>) -> Void) {
        // An empty array has no memory of its own: all of them share one, which several threads must not write.
        if count == 0 {
            initialize(DisjointWriter(UnsafeMutableBufferPointer(start: nil, count: 0)))
            self = []
            return
        }
        self.init(unsafeUninitializedCapacity: count) { buffer, filled in
            initialize(DisjointWriter(UnsafeMutableBufferPointer(rebasing: buffer[..<count])))
            filled = count
        }
    }
}
