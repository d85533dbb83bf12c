import Admissions
import Allocating
import Programs

/// Solves changed cases: the one engine behind advice, what would have sufficed, causes, calibration and what-if.
///
/// A trial solves one changed case to the end, or until it has taken its share of the work or the time has ended, and says
/// which. ``inTurn(_:threads:atATime:begin:ask:take:end:)`` asks about many changed cases at the same time and takes the answers
/// one after the other, so that nothing depends on the number of threads. ``Budget`` counts the work of all of them in that
/// order.
public struct Trial: Sendable {
    /// Solves a case in at most this many steps; `nil`: in as many as the deadline allows.
    private let solver:
        @Sendable (_ changed: Case, _ mostSteps: Int?, _ mostClaims: Int?) throws(AllocationError) -> Answer

    /// What is known of a changed case after solving it.
    public struct Answer: Sendable {
        /// The case's one result; `nil` unless it was proved.
        public var allocation: Allocation?
        /// Households with a claim in the result, ascending.
        public var claimants: [Int]
        /// Steps that the solver took; 0 where their number was not limited.
        public var steps: Int
        /// Why the solving ended.
        public var ending: Ending
        /// What stopped the solving; `nil` where it is proved.
        public var limit: Termination.Limit?

        public init(allocation: Allocation, claimants: [Int] = [], steps: Int) {
            (self.allocation, self.claimants, self.steps, ending) = (allocation, claimants, steps, .proved)
        }

        /// An answer without a result, which is not proved.
        public init(_ ending: Ending, steps: Int) {
            precondition(ending != .proved, "a proved answer has an allocation")
            (allocation, claimants, self.steps, self.ending) = (nil, [], steps, ending)
            limit =
                switch ending {
                case .proved: nil
                case .tooManyClaims: .claims
                case .cut(.work): .work
                case .cut(.time): .time
                case .cut(.interrupted): .interrupted
                }
        }

        /// Why it is not known what the changed case leads to; `nil` where it is known.
        public var cut: Cut? { if case .cut(let cut) = ending { cut } else { nil } }
    }

    /// Why the solving of a changed case ended.
    public enum Ending: Hashable, Sendable {
        /// The result is proved.
        case proved
        /// It is proved that more households have a claim than were asked for.
        case tooManyClaims
        /// The solving was ended before anything was proved.
        case cut(Cut)
    }

    /// Why trials ended before they were finished.
    public enum Cut: String, Codable, Sendable {
        /// They need more work than they were allowed. This is the same on every machine.
        case work
        /// The time ended.
        case time
        /// Somebody stopped the work.
        case interrupted
    }

    /// Trials that the allocator solves.
    ///
    /// - Parameter options: How each case is solved and until when. Trials always reduce; they record no proof, approximate
    ///   nothing and report no progress.
    public init(_ options: Allocator.Options = Allocator.Options()) {
        var options = options
        options.usesReduction = true
        options.recordsProof = false
        options.approximates = false
        options.progress = nil
        solver = { [options] changed, mostSteps, mostClaims throws(AllocationError) in
            var options = options
            if let mostClaims { options.mostClaims = mostClaims }
            let work = mostSteps.map { WorkBudget(limit: $0) }
            // Each case has a budget of its own, so that what comes of it does not depend on those that are solved meanwhile.
            if let work { options.deadline.work = work }
            let result = try Allocator(changed, options: options).allocate()
            let steps = work?.spent ?? 0
            if result.isProved {
                return Answer(allocation: result.allocation, claimants: result.claimants, steps: steps)
            }
            if result.claimBound > options.mostClaims { return Answer(.tooManyClaims, steps: steps) }
            var answer = Answer(.cut(options.deadline.timeHasPassed ? .time : .work), steps: steps)
            answer.limit = result.termination.limit
            return answer
        }
    }

    /// Trials that are solved in another way.
    ///
    /// - Parameter solver: Gives the one result of the case in at most this many steps, or says why not.
    public init(solvedBy solver: @escaping @Sendable (_ changed: Case, _ mostSteps: Int?) -> Answer) {
        self.solver = { changed, mostSteps, _ in solver(changed, mostSteps) }
    }

    /// Solves a changed case.
    ///
    /// The solver takes at most `mostSteps` steps; `nil`: as many as the deadline of the options allows. The solving ends as soon
    /// as more than `mostClaims` claims are proved necessary; `nil`: the number in the options.
    ///
    /// - Throws: What the allocator throws. Running out of time is no error.
    public func solve(
        _ changed: Case, mostSteps: Int? = nil, mostClaims: Int? = nil
    ) throws(AllocationError) -> Answer {
        try solver(changed, mostSteps, mostClaims)
    }
}

extension Trial {
    /// The work that several trials share, counted in the order in which their answers are taken.
    public struct Budget: Sendable {
        /// Steps of the solver after which no further case is tried.
        public var limit: Int
        /// Steps that the solver took so far; the last trial may exceed the limit.
        public private(set) var steps = 0

        public init(limit: Int = .max) { self.limit = limit }

        /// Whether no further case is tried.
        public var isSpent: Bool { steps >= limit }

        public mutating func spend(_ steps: Int) { self.steps += steps }
    }

    /// Asks several questions at the same time and takes the answers in order, as if they had been asked one after the other.
    ///
    /// The answers that come after the last one taken are thrown away. Which answers are taken is the same with any number of
    /// threads, as long as `take` decides by the answers alone.
    ///
    /// - Parameters:
    ///   - questions: What is asked, in order.
    ///   - threads: How many questions may be asked at the same time.
    ///   - size: How many questions are asked before their answers are taken; `nil`: all.
    ///   - begin: Called before each group; nothing more is asked once it returns false.
    ///   - ask: Finds the answer to a question; called on several threads.
    ///   - take: Called with the place of a question, from 0, and its answer; nothing more is taken once it returns false.
    ///   - end: Called with the number of questions answered so far, after each group whose answers were all taken.
    public static func inTurn<Question: Sendable, Answer: Sendable, Failure: Error>(
        _ questions: [Question], threads: Int, atATime size: Int? = nil, begin: () -> Bool = { true },
        ask: @Sendable (Question) throws(Failure) -> Answer,
        take: (Int, Result<Answer, Failure>) throws(Failure) -> Bool, end: (Int) -> Void = { _ in }
    ) throws(Failure) {
        let size = max(1, size ?? questions.count)
        for first in stride(from: 0, to: questions.count, by: size) {
            guard begin() else { return }
            let group = Array(questions[first..<min(first + size, questions.count)])
            let answers = inRanges(of: group.count, threads: threads, smallest: 1) { range in
                range.map { index in Result { () throws(Failure) in try ask(group[index]) } }
            }
            for (place, answer) in zip(first..., answers.joined()) {
                guard try take(place, answer) else { return }
            }
            end(first + group.count)
        }
    }
}

/// Why there is no comparison: a case was not solved to the end.
public struct TrialEnded: Error, Hashable, CustomStringConvertible {
    public let limit: Termination.Limit

    public init(_ limit: Termination.Limit) { self.limit = limit }

    public var description: String {
        switch limit {
        case .work: "The cases take more work than is done for them."
        case .time: "The time ended before the cases were solved."
        case .interrupted: "The work was stopped before the cases were solved."
        case .size: "A case became too large to be solved."
        case .claims: "More households must have a claim than is of use."
        }
    }
}
