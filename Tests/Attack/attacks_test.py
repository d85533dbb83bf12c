"""What outsiders once broke the program with, in small, and how it must behave instead.

Each test is named after the fault of the review that it repeats. What a message is called is left open; that there is one, where it
points to, and the exit status are not.
"""

import csv
import hashlib
import json
import os
import re
import resource
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import time

import pytest

from program import ENMUSUBI, EXAMPLES, PATIENCE, Folder, Watched, start, wait_for, words

DOCUMENTED = {0, 2, 3, 4, 64, 65, 74, 130}
REFUSED = {2, 65}
# What has just come into an inbox would be waited for.
AT_ONCE = ["--quiet-time", "0"]

CHILDREN = """\
child_id,household_id,birth_date,wish_1,wish_2,points
1,X,2025-04-10,A,B,40
2,Y,2025-05-02,A,B,38
3,Y,2026-03-20,A,B,36
4,X,2026-03-25,A,B,34
"""


def environment(**more):
    # Without a core of the crash in the way; the runtime's own report is what F29 is about.
    return {**os.environ, "SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C.UTF-8", **more}


def memory(gigabytes):
    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (gigabytes << 30, gigabytes << 30))

    return limit


class Done:
    """How a command ended and what it said."""

    def __init__(self, status, out, err, seconds):
        self.status, self.seconds = status, seconds
        self.out, self.err = out.decode(errors="replace"), err.decode(errors="replace")
        self.text = self.out + self.err

    def __str__(self):
        return f"status {self.status} after {self.seconds:.1f} s\n{self.out[-1500:]}\n{self.err[-1500:]}"


class Attack(Folder):
    maxDiff = None

    def setUp(self):
        super().setUp()
        os.umask(0o022)

    def run_program(self, *arguments, within=60, status=None, gigabytes=8, env=None, prefix=()):
        """Runs the program, which must end in time, not by a signal, and with a documented status."""
        begin = time.monotonic()
        command = [*prefix, ENMUSUBI, *words(arguments)]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=within, cwd=self.folder, stdin=subprocess.DEVNULL,
                preexec_fn=memory(gigabytes), env=environment(**(env or {})))
        except subprocess.TimeoutExpired:
            self.fail(f"no end after {within} s: {arguments}")
        result = Done(done.returncode, done.stdout, done.stderr, time.monotonic() - begin)
        self.sound(result, arguments)
        if status is not None:
            self.assertIn(result.status, status if isinstance(status, (set, tuple, list)) else {status}, f"{arguments}: {result}")
        return result

    def sound(self, done, what):
        self.assertIn(done.status, DOCUMENTED, f"{what}: {done}")

    def shell(self, command, within=60):
        """Runs a line of the shell in which $B is the program."""
        begin = time.monotonic()
        try:
            done = subprocess.run(
                ["bash", "-c", command], capture_output=True, timeout=within, cwd=self.folder, stdin=subprocess.DEVNULL,
                env=environment(B=ENMUSUBI), preexec_fn=memory(8))
        except subprocess.TimeoutExpired:
            self.fail(f"no end after {within} s: {command}")
        result = Done(done.returncode, done.stdout, done.stderr, time.monotonic() - begin)
        self.sound(result, command)
        return result

    def copy(self, example="two-nurseries", name="case", **files):
        """A case like an example, some of its files with other content; `_` stands for the point of a file's name."""
        case = self.folder / name
        shutil.copytree(EXAMPLES / example, case)
        for file, text in files.items():
            (case / file.replace("_", ".")).write_bytes(text if isinstance(text, bytes) else text.encode())
        return case

    def change(self, case, file, old, new):
        path = case / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def inbox(self, **cases):
        """An inbox with copies of examples, each of a municipality of its own, all copied long ago."""
        for name, example in cases.items():
            case = self.copy(example, f"inbox/{name}")
            settings = case / "case.yaml"
            settings.write_text(re.sub("(?m)^municipality: .*$", f"municipality: {name}", settings.read_text()))
        self.age()

    def age(self):
        inbox = self.folder / "inbox"
        for path in [*inbox.rglob("*"), inbox]:
            os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)

    def batch(self, *more, **options):
        return self.run_program("batch", "inbox", "--ledger", "l.sqlite", "--out", "results", *AT_ONCE, *more, **options)

    def refused(self, case, *words, within=60):
        """The case must not be run in silence: a refusal, or a doubt to be accepted, that names these words; nothing written."""
        self.refusals = getattr(self, "refusals", 0) + 1
        out = self.folder / f"refused{self.refusals}"
        done = self.run_program("run", case, "--out", out, within=within, status=REFUSED)
        for word in words:
            self.assertIn(word, done.text)
        self.assertFalse(out.exists())
        return done

    def placements(self, folder):
        with open(folder / "placements.csv", encoding="utf-8", newline="") as file:
            return {row["child_id"]: (row["outcome"], row["facility_id"]) for row in csv.DictReader(file)}

    def result(self, case, name="result", *more, status=0):
        """Runs the case, accepting what it asks to accept."""
        done = self.run_program("run", case, "--out", name, *more)
        if done.status == 2:
            codes = sorted(set(re.findall(r"--accept ([A-Z_]+)", done.text)))
            done = self.run_program("run", case, "--out", name, *more, *[word for code in codes for word in ("--accept", code)])
        self.assertEqual(done.status, status, str(done))
        return self.folder / name

    def household(self, children, wishes, name="case", settings="siblings: {timing: any, facility: sameFirst}"):
        """A case of one household."""
        facilities = [f"F{number:02}" for number in range(wishes)]
        header = ["child_id", "household_id", "age_class"] + [f"wish_{number + 1}" for number in range(wishes)] + ["points"]
        rows = [[f"C{child:03}", "H", str(child % 6), *facilities, str(child)] for child in range(children)]
        case = self.folder / name
        case.mkdir(parents=True)
        (case / "children.csv").write_text("\n".join(map(",".join, [header, *rows])) + "\n")
        seats = ",".join(f"seats_{age}" for age in range(6))
        (case / "facilities.csv").write_text(
            f"facility_id,name,{seats}\n" + "".join(f"{facility},{facility},2,2,2,2,2,2\n" for facility in facilities))
        (case / "case.yaml").write_text(
            "municipality: Example\nround: 2027-04 first\nmonth: 2027-04\n"
            f"priority:\n  - {{key: points, order: descending}}\ndrawSeed: 1\n{settings}\n")
        return case


class Critical(Attack):
    def test_F01_a_misspelt_wish_column_is_not_dropped_in_silence(self):
        for number, header in enumerate([
            "wish_02", "wish2", "wish_0", "Wish_2", "wish-2", "wish 2", "WISH_2", "wihs_2", "第2希望", "第２希望", "希望2",
        ]):
            with self.subTest(header=header):
                case = self.copy(name=f"case{number}", children_csv=CHILDREN.replace("wish_2", header))
                self.refused(case, "children.csv", header)
        with self.subTest("a third wish"):
            third = CHILDREN.replace("wish_2,", "wish_2,第3希望,").replace("A,B,", "A,B,,")
            self.refused(self.copy(name="third", children_csv=third), "children.csv", "第3希望")
        with self.subTest("only the cells tell"):
            by_cells = CHILDREN.replace("wish_2", "nursery")
            self.refused(self.copy(name="cells", children_csv=by_cells), "children.csv", "nursery")

    def test_F01_a_misspelt_facility_column_is_not_dropped_in_silence(self):
        for wrong, right in [("current_facility", "current_facility_id"), ("sibling_facilities", "sibling_facility_ids")]:
            with self.subTest(header=wrong):
                case = self.copy("transfer-cycle" if wrong == "current_facility" else "two-nurseries", name=wrong)
                if wrong == "current_facility":
                    self.change(case, "children.csv", right, wrong)
                else:
                    text = CHILDREN.replace("wish_1", f"{wrong},wish_1").replace(",A,B,", ",B,A,B,")
                    (case / "children.csv").write_text(text)
                self.refused(case, "children.csv", wrong)

    def test_F02_a_constant_household_column_is_told(self):
        case = self.copy("small-town")
        with open(case / "children.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        for row in rows[1:]:
            row[1] = "000000"
        with open(case / "children.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        for extra in ["households.csv", "joint_wishes.csv"]:
            (case / extra).unlink()
        self.refused(case, "children.csv", "household")
        done = self.run_program("check", case, status=REFUSED)
        self.assertIn("household", done.text)

    def test_F02_a_household_of_many_does_not_end_the_batch(self):
        self.inbox(good="two-nurseries")
        self.household(60, 5, "inbox/large")
        self.change(self.folder / "inbox/large", "case.yaml", "Example", "large")
        self.age()
        self.batch(within=60)
        self.assertTrue(list((self.folder / "results").rglob("placements.csv")))

    def test_F02_large_households_end_in_time(self):
        for children, wishes in [(60, 5), (6, 20), (7, 10), (10, 5), (14, 2), (22, 1), (300, 1), (16, 20)]:
            for settings in ["siblings: {timing: any, facility: sameFirst}", "siblings: {timing: together, facility: sameOnly}"]:
                with self.subTest(children=children, wishes=wishes, settings=settings):
                    name = f"case-{children}-{wishes}-{len(settings)}"
                    case = self.household(children, wishes, name, settings)
                    done = self.run_program("run", case, "--out", f"out-{name}", "--time-limit", "2", within=20)
                    self.assertIn(done.status, {0, 2, 3, 65}, str(done))
                    if done.status == 0:
                        self.run_program("verify", case, f"out-{name}", status=0)

    def test_F02_one_interrupt_ends_it(self):
        case = self.household(6, 20)
        process = subprocess.Popen(
            [ENMUSUBI, "run", case, "--out", self.folder / "out"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment())
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail("not ended 5 s after Ctrl-C")
        self.assertIn(process.returncode, DOCUMENTED)


class High(Attack):
    def test_F03_a_search_cut_short_says_so(self):
        case = self.copy("small-town")
        begin = time.monotonic()
        whole = (self.result(case, "whole") / "sufficient.csv").read_bytes()
        took = time.monotonic() - begin
        for number, part in enumerate([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.1]):
            limit = part * took
            with self.subTest(limit=limit):
                out = self.folder / f"limited{number}"
                done = self.run_program("run", case, "--out", out, "--time-limit", str(limit), status={0, 3})
                self.assert_whole_or_marked(out, done.status, whole)
        for number, part in enumerate([0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1]):
            with self.subTest(interrupted=part * took):
                out = self.folder / f"interrupted{number}"
                process = start("run", case, "--out", out, env=environment())
                # Interrupted at any moment, spread over the time that a whole run takes.
                time.sleep(part * took)
                process.send_signal(signal.SIGINT)
                self.assertIn(process.wait(PATIENCE), {0, 130})
                self.assert_whole_or_marked(out, process.returncode, whole)

    def assert_whole_or_marked(self, out, status, whole):
        if status == 0:
            self.assertEqual((out / "sufficient.csv").read_bytes(), whole, "status 0, and sufficient.csv is not whole")
        elif out.exists() and (out / "sufficient.csv").exists():
            record = json.loads((out / "run.json").read_text())
            if (out / "sufficient.csv").read_bytes() != whole:
                self.assertTrue(
                    record["solver"].get("status", record.get("status")) != "optimal"
                    or "cut" in json.dumps(record.get("sufficient", {})) or record.get("status") != "optimal",
                    "cut short, and run.json does not say so")

    def test_F03_an_interrupted_batch_records_nothing_unfinished(self):
        self.inbox(town="small-town")
        whole, took = None, 0
        for number, part in enumerate([None, *(0.1 + step / 16 for step in range(16))]):
            with self.subTest(part=part):
                command = ["batch", "inbox", "--ledger", f"l{number}.sqlite", "--out", f"results{number}", *AT_ONCE]
                if part is not None:
                    process = start(*command, cwd=self.folder, env=environment())
                    time.sleep(part * took)
                    process.send_signal(signal.SIGINT)
                    process.wait(PATIENCE)
                done = self.run_program(*command, status=0)
                took = took or done.seconds
                files = sorted((self.folder / f"results{number}").rglob("sufficient.csv"))
                self.assertTrue(files)
                whole = whole or files[-1].read_bytes()
                self.assertEqual(files[-1].read_bytes(), whole, "what an interrupted batch left is kept for good")

    def test_F04_lost_messages_do_not_end_a_run(self):
        for number, redirection in enumerate(["2>&-", "2>/dev/full", ">/dev/full 2>&1", ">&- 2>&-", ">/dev/full", ">&-"]):
            with self.subTest(redirection=redirection):
                done = self.shell(f"exec \"$B\" run {shlex.quote(str(EXAMPLES / 'small-town'))} --out o{number} {redirection}")
                self.assertIn(done.status, {0, 74}, str(done))
                if redirection.startswith("2>"):
                    self.assertEqual(done.status, 0, str(done))
                self.assertTrue((self.folder / f"o{number}/placements.csv").exists())

    def test_F04_data_that_cannot_be_written_end_with_74(self):
        case = self.copy()
        result = self.result(case)
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        for command in [
            f"check {case} --json", f"verify {case} {result} --json", f"publish-vacancies {case} {result}",
            "ledger export l.sqlite", f"notices {case} {result} --print-template",
        ]:
            with self.subTest(command=command):
                self.assertEqual(self.shell(f"exec \"$B\" {command} >/dev/full").status, 74)
                self.assertIn(self.shell(f"exec \"$B\" {command} >&-").status, {0, 74})

    def test_F04_no_output_ends_a_command_by_a_signal(self):
        case = self.copy()
        result = self.result(case)
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        for command in [
            f"check {case}", f"explain {case} {result} 1", f"table {case} X Y", "ledger list l.sqlite", "ledger verify l.sqlite",
            f"suggest-columns {case}/children.csv", f"compare-runs {result} {result}", f"verify {case} {result}",
            "check nowhere", "run nowhere --out x", f"what-if {case} --change seats:A:1:+1", "batch inbox --ledger l.sqlite --out results",
        ]:
            for redirection in [">/dev/full", ">&-", "2>/dev/full", "2>&-", ">/dev/full 2>/dev/full", ">&- 2>&- <&-"]:
                with self.subTest(command=command, redirection=redirection):
                    self.shell(f"exec \"$B\" {command} {redirection}")

    def test_F04_watching_outlives_a_full_log(self):
        self.inbox(one="two-nurseries", bad="two-nurseries")
        (self.folder / "inbox/bad/children.csv").write_text("nothing\n")
        self.age()
        with open("/dev/full", "w") as full:
            process = subprocess.Popen(
                [ENMUSUBI, "batch", "inbox", "--ledger", "l.sqlite", "--out", "results", "--watch", "--interval", "0.3"],
                cwd=self.folder, stdout=full, stderr=full, env=environment())
            try:
                with self.assertRaises(subprocess.TimeoutExpired, msg="the watching ended by itself"):
                    process.wait(4)
            finally:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.assertIn(process.returncode, DOCUMENTED)

    def test_F05_a_truncated_ledger_is_told(self):
        self.inbox(one="two-nurseries", two="transfer-cycle")
        self.batch(status=0)
        data = (self.folder / "l.sqlite").read_bytes()
        lengths = sorted({5000, 4097, *range(4096, len(data), 397)})
        for length in lengths:
            with self.subTest(length=length):
                (self.folder / "t.sqlite").write_bytes(data[:length])
                self.run_program("ledger", "verify", "t.sqlite", status={4} if length == 5000 else {4, 65, 74})
                self.run_program("ledger", "list", "t.sqlite", status={4, 65, 74})
                self.run_program("batch", "inbox", "--ledger", "t.sqlite", "--out", "other", *AT_ONCE, status={4, 65, 74})
                self.assertEqual((self.folder / "t.sqlite").read_bytes(), data[:length], "the altered ledger was written to")

    def test_F05_entries_of_other_types_are_told(self):
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        for number, values in enumerate([
            (1, None, None, None), (None, None, None, None), ("x", "y", "z", "w"), (1, b"\xff", b"\xff", b"\xff"), (1.5, 2, 3, 4),
            (2**63 - 1, "", "", "{}"), (-(2**63), "", "", "{}"), (1, "0" * 64, "0" * 64, "{" * 100_000),
        ]):
            with self.subTest(values=str(values)[:60]):
                ledger = self.folder / f"types{number}.sqlite"
                base = sqlite3.connect(ledger)
                base.execute("CREATE TABLE entry (number, previous, hash, body)")
                base.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", values)
                base.commit()
                base.close()
                self.run_program("ledger", "verify", ledger, status={4, 65})
                self.run_program("ledger", "list", ledger, status={4, 65})

    def test_F05_the_last_revision_of_all_is_told(self):
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        ledger = self.folder / "l.sqlite"
        base = sqlite3.connect(ledger)
        body = base.execute("SELECT body FROM entry ORDER BY number").fetchone()[0]
        base.close()
        last = 2**63 - 1
        forged = self.folder / "forged.sqlite"
        base = sqlite3.connect(forged)
        base.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, previous TEXT, hash TEXT, body TEXT)")
        previous = "0" * 64
        for number in (1, 2):
            entry = json.loads(body)
            entry["run"]["revision"] = last
            if number == 2:
                entry["run"]["supersedes"] = 1
            text = json.dumps(entry)
            digest = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
            base.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (number, previous, digest, text))
            previous = digest
        base.commit()
        base.close()
        self.run_program("ledger", "verify", forged, status=4)
        self.run_program("ledger", "list", forged, status=4)

    def altered(self, alter, example="small-town", name="altered"):
        """A result of the example with another run.json."""
        case = EXAMPLES / example
        if not (self.folder / f"result-{example}").exists():
            self.result(case, f"result-{example}")
        result = self.folder / name
        shutil.rmtree(result, ignore_errors=True)
        shutil.copytree(self.folder / f"result-{example}", result)
        path = result / "run.json"
        record = json.loads(path.read_text())
        alter(record)
        path.write_text(json.dumps(record, ensure_ascii=False, indent=2))
        return case, result

    def test_F06_a_crafted_proof_is_told(self):
        whole, least = 2**63 - 1, -(2**63)

        def steps(text):
            def alter(record):
                record["solver"]["proof"]["steps"] = [text]
            return alter

        def cores(number):
            def alter(record):
                core = {"households": [0], "least": number, "steps": []}
                known = record["solver"]["proof"].get("cores") or []
                core = {**(known[0] if known else core), "least": number}
                record["solver"]["proof"]["cores"] = [core, dict(core)]
            return alter

        def sufficient(record):
            record["sufficient"] = {"children": least, "examined": whole, "confirmed": whole, "solves": 1}

        for example in ["small-town", "two-nurseries"]:
            for name, alter in [
                ("after", steps("0>2147483647")), ("full", steps("0:2147483647")), ("range", steps("0:0-2147483647")),
                ("suppose", steps("0?2147483647")), ("limit", steps("0:0@2147483647")), ("household", steps("2147483647>0")),
                ("cores", cores(whole)), ("negative cores", cores(least)), ("sufficient", sufficient),
            ]:
                with self.subTest(example=example, what=name):
                    case, result = self.altered(alter, example)
                    self.run_program("verify", case, result, status={4, 65})

    def test_F07_every_file_and_field_is_verified(self):
        def set_field(*keys, value):
            def alter(record):
                for key in keys[:-1]:
                    record = record[key]
                self.assertIn(keys[-1], record if isinstance(record, dict) else range(len(record)))
                self.assertNotEqual(record[keys[-1]], value)
                record[keys[-1]] = value
            return alter

        def hashes(record):
            record["inputs"][0]["sha256"] = "0" * 64

        def inputs(record):
            record["inputs"] = []

        for name, alter in [
            ("municipality", set_field("municipality", value="Elsewhere")), ("round", set_field("round", value="another")),
            ("month", set_field("month", value="2028-04")), ("objective", set_field("objective", value="nothing")),
            ("hashes", hashes), ("no inputs", inputs),
        ]:
            with self.subTest(field=name):
                case, result = self.altered(alter)
                self.run_program("verify", case, result, status={4, 65})

    def test_F07_sufficient_answers_are_verified(self):
        case = EXAMPLES / "small-town"
        result = self.result(case)
        path = result / "sufficient.csv"
        whole = path.read_text()
        lines = whole.splitlines(keepends=True)
        self.assertGreater(len(lines), 3)
        fields = lines[1].split(",")
        wrong = {
            "a further line": whole + "x\n", "empty": "", "no such child": whole + ",".join(["nobody", *fields[1:]]),
            "no file": None, "a field too many": whole + lines[1].rstrip("\n") + ",1\n", "a byte": "X" + whole[1:],
        }
        for name, text in wrong.items():
            with self.subTest(what=name):
                if text is None:
                    path.unlink()
                else:
                    path.write_text(text)
                self.run_program("verify", case, result, status={4, 65})
        path.write_text(whole)
        self.run_program("verify", case, result, status=0)

    def test_F08_small_numbers_are_not_open(self):
        for seed in range(1, 5):
            case = self.folder / f"city{seed}"
            self.run_program("generate", case, "--children", "150", "--facilities", "8", "--seed", str(seed), status=0)
            result = self.result(case, f"result{seed}")
            self.run_program("publish-vacancies", case, result, "--out", f"vacancies{seed}.csv", status=0)
            with open(result / "borders_public.csv", encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            with self.subTest(seed=seed):
                for row in rows:
                    numbers = {key: int(row[key]) for key in ("applicants", "placed") if row.get(key, "").isdigit()}
                    self.assertNotIn(numbers.get("applicants"), (1, 2), f"one or two applicants are told: {row}")
                    self.assertNotIn(numbers.get("placed"), (1, 2), f"one or two placed are told: {row}")
                    if len(numbers) == 2:
                        self.assertNotIn(
                            numbers["applicants"] - numbers["placed"], (1, 2), f"one or two refused are told: {row}")

    def test_F09_what_is_no_plain_file_is_refused(self):
        case = self.copy(name="zero")
        (case / "children.csv").unlink()
        (case / "children.csv").symlink_to("/dev/zero")
        self.run_program("check", case, within=20, gigabytes=2, status=65)
        case = self.copy(name="fifo")
        (case / "children.csv").unlink()
        os.mkfifo(case / "children.csv")
        self.run_program("check", case, within=20, status=65)
        case = self.copy(name="folder")
        (case / "children.csv").unlink()
        (case / "children.csv").mkdir()
        self.run_program("check", case, within=20, status=65)
        case = self.copy(name="named")
        with open(case / "case.yaml", "a") as settings:
            settings.write("columns: {files: {children: ../../../../../../../dev/zero}}\n")
        self.run_program("check", case, within=20, gigabytes=2, status=65)
        case = self.copy(name="settings")
        (case / "case.yaml").unlink()
        os.mkfifo(case / "case.yaml")
        self.run_program("check", case, within=20, status=65)

    def test_F09_such_a_case_does_not_stop_the_others(self):
        self.inbox(good="two-nurseries", zero="two-nurseries", fifo="two-nurseries")
        for name in ["zero", "fifo"]:
            (self.folder / f"inbox/{name}/children.csv").unlink()
        (self.folder / "inbox/zero/children.csv").symlink_to("/dev/zero")
        os.mkfifo(self.folder / "inbox/fifo/children.csv")
        self.age()
        done = self.batch(within=30, gigabytes=2)
        self.assertNotEqual(done.status, 0)
        self.assertEqual(len(list((self.folder / "results").rglob("placements.csv"))), 1, str(done))


class Medium(Attack):
    def test_F10_files_outside_the_case_are_not_read(self):
        secret = self.folder / "secret.csv"
        secret.write_text(CHILDREN.replace("points", "points,geheim_column").replace("\n1,X", "\nGEHEIM,X").replace(
            "0\n", "0,\n").replace("8\n", "8,\n").replace("6\n", "6,\n").replace("4\n", "4,\n"))
        case = self.copy()
        with open(case / "case.yaml", "a") as settings:
            settings.write("columns: {files: {children: ../secret.csv}}\n")
        for command in [("check", case), ("run", case, "--out", "o")]:
            done = self.run_program(*command, status=65)
            self.assertNotRegex(done.text, "(?i)geheim")
        self.assertFalse((self.folder / "o").exists())

    def test_F10_links_do_not_lead_a_batch_outside(self):
        outside = self.copy(name="outside")
        self.change(outside, "children.csv", "\n1,X", "\nGEHEIM,X")
        self.inbox(good="two-nurseries", sym="two-nurseries")
        (self.folder / "inbox/sym/children.csv").unlink()
        (self.folder / "inbox/sym/children.csv").symlink_to(outside / "children.csv")
        (self.folder / "inbox/linked").symlink_to(outside)
        self.age()
        done = self.batch()
        for path in (self.folder / "results").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"GEHEIM", path.read_bytes(), str(path))
        self.assertNotEqual(done.status, 0)
        self.assertTrue(list((self.folder / "results").rglob("placements.csv")), str(done))

    def test_F11_children_are_not_for_everybody_to_read(self):
        case = self.copy()
        result = self.result(case)
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        self.run_program("notices", case, result, "--out", "letters", status=0)
        self.run_program("publish-vacancies", case, result, "--out", "v.csv", status=0)
        kept = [path for top in ["result", "letters", "results"] for path in (self.folder / top).rglob("*")]
        for path in [result, self.folder / "letters", self.folder / "l.sqlite", *kept]:
            if path.name in ("borders_public.csv",) or "lock" in path.name:
                continue
            # Folders between may be open; what holds children's data may not.
            if path.is_dir() and not (path / "placements.csv").exists() and not (path / "children.csv").exists():
                continue
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o007, 0, f"{path} is open to everybody")
        self.assertEqual(stat.S_IMODE((self.folder / "v.csv").stat().st_mode), 0o644)

    def test_F12_what_nobody_sees_parts_no_siblings(self):
        expected = self.placements(self.result(self.copy(name="plain"), "plain-result"))
        for number, mark in enumerate([
            "\ufeff", "\u00ad", "\u200d", "\u2060", "\u034f", "\ufe0f", "\U000e0100", "\u200b", "\u00a0", "\x7f", "\x9b",
        ]):
            with self.subTest(mark=hex(ord(mark))):
                case = self.copy(name=f"case{number}", children_csv=CHILDREN.replace("3,Y", f"3,{mark}Y"))
                done = self.run_program("run", case, "--out", f"out{number}", status={0, 2, 65})
                if done.status == 0:
                    self.assertEqual(self.placements(self.folder / f"out{number}"), expected)

    def test_F12_ids_that_look_alike_are_told(self):
        for number, letter in enumerate(["Х", "x"]):
            with self.subTest(letter=letter):
                case = self.copy(name=f"case{number}", children_csv=CHILDREN.replace("4,X", f"4,{letter}"))
                done = self.run_program("run", case, "--out", f"out{number}", status={0, 2, 65})
                told = self.run_program("check", case, status={0, 2, 65})
                self.assertTrue(
                    done.status in REFUSED or re.search(r"children\.csv:5", told.text), f"not a word: {told}")

    def test_F13_next_writes_only_what_check_accepts(self):
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        done = self.run_program(
            "next", "inbox/one", "l.sqlite", "--month", "2027-05", "--out", "may", status={0, 65})
        if done.status == 0:
            self.run_program("check", "may", status={0, 2})
        else:
            self.assertFalse((self.folder / "may").exists())

    def test_F14_letters_are_made_whatever_the_names(self):
        case = self.copy()
        self.change(case, "facilities.csv", "Aoba Nursery", "𠮷野保育園é")
        result = self.result(case)
        done = self.run_program("notices", case, result, "--out", "letters")
        self.assertIn(done.status, {0, 65}, str(done))
        self.run_program("notices", case, result, "--out", "utf8", "--encoding", "utf8", status=0)
        text = "".join(path.read_text(encoding="utf-8") for path in sorted((self.folder / "utf8").iterdir()) if path.is_file())
        self.assertIn("𠮷野保育園", text)

    def test_F15_values_of_options_are_refused_in_words(self):
        case = self.copy()
        self.inbox(one="two-nurseries")
        for limit in ["inf", "1e400", "nan", "-1"]:
            with self.subTest(limit=limit):
                self.run_program("run", case, "--out", "o", f"--time-limit={limit}", status=64)
                self.run_program(
                    "batch", "inbox", "--ledger", "l.sqlite", "--out", "r", f"--time-limit={limit}", status=64)
                self.run_program("what-if", case, "--change", "seats:A:1:+1", f"--time-limit={limit}", status=64)
        for number, limit in enumerate(["1e300", "1e19", "1e18", "9223372036854775807"]):
            with self.subTest(limit=limit):
                self.run_program("run", case, "--out", f"o{number}", f"--time-limit={limit}", status={0, 64})
        for amount in ["+9223372036854775807", "-9223372036854775807", "=9223372036854775807", "+9223372036854775808"]:
            self.run_program("what-if", case, "--change", f"seats:A:1:{amount}", status={64, 65})
        for draws in ["9223372036854775807", "0", "-1"]:
            self.run_program("what-if", case, "--change", "drawSeed:x", f"--draws={draws}", status={64, 65}, within=30)
        for threads in ["9223372036854775807", "0", "-1"]:
            self.run_program("check", case, f"--threads={threads}", status={0, 64})
        self.run_program(
            "generate", "g", "--children", "10", "--facilities", "3", "--manual-mistakes", "99999", status={64, 65}, within=30)
        self.run_program("generate", "h", "--children", "10", "--manual-mistakes", "99999", status={64, 65}, within=30)

    @pytest.mark.alone
    def test_F16_very_many_columns_are_read_or_refused_at_once(self):
        for count, prefix, cell in [(50_000, "c", ""), (100_000, "c", ""), (20_000, "wish_", "")]:
            with self.subTest(count=count, prefix=prefix):
                lines = CHILDREN.splitlines()
                more = ",".join(f"{prefix}{number + 10}" for number in range(count))
                text = "\n".join([lines[0] + "," + more] + [line + "," + ",".join([cell] * count) for line in lines[1:]])
                case = self.copy(name=f"case{prefix}{count}", children_csv=text + "\n")
                done = self.run_program("check", case, within=20)
                self.assertLess(done.seconds, 8)
                self.assertLess(max(map(len, done.text.splitlines())), 5_000, "all names stand on one line")

    def test_F17_a_folder_whose_name_cannot_be_read_is_told(self):
        self.inbox(good="two-nurseries")
        name = os.path.join(os.fsencode(self.folder), b"inbox", "４月".encode("cp932"))
        shutil.copytree(os.fsencode(EXAMPLES / "two-nurseries"), name)
        os.utime(name, (1_700_000_000, 1_700_000_000))
        done = self.batch()
        self.assertNotEqual(done.status, 0, str(done))
        self.assertTrue(list((self.folder / "results").rglob("placements.csv")))

    def test_F18_one_ledger_under_two_names_has_one_lock(self):
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        (self.folder / "link.sqlite").symlink_to(self.folder / "l.sqlite")
        os.link(self.folder / "l.sqlite", self.folder / "hard.sqlite")
        for number in range(8):
            for inbox in ["a", "b", "c"]:
                case = self.copy("small-town", f"in-{inbox}-{number}/town {number}")
                self.change(case, "case.yaml", "2027-04 first", f"{inbox} {number}")
                for path in [*case.parent.rglob("*"), case.parent]:
                    os.utime(path, (1_700_000_000, 1_700_000_000))
            processes = [
                subprocess.Popen(
                    [ENMUSUBI, "batch", f"in-{inbox}-{number}", "--ledger", ledger, "--out", f"results-{inbox}", *AT_ONCE],
                    cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment())
                for inbox, ledger in [("a", "l.sqlite"), ("b", "link.sqlite"), ("c", "hard.sqlite")]]
            for process in processes:
                text = process.communicate(timeout=60)[0].decode(errors="replace")
                self.assertIn(process.returncode, {0, 74}, text)
                self.assertNotIn("was altered", text)
        self.run_program("ledger", "verify", "l.sqlite", status=0)

    @pytest.mark.alone
    def test_F19_a_case_that_is_still_copied_waits(self):
        inbox = self.folder / "inbox"
        inbox.mkdir()
        process = subprocess.Popen(
            [ENMUSUBI, "batch", "inbox", "--ledger", "l.sqlite", "--out", "results", "--watch", "--interval", "0.3"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        try:
            source = EXAMPLES / "small-town"
            lines = (source / "children.csv").read_text().splitlines(keepends=True)
            case = inbox / "town"
            case.mkdir()
            for name in ["case.yaml", "facilities.csv"]:
                shutil.copyfile(source / name, case / name)
            (case / "children.csv").write_text("".join(lines[:101]))
            time.sleep(1.2)
            with open(case / "children.csv", "a") as file:
                file.write("".join(lines[101:]))
            time.sleep(1.2)
            for name in ["households.csv", "seat_limits.csv"]:
                shutil.copyfile(source / name, case / name)
                time.sleep(1.2)
            shutil.copyfile(source / "joint_wishes.csv", case / "joint_wishes.csv")
            wait_for(lambda: list((self.folder / "results").rglob("placements.csv")), "the case was computed", process)
            # Three more looks, which must find nothing to do.
            time.sleep(1)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        found = sorted((self.folder / "results").rglob("placements.csv"))
        self.assertEqual(len(found), 1, f"revisions of a case that was still copied: {found}")
        self.assertEqual(len(self.placements(found[0].parent)), 200)


class Low(Attack):
    def test_F20_links_of_the_batch_page_lead_to_its_folders(self):
        names = ["javascript:alert(1)", "%2e%2e", "a?b#c", "&quot;\"'<b>"]
        for number, name in enumerate(names):
            case = self.copy(name=f"inbox/{name}")
            self.change(case, "case.yaml", "2027-04 first", f"r{number}")
        self.age()
        self.batch(status={0, 65})
        page = next((self.folder / "results").rglob("batch.html")).read_text(encoding="utf-8")
        links = re.findall(r'href\s*=\s*"([^"]*)"', page)
        self.assertTrue(links)
        for link in links:
            self.assertFalse(re.match(r"(?i)\s*[a-z][a-z0-9+.-]*:", link), link)
            self.assertNotIn("%2e%2e/", link)
            self.assertTrue(link.startswith("#") or "?" not in link and "#" not in link.rstrip("#"), link)

    CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

    def test_F21_no_control_character_reaches_a_terminal_or_log(self):
        names = ["a\nforged line", "b\x1b[31mred", "c\u202eesrever", "d\x9b31m", "e\rover", "f\x07"]
        for number, name in enumerate(names):
            case = self.copy(name=f"inbox/{name}")
            self.change(case, "case.yaml", "2027-04 first", f"r{number}")
        bad = self.copy(name="inbox/g\x1b]0;title\x07\nforged line")
        (bad / "children.csv").write_text("nothing\n")
        self.age()
        texts = [self.batch(status={0, 65}).text, self.batch("--json", status={0, 65}).text]
        case = self.copy(name="round")
        self.change(case, "case.yaml", "round: 2027-04 first", 'round: "x\\e[31m\\u202E\\x9B\\nforged line"')
        self.change(case, "case.yaml", "municipality: Example", 'municipality: "m\\e]0;t\\a"')
        texts.append(self.run_program("run", case, "--out", "o", status={0, 2, 65}).text)
        shutil.copytree(case, self.folder / "inbox/round")
        self.age()
        texts.append(self.batch(status={0, 65}).text)
        texts.append(self.run_program("ledger", "list", "l.sqlite").text)
        texts.append(self.run_program("check", bad, status=65).text)
        for text in texts:
            self.assertIsNone(self.CONTROL.search(text), repr(text))
            self.assertFalse([line for line in text.splitlines() if line.startswith("forged line")], text)

    def test_F21_a_foreign_ledger_writes_no_control_character(self):
        self.inbox(one="two-nurseries")
        self.batch("--by", "x\x1b[31m\u202e", status={0, 64, 65})
        if (self.folder / "l.sqlite").exists():
            for command in [("ledger", "list", "l.sqlite"), ("ledger", "show", "l.sqlite", "1")]:
                done = self.run_program(*command)
                self.assertIsNone(self.CONTROL.search(done.text), repr(done.text))

    def test_F22_a_template_with_an_unknown_name_is_refused(self):
        case = self.copy()
        result = self.result(case)
        for number, text in enumerate(["{{nosuch}}", "{{#letters}}{{nosuch}}{{/letters}}", "{{>nosuch}}", "", "{{}}"]):
            with self.subTest(template=text):
                (self.folder / "template").write_text(text)
                out = self.folder / f"letters{number}"
                self.run_program("notices", case, result, "--template", "template", "--out", out, status=65)
                self.assertFalse(out.exists())

    def test_F23_full_width_signs_are_no_formulas_either(self):
        case = self.copy()
        for sign in "＝＋－＠":
            self.change(case, "facilities.csv", "Aoba Nursery" if sign == "＝" else "＝＋－＠"["＝＋－＠".index(sign) - 1] + "1",
                        sign + "1")
            result = self.result(case, f"result{ord(sign)}")
            self.run_program("publish-vacancies", case, result, "--out", "v.csv", status=0)
            self.run_program("notices", case, result, "--out", f"letters{ord(sign)}", status=0)
            files = [self.folder / "v.csv", *(self.folder / f"letters{ord(sign)}").glob("*.csv")]
            for path in files:
                data = path.read_bytes()
                for encoding in ("utf-8-sig", "cp932"):
                    try:
                        text = data.decode(encoding)
                        break
                    except UnicodeDecodeError:
                        continue
                for row in csv.reader(text.splitlines()):
                    self.assertFalse([cell for cell in row if cell.startswith(sign)], path.name)

    def test_F23_the_mark_of_a_formula_keeps_ids_apart(self):
        text = CHILDREN.replace("\n1,X", "\n=1,X").replace("\n2,Y", "\n'=1,Y")
        case = self.copy(children_csv=text)
        done = self.run_program("run", case, "--out", "o", status={0, 2, 65})
        if done.status == 0:
            self.run_program("verify", case, "o", status=0)

    def test_F23_compare_takes_back_what_run_wrote(self):
        case = self.copy(children_csv=CHILDREN.replace("\n1,X", "\n=1,X"))
        result = self.result(case)
        with open(result / "placements.csv", encoding="utf-8", newline="") as file:
            rows = [(row["child_id"], row["facility_id"]) for row in csv.DictReader(file)]
        with open(self.folder / "manual.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("child_id", "facility_id"), *rows])
        self.run_program("compare", case, result, "--manual", "manual.csv", "--out", "compared", status=0)

    def test_F24_a_left_temporary_file_does_not_stop_the_next(self):
        case = self.copy()
        result = self.result(case)
        # The shell has the number of the process that it becomes.
        done = self.shell(f"touch .v.csv.partial-$$; exec \"$B\" publish-vacancies {case} {result} --out v.csv")
        self.assertEqual(done.status, 0, str(done))
        self.assertTrue((self.folder / "v.csv").exists())

    def test_F25_nothing_is_left_behind_by_a_run_that_is_told_to_end(self):
        case = self.folder / "city"
        self.run_program("generate", case, "--children", "3000", "--facilities", "100", status=0)
        begin = time.monotonic()
        self.result(case, "whole", "--sufficient", "0")
        took = time.monotonic() - begin
        for number in range(24):
            end = [signal.SIGTERM, signal.SIGHUP][number % 2]
            out = self.folder / f"out{number}"
            process = start("run", case, "--out", out, "--sufficient", "0", env=environment())
            time.sleep(took * (0.4 + 0.6 * number / 24))
            process.send_signal(end)
            process.wait(60)
            left = [path.name for path in self.folder.iterdir() if "partial" in path.name]
            self.assertEqual(left, [], f"{end.name} after {took * (0.4 + 0.6 * number / 24):.3f} s")

    def test_F26_control_characters_in_cells_are_not_printed(self):
        for number, mark in enumerate(["\x7f", "\x85", "\x9b"]):
            with self.subTest(mark=repr(mark)):
                text = CHILDREN.replace("\n1,X", f"\n1{mark}a,X").replace("A,B,38", f"A,Z{mark},38")
                case = self.copy(name=f"case{number}", children_csv=text)
                done = self.run_program("check", case, status=65)
                self.assertNotIn(mark, done.text)

    def test_F27_what_is_no_ledger_is_told(self):
        os.mkfifo(self.folder / "fifo")
        for ledger in ["fifo", "/dev/zero", "/dev/null", "."]:
            for command in ["list", "verify"]:
                with self.subTest(ledger=ledger, command=command):
                    done = self.run_program("ledger", command, ledger, within=20)
                    self.assertNotEqual(done.status, 0)
        self.inbox(one="two-nurseries")
        done = self.run_program("batch", "inbox", "--ledger", "fifo", "--out", "results", within=20)
        self.assertNotEqual(done.status, 0)

    def test_F27_no_folder_for_temporary_files_is_made(self):
        self.inbox(one="two-nurseries")
        self.batch(status=0)
        missing = self.folder / "missing/tmp"
        self.run_program("ledger", "verify", "l.sqlite", env={"TMPDIR": str(missing)})
        self.assertFalse(missing.exists())

    def test_F28_a_setting_with_nothing_behind_it_is_told(self):
        for setting in ["phases", "pointsTable", "columns", "siblings"]:
            with self.subTest(setting=setting):
                case = self.copy(name=setting)
                text = (case / "case.yaml").read_text()
                if setting == "siblings":
                    text = re.sub("(?m)^siblings:.*$", "", text)
                (case / "case.yaml").write_text(text + f"{setting}:\n")
                self.refused(case, "case.yaml", setting)

    def test_F29_a_crash_prints_no_memory(self):
        case = self.folder / "city"
        self.run_program("generate", case, "--children", "8000", "--facilities", "300", status=0)
        for crash in [signal.SIGILL, signal.SIGSEGV, signal.SIGTRAP]:
            # Without the setting of these tests that keeps the runtime quiet.
            plain = {key: value for key, value in os.environ.items() if key != "SWIFT_BACKTRACE"}
            watched = Watched("run", case, "--out", self.folder / "o", env=plain).until("reading")
            watched.send(crash)
            status, text, _ = watched.end()
            self.assertNotEqual(status, 0)
            text += watched.seen.decode(errors="replace")
            self.assertNotIn("Registers", text)
            self.assertNotRegex(text, r"(?m)^\s*r(ax|sp|dx|15) 0x")
