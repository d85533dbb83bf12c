import Admissions
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// Keys that depend on the wish, limits over several facilities, seats that stay closed and over-full classes, in one market.
struct FurtherRulesTests {
    private enum Rule: String, CaseIterable {
        case wishKeys, sharedLimits, closedSeats, overfullClasses
    }

    /// The draft with these rules; what one of them changes does not depend on the others.
    private static func draft(_ plain: CaseDraft, _ seed: UInt64, _ rules: [Rule]) -> CaseDraft {
        var draft = plain
        for rule in rules {
            switch rule {
            case .wishKeys: draft = RandomMarket.keyingByWish(draft, seed: seed)
            case .sharedLimits: draft = RandomMarket.sharing(draft, seed: seed)
            case .closedSeats: draft = RandomMarket.keepingClosed(draft, seed: seed)
            case .overfullClasses: draft = RandomMarket.overfilling(draft, seed: seed)
            }
        }
        return draft
    }

    private static let markets: [(RandomMarket.Style, ClosedRange<UInt64>)] = [
        (.transfers, 1...120), (.mixed, 1...70), (.unstable, 1...60), (.plural, 1...40), (.paired, 1...12),
    ]

    @Test("Exhaustive search finds the same where all of them meet, every backend, and each decides in many markets")
    func agreesWithExhaustiveSearch() throws {
        var decides: [Rule: Int] = [:]
        var (unstable, together) = (0, 0)
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let plain = RandomMarket.draft(seed: seed, style: style)
                let subject = try Self.draft(plain, seed, Rule.allCases).resolved()
                let best = try expectAgreement(subject, "\(style), seed \(seed)")
                if !best.claims.isEmpty { unstable += 1 }
                var deciding = 0
                for rule in Rule.allCases {
                    let without = Self.draft(plain, seed, Rule.allCases.filter { $0 != rule })
                    if try ExhaustiveSearch.best(of: without.resolved()).allocation != best.allocation {
                        decides[rule, default: 0] += 1
                        deciding += 1
                    }
                }
                if deciding > 1 { together += 1 }
            }
        }
        print("  without a stable allocation: \(unstable), several decide: \(together)")
        for rule in Rule.allCases {
            print("  \(rule) decides: \(decides[rule, default: 0])")
            #expect(decides[rule, default: 0] >= 10, "\(rule)")
        }
        #expect(unstable >= 5 && together >= 20)
    }

    @Test("The same in rounds with phases and pins")
    func agreesByPhases() throws {
        var decides: [Rule: Int] = [:]
        for (style, seeds) in [
            (RandomMarket.RoundStyle.transfers, 1...50 as ClosedRange<UInt64>), (.phases, 1...30), (.pins, 1...30),
            (.pinsInPhases, 1...25), (.supportFirst, 1...15), (.reserved, 1...15),
        ] {
            for seed in seeds {
                let plain = RandomMarket.round(seed: seed, style: style)
                let subject = try Self.draft(plain, seed, Rule.allCases).resolved()
                try expectAgreementByPhases(subject, "\(style), seed \(seed)")
                let best = ExhaustiveSearch.bestByPhases(of: subject).allocation
                for rule in Rule.allCases {
                    let without = Self.draft(plain, seed, Rule.allCases.filter { $0 != rule })
                    if try ExhaustiveSearch.bestByPhases(of: without.resolved()).allocation != best {
                        decides[rule, default: 0] += 1
                    }
                }
            }
        }
        for rule in Rule.allCases {
            print("  \(rule) decides: \(decides[rule, default: 0])")
            #expect(decides[rule, default: 0] >= 5, "\(rule)")
        }
    }

    @Test("Each key that depends on the wish decides in some markets, where without it the result is another")
    func eachKeyDecides() throws {
        var decides: [String: Int] = [:]
        for (style, seeds) in [
            (RandomMarket.Style.mixed, 1...150 as ClosedRange<UInt64>), (.unstable, 1...150), (.plural, 1...80),
            (.singles, 1...30),
        ] {
            for seed in seeds {
                let draft = Self.draft(RandomMarket.draft(seed: seed, style: style), seed, [.wishKeys])
                let subject = try draft.resolved()
                let best = ExhaustiveSearch.best(of: subject).allocation
                for (index, key) in subject.rules.priority.enumerated()
                where subject.wishKeyValues.keys.contains(index) {
                    var without = draft
                    without.rules.priority.remove(at: index)
                    // A table of which no key is left that needs its total is an error.
                    guard let changed = try? without.resolved() else { continue }
                    guard ExhaustiveSearch.best(of: changed).allocation != best else { continue }
                    decides[key.source == .part ? "part" : key.name, default: 0] += 1
                }
            }
        }
        for (name, count) in decides.sorted(by: { $0.key < $1.key }) { print("  \(name) decides: \(count)") }
        for name in ["wish_rank", "sibling_at_facility", "lives_in_area", "distance", "part", "met", "rating"] {
            #expect(decides[name, default: 0] >= 1, "\(name)")
        }
    }

    @Test("Letters, and words in the order of their list, decide as the numbers in whose place they stand")
    func words() throws {
        var (letters, lists, decides) = (0, 0, 0)
        for (style, seeds) in [
            (RandomMarket.Style.mixed, 1...100 as ClosedRange<UInt64>), (.unstable, 1...70), (.plural, 1...50),
        ] {
            for seed in seeds {
                let plain = RandomMarket.draft(seed: seed, style: style)
                let draft = RandomMarket.wording(plain, seed: seed)
                let keys = draft.rules.priority.filter { $0.usesLetters || !$0.values.isEmpty }
                if keys.isEmpty { continue }
                letters += keys.contains(where: \.usesLetters) ? 1 : 0
                lists += keys.contains { !$0.values.isEmpty } ? 1 : 0
                let best = try ExhaustiveSearch.best(of: plain.resolved())
                let worded = try expectAgreement(draft.resolved(), "\(style), seed \(seed)")
                #expect(worded.allocation == best.allocation, "\(style), seed \(seed)")
                #expect(worded.claims == best.claims, "\(style), seed \(seed)")
                var without = plain
                without.rules.priority.removeAll { ["tier", "category"].contains($0.name) }
                if try ExhaustiveSearch.best(of: without.resolved()).allocation != best.allocation { decides += 1 }
            }
        }
        print("  letters: \(letters), lists of words: \(lists), decide: \(decides)")
        #expect(letters > 20 && lists > 20 && decides >= 5)
    }
}
