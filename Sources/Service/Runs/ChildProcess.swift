import Admissions
import Foundation
import Synchronization

/// The program itself as a process of its own: what goes wrong there ends that process and nothing else.
///
/// Its standard input is a pipe that this process holds open. When this process is gone, however it went, the pipe closes, and
/// the child ends (`ENMUSUBI_CHILD`, see `Startup`), so that no run goes on that nobody waits for.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum Ending: Hashable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    private struct State {
        /// Whether its number may belong to another process by now.
        var isReaped = false
        var ending: Ending?
        var waiting: [CheckedContinuation<Ending, Never>] = []
    }

    let id: pid_t
    private let state = Mutex(State())

    /// What a child is told of where it runs: the same wherever the service was started.
    static var environment: [String: String] {
        var environment = [
            "LANG": "C.UTF-8", "ENMUSUBI_LANG": "ja", "ENMUSUBI_CHILD": "1", "TZ": LocalClock.zoneName,
            "PATH": "/usr/bin:/bin",
        ]
        environment["TMPDIR"] = ProcessInfo.processInfo.environment["TMPDIR"]
        return environment
    }

    /// Starts the program.
    ///
    /// - Parameter hears: Gets every line that it writes, on a thread of its own.
    /// - Throws: ``ServiceFault`` where no process can be started.
    init(_ program: URL, _ arguments: [String], hears: @escaping @Sendable (String) -> Void) throws(ServiceFault) {
        // One at a time, so that no child gets the ends of another one's pipes.
        let started = Self.starting.withLock { _ -> (pid_t, [Pipe])? in
            let pipes = (0..<3).compactMap { _ in Pipe.make() }
            guard pipes.count == 3, let number = Self.spawn(program.path, arguments, pipes) else {
                for pipe in pipes { pipe.close() }
                return nil
            }
            for descriptor in [pipes[0].reading, pipes[1].writing, pipes[2].writing] { close(descriptor) }
            return (number, pipes)
        }
        guard let (number, pipes) = started else { throw Self.cannotStart }
        let (input, output, errors) = (pipes[0], pipes[1], pipes[2])
        id = number
        Thread.detachNewThread { [self] in
            LineReader.read([output.reading, errors.reading], hears)
            reap()
            close(input.writing)
        }
    }

    private static let starting = Mutex(())

    private static let cannotStart = ServiceFault(
        .serviceUnavailable, "cannotStart",
        Phrase(
            "計算のプログラムを始められません。しばらく待ってからもう一度してください。続くときは管理者に知らせてください。",
            "The program cannot be started. Wait a while and try again; tell the administrator if it happens again."))

    /// Waits until it has ended.
    func ending() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending = state.withLock { state in
                if state.ending == nil { state.waiting.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    /// Asks it to end, and ends it where it does not within some seconds.
    func stop(within seconds: Double = 10) {
        send(SIGTERM)
        Task {
            try? await Task.sleep(for: .seconds(seconds))
            send(SIGKILL)
        }
    }

    private func send(_ signal: Int32) {
        state.withLock { state in
            if !state.isReaped { kill(id, signal) }
        }
    }

    private func reap() {
        // Its number stays its own until it is reaped, which nobody may do while a signal is sent.
        var about = siginfo_t()
        while waitid(P_PID, id_t(id), &about, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let (ending, waiting) = state.withLock { state in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            let ending: Ending = signal == 0 ? .status((status >> 8) & 0xFF) : .signal(signal)
            (state.isReaped, state.ending) = (true, ending)
            defer { state.waiting = [] }
            return (ending, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: ending) }
    }

    private struct Pipe {
        let reading, writing: Int32

        static func make() -> Pipe? {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return Pipe(reading: ends[0], writing: ends[1])
        }

        func close() {
            Foundation.close(reading)
            Foundation.close(writing)
        }
    }

    /// The number of the new process; it has the three pipes as its standard streams.
    private static func spawn(_ program: String, _ arguments: [String], _ pipes: [Pipe]) -> pid_t? {
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
            var actions: posix_spawn_file_actions_t?
        #else
            var attributes = posix_spawnattr_t()
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // Signals that this process ignores or takes elsewhere reach the child, but not Ctrl-C of a terminal: the service ends it.
        var none = sigset_t()
        var usual = sigset_t()
        sigemptyset(&none)
        sigemptyset(&usual)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ] { sigaddset(&usual, number) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawn_file_actions_adddup2(&actions, pipes[0].reading, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes[1].writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes[2].writing, STDERR_FILENO)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var number: pid_t = 0
        return posix_spawn(&number, program, &actions, &attributes, words, settings) == 0 ? number : nil
    }
}

/// Reads several streams line by line until all have ended.
private enum LineReader {
    /// A longer line is passed over: no message of the program is as long.
    private static let longest = 1 << 20

    static func read(_ descriptors: [Int32], _ hears: (String) -> Void) {
        var open = descriptors
        var rests: [Int32: [UInt8]] = [:]
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !open.isEmpty {
            var places = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if poll(&places, nfds_t(places.count), -1) < 0 { continue }
            for place in places where place.revents != 0 {
                let count = Foundation.read(place.fd, &buffer, buffer.count)
                if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
                if count <= 0 {
                    open.removeAll { $0 == place.fd }
                    close(place.fd)
                    continue
                }
                var rest = rests[place.fd, default: []] + buffer[..<count]
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    hears(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
                rests[place.fd] = rest.count > longest ? [] : rest
            }
        }
        for rest in rests.values where !rest.isEmpty { hears(String(decoding: rest, as: UTF8.self)) }
    }
}
