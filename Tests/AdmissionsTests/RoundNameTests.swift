import Admissions
import Testing

@Suite("Names of rounds")
struct RoundNameTests {
    @Test(
        "Are in the order of the numbers in them",
        arguments: [
            ["2027-04 first", "2027-04 second", "2027-04 third"], ["一次", "二次", "三次", "十次"],
            ["1次", "２次", "9次", "10次"], ["4月", "4月 追加", "5月"], ["", "a", "b"], ["April 2", "April 10"],
        ])
    func order(names: [String]) {
        for (index, name) in names.enumerated() {
            for later in names[(index + 1)...] {
                #expect(RoundName(name) < RoundName(later), "\(name) \(later)")
                #expect(!(RoundName(later) < RoundName(name)), "\(later) \(name)")
            }
        }
    }
}
