import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Ledger
import Reports
import Verifying

extension Seeds {
    /// The table of what staff decided.
    func manuals() throws -> Reader {
        let subject = try reading("compare").subject!
        let seed = self.subject("compare")["manual.csv"]
        return Reader { chance in
            var bytes = seed
            for _ in 0..<chance.few() { mutate(&bytes, named: "manual.csv", &chance) }
            return Input(bytes, as: "manual.csv")
        } run: { input, scratch in
            try input.write(to: scratch.appending(path: "manual"))
            let (places, problems) = ManualTable.read(scratch.appending(path: "manual/manual.csv"), of: subject)
            try demand(
                (places == nil) == problems.contains { $0.severity == .error }, "places beside errors, or neither")
            guard let places else { return }
            let again = scratch.appending(path: "manual/again.csv")
            try Data(try ManualTable.file(places, of: subject).bytes).write(to: again)
            try demand(ManualTable.read(again, of: subject).places == places, "what was written is read otherwise")
        }
    }

    /// `placements.csv` of a result, and the judgement of whatever it says.
    func placements() throws -> Reader {
        let names = ["two-nurseries", "transfer-cycle", "pins", "support-first"]
        var made: [String: (subject: Case, bytes: [UInt8])] = [:]
        for name in names {
            let subject = try reading(name).subject!
            let allocation = try Allocator(subject).allocate().allocation
            let verified = Verifier(subject).verify(allocation)
            var lines = ["child_id,outcome,facility_id,phase"]
            for placement in verified.placements {
                let child = subject.children[placement.child]
                let phase = allocation.phases.isEmpty ? 0 : Int(allocation.phases[placement.child])
                let phaseName = subject.phases.indices.contains(phase) ? subject.phases[phase].name : ""
                let facility = placement.facility.map { subject.facilities[$0].id.folded } ?? ""
                lines.append("\(child.id.folded),\(placement.outcome.rawValue),\(facility),\(phaseName)")
            }
            made[name] = (subject, Array(lines.joined(separator: "\n").utf8))
        }
        return Reader { chance in
            let name = chance.pick(names)
            var bytes = made[name]!.bytes
            for _ in 0..<chance.few() { mutate(&bytes, named: "placements.csv", &chance) }
            return Input(["placements.csv": bytes, "name.txt": Array(name.utf8)])
        } run: { input, scratch in
            guard let subject = made[input.text("name.txt")]?.subject else { return }
            let folder = scratch.appending(path: "result")
            try input.write(to: folder)
            let read = ResultFolder(folder).readAllocation(of: subject)
            try demand((read.allocation == nil) == !read.problems.isEmpty, "an allocation beside problems")
            guard let allocation = read.allocation else { return }
            let verified = Verifier(subject).verify(allocation)
            if verified.faults.isEmpty { _ = try Explanations(of: subject, allocation, verified) }
        }
    }

    /// The proof that a run records: words of a deduction, and what replays them.
    func proofs() throws -> Reader {
        let names = ["two-nurseries", "transfer-cycle", "small-town", "reserved-places"]
        var made: [String: (subject: Case, result: AllocationResult)] = [:]
        for name in names {
            let subject = try reading(name).subject!
            made[name] = (subject, try Allocator(subject).allocate())
        }
        return Reader { chance in
            let name =
                chance.percent(90) ? chance.pick(["two-nurseries", "transfer-cycle", "reserved-places"]) : "small-town"
            let proof = made[name]!.result.record.proof
            var input = Input(["name.txt": Array(name.utf8)])
            var texts = ([proof.deduction].compactMap { $0 } + proof.cores.map(\.deduction)).map(\.description)
            if texts.isEmpty { texts = [""] }
            let households = made[name]!.subject.households.count
            for (index, text) in texts.enumerated() {
                var words = text.split(separator: " ").map(String.init)
                for _ in 0..<chance.below(4) {
                    let numbers = ["0", "1", "2", "2147483647", "2147483648", "2147483646", String(households)]
                    let word =
                        chance.pick(numbers + [String(chance.below(max(1, households)))])
                        + chance.pick([">", ":", "?", "!", ""]) + chance.pick(numbers)
                        + chance.pick(["", "", "-2147483647", "@1", "@2147483647", ",3", ">0", ">2147483647"])
                    words.insert(chance.percent(10) ? "!" : word, at: chance.below(words.count + 1))
                }
                if chance.percent(30) { mutateList(&words, &chance) }
                var bytes = Array(words.joined(separator: " ").utf8)
                if chance.percent(20) { mutateBytes(&bytes, &chance) }
                input.files["deduction-\(index)"] = bytes
            }
            let numbers = (0..<4).map { _ in
                chance.pick(["0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808"])
            }
            input.files["numbers"] = Array(numbers.joined(separator: " ").utf8)
            return input
        } run: { input, _ in
            guard let (subject, result) = made[input.text("name.txt")] else { return }
            let texts = input.names.filter { $0.hasPrefix("deduction-") }.map { input.text($0) }
            let deductions = texts.compactMap { Deduction($0) }
            for deduction in deductions {
                try demand(Deduction(deduction.description) == deduction, "a deduction is read otherwise")
            }
            let numbers = input.text("numbers").split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 4 else { return }
            var proof = result.record.proof
            proof.deduction = deductions.first
            proof.cores = deductions.dropFirst().enumerated().map { index, deduction in
                Proof.Core(
                    households: [numbers[index % 4], index], least: numbers[(index + 1) % 4], deduction: deduction,
                    search: index % 3 == 0 ? Proof.Search(households: [numbers[2]], limits: [numbers[3]]) : nil)
            }
            if numbers[0] == 2 { proof.components = [[numbers[1], numbers[2]], [], [numbers[3]]] }
            let replay = ProofReplay(of: subject).replay(
                proof, of: result.allocation, claimants: result.claimants, bound: numbers[0])
            _ = (replay.faults.map { "\($0)" }, proof.meansForObjective)
        }
    }

    /// Templates of letters.
    func templates() throws -> Reader {
        let subject = try reading("transfer-cycle").subject!
        let allocation = try Allocator(subject).allocate().allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        let parts = [
            "{{", "}}", "{{{", "}}}", "{{#letters}}", "{{/letters}}", "{{^letters}}", "{{>letters}}", "{{nosuch}}",
            "{{.}}",
            "{{}}", "{{! x }}", "{{=<% %>=}}", "<%household%>", "{{#children}}", "{{/children}}", "{{household}}",
            "{{a.b.c}}",
            "{{#a.b}}", "{{&household}}", "{{<x}}", "{{$x}}", "{{/x}}", "{{%CONTENT_TYPE:TEXT}}", "{{letters.count()}}",
            "{{#first()}}", "{{reversed(children)}}", "{{#sorted(letters)}}", "{{ }}", "{{#}}", "\u{0}",
        ]
        return Reader { chance in
            var text = Notices.defaultTemplate
            if chance.percent(30) {
                text = (0..<chance.int(1...8)).map { _ in chance.pick(parts) }.joined()
            } else {
                for _ in 0..<chance.few() {
                    let tags = text.ranges(of: "{{")
                    guard !tags.isEmpty else { break }
                    let at = chance.pick(tags)
                    if chance.percent(50) {
                        text.insert(contentsOf: chance.pick(parts), at: at.lowerBound)
                    } else {
                        let end = text[at.upperBound...].firstRange(of: "}}")?.upperBound ?? text.endIndex
                        text.replaceSubrange(at.lowerBound..<end, with: chance.percent(50) ? "" : chance.pick(parts))
                    }
                }
            }
            var bytes = Array(text.utf8)
            if chance.percent(20) { mutateBytes(&bytes, &chance) }
            return Input(bytes, as: "template")
        } run: { input, _ in
            guard let text = String(validating: input["template"], as: UTF8.self) else { return }
            let notices: Notices
            do {
                notices = try Notices(
                    of: subject, explanations, placements: verified.placements, template: text)
            } catch {
                try demand(!"\(error)".isEmpty, "no word of what is wrong")
                return
            }
            _ = notices.page(notices.letters)
        }
    }

    /// The ledger's file, down to its bytes.
    var ledgers: Reader {
        let seed = ledger
        return Reader { chance in
            var bytes = seed
            let pageSize = 4096
            for _ in 0..<chance.few() {
                let page = chance.below(max(1, bytes.count / pageSize)) * pageSize
                switch chance.below(8) {
                case 0: bytes.removeSubrange(chance.below(bytes.count + 1)...)
                case 1 where bytes.count >= 100: bytes[chance.below(100)] = UInt8(chance.below(256))
                case 2 where bytes.count > page + 8:
                    bytes[page + chance.below(8)] = chance.pick([0, 1, 2, 5, 10, 13, 255])
                case 3 where bytes.count >= page + pageSize:
                    bytes.replaceSubrange(
                        page..<page + pageSize, with: repeatElement(chance.pick([0, 255]), count: pageSize))
                case 4 where bytes.count >= 2 * pageSize:
                    let other = chance.below(bytes.count / pageSize) * pageSize
                    for index in 0..<min(pageSize, bytes.count - max(page, other)) {
                        bytes.swapAt(page + index, other + index)
                    }
                case 5: mutateBytes(&bytes, &chance)
                default:
                    // The types of a record stand before its values.
                    guard !bytes.isEmpty else { break }
                    bytes[chance.below(bytes.count)] = chance.pick([0, 1, 6, 7, 8, 9, 12, 13, 127, 128, 255])
                }
            }
            return Input(bytes, as: "ledger.sqlite")
        } run: { input, scratch in
            let folder = scratch.appending(path: "ledger")
            try input.write(to: folder)
            let file = LedgerFile(folder.appending(path: "ledger.sqlite"))
            do throws(LedgerFault) {
                _ = try file.entries().runs.map(\.state)
            } catch { try demand(!error.description.isEmpty, "no word of what is wrong") }
            do throws(LedgerFault) { _ = try file.verify(checksFolders: false).faults } catch {
                try demand(!error.description.isEmpty, "no word of what is wrong")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            try demand(left == ["ledger.sqlite"], "reading a ledger left \(left)")
        }
    }
}
