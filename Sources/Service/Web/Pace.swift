import Foundation
import Synchronization

/// Keeps one visitor, such as a program in a loop, from taking the service from everybody else: changes and exports are
/// counted by person, and by terminal before the log-in.
final class Pace: Sendable {
    /// More than a hand can do, and less than hurts.
    static let mostInMinute = 600
    private let counts = Mutex<(minute: Int, counts: [String: Int])>((0, [:]))

    /// Counts a visit.
    ///
    /// - Throws: ``ServiceFault/tooMany`` where there were too many within the minute.
    func count(_ visitor: String, at now: Date) throws(ServiceFault) {
        let minute = Int(now.timeIntervalSince1970 / 60)
        let count = counts.withLock { state in
            if state.minute != minute { state = (minute, [:]) }
            state.counts[visitor, default: 0] += 1
            return state.counts[visitor]!
        }
        if count > Self.mostInMinute { throw ServiceFault.tooMany }
    }
}
