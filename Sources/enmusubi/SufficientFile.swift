import Admissions
import CaseFiles
import Explaining
import Tables
import Verifying

extension SufficientSearch {
    /// `sufficient.csv`: a row per confirmed answer.
    func file(of subject: Case, encoding: TextEncoding) throws(UnwritableTable) -> OutputFile {
        let name = "sufficient.csv"
        var writer = TableWriter(encoding)
        do throws(TableWriter.UnencodableCharacter) {
            try writer.append([
                "child_id", "wish_rank", "facility_id", "key", "own_value", "needed_value", "more_seats", "ages",
            ])
            for answer in answers {
                let child = subject.children[answer.child]
                let facility = subject.facilities[child.wishes[answer.wish].facility].id.text
                var row = [child.id.text, String(answer.wish + 1), facility]
                switch answer.change {
                case .value(let key, let from, let to): row += [subject.rules.priority[key].name, from, to, "", ""]
                case .seats(let count, let limits):
                    let ages = limits.map { limit in
                        let (ages, place) = (subject.limits[limit].ages, subject.limits[limit].facility)
                        return place == child.wishes[answer.wish].facility
                            ? ages.description : "\(subject.facilities[place].id):\(ages)"
                    }
                    row += ["", "", "", String(count), ages.joined(separator: " ")]
                }
                try writer.append(row)
            }
        } catch { throw UnwritableTable(file: name, character: error) }
        return OutputFile(name: name, bytes: writer.bytes)
    }
}
