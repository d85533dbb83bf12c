import Admissions
import CaseFiles
import Explaining
import Reports
import Verifying

/// `report.html` of a verified result, from what `run.json` says of it; the same for every run of the case.
func reportFile(
    _ subject: Case, _ verified: Verification, _ explanations: Explanations, _ record: RunRecord,
    parts: [PartNumbers], advice: [Advice], ties: [DrawTie], groups: [String]
) -> OutputFile {
    var input = reportInput(subject, verified, explanations, record, parts: parts, advice: advice)
    (input.ties, input.groups) = (ties, groups)
    return OutputFile(name: "report.html", bytes: Report(input).page())
}

/// What the pages and the workbook of a verified result say, from what `run.json` says of it.
func reportInput(
    _ subject: Case, _ verified: Verification, _ explanations: Explanations, _ record: RunRecord,
    parts: [PartNumbers], advice: [Advice]
) -> ReportInput {
    let levels = record.levels.compactMap { level in
        LevelResult.Name(rawValue: level.name).map {
            LevelResult($0, value: level.value, bound: level.bound, isProved: level.proved)
        }
    }
    return ReportInput(
        subject: subject, placements: verified.placements, claims: verified.allClaims, usedSeats: verified.usedSeats,
        seats: verified.seats, explanations: explanations, status: record.status, termination: record.termination,
        levels: levels,
        warnings: record.warnings.sorted { $0.key < $1.key }.map {
            .init(code: $0.key, count: $0.value, meaning: Problem.Code(rawValue: $0.key)?.meaning ?? "")
        },
        accepted: record.warningsAccepted,
        unreadColumns: (record.unreadColumns ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
        parts: parts, advice: advice,
        sufficient: record.sufficient.map {
            .init(children: $0.children, examined: $0.examined, confirmed: $0.confirmed, cut: $0.cut)
        },
        isTrial: record.trial == true, earlier: record.earlier ?? [],
        run: ResultWorkbook.Run(
            program: record.solver.program, caseDigest: record.caseDigest,
            files: record.inputs.map { ($0.file, $0.encoding, $0.sha256) }))
}
