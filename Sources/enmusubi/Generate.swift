import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import SyntheticCity
import Terminal

struct Generate: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a seeded city that looks real, as a case folder.",
        discussion: """
            Ages, wishes, siblings, transfers and vacancies are calibrated to the figures of real cities, which are printed
            with what came out. The same options give the same bytes on every machine. Nobody in it exists. With a file of
            facilities, such as a city's open data, these are as they are and only the applicants are made up; the file is read
            by the columns of case.yaml, or by columns.yaml, in its folder.

            EXAMPLES:
              enmusubi generate city --children 8000 --facilities 300 --seed 1
              enmusubi generate hard --children 2000 --facilities 80 --seed 7 --sibling-share 0.5
              enmusubi generate table --children 2000 --facilities 75 --points table --rule wish-keys --rule over-full
              enmusubi generate staff --children 2000 --facilities 75 --manual-mistakes 7
              enmusubi generate round --facilities examples/open-data/yokohama_2026-02.csv --month 2026-04
              enmusubi generate read --children 2000 --facilities 75 --manual-reading siblings.aggregate=product
            """)

    @Argument(help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var folder: String

    @Option(help: "Children who apply. (default: 8000; for the facilities of a file as its numbers say)")
    var children: Int?

    @Option(help: "How many facilities, or a file with those of a city.", completion: .file(extensions: ["csv"]))
    var facilities = "300"

    @Option(help: "The seed: another one gives another city.")
    var seed: UInt64 = 1

    @Option(help: "The month in which placements start, such as 2027-04, 2027/4 or 令和9年4月.", transform: enmusubi.month)
    var month = PlacementMonth(year: 2027, month: 4)!

    @Option(help: "Share of children who apply with siblings.")
    var siblingShare = CityOptions().siblingShare

    @Option(help: "Share of children who have a place and want another.")
    var transferShare = CityOptions().transferShare

    @Option(help: "Share of new applicants who are left without a place, about.")
    var heldShare = CityOptions().heldShare

    @Option(help: "How many facilities each child wishes. (default: varied, 4.7 on average, at most 20)")
    var wishes: Int?

    @Option(
        name: .customLong("household-sizes"),
        help: "Shares of the households of two, three and four among those with siblings, such as 0,0,1.",
        transform: shares)
    var householdSizeShares = CityOptions().householdSizeShares

    @Option(help: "Share of children with a sibling enrolled at a facility.")
    var enrolledSiblingShare = CityOptions().enrolledSiblingShare

    @Option(help: "Points added at a facility where a sibling is enrolled.")
    var siblingBonus = CityOptions().siblingBonus

    @Flag(help: "Let every facility pool its classes 3 to 5 and have a total.")
    var pooled = false

    @Flag(help: "Give every child other points at each facility, drawn at random.")
    var randomPriorities = false

    @Option(
        help: "How points come about: given in steps, computed by a table, or in a column as that table computes them.")
    var points = CityOptions.Points.steps

    @Option(help: "A rule that only some cities have; may be repeated.")
    var rule: [CityOptions.ExtraRule] = []

    @Option(
        help:
            "Write manual.csv too, the round done by hand with this many mistakes, and mistakes.csv with a list of them."
    )
    var manualMistakes: Int?

    @Option(
        help: """
            A setting that staff read otherwise when they did the round by hand, such as siblings.aggregate=product or \
            priority=tier,points,tax,category; may be repeated.
            """, transform: setting)
    var manualReading: [RuleSetting] = []

    @OptionGroup var speech: LanguageOption

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    static func shares(_ text: String) throws -> [Double] {
        try valid(CityOptions.shares(text))
    }

    static func setting(_ text: String) throws -> RuleSetting {
        try valid(RuleSetting(text))
    }

    func validate() throws {
        // A household is taken for one mistake only.
        try valid(OptionValues.check("manual-mistakes", manualMistakes, in: 0...min(1_000, max(0, children ?? 1_000))))
    }

    var console: Console { Console(isJSON: json, onlyTells: true, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        let progress = ProgressLine(console)
        let options = try options(console)
        progress.show(Phrase("自治体を作っています", "making the city"))
        let city: City
        do throws(InvalidCityOptions) { city = try City(options) } catch {
            progress.clear()
            for problem in error.problems { console.tell(problem) }
            throw ExitStatus.wrongUsage
        }
        let draft = city.makeDraft()
        progress.show(Phrase("\(folder) に書いています", "writing \(folder)"))
        let byHand = try manualFiles(of: draft, console)
        // Nobody in it exists.
        defer { progress.clear() }
        try CaseFolder(path: folder).write(draft, and: byHand.files, access: .shared)
        progress.clear()
        if let round = byHand.round, round.mistakes.count < manualMistakes ?? 0 {
            let found = round.mistakes.count
            console.tell(
                Phrase(
                    "結果を変える誤りは \(found) 件しか見つかりませんでした。",
                    "only \(counted(found, "mistake")) that change anything were found."))
        }
        let figures = city.figures
        console.emit(figures.message(of: folder))
        console.say(Phrase(same: "\(folder): ") + city.summary)
        for line in figures.lines(in: console.language) { console.say(line) }
    }

    /// What staff made of the round by hand, where that is asked for.
    private func manualFiles(
        of draft: CaseDraft, _ console: Console
    ) throws -> (round: ManualRound?, files: [OutputFile]) {
        if manualMistakes == nil, manualReading.isEmpty { return (nil, []) }
        var reading = draft
        do {
            for setting in manualReading { try setting.apply(to: &reading.rules) }
            let subject = try reading.resolved()
            let round = ManualRound(of: subject, mistakes: manualMistakes ?? 0, seed: seed)
            let mistakes = round.mistakeTable(of: subject)
            return (
                round,
                [
                    try ManualTable.file(round.places, of: subject),
                    try plainTable("mistakes.csv", mistakes.columns, mistakes.rows),
                ]
            )
        } catch let error as any PhrasedError {
            console.tell(error.phrase)
            throw ExitStatus.wrongUsage
        }
    }

    private func givenFacilities(_ console: Console) throws -> GivenFacilities {
        let list = FacilityList(path: facilities)
        console.report(list.problems)
        guard let rows = list.rows else { throw ExitStatus.badInput }
        return GivenFacilities(rows, waiting: list.waiting, totalCapacities: list.totalCapacities)
    }

    private func options(_ console: Console) throws -> CityOptions {
        var options =
            try Int(facilities).map { CityOptions(facilities: $0, seed: seed) }
            ?? CityOptions(given: givenFacilities(console), seed: seed)
        if let children { options.children = children }
        (options.month, options.pooledEverywhere, options.siblingBonus) = (month, pooled, siblingBonus)
        (options.siblingShare, options.enrolledSiblingShare) = (siblingShare, enrolledSiblingShare)
        (options.transferShare, options.heldShare) = (transferShare, heldShare)
        if let wishes { options.wishes = .fixed(wishes) }
        options.householdSizeShares = householdSizeShares
        if randomPriorities { options.priorities = .randomPerFacility }
        (options.points, options.extraRules) = (points, Set(rule))
        return options
    }
}

extension CityOptions.Points: ExpressibleByArgument {}
extension CityOptions.ExtraRule: ExpressibleByArgument {}
