import Admissions
import Allocating
import Asking
import SyntheticCity
import Testing

@Suite("No answer depends on the number of threads")
struct ThreadsTests {
    @Test("The advice is the same", arguments: [(5, false), (3, true)])
    func advice(seed: UInt64, isPooled: Bool) throws {
        var city = CityOptions(children: 800, facilities: 30, seed: seed)
        city.siblingShare = 0.6
        city.pooledEverywhere = isPooled
        let subject = try City(city).makeDraft().resolved()
        func found(_ threads: Int) throws -> Adviser.Findings {
            var options = Adviser.Options()
            options.allocator.threads = threads
            options.mostCandidates = 3
            let result = try Allocator(subject, options: options.allocator).allocate()
            return try Adviser(subject, options: options).findings(on: result)
        }
        let alone = try found(1)
        #expect(try found(3) == alone)
        // A city in which a claim remains, and advice is looked for.
        if seed == 5 { #expect(alone.tried > 0) }
    }

    @Test("Answers are taken in order until one ends it, and what comes after is thrown away", arguments: [1, 2, 5])
    func inTurn(threads: Int) throws {
        struct Refused: Error {}
        var (taken, groups): ([Int], [Int]) = ([], [])
        try Trial.inTurn(Array(0..<100), threads: threads, atATime: 7) { question throws(Refused) in
            // Nobody asked for the answer to this question.
            if question == 31 { throw Refused() }
            return question * question
        } take: { place, answer throws(Refused) in
            if place == 30 { return false }
            taken.append(try answer.get())
            return true
        } end: {
            groups.append($0)
        }
        #expect(taken == (0..<30).map { $0 * $0 } && groups == [7, 14, 21, 28])
        #expect(throws: Refused.self) {
            try Trial.inTurn([30, 31], threads: threads) { question throws(Refused) in
                if question == 31 { throw Refused() }
            } take: { _, answer throws(Refused) in
                try answer.get()
                return true
            }
        }
    }
}
