"""What verify and every other reader of a result folder make of folders that somebody changed."""

import json
import random
import shutil
import signal

from program import ROOT, Folder, Watched, record, rehash, run

TWO = ROOT / "examples/two-nurseries"
TOWN = ROOT / "examples/small-town"


def written(record):
    """A record as run writes it, but for empty lists."""
    return json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False, separators=(",", " : ")) + "\n"


class Result(Folder):
    """A test that changes a result folder, `self.out`."""

    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"

    def record(self):
        return record(self.out)

    def save(self, record):
        (self.out / "run.json").write_text(written(record), encoding="utf-8")


class Formats(Result):
    def test_every_reader_refuses_another_format_with_the_same_sentence(self):
        run("run", TWO, "--out", self.out)
        shutil.copytree(self.out, self.folder / "right")
        manual = self.folder / "manual.csv"
        manual.write_text("child_id,facility_id\n1,A\n2,B\n3,B\n4,A\n")
        readers = [
            ["verify", TWO, self.out], ["explain", TWO, self.out, "1"],
            ["notices", TWO, self.out, "--out", self.folder / "notices"],
            ["compare", TWO, self.out, "--manual", manual, "--out", self.folder / "comparison"],
            ["publish-vacancies", TWO, self.out], ["compare-runs", self.out, self.folder / "right"],
            ["compare-runs", self.folder / "right", self.out],
        ]
        record = self.record()
        for changed, sentence in [
            (record | {"format": 2}, "The file has format 2; this version reads 1."),
            # Another format may have none of the fields of this one.
            ({"format": 3, "result": []}, "The file has format 3; this version reads 1."),
            ({name: value for name, value in record.items() if name != "format"}, "The file is not what run writes;"),
            (record | {"format": "1"}, "The file is not what run writes;"), ([], "The file is not what run writes;"),
        ]:
            self.save(changed)
            for reader in readers:
                done = run(*reader, *([] if reader[0] == "compare-runs" else ["--lang", "en"]), status=65)
                self.assertIn(sentence, done.stderr, reader)
                self.assertIn(f"{self.out} is no result folder that this version can read.", done.stderr, reader)
        self.assertFalse((self.folder / "notices").exists())
        self.assertFalse((self.folder / "comparison").exists())


class Hostile(Result):
    def test_numbers_at_the_end_of_their_range_are_faults_and_not_crashes(self):
        run("run", TOWN, "--out", self.out)
        record = self.record()
        proof = record["solver"]["proof"]
        most, least = 2**63 - 1, -(2**63)

        def changed(**fields):
            copy = json.loads(json.dumps(record))
            copy["solver"]["proof"].update(fields)
            return copy

        core = {"households": [0], "steps": []}
        for case in [
            changed(steps=["0>2147483647"]), changed(steps=["0:2147483647"]), changed(steps=["0:0-2147483647"]),
            changed(steps=["0?2147483647"]), changed(steps=["2147483647>0"]), changed(steps=["0:0@2147483647"]),
            changed(steps=["0>2147483648"]), changed(steps=["-1>0"]), changed(steps=["!"] * 1000),
            changed(cores=[core | {"least": most}, core | {"least": most, "households": [1]}]),
            changed(cores=[core | {"least": least}, core | {"least": least, "households": [1]}]),
            changed(cores=[core | {"least": 1, "households": [most]}]),
            changed(cores=[core | {"least": 1, "search": {"households": [least], "limits": [most]}}]),
            changed(components=[[most], [least]]), changed(components=[[0, 0]]), changed(components=[[]]),
            record | {"sufficient": {"children": least, "examined": most, "confirmed": most, "solves": 1}},
            record | {"sufficient": {"children": most, "examined": most, "confirmed": least, "solves": least}},
            record | {"advice": {"candidates": most, "tried": least}}, record | {"levels": []},
            record | {"levels": [{"name": "claims", "bound": most, "value": least, "proved": True}]},
            record | {"counts": {name: most for name in record["counts"]}},
            record | {"warnings": {"WISH_REPEATED": most, "FACILITY_GONE": least}},
            record | {"status": "feasible", "levels": [{"name": "claims", "bound": most, "proved": False}]},
            record | {"timings": {"readSeconds": -1e300}},
            record | {"solver": record["solver"] | {
                name: least for name in
                ["calls", "outcomes", "strikes", "components", "largestComponent", "undecidedHouseholds"]}},
            record | {"inputs": []}, record | {"phases": []}, record | {"pins": []}, record | {"objective": "fair"},
        ]:
            self.save(case)
            for options in [[], ["--deep"], ["--quick"]]:
                self.assertIn("fault: run.json", run("verify", TOWN, self.out, *options, status=4).stderr)
        self.assertGreater(len(proof["steps"]), 0)

    def test_a_household_too_many_and_too_few_numbers_are_refused(self):
        run("run", TWO, "--out", self.out)
        for text in ["", "{", "[" * 10_000, "nul", '{"format": 1e999}', '{"format": 1}', "\ud800", '{"format": 1, "counts": 5}']:
            (self.out / "run.json").write_bytes(text.encode("utf-8", "surrogatepass"))
            for command in [["verify"], ["explain"]]:
                run(*command, TWO, self.out, *(["1"] if command == ["explain"] else []), status=65)

    def test_a_hundred_records_changed_at_random_end_in_words(self):
        chance = random.Random(18)
        cases = []
        for name in ["two-nurseries", "support-first"]:
            run("run", ROOT / "examples" / name, "--out", self.folder / name)
            cases.append((ROOT / "examples" / name, self.folder / name))
        extremes = [0, 1, -1, 2**31 - 1, 2**31, 2**63 - 1, -(2**63), 0.5, 1e300, "", "x", None, True, [], {}, [[]], [-1]]

        def change(value):
            if isinstance(value, dict) and value and chance.random() < 0.9:
                key = chance.choice(sorted(value))
                value[key] = change(value[key])
                return value
            if isinstance(value, list) and value and chance.random() < 0.8:
                index = chance.randrange(len(value))
                value[index] = change(value[index])
                return value
            return chance.choice(extremes)

        for index in range(100):
            case, self.out = cases[index % 2]
            record = self.record()
            copy = json.loads(json.dumps(record))
            for _ in range(chance.randrange(1, 4)):
                change(copy)
            original = (self.out / "run.json").read_bytes()
            self.save(copy)
            done = run("verify", case, self.out, status=None)
            self.assertIn(done.returncode, [4, 65], (copy, done.stderr))
            (self.out / "run.json").write_bytes(original)


class Files(Result):
    def test_files_that_were_changed_removed_or_added(self):
        run("run", TOWN, "--out", self.out)
        run("verify", TOWN, self.out)
        file = self.out / "sufficient.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        self.assertGreater(len(lines), 50)
        wishes = [line.split(",")[:2] for line in lines]
        # Without its only answer a wish is not confirmed, which run.json counts.
        only = next(index for index in range(1, len(lines)) if wishes.count(wishes[index]) == 1)
        for changed in [
            lines + ["x\n"], lines[1:], lines[:only] + lines[only + 1:], lines[:2] + lines[1:], lines[:1] + lines[:0:-1],
            [line.replace(",1,", ",2,") for line in lines],
        ]:
            file.write_text("".join(changed), encoding="utf-8")
            done = run("verify", TOWN, self.out, status=4)
            self.assertIn("sufficient", done.stderr)
        file.unlink()
        self.assertIn("fault: sufficient.csv", run("verify", TOWN, self.out, status=4).stderr)
        file.write_text("".join(lines), encoding="utf-8")
        (self.out / "notes.txt").write_text("mine")
        self.assertIn(
            "fault: notes.txt: run did not write this; it was put there afterwards",
            run("verify", TOWN, self.out, status=4).stderr)

    def test_answers_that_solving_again_does_not_confirm_are_found_by_deep(self):
        run("run", TOWN, "--out", self.out)
        run("verify", TOWN, self.out, "--deep")
        file = self.out / "sufficient.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        # Of a wish with two answers one is left out: a wish may have one alone.
        wish = [line.split(",")[:2] for line in lines]
        place = next(index for index in range(2, len(lines)) if wish[index] == wish[index - 1])
        file.write_text("".join(lines[:place] + lines[place + 1:]), encoding="utf-8")
        self.assertIn(
            "fault: sufficient.csv: the file is not the one that run.json names",
            run("verify", TOWN, self.out, status=4).stderr)
        # Somebody who knows of the hash alters it too.
        rehash(self.out, "sufficient.csv")
        run("verify", TOWN, self.out)
        self.assertIn("confirms other answers", run("verify", TOWN, self.out, "--deep", status=4).stderr)

    def test_the_files_of_the_case_must_be_those_of_the_result_or_another_copy_that_is_told(self):
        run("run", TOWN, "--out", self.out)
        copy = self.folder / "copy"
        shutil.copytree(TOWN, copy)
        run("verify", copy, self.out)
        text = (copy / "children.csv").read_bytes()
        (copy / "children.csv").write_bytes(text.replace(b"\n", b"\r\n"))
        self.assertIn("run.json: inputs[1].sha256", run("verify", copy, self.out, status=4).stderr)
        done = run("verify", copy, self.out, "--other-copy")
        self.assertIn("made of another copy of children.csv, which says the same.", done.stdout)
        message = json.loads(run("verify", copy, self.out, "--other-copy", "--json").stdout.splitlines()[-1])
        self.assertEqual(message["otherFiles"], ["children.csv"])
        # A file of which the result knows nothing changes the case.
        (copy / "pins.csv").write_text("child_id,facility_id,by,reason\n")
        run("verify", copy, self.out, status=4)
        record = self.record()
        record["inputs"][0]["sha256"] = "0" * 64
        self.save(record)
        self.assertIn("run.json: inputs[0].sha256", run("verify", TOWN, self.out, status=4).stderr)


class Optimality(Result):
    def last(self, *arguments, status=0):
        return run(*arguments, status=status).stdout.splitlines()[-1]

    def test_quick_says_that_optimality_was_not_checked_unless_the_steps_show_it(self):
        run("run", TWO, "--out", self.out)
        self.assertIn("solved again and came to the same", self.last("verify", TWO, self.out))
        self.assertIn("optimality was not checked", self.last("verify", TWO, self.out, "--quick", status=3))
        self.assertIn("optimality was not checked", self.last("verify", TWO, self.out, "--time-limit", 0, status=3))
        self.assertIn("solved it again and came to the same", self.last("verify", TWO, self.out, "--deep"))
        for options, optimality, status in [([], "solved", 0), (["--quick"], "quick", 3), (["--deep"], "solved", 0)]:
            message = json.loads(run("verify", TWO, self.out, "--json", *options, status=status).stdout)
            self.assertEqual((message["message"], message["optimality"]), ("verified", optimality))
        run("verify", TWO, self.out, "--quick", "--deep", status=64)
        run("verify", TWO, self.out, "--quick", "--time-limit", 5, status=64)
        run("run", TOWN, "--out", self.folder / "town")
        self.assertIn("the one result of the rules", self.last("verify", TOWN, self.folder / "town", "--quick"))

    def test_a_result_that_is_not_proved_is_no_fault_and_says_so(self):
        for options in [[], ["--no-reduction"]]:
            for example in ["two-nurseries", "support-first"]:
                out = self.folder / f"{example}{len(options)}"
                run("run", ROOT / "examples" / example, "--out", out, "--time-limit", 0, *options, status=3)
                self.assertIn(
                    "the result is not proved", self.last("verify", ROOT / "examples" / example, out, status=3))

    def test_a_feasible_result_called_optimal_is_found(self):
        case = ROOT / "examples/support-first"
        run("run", case, "--out", self.out, "--time-limit", 0, status=3)
        record = self.record()
        record["status"] = "optimal"
        for phase in record["phases"]:
            phase["status"] = "optimal"
        for level in record["levels"] + [level for phase in record["phases"] for level in phase["levels"]]:
            level["proved"] = True
            if "bound" in level:
                level["bound"] = level["value"]
        self.save(record)
        run("verify", case, self.out, status=4)

    def test_ctrl_c_while_solving_again_ends_with_130(self):
        case = self.folder / "hard"
        run("generate", case, "--children", 400, "--facilities", 8, "--seed", 1, "--sibling-share", 0.9,
            "--transfer-share", 0.2, "--random-priorities")
        run("run", case, "--out", self.out, "--time-limit", 0, status=3)
        watched = Watched("verify", case, self.out, "--deep").until("solving")
        watched.send(signal.SIGINT)
        status, printed, _ = watched.end()
        self.assertEqual(status, 130, printed)
        self.assertIn("optimality was not checked: interrupted.", printed.splitlines()[-1])
