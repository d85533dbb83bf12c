import Foundation

/// How the process deals with memory.
enum Memory {
    /// Keeps what was freed for what comes next, instead of giving it back to the system and asking for it again page by page.
    ///
    /// The arrays of a large city are made and freed many times; without this a run of 1,000,000 children takes a fifth
    /// longer. For commands that end with their case; `batch`, which may stay for months, gives back what it does not need.
    static func keepWhatWasFreed() {
        #if canImport(Glibc)
            // Swift's module of the C library leaves <malloc.h> out, so the function is asked for by name.
            guard let symbol = dlsym(nil, "mallopt") else { return }
            let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            let (trimThreshold, topPad, mapThreshold): (Int32, Int32, Int32) = (-1, -2, -3)
            // Where a setting is refused the default stands.
            _ = mallopt(mapThreshold, 32 << 20)
            _ = mallopt(trimThreshold, .max)
            _ = mallopt(topPad, 64 << 20)
        #endif
    }
}
