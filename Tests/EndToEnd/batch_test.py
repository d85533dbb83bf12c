"""The monthly batch: a year whose books balance, kills, full disks, altered ledgers."""

import fcntl
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import pytest

from program import ENMUSUBI, IS_LONG, PATIENCE, ROOT, Folder, SharedFolder, run, start, wait_for, wait_until_it_opens

sys.path.insert(0, str(ROOT / "examples/year"))

import check_books  # noqa: E402
import make_year  # noqa: E402


class Inbox(Folder):
    """A test with an inbox, a ledger and the place of its results."""

    def setUp(self):
        super().setUp()
        self.inbox = self.folder / "inbox"
        self.inbox.mkdir()
        self.ledger = self.folder / "ledger.sqlite"
        self.results = self.folder / "results"

    def batch(self, *more, status=0, **options):
        return run(
            "batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", 0, *more, status=status,
            **options)

    def start(self, *more, **options):
        """Starts a batch and gives its process."""
        return start(
            "batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", 0, *more, **options)

    def verify(self, status=0):
        return run("ledger", "verify", self.ledger, status=status)

    def runs(self, *more):
        lines = run("ledger", "list", self.ledger, "--json", *more).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def town(self, name, month, round_name, children=40, seed=1):
        """A small case of the inbox."""
        run("generate", self.inbox / name, "--children", children, "--facilities", 8, "--seed", seed, "--month", month)
        settings = self.inbox / name / "case.yaml"
        lines = settings.read_text(encoding="utf-8").splitlines()
        lines[1] = f"round: \"{round_name}\""
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        # Every town has children of its own.
        for table in ("children.csv", "households.csv"):
            path = self.inbox / name / table
            if path.exists():
                text = re.sub(r"\b([CH]\d{5})\b", name + r"\1", path.read_text(encoding="utf-8"))
                path.write_text(text, encoding="utf-8")

    def towns(self):
        """Four small rounds, of which nothing must be accepted."""
        for seed, (name, month) in enumerate([("a", "2027-04"), ("b", "2027-05"), ("c", "2027-06"), ("d", "2027-07")], 1):
            self.town(name, month, month, seed=seed)


@pytest.mark.slow
class Year(SharedFolder):
    """Twelve months and two April rounds of a city of 2,000 children."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = cls.folder / "year"
        make_year.make(ENMUSUBI, cls.year)

    def test_the_books_balance(self):
        books = check_books.Books(self.year)
        self.assertEqual(books.check(), [])
        self.assertEqual(len(books.names()), 14)
        for fate in ("placed", "stays", "held", "declined", "withdrawn", "new"):
            self.assertGreater(books.counts[fate], 50, fate)

    def test_the_check_finds_books_that_do_not_balance(self):
        def changed(change):
            with tempfile.TemporaryDirectory() as home:
                copy = pathlib.Path(home) / "year"
                shutil.copytree(self.year, copy)
                change(copy)
                return check_books.Books(copy).check()

        def replace_line(path, number, edit):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            lines[number] = edit(lines[number])
            path.write_text("".join(lines), encoding="utf-8")

        case = "inbox/2027-06/children.csv"
        self.assertTrue(changed(lambda year: replace_line(year / case, 3, lambda line: "")))
        self.assertTrue(changed(lambda year: replace_line(year / case, 3, lambda line: line + line.replace("C", "X", 1))))
        result = "results/2027-05/revision-1/placements.csv"
        self.assertTrue(changed(lambda year: replace_line(year / result, 5, lambda line: line.replace(",held,", ",stays,"))))

        def one_seat_more(year):
            path = year / "inbox/2027-08/facilities.csv"
            rows = make_year.read(path)
            rows[0]["seats_0"] = str(int(rows[0]["seats_0"] or 0) + 1)
            make_year.write(path, list(rows[0]), rows)

        self.assertTrue(changed(one_seat_more))

    def test_one_batch_gives_what_fourteen_gave(self):
        for name in check_books.Books(self.year).names():
            first, second = (self.year / home / name / "revision-1" for home in ("results", "working/results"))
            files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
            self.assertEqual(files, sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file()))
            for file in files:
                if file.name != "run.json":
                    self.assertEqual((first / file).read_bytes(), (second / file).read_bytes(), f"{name}/{file}")

    def test_a_result_of_the_batch_verifies_with_the_case_that_lies_in_it(self):
        folder = self.year / "results/2027-05/revision-1"
        run("verify", folder / "case", folder)
        vacancies = run("publish-vacancies", folder / "case", folder).stdout.splitlines()
        self.assertEqual(
            vacancies[0],
            "facility_id,name,kind,ward,month,round,vacancies_0,vacancies_1,vacancies_2,vacancies_3,vacancies_4,vacancies_5")
        self.assertEqual(len(vacancies), 81)

    def test_the_ledger_verifies_and_names_no_child(self):
        run("ledger", "verify", self.year / "ledger.sqlite")
        text = run("ledger", "export", self.year / "ledger.sqlite").stdout
        for row in make_year.read(self.year / "inbox/2027-04-1/children.csv")[:50]:
            self.assertNotIn(row["child_id"], text)

    def test_a_hundred_random_edits_of_a_byte_are_found(self):
        original = (self.year / "ledger.sqlite").read_bytes()
        chance = random.Random(5)
        with tempfile.TemporaryDirectory() as home:
            # The result folders are found from where the ledger lies.
            os.symlink(self.year / "results", pathlib.Path(home) / "results")
            ledger = pathlib.Path(home) / "ledger.sqlite"
            for _ in range(100):
                place = chance.randrange(len(original))
                edited = bytearray(original)
                edited[place] ^= chance.randrange(1, 256)
                ledger.write_bytes(edited)
                run("ledger", "verify", ledger, status=4)
            ledger.write_bytes(original)
            run("ledger", "verify", ledger)

    def test_a_hundred_random_edits_of_results_are_found(self):
        chance = random.Random(6)
        files = sorted(path for path in (self.year / "results").rglob("revision-1/**/*") if path.is_file())
        for path in chance.sample(files, 20):
            original = path.read_bytes()
            place = chance.randrange(len(original))
            path.write_bytes(original[:place] + bytes([original[place] ^ 1]) + original[place + 1:])
            self.assertIn(path.name, run("ledger", "verify", self.year / "ledger.sqlite", status=4).stderr)
            path.write_bytes(original)


class Batches(Inbox):
    def test_what_is_done_is_left_alone_and_what_changed_is_a_new_revision(self):
        self.towns()
        lines = self.batch().stdout.splitlines()
        self.assertEqual([line.split(":")[0] for line in lines], ["a", "b", "c", "d"])
        before = self.ledger.read_bytes()
        self.assertEqual(self.batch().stdout.count("unchanged, revision 1"), 4)
        self.assertEqual(self.ledger.read_bytes(), before)
        with open(self.inbox / "b/facilities.csv", "a", encoding="utf-8") as file:
            file.write("Z99,New,3,3,,,,,,,,,,\n")
        lines = self.batch().stdout.splitlines()
        self.assertIn("b: computed, revision 2", lines[1])
        self.assertEqual(sum("unchanged" in line for line in lines), 3)
        runs = self.runs("--all")
        self.assertEqual([run["run"]["revision"] for run in runs], [1, 1, 1, 1, 2])
        self.assertEqual(runs[1]["supersededBy"], 5)
        self.verify()
        self.assertTrue((self.results / "b/revision-1/placements.csv").exists())
        page = (self.results / "batch.html").read_text(encoding="utf-8")
        self.assertIn("b/revision-2/report.html", page)

    def test_one_bad_case_does_not_stop_the_others(self):
        self.towns()
        (self.inbox / "b/children.csv").write_text("child_id\n1\n", encoding="utf-8")
        (self.inbox / "e").mkdir()
        done = self.batch(status=65)
        self.assertIn("b: failed", done.stdout)
        self.assertIn("inbox/b/children.csv:1:1: error MISSING_COLUMN", done.stderr)
        self.assertEqual(done.stdout.count("computed"), 3)
        self.assertIn("2 of 5 cases failed", done.stderr)
        self.assertEqual(len(self.runs()), 3)

    def test_the_same_round_twice_is_refused(self):
        self.towns()
        shutil.copytree(self.inbox / "a", self.inbox / "copy")
        done = self.batch(status=65)
        self.assertIn("a: failed: it is the same round as copy", done.stdout)
        self.assertIn("copy: failed: it is the same round as a", done.stdout)

    def test_the_round_before_raises_doubts_without_being_asked(self):
        self.towns()
        shutil.rmtree(self.inbox / "b")
        self.town("b", "2027-05", "2027-05", seed=1)
        facilities = self.inbox / "b/facilities.csv"
        lines = [line for line in facilities.read_text(encoding="utf-8").splitlines() if not line.startswith("F008")]
        facilities.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for name in ("children.csv", "seat_limits.csv"):
            path = self.inbox / "b" / name
            if path.exists():
                kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("F008")]
                path.write_text("\n".join(kept).replace("F008", "F007") + "\n", encoding="utf-8")
        done = self.batch(status=65)
        self.assertIn("b: failed: warnings must be accepted: ", done.stdout)
        self.assertIn("--accept FACILITY_GONE", done.stdout)
        codes = [word for word in done.stdout.splitlines()[1].split() if word.isupper()]
        self.batch(*[word for code in codes for word in ("--accept", code)])
        self.assertIn("FACILITY_GONE", self.runs()[-1]["run"]["accepted"])

    def test_states_are_signed_and_only_superseded(self):
        self.towns()
        self.batch()
        sign = ["--by", "k-012", "--why", "looked through"]
        self.assertIn("only reviewed can follow", run("ledger", "approve", self.ledger, 1, *sign, status=64).stderr)
        for step, by in [("review", "k-012"), ("approve", "k-001"), ("publish", "k-012")]:
            run("ledger", step, self.ledger, "2027-04", "--by", by, *sign[2:])
        run("ledger", "review", self.ledger, 1, *sign, status=64)
        run("ledger", "review", self.ledger, 2, "--by", "k-012", "--why", "個人番号 123456789018", status=64)
        shown = run("ledger", "show", self.ledger, 1).stdout
        for word in ("computed by", "reviewed by k-012: looked through", "approved by", "published by"):
            self.assertIn(word, shown)
        (self.results / "b/revision-1/placements.csv").write_text("altered", encoding="utf-8")
        self.assertIn("altered", run("ledger", "review", self.ledger, 2, *sign, status=4).stderr)
        self.verify(status=4)
        self.assertIn("b: failed", self.batch(status=4).stdout)

    def test_the_log_names_no_child(self):
        self.towns()
        log = self.batch().stderr
        self.assertIn("[enmusubi] recorded", log)
        for name in "abcd":
            for row in make_year.read(self.inbox / name / "children.csv"):
                self.assertNotIn(row["child_id"], log)

    def test_two_batches_at_once_do_nothing_twice(self):
        self.towns()
        # Held as another batch holds it.
        with open(str(self.ledger) + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("another batch", self.batch(status=74).stderr)
            waiting = self.start("--wait")
            wait_until_it_opens(waiting, lock.name)
            self.assertIsNone(waiting.poll())
            self.assertFalse(self.ledger.exists())
        self.assertEqual(waiting.wait(PATIENCE), 0)
        self.ledger, self.results = self.folder / "second.sqlite", self.folder / "second"
        batches = [self.start("--wait", stdout=subprocess.PIPE, text=True) for _ in range(4)]
        printed = [batch.communicate(timeout=PATIENCE)[0] for batch in batches]
        self.assertEqual([batch.returncode for batch in batches], [0, 0, 0, 0])
        self.assertEqual("".join(printed).count("computed"), 4)
        self.assertEqual(len(run("ledger", "list", self.folder / "second.sqlite").stdout.splitlines()), 4)

    def test_watch_takes_what_comes_and_ends_when_it_is_told(self):
        self.towns()
        shutil.move(self.inbox / "d", self.folder / "d")
        with open(self.folder / "printed", "w") as printed:
            watching = self.start("--watch", "--interval", 0.2, stdout=printed)
            self.addCleanup(watching.kill)

            def wait_until_computed(count):
                computed = lambda: (self.folder / "printed").read_text().count("computed")
                wait_for(lambda: computed() == count, f"{count} cases were computed", watching)

            wait_until_computed(3)
            shutil.move(self.folder / "d", self.inbox / "d")
            wait_until_computed(4)
            watching.send_signal(signal.SIGINT)
            self.assertEqual(watching.wait(PATIENCE), 0)
        self.verify()


class Carrying(Inbox):
    def test_rows_that_cannot_be_are_refused_at_their_place(self):
        self.town("a", "2027-04", "2027-04")
        self.batch()
        case = self.inbox / "a"
        (case / "declines.csv").write_text("child_id,date,reason\nnobody,2027-04-10,\n", encoding="utf-8")
        (case / "withdrawals.csv").write_text("child_id,date\naC00001,2027-13-10\n", encoding="utf-8")
        word = ["next", case, self.ledger, "--month", "2027-05", "--out", self.folder / "next"]
        refused = run(*word, status=65)
        self.assertIn("withdrawals.csv:2:9: error NOT_A_DATE", refused.stderr)
        (case / "withdrawals.csv").unlink()
        refused = run(*word, "--lang", "ja", status=65)
        self.assertIn("declines.csv:2:1: エラー DEPARTURE_UNKNOWN_CHILD: 2行目「child_id」(A2): この案件にいない児童です。", refused.stderr)
        (case / "declines.csv").unlink()
        (case / "new_children.csv").write_text(
            "child_id,household_id,birth_date,wish_1,points,tier,category,tax\nn1,N,2025-06-01,F999,20,1,1,5\n",
            encoding="utf-8")
        refused = run(*word, status=65)
        self.assertIn("new_children.csv:2:17: error FACILITY_UNKNOWN", refused.stderr)
        self.assertFalse((self.folder / "next").exists())
        (case / "new_children.csv").unlink()
        self.assertIn("another fiscal year", run(*word[:4], "2028-04", *word[5:], status=65).stderr)
        shown = run(*word, "--children").stdout
        self.assertIn("aC00001: ", shown)
        run("check", self.folder / "next", "--accept", "ZERO_SEATS", "--accept", "NOBODY_ELIGIBLE")

    def test_a_case_that_changed_since_is_refused(self):
        self.town("a", "2027-04", "2027-04")
        self.batch()
        with open(self.inbox / "a/facilities.csv", "a", encoding="utf-8") as file:
            file.write("Z99,New,3,3,,,,,,,,,,\n")
        refused = run(
            "next", self.inbox / "a", self.ledger, "--month", "2027-05", "--out", self.folder / "next", status=65)
        self.assertIn("it changed since", refused.stderr)


class Faults(Inbox):
    def check(self):
        """What must hold at any moment, without being mended: what the ledger names is there as it was written."""
        if self.ledger.exists() and self.ledger.stat().st_size > 0:
            self.verify()

    def finish(self):
        self.batch()
        self.verify()
        self.assertEqual([run["run"]["key"]["month"] for run in self.runs("--all")], ["2027-04", "2027-05", "2027-06", "2027-07"])
        for name in "abcd":
            self.assertEqual([path.name for path in (self.results / name).iterdir()], ["revision-1"])
        left = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(left, ["inbox", "ledger.sqlite", "results"])

    def clear(self):
        shutil.rmtree(self.results, ignore_errors=True)
        for path in self.folder.glob("ledger.sqlite*"):
            path.unlink()

    def test_many_kills_lose_nothing(self):
        self.towns()
        start = time.monotonic()
        self.batch()
        whole = time.monotonic() - start
        self.clear()
        chance = random.Random(20270401)
        wanted = 100 if IS_LONG else 25
        kills = finished = 0
        while kills < wanted:
            batch = self.start()
            # The moment of the kill is what is tried here, at random within the time of a whole batch.
            time.sleep(chance.random() * whole)
            batch.kill()
            if batch.wait() == -signal.SIGKILL:
                kills += 1
            self.check()
            # Killed again and again, or finished and begun anew.
            if chance.random() < 0.4:
                self.finish()
                finished += 1
                self.clear()
        self.finish()
        self.assertGreater(finished, wanted / 5)

    def test_a_disk_that_is_full_loses_nothing(self):
        self.towns()
        # RLIMIT_FSIZE lets every file grow to so many bytes; SIGXFSZ is ignored, so that writing fails as on a full disk.
        for limit in (0, 100, 2_000, 5_000, 9_000, 14_000, 20_000, 40_000, 80_000):
            done = self.batch(status=None, preexec_fn=lambda: (
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
            if limit < 40_000:
                self.assertEqual(done.returncode, 74, done.stderr)
            self.check()
        self.finish()

    def test_a_small_disk_that_is_full_loses_nothing(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no right to mount; RLIMIT_FSIZE stands in for it")
        try:
            self.towns()
            self.ledger, self.results = disk / "ledger.sqlite", disk / "results"
            done = self.batch(status=74)
            self.assertIn("no space left", done.stderr.lower())
            self.check()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            self.batch(status=74)
            self.check()
            subprocess.run(["mount", "-o", "remount,rw,size=100m", str(disk)], check=True)
            self.batch()
            self.verify()
            self.assertEqual(len(self.runs("--all")), 4)
        finally:
            subprocess.run(["umount", str(disk)], check=True)

    def test_a_folder_that_cannot_be_made_loses_nothing(self):
        self.towns()
        (self.folder / "file").write_text("no folder", encoding="utf-8")
        self.results = self.folder / "file/results"
        self.batch(status=74)
        self.results = self.folder / "results"
        self.ledger = self.folder / "file/ledger.sqlite"
        self.batch(status=74)
        self.ledger = self.folder / "ledger.sqlite"
        (self.folder / "file").unlink()
        self.finish()

    def test_a_folder_of_a_run_that_was_never_recorded_is_taken_over(self):
        self.towns()
        self.batch()
        with sqlite3.connect(self.ledger) as ledger:
            self.assertEqual(ledger.execute("SELECT count(*) FROM run").fetchone(), (4,))
        with self.assertRaises(sqlite3.IntegrityError), sqlite3.connect(self.ledger) as ledger:
            ledger.execute("DELETE FROM entry")
        written = hashlib.sha256((self.results / "a/revision-1/run.json").read_bytes()).hexdigest()
        self.ledger.unlink()
        self.finish()
        self.assertEqual(hashlib.sha256((self.results / "a/revision-1/run.json").read_bytes()).hexdigest(), written)

    def test_an_altered_ledger_stops_everything(self):
        self.towns()
        self.batch()
        data = bytearray(self.ledger.read_bytes())
        place = data.index(b"\"placed\"")
        data[place + 10] ^= 1
        self.ledger.write_bytes(data)
        self.assertIn("was altered", self.batch(status=4).stderr)
