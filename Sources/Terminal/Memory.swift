import Foundation
import Synchronization

/// How the process deals with memory.
public enum Memory {
    /// Prepares for a command that reads one very large case of `bytes` bytes and then ends.
    ///
    /// Does nothing for a case of less than 64 MiB, a size that no city reaches: on 200,000 children no difference could be
    /// measured. Without it a run of 1,000,000 children takes 12 % more processor time. `ENMUSUBI_PLAIN_HEAP` in the environment,
    /// with any value, leaves the heap as the system has it.
    ///
    /// Freed memory is kept for later use, because the arrays of a large city are made and freed many times; otherwise it would
    /// be given back to the system and asked for again page by page. Where the system has large pages to give, the heap is made
    /// of them: the system clears a page when it is touched first, and on small pages that costs more than the clearing itself.
    /// `batch` must not call this, because it may run for months and should give back what it does not need.
    ///
    /// There are as many heaps as `threads` that work at the same time. With more heaps, what was freed in one would be of no use
    /// in another; with fewer, threads would wait for each other.
    public static func prepare(forCaseOf bytes: Int, threads: Int) {
        guard bytes >= leastCase, getenv("ENMUSUBI_PLAIN_HEAP") == nil else { return }
        #if canImport(Glibc)
            // Swift's module of the C library leaves <malloc.h> out, so the function is asked for by name.
            guard let symbol = dlsym(nil, "mallopt") else { return }
            let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            let (trimThreshold, topPad, mostMappings, mostHeaps): (Int32, Int32, Int32, Int32) = (-1, -2, -4, -8)
            // Where a setting is refused the default stands.
            _ = mallopt(mostMappings, 0)
            _ = mallopt(trimThreshold, -1)
            _ = mallopt(topPad, 64 << 20)
            _ = mallopt(mostHeaps, Int32(clamping: threads))
            // Asked for whole and freed untouched, it stays the top of the heap and takes no memory yet.
            let size = bytes * heapPerByte
            guard size >= largePage, let block = malloc(size) else { return }
            let start = (UInt(bitPattern: block) + UInt(largePage) - 1) & ~(UInt(largePage) - 1)
            let end = (UInt(bitPattern: block) + UInt(size)) & ~(UInt(largePage) - 1)
            free(block)
            guard start < end else { return }
            _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), adviseLargePages)
            // Another allocator in place of the C library's may have given the block back; below the break nothing is.
            guard let heapEnd = sbrk(0), end <= UInt(bitPattern: heapEnd) else { return }
            touchAhead(start..<min(end, start + UInt(bytes * touchedPerByte)))
        #endif
    }

    #if canImport(Glibc)
        /// Has pages of the heap cleared on a thread of their own while a processor has nothing else to do.
        ///
        /// Left to the main thread, clearing was a sixth of its time in a run of 1,000,000 children. The thread runs only
        /// where a processor is idle, and touches the pages in the order in which the heap grows.
        private static func touchAhead(_ heap: Range<UInt>) {
            Thread.detachNewThread {
                var parameters = sched_param()
                guard sched_setscheduler(0, whereIdle, &parameters) == 0 else { return }
                // Every small page, in case there are no large ones.
                for page in stride(from: heap.lowerBound, to: heap.upperBound, by: sysconf(Int32(_SC_PAGESIZE))) {
                    // Writes a 0 over a 0 or nothing at all, in one step, so whoever uses the page already loses nothing. Unlike
                    // the advice to do so (`MADV_POPULATE_WRITE`), it does not keep other threads from growing their heaps.
                    let byte = UnsafeMutablePointer<Atomic<UInt8>>(bitPattern: page)!
                    _ = byte.pointee.compareExchange(expected: 0, desired: 0, ordering: .relaxed)
                }
            }
        }
    #endif

    /// Keeps a value to the end of the process, which gives its memory back at once instead of piece by piece.
    ///
    /// For a command that ends now, on its only thread.
    public static func leave(_ value: Any) { left.append(value) }

    private nonisolated(unsafe) static var left: [Any] = []

    /// Bytes of a case of about 500,000 children.
    private static let leastCase = 64 << 20
    /// About how many bytes of heap a run takes for each byte of its case.
    private static let heapPerByte = 20
    /// How many of these bytes a run is sure to touch, so that touching them ahead of it takes no more memory.
    private static let touchedPerByte = 12
    private static let largePage = 2 << 20
    /// `MADV_HUGEPAGE`, which Swift's module of the C library leaves out as well.
    private static let adviseLargePages: Int32 = 14
    /// `SCHED_IDLE`.
    private static let whereIdle: Int32 = 5
}
