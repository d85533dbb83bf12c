import Admissions
import CaseFiles
import Foundation

/// What is set up before a command begins.
public enum Startup {
    /// Takes the standard streams, listens for signals that end the program, and replaces crash reports.
    public static func prepare() {
        if isChild { closeInheritedFiles() }
        EndSignals.listen()
        Output.occupyStandardStreams()
        // A reader that went away and a file that grew too large are errors of writing, told as such.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        replaceCrashReports()
        if isChild { endWithParent() }
    }

    /// Whether another program started this one as its child (`ENMUSUBI_CHILD`): progress then is told in lines of JSON, and the
    /// program ends when its standard input does, which is a pipe that the other program holds open.
    static let isChild = getenv("ENMUSUBI_CHILD") != nil

    /// Closes what the other program had open and did not mean for this one, such as the port on which it listens.
    private static func closeInheritedFiles() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
        for number in names.compactMap({ Int32($0) }) where number > STDERR_FILENO { close(number) }
    }

    /// Ends the program, with nothing half written, once nobody waits for it any more.
    private static func endWithParent() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { Unfinished.abandonAll { _exit(130) } }
            }
        }
    }

    /// Decided before anything can go wrong, because the handler below may not allocate.
    private static nonisolated(unsafe) var speaksJapanese = false

    /// Makes a crash write one sentence and end the program with status 70.
    ///
    /// The report of the Swift runtime shows registers with the memory that they point to, which may be a child's data. It is
    /// shown only where `SWIFT_BACKTRACE` asks for it.
    private static func replaceCrashReports() {
        if getenv("SWIFT_BACKTRACE") != nil { return }
        speaksJapanese = Speech.ofProcess == .japanese
        var action = sigaction()
        let handler: @convention(c) (Int32) -> Void = { _ in
            // Nothing here allocates or locks.
            let sentence: StaticString = "enmusubi: defect in the program; nothing more was written.\n"
            let japanese: StaticString = "enmusubi: プログラムの不具合です。これ以上は何も書いていません。\n"
            let told = Startup.speaksJapanese ? japanese : sentence
            _ = write(STDERR_FILENO, told.utf8Start, told.utf8CodeUnitCount)
            _exit(70)
        }
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = handler
        #else
            action.__sigaction_handler.sa_handler = handler
        #endif
        // On the stack that the runtime keeps for it, as the other may be full.
        action.sa_flags = SA_ONSTACK
        for crash in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS] { sigaction(crash, &action, nil) }
    }
}

/// The signals that ask the program to end: Ctrl-C, `TERM`, and `HUP` of a terminal that closes. All are treated alike.
///
/// A thread waits for them, so the code that they start may do anything. A command that can end in order is told of the first
/// signal. The second one, or the first where no command listens, ends the program at once with status 130, and half-written
/// folders are removed.
enum EndSignals {
    /// Raised by the first signal; `nil` where nobody can end in order.
    private static let listener = Guarded<(@Sendable () -> Void)?>(nil)

    static func whenFirst(_ body: @escaping @Sendable () -> Void) { listener.withLock { $0 = body } }

    static func listen() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        // From here on none is lost, and every later thread leaves them to the one that waits.
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // What the program was started to ignore, as nohup does, it ignores.
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number, SIG_DFL)
            if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                signal(number, SIG_IGN)
                sigdelset(&signals, number)
            }
        }
        Thread.detachNewThread { [signals] in
            var signals = signals
            var number: Int32 = 0
            while sigwait(&signals, &number) == 0 {
                let body = listener.withLock { listener in
                    defer { listener = nil }
                    return listener
                }
                guard let body else { Unfinished.abandonAll { _exit(130) } }
                body()
            }
        }
    }
}
