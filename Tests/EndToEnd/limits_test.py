"""Inputs and options that could keep the program busy for ever, and how it ends when it is stopped."""

import csv
import shutil
import time

import pytest

from program import ROOT, Folder, interrupted_at, record, run


def household(case, children, wishes, answer="{timing: any, facility: sameFirst}", others=0):
    """A case with one household of so many children with so many wishes each, and other children alone."""
    case.mkdir()
    (case / "case.yaml").write_text(
        "municipality: T\nround: first\nmonth: 2027-04\ndrawSeed: 1\n"
        f"priority:\n  - {{key: points, order: descending}}\nsiblings: {answer}\n")
    facilities = [f"F{index:02}" for index in range(max(wishes, 2))]
    with open(case / "facilities.csv", "w") as file:
        file.write("facility_id," + ",".join(f"seats_{age}" for age in range(6)) + "\n")
        file.writelines(f"{facility},2,2,2,2,2,2\n" for facility in facilities)
    with open(case / "children.csv", "w") as file:
        file.write("child_id,household_id,age_class,points," + ",".join(f"wish_{n + 1}" for n in range(wishes)) + "\n")
        for child in range(children):
            file.write(f"c{child:03},H,{child % 6},{10 + child}," + ",".join(facilities[:wishes]) + "\n")
        for child in range(others):
            wished = facilities[child % 2:child % 2 + 1] + [""] * (wishes - 1)
            file.write(f"d{child:03},D{child:03},{child % 6},{child}," + ",".join(wished) + "\n")
    return case


class Hard(Folder):
    """A test with a case that takes long."""

    def hard(self):
        """A city whose proof takes a second, and each question after it as long."""
        case = self.folder / "hard"
        run("generate", case, "--children", 400, "--facilities", 8, "--seed", 11, "--sibling-share", 0.9,
            "--transfer-share", 0.2, "--random-priorities")
        return case


    def within_the_questions(self, case, cut):
        """Tries time limits between the end of the proof and the end of the questions until `cut(number, limit)` is true."""

        def seconds(*options):
            begin = time.monotonic()
            run("run", case, "--out", self.folder / f"timed{len(options)}", *options)
            return time.monotonic() - begin

        proof, whole = seconds("--sufficient", 0), seconds()
        for number, part in enumerate([0.5, 0.3, 0.7, 0.15, 0.85] * 2):
            if cut(number, proof + part * (whole - proof)):
                return
        self.fail(f"no time limit came between the proof ({proof:.1f} s) and the end ({whole:.1f} s)")


class Households(Folder):
    def constant(self, case):
        shutil.copytree(ROOT / "examples/small-town", case)
        with open(case / "children.csv", newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        place = header.index("household_id")
        for row in rows:
            row[place] = "000000"
        with open(case / "children.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return case

    def test_a_constant_household_column_is_told_once_and_named(self):
        case = self.constant(self.folder / "constant")
        for command in (["check", case], ["run", case, "--out", self.folder / "out"]):
            said = run(*command, status=65).stderr
            self.assertEqual(said.count("HOUSEHOLD_CONSTANT"), 1, said)
            self.assertIn("200 of 200 children have this one household_id", said)
            self.assertNotIn("HOUSEHOLD_UNKNOWN", said)
        self.assertIn("世帯番号", run("check", case, "--lang", "ja", status=65).stderr)

    def test_in_a_batch_the_other_cases_go_on(self):
        inbox, results = self.folder / "inbox", self.folder / "results"
        inbox.mkdir()
        self.constant(inbox / "a-constant")
        household(inbox / "b-large", 7, 10, others=100)
        shutil.copytree(ROOT / "examples/two-nurseries", inbox / "c-good", ignore=shutil.ignore_patterns("expected"))
        done = run("batch", inbox, "--ledger", self.folder / "l.sqlite", "--out", results, status=65)
        self.assertIn("c-good: computed", done.stdout)
        self.assertIn("a-constant: failed", done.stdout)
        self.assertIn("b-large: failed", done.stdout)
        self.assertIn("HOUSEHOLD_TOO_LARGE", done.stderr)

    def test_a_household_too_large_is_an_error_with_a_place(self):
        sizes = [(6, 20), (22, 1), (7, 10), (8, 8), (10, 5), (14, 2), (60, 5)]
        answers = ["any", "together", "elder"]
        for children, wishes in sizes:
            for timing in answers if children == 60 else answers[:1]:
                with self.subTest(children=children, wishes=wishes, timing=timing):
                    name = f"{children}x{wishes}-{timing}"
                    case = household(
                        self.folder / name, children, wishes, f"{{timing: {timing}, facility: sameFirst}}", others=700)
                    said = run("check", case, status=65).stderr
                    self.assertIn("children.csv:2:6: error HOUSEHOLD_TOO_LARGE", said)
                    self.assertIn(f"{children} children", said)
                    run("run", case, "--out", self.folder / f"out-{name}", status=65)

    def test_a_table_of_joint_wishes_may_be_of_any_size(self):
        case, out = household(self.folder / "case", 60, 5), self.folder / "out"
        with open(case / "joint_wishes.csv", "w") as file:
            file.write("household_id,rank,child_id,facility_id\n")
            file.writelines(f"H,1,c{child:03},{'F00' if child < 2 else ''}\n" for child in range(60))
        run("run", case, "--out", out, "--accept", "CHILDREN_ALIKE")
        self.assertEqual(record(out)["counts"]["placed"], 2)
        run("verify", case, out)

    def test_five_children_with_twenty_wishes_end_in_time(self):
        case, out = household(self.folder / "case", 5, 20), self.folder / "out"
        done = run("run", case, "--out", out, "--time-limit", 1, status=None)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.assertTrue((out / "run.json").exists())


class Stopping(Hard):
    def test_the_first_ctrl_c_ends_a_search(self):
        case, out = self.folder / "case", self.folder / "out"
        run("generate", case, "--children", 2000, "--facilities", 60, "--sibling-share", 1, "--random-priorities",
            "--seed", 1)
        status, _, took = interrupted_at("deciding by logic", "run", case, "--out", out)
        self.assertEqual(status, 130)
        self.assertLess(took, 300)
        self.assertEqual(record(out)["status"], "interrupted")
        run("verify", case, out, status=3)

    def test_interrupted_after_the_proof_means_marked(self):
        case, out = self.hard(), self.folder / "out"
        status, said, _ = interrupted_at("looking for what would have sufficed", "run", case, "--out", out)
        self.assertEqual(status, 130)
        self.assertIn("cut short: interrupted", said)
        written = record(out)
        self.assertEqual((written["status"], written["sufficient"]["cut"]), ("optimal", "interrupted"))
        self.assertIn("途中まで", (out / "report.html").read_text(encoding="utf-8"))
        run("verify", case, out)

    @pytest.mark.alone
    def test_out_of_time_after_the_proof_means_marked(self):
        case = self.hard()

        def cut(attempt, limit):
            out = self.folder / f"out-{attempt}"
            done = run("run", case, "--out", out, "--time-limit", limit, status=None)
            written = record(out)
            if written["status"] != "optimal" or written["sufficient"].get("cut") != "time":
                return False
            self.assertEqual(done.returncode, 3)
            self.assertIn("cut short by the time limit", done.stdout)
            self.assertIn("計算時間が尽きたため", (out / "report.html").read_text(encoding="utf-8"))
            run("verify", case, out)
            return True

        self.within_the_questions(case, cut)

    def test_the_work_after_the_proof_ends_by_itself_and_is_the_same_each_time(self):
        case = self.hard()
        outs = []
        for threads in (1, 2):
            outs.append(self.folder / f"out-{threads}")
            run("run", case, "--out", outs[-1], "--threads", threads)
        first, second = map(record, outs)
        self.assertEqual(first["sufficient"], second["sufficient"])
        self.assertEqual(first["sufficient"]["cut"], "work")
        self.assertEqual(*((out / "sufficient.csv").read_bytes() for out in outs))
        self.assertEqual(*((out / "report.html").read_bytes() for out in outs))


class Batches(Hard):
    def test_an_interrupted_case_is_not_recorded(self):
        inbox, out, ledger = self.folder / "inbox", self.folder / "results", self.folder / "l.sqlite"
        inbox.mkdir()
        self.hard().rename(inbox / "hard")
        status, said, _ = interrupted_at(
            "looking for what would have sufficed", "batch", inbox, "--ledger", ledger, "--out", out)
        self.assertEqual(status, 130)
        self.assertIn("interrupted; nothing was recorded", said)
        self.assertNotIn("computed", said)
        self.assertEqual(list(out.glob("hard/revision-*")), [])

    @pytest.mark.alone
    def test_a_case_that_time_cut_is_told_now_and_later(self):
        inbox = self.folder / "inbox"
        inbox.mkdir()
        self.hard().rename(inbox / "hard")

        def cut(attempt, limit):
            out, ledger = self.folder / f"results-{attempt}", self.folder / f"{attempt}.sqlite"
            command = ["batch", inbox, "--ledger", ledger, "--out", out, "--time-limit", limit]
            done = run(*command, status=None)
            written = record(out / "hard/revision-1")
            if written["status"] != "optimal" or written["sufficient"].get("cut") != "time":
                return False
            self.assertEqual(done.returncode, 3)
            again = run(*command, status=3)
            for said in (done.stdout, again.stdout, (out / "batch.html").read_text(encoding="utf-8")):
                self.assertIn("was cut short by the time limit", said)
            self.assertIn("cut short", run("ledger", "show", ledger, "1").stdout)
            return True

        self.within_the_questions(inbox / "hard", cut)


class Asking(Hard):
    def held(self, case, out):
        run("run", case, "--out", out, "--sufficient", 0)
        with open(out / "placements.csv", encoding="utf-8") as file:
            return next(row["child_id"] for row in csv.DictReader(file) if row["outcome"] == "held")

    def test_explain_gives_the_reasons_first_and_keeps_them_when_it_is_stopped(self):
        case, out = self.hard(), self.folder / "out"
        child = self.held(case, out)
        status, said, _ = interrupted_at(
            "looking for what would have sufficed", "explain", case, out, child, "--lang", "en")
        self.assertEqual(status, 130)
        plain = run("explain", case, out, child, "--lang", "en", "--no-sufficient").stdout
        self.assertTrue(said.startswith(plain))
        self.assertIn("Interrupted here", said)
        timed = run("explain", case, out, child, "--lang", "en", "--time-limit", 0, status=3).stdout
        self.assertTrue(timed.startswith(plain))
        self.assertIn("The time ended here", timed)

    def test_explain_ends_by_itself(self):
        case, out = self.hard(), self.folder / "out"
        child = self.held(case, out)
        self.assertIn("too much work", run("explain", case, out, child, "--lang", "en").stdout)

    def test_calibrate_gives_what_it_has(self):
        case = self.folder / "city"
        run("generate", case, "--children", 2000, "--facilities", 75, "--seed", 5, "--manual-mistakes", 2)
        proposed = self.folder / "proposed.yaml"
        status, said, _ = interrupted_at("settings tried", "calibrate", case, "--out", proposed)
        self.assertEqual(status, 130)
        self.assertIn("Cut short (interrupted)", said)
        self.assertIn("as written", said)
        self.assertFalse(proposed.exists())


class Options(Folder):
    def test_numbers_have_ranges(self):
        case, out = ROOT / "examples/two-nurseries", self.folder / "out"
        long = ["inf", "nan", "1e400", "1e300", "1e19", "-1", "-inf"]
        huge = 2**63 - 1
        wrong = [["run", case, "--out", out, f"--time-limit={value}"] for value in long]
        wrong += [["run", case, "--out", out, f"--sufficient={value}"] for value in (-1, huge)]
        wrong += [["check", case, f"--threads={value}"] for value in (-1, 0, huge)]
        for value in long:
            wrong += [
                ["batch", self.folder, "--ledger", self.folder / "l", "--out", out, f"--time-limit={value}"],
                ["what-if", case, "--change", "seats:A:1:+1", f"--time-limit={value}"],
                ["compare", case, out, "--out", out, f"--time-limit={value}"],
                ["calibrate", case, f"--time-limit={value}"],
                ["verify", case, out, "--deep", f"--time-limit={value}"],
                ["explain", case, out, "1", f"--time-limit={value}"],
                ["batch", self.folder, "--ledger", self.folder / "l", "--out", out, f"--interval={value}"],
            ]
        wrong += [
            ["what-if", case, "--change", f"seats:A:1:+{huge}"],
            ["what-if", case, "--change", f"seats:A:1:+{huge}0"],
            ["what-if", case, "--change", f"seats:A:1:-{huge}"],
            ["what-if", case, "--change", "seats:A:1:+1", "--draws", huge],
            ["what-if", case, "--change", "seats:A:1:+1", "--draws", 0],
            ["table", case, "X", "Y", f"--most={huge}"], ["table", case, "X", "Y", "--most=0"],
            ["calibrate", case, f"--roots={huge}"], ["calibrate", case, "--most=0"], ["calibrate", case, "--roots=-1"],
            ["calibrate", case, f"--threads={huge}"],
        ]
        for option in (
            "manual-mistakes=99999", f"manual-mistakes={huge}", "manual-mistakes=-1", "children=-5", f"children={huge}",
            "facilities=0", f"facilities={huge}", "wishes=-3", f"wishes={huge}", "sibling-share=nan",
            "sibling-share=1e400", "held-share=-1", f"sibling-bonus={huge}", "household-sizes=inf,nan,1", "seed=-1",
            f"seed={2**64}", "transfer-share=2", "enrolled-sibling-share=nan", "month=99999-01",
        ):
            wrong.append(["generate", out, "--children=10", "--facilities=3", f"--{option}"])
        for command in wrong:
            with self.subTest(command=list(map(str, command))):
                said = run(*command, status=64, timeout=60).stderr
                self.assertNotEqual(said.strip(), "")
                self.assertFalse(out.exists())

    def test_a_round_by_hand_ends_where_no_mistake_is_left(self):
        done = run("generate", self.folder / "g", "--children", 10, "--facilities", 3, "--manual-mistakes", 10)
        self.assertIn("only 9 mistakes that change anything were found", done.stderr)
