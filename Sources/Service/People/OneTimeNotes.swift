import Synchronization

/// Secrets on their way to the page that shows them once: a form's answer leads there, and an address may not carry them. They
/// are in memory alone, so after a restart they must be made anew.
final class OneTimeNotes: Sendable {
    struct Note: Sendable {
        enum Kind: Sendable { case invitation, token }
        let kind: Kind
        /// Whose it is.
        let name: String
        let secret: String
        /// Until when it can be used; `nil`: until it is ended.
        var endsAt: String?
    }

    private let notes = Mutex<[Int64: Note]>([:])

    /// Keeps a note for a log-in, in the place of an earlier one.
    func leave(_ note: Note, for login: Login?) {
        guard let login else { return }
        notes.withLock { notes in
            // Nobody reads what older log-ins left unread.
            if notes.count >= 100, let oldest = notes.keys.min() { notes[oldest] = nil }
            notes[login.id] = note
        }
    }

    /// The note of a log-in; only the first call has it.
    func take(for login: Login?) -> Note? {
        guard let login else { return nil }
        return notes.withLock { $0.removeValue(forKey: login.id) }
    }
}
