import Admissions

extension Allocator {
    /// The households of the case, best first: the order that decides among results that are equally fair.
    ///
    /// - Returns: Indices into `Case.households`, each once.
    /// - Complexity: O(children * keys) after sorting the distinct values of each key.
    public static func householdOrder(of subject: Case) -> [Int] { PriorityOrder(subject).households.map(Int.init) }
}
