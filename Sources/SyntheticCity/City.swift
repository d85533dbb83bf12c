import Admissions

/// A made-up city with its applicants and facilities, calibrated to the figures of real ones.
///
/// ```swift
/// let city = try City(CityOptions(children: 8_000, facilities: 300, seed: 1))
/// print(city.figures)
/// let draft = city.makeDraft()
/// ```
///
/// Everything depends on the options alone: the same options give the same bytes on every machine.
public struct City: Sendable {
    public let options: CityOptions
    let geography: Geography
    let places: Places
    let residents: Residents
    let wishes: Wishes
    let calibration: Calibration

    /// Makes the city.
    ///
    /// - Throws: ``InvalidCityOptions`` with the options' ``CityOptions/problems``, if there are any.
    /// - Complexity: O(n log n) in children and facilities; only the sort is not linear.
    public init(_ options: CityOptions) throws(InvalidCityOptions) {
        let problems = options.problems
        guard problems.isEmpty else { throw InvalidCityOptions(problems: problems) }
        if let given = options.given {
            places = Places(options, given)
            geography = Geography(given, places)
            self.options = options.fitting(places)
        } else {
            self.options = options
            geography = Geography(facilities: options.facilities, seed: options.seed)
            places = Places(options, geography: geography)
        }
        residents = Residents(self.options, places: places)
        wishes = Wishes(self.options, geography: geography, places: places, residents: residents)
        calibration = Calibration(self.options, places: places, residents: residents, wishes: wishes)
    }
}
