import Admissions
import Testing

@testable import Allocating
@testable import MarketOracle
@testable import Verifying

/// A proof comes from a file that anybody may have written: it may say anything, and is refused in words.
@Suite("A hostile proof is refused and ends nothing")
struct HostileProofTests {
    static func sample() throws -> ProofTests.Sample { try ProofTests.sample(.unstable, 5) }

    @Test(
        "Outcomes at the end of the numbers", arguments: ["0>%", "0:%", "0:0-%", "0:%@%", "0:0@%", "0?%", "%>0", "%:0"])
    func largest(form: String) throws {
        let text = form.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "2147483647")
        let sample = try Self.sample()
        var proof = sample.proof
        proof.deduction = try #require(Deduction(utf8: text.utf8))
        #expect(sample.replay(proof).faults.contains { $0.part == .deduction && $0.step == 1 }, "\(text)")
        proof = sample.proof
        proof.cores = [Proof.Core(households: [0], deduction: try #require(Deduction(utf8: text.utf8)))]
        #expect(sample.replay(proof).faults.contains { $0.part == .core(0) && $0.step == 1 }, "\(text)")
    }

    @Test("Numbers that no text has, but a library can give")
    func negative() throws {
        let sample = try Self.sample()
        for step: Deduction.Step in [
            .after(household: -1, outcome: 0), .after(household: 0, outcome: -1),
            .after(household: .min, outcome: .min),
            .full(household: 0, outcomes: -1...0, limit: 0), .full(household: 0, outcomes: (.min)...(.max), limit: 0),
            .full(household: 0, outcomes: 0...0, limit: -1), .suppose(household: 0, outcome: .min), .absurd,
        ] {
            var proof = sample.proof
            proof.deduction = Deduction([step])
            #expect(sample.replay(proof).faults.contains { $0.step == 1 }, "\(step)")
        }
    }

    @Test("Cores that need more than they have, or more than there are numbers", arguments: [Int.max, .min, -1, 0, 3])
    func least(number: Int) throws {
        let sample = try Self.sample()
        var proof = sample.proof
        proof.cores = [[0], [1]].map { Proof.Core(households: $0, least: number, deduction: Deduction()) }
        let faults = sample.replay(proof).faults
        #expect(faults.contains { $0 == ProofFault(.core(0), .malformed) })
        #expect(faults.contains { $0 == ProofFault(.core(1), .malformed) })
        // The sum stops where numbers end.
        #expect(proof.bound == (number == .max ? .max : number == .min ? .min : 2 * number))
    }

    @Test("Households and limits that are none, or stand twice")
    func indices() throws {
        let sample = try Self.sample()
        let (households, limits) = (sample.subject.households.count, sample.subject.limits.count)
        for wrong in [[], [-1], [.min], [.max], [households], [1, 0], [0, 0]] {
            var proof = sample.proof
            proof.cores.append(Proof.Core(households: wrong, deduction: Deduction()))
            let last = proof.cores.count - 1
            #expect(sample.replay(proof).faults.contains(ProofFault(.core(last), .malformed)), "\(wrong)")
            proof = sample.proof
            proof.components.append(wrong)
            #expect(!sample.replay(proof).faults.isEmpty, "\(wrong)")
        }
        for wrong in [[-1], [limits], [.max], [.min], [1, 0]] {
            var proof = sample.proof
            proof.cores.append(
                Proof.Core(
                    households: [0], deduction: Deduction(), search: Proof.Search(households: [0], limits: wrong)))
            let last = proof.cores.count - 1
            #expect(sample.replay(proof).faults.contains(ProofFault(.core(last), .malformed)), "\(wrong)")
        }
    }

    @Test("A household in two components, or in one twice")
    func components() throws {
        var tried = 0
        for seed in 1...60 as ClosedRange<UInt64> {
            let sample = try ProofTests.sample(.tangled, seed)
            guard let first = sample.proof.components.first else { continue }
            tried += 1
            var proof = sample.proof
            proof.components.append(first)
            #expect(sample.replay(proof).faults.contains(ProofFault(.deduction, .malformed)))
        }
        #expect(tried > 10)
    }

    @Test("Four thousand proofs of random steps end, and none strikes what a household got")
    func random() throws {
        var chance = SplitMix64(seed: 18)
        let sample = try Self.sample()
        let extremes: [Int32] = [0, 1, 2, 3, 5, 8, 511, 512, 513, 1 << 20, .max - 1, .max]
        func number() -> Int32 { extremes[Int(chance.next() % UInt64(extremes.count))] }
        var steps = 0
        for _ in 0..<4_000 {
            var words: [String] = []
            for _ in 0..<chance.next() % 12 {
                let household = chance.next() % 10 == 0 ? number() : Int32(chance.next() % 8)
                switch chance.next() % 5 {
                case 0: words.append("\(household)>\(number())")
                case 1: words.append("\(household):\(number())@\(number())")
                case 2: words.append("\(household)?\(number())")
                case 3: words.append("!")
                default:
                    let ends = [number(), number()].sorted()
                    words.append("\(household):\(ends[0])-\(ends[1])")
                }
            }
            let deduction = try #require(Deduction(utf8: words.joined(separator: " ").utf8))
            var proof = sample.proof
            proof.deduction = deduction
            proof.components = []
            let replayed = sample.replay(proof)
            steps += replayed.steps
            // What random steps happen to prove is true, unless something is only supposed: nobody loses what it got.
            if replayed.faults.contains(ProofFault(.deduction, .notAbsurd)) { continue }
            #expect(
                !replayed.faults.contains { if case .excludesResult = $0.reason { true } else { false } }, "\(words)")
        }
        #expect(steps > 1000)
    }
}
