import Testing

@testable import Comparing

@Suite("Faults of a manual result")
struct ManualFaultTests {
    @Test("Limits at which the same children are too many come in their order, whatever order they are found in")
    func orderOfLimits() {
        let faults = (0..<8).map { ManualFault(.seats, facility: 0, children: [1, 2], limit: $0, used: 2, seats: 1) }
        #expect(ManualFault.inOrder(faults.reversed()) == faults)
        #expect(ManualFault.inOrder(Set(faults)) == faults)
    }
}
