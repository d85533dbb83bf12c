"""What is written is whole or says what is missing; what is read is what it seems."""

import fcntl
import hashlib
import html.parser
import json
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
import unittest
import urllib.parse

import pytest

from program import (
    ENMUSUBI, PATIENCE, ROOT, Folder, Watched, call, run, start, wait_for, wait_until_it_listens, wait_until_it_opens,
    wait_until_locked, wait_until_taken)

CRASHES = {132, 133, 134, 135, 136, 139, 70} | {-number for number in (4, 5, 6, 7, 8, 11, 13)}


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
            "batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", "0", *more,
            status=status, **options)

    def start(self, *more, **options):
        """Starts a batch and gives its process, which does not outlive the test."""
        process = start("batch", self.inbox, "--ledger", self.ledger, "--out", self.results, *more, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def case(self, name="case", example="two-nurseries", where=None):
        """A copy of an example without what is expected of it."""
        target = (where or self.folder) / name
        shutil.copytree(ROOT / "examples" / example, target, ignore=shutil.ignore_patterns("expected", "README*"))
        return target

    def replace(self, path, old, new):
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")


class Streams(Inbox):
    """F4: closed and full standard streams."""

    def commands(self):
        """Every command as (name, whether standard output is its result, arguments), each to a fresh place."""
        case = self.case()
        result = self.folder / "result"
        run("run", case, "--out", result)
        other = self.folder / "other"
        run("run", case, "--out", other)
        shutil.copytree(case, self.inbox / "one")
        self.batch()
        shutil.copy(result / "placements.csv", case / "manual.csv")
        counter = iter(range(10_000))

        def new():
            return self.folder / f"new-{next(counter)}"

        return [
            ("run", False, lambda: ["run", case, "--out", new()]),
            ("run --json", True, lambda: ["run", case, "--out", new(), "--json"]),
            ("check", True, lambda: ["check", case]),
            ("check --json", True, lambda: ["check", case, "--json"]),
            ("verify", True, lambda: ["verify", case, result]),
            ("verify --json", True, lambda: ["verify", case, result, "--json"]),
            ("explain", True, lambda: ["explain", case, result, "1"]),
            ("compare", False, lambda: ["compare", case, result, "--out", new()]),
            ("calibrate", True, lambda: ["calibrate", case]),
            ("compare-runs", True, lambda: ["compare-runs", result, other]),
            ("what-if", True, lambda: ["what-if", case, "--change", "seats:A:1:+1"]),
            ("table", True, lambda: ["table", case, "X", "Y"]),
            ("notices", False, lambda: ["notices", case, result, "--out", new()]),
            ("notices --print-template", True, lambda: ["notices", case, result, "--print-template"]),
            ("generate", False, lambda: ["generate", new(), "--children", "30"]),
            ("export", False, lambda: ["export", case, "--lp", new()]),
            ("suggest-columns", True, lambda: ["suggest-columns", case / "children.csv"]),
            ("batch", False, lambda: [
                "batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", "0"]),
            ("next", False, lambda: ["next", self.inbox / "one", self.ledger, "--month", "2027-05", "--out", new()]),
            ("ledger list", True, lambda: ["ledger", "list", self.ledger]),
            ("ledger show", True, lambda: ["ledger", "show", self.ledger, "1"]),
            ("ledger export", True, lambda: ["ledger", "export", self.ledger]),
            ("ledger verify", True, lambda: ["ledger", "verify", self.ledger]),
            ("publish-vacancies", True, lambda: ["publish-vacancies", case, result]),
            ("--help", True, lambda: ["--help"]),
            ("--version", True, lambda: ["--version"]),
        ]

    def shell(self, arguments, redirection):
        quoted = " ".join("'" + os.fspath(argument) + "'" for argument in [ENMUSUBI, *arguments])
        return subprocess.run(["bash", "-c", f"exec {quoted} {redirection}"], capture_output=True, timeout=120)

    def test_no_command_crashes_and_lost_data_ends_with_74(self):
        for name, is_data, arguments in self.commands():
            usual = self.shell(arguments(), "")
            self.assertNotIn(usual.returncode, CRASHES, name)
            for redirection in (">/dev/full", ">&-"):
                with self.subTest(name, redirection=redirection):
                    done = self.shell(arguments(), redirection)
                    lost = 74 if is_data and usual.returncode == 0 else usual.returncode
                    self.assertEqual(done.returncode, lost, done.stderr)
                    if is_data:
                        self.assertIn(b"cannot write to standard output", done.stderr)
            for redirection in ("2>/dev/full", "2>&-", "<&- 2>&-"):
                with self.subTest(name, redirection=redirection):
                    done = self.shell(arguments(), redirection)
                    self.assertEqual(done.returncode, usual.returncode)
                    self.assertEqual(bool(done.stdout), bool(usual.stdout))

    def test_a_reader_that_leaves_is_no_crash(self):
        done = subprocess.run(
            ["bash", "-c", f"'{ENMUSUBI}' --help | true; echo ${{PIPESTATUS[0]}}"], capture_output=True, text=True)
        self.assertIn(done.stdout.strip(), ("0", "74"))

    def test_no_file_is_written_into_where_a_stream_was_closed(self):
        case = self.case()
        before = {path: path.read_bytes() for path in case.iterdir()}
        done = self.shell(["run", case, "--out", self.folder / "out"], "<&- >&- 2>&-")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(before, {path: path.read_bytes() for path in case.iterdir()})
        run("verify", case, self.folder / "out")
        shutil.copytree(case, self.inbox / "one")
        done = self.shell(
            ["batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", "0"], "<&- >&- 2>&-")
        self.assertEqual(done.returncode, 0)
        run("ledger", "verify", self.ledger)

    def test_a_watch_goes_on_while_its_log_cannot_be_written(self):
        self.case("good", where=self.inbox)
        bad = self.case("bad", where=self.inbox)
        (bad / "facilities.csv").unlink()
        self.replace(bad / "case.yaml", "2027-04 first", "2027-04 second")
        with open("/dev/full", "w") as full:
            watch = self.start("--watch", "--interval", 0.2, "--quiet-time", 0, stderr=full)
        wait_for((self.results / "good/revision-1/run.json").exists, "the good case was computed", watch)
        # It goes on with what comes later.
        later = self.case("later", where=self.folder)
        self.replace(later / "case.yaml", "2027-04 first", "2027-04 third")
        shutil.move(later, self.inbox / "later")
        wait_for((self.results / "later/revision-1/run.json").exists, "the later case was computed", watch)
        self.assertIsNone(watch.poll())
        watch.send_signal(signal.SIGTERM)
        self.assertEqual(watch.wait(PATIENCE), 0)
        self.assertTrue((self.results / "good/revision-1/run.json").exists())

    def test_a_crash_says_one_sentence_and_no_memory(self):
        self.case("one", where=self.inbox)
        environment = {name: value for name, value in os.environ.items() if name != "SWIFT_BACKTRACE"}
        for number in (signal.SIGSEGV, signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE):
            self.ledger, self.results = self.folder / f"{number}.sqlite", self.folder / f"results-{number}"
            watch = self.start(
                "--watch", "--quiet-time", 0, "--interval", 0.2, "--log-level", "error", stderr=subprocess.PIPE,
                env=environment)
            wait_for((self.results / "batch.html").exists, "the page was written", watch)
            watch.send_signal(number)
            errors = watch.communicate(timeout=PATIENCE)[1].decode()
            self.assertEqual(watch.returncode, 70, number)
            self.assertEqual(errors, "enmusubi: defect in the program; nothing more was written.\n", number)


class Ends(Inbox):
    """F24, F25: signals and what they leave."""

    def long(self):
        """A case whose answers after the proof take long."""
        case = self.folder / "city"
        if not case.exists():
            run("generate", case, "--children", "2000", "--facilities", "60", "--seed", "3")
        return case

    def test_every_signal_that_asks_for_an_end_goes_the_way_of_ctrl_c(self):
        case = self.long()
        moments = [None, "reading", "deciding by logic", "looking for what would have sufficed"]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for moment, sign in enumerate(moments):
                out = self.folder / f"out-{number}-{moment}"
                watched = Watched("run", case, "--out", out, "--sufficient", 2000)
                if sign is None:
                    wait_until_it_listens(watched.process)
                else:
                    watched.until(sign)
                watched.send(number)
                wait_until_taken(watched.process, number)
                watched.send(number)
                status, _, _ = watched.end()
                self.assertIn(status, (130, 0), (number, sign))
                left = [path.name for path in self.folder.iterdir() if ".partial-" in path.name]
                self.assertEqual(left, [], (number, sign))
                if out.exists():
                    json.loads((out / "run.json").read_text(encoding="utf-8"))

    def test_a_signal_that_is_ignored_stays_ignored(self):
        case = self.case()
        process = start(
            "run", case, "--out", self.folder / "out", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        sent = 0
        while process.poll() is None:
            process.send_signal(signal.SIGHUP)
            sent += 1
            time.sleep(0.005)
        self.assertEqual(process.returncode, 0)
        self.assertGreater(sent, 0)

    def test_what_a_killed_run_left_goes_with_the_next_run(self):
        case = self.case()
        left = self.folder / ".out.partial-abcdef"
        left.mkdir()
        (left / "placements.csv").write_text("child_id\n")
        others = self.folder / ".another.partial-abcdef"
        others.mkdir()
        run("run", case, "--out", self.folder / "out")
        self.assertFalse(left.exists())
        self.assertTrue(others.exists())

    def test_what_another_program_still_writes_is_left_alone(self):
        case = self.case()
        busy = self.folder / ".out.partial-abcdef"
        busy.mkdir()
        descriptor = os.open(busy, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        run("run", case, "--out", self.folder / "out")
        self.assertTrue(busy.exists())

    def test_a_left_over_of_the_same_process_number_does_not_matter(self):
        self.case("one", where=self.inbox)
        self.batch()
        # In a container every program may be number 1; the name is not made of it any more.
        script = (
            f"for i in $(seq 1); do touch '{self.results}'/.batch.html.partial-$$; done; "
            f"exec '{ENMUSUBI}' batch '{self.inbox}' --ledger '{self.ledger}' --out '{self.results}' --quiet-time 0")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([path.name for path in self.results.iterdir() if ".partial-" in path.name], [])


class Ledgers(Inbox):
    """F5, F18, F27: ledgers that are cut, hostile, or have several names."""

    def setUp(self):
        super().setUp()
        self.case("one", where=self.inbox)
        self.batch()

    def refused(self, path, statuses=(4,)):
        for command in (["list"], ["show", path, "1"], ["export"], ["verify"]):
            arguments = command if path in command else [*command, path]
            done = call("ledger", *arguments, timeout=20)
            self.assertIn(done.returncode, statuses, (command[0], path.name, done.stderr))
            self.assertNotIn(b"Fatal error", done.stderr)
        home = path.parent
        done = call("batch", self.inbox, "--ledger", path, "--out", self.results, "--quiet-time", "0", timeout=20)
        self.assertIn(done.returncode, statuses, (path.name, done.stderr))
        self.assertEqual([p.name for p in home.iterdir() if p.name.startswith(path.name + "-")], [])

    def test_a_cut_ledger_was_altered(self):
        whole = self.ledger.read_bytes()
        random.seed(5)
        for length in {1, 99, 100, 4096, 4097, 5000, *(random.randrange(1, len(whole)) for _ in range(25))}:
            path = self.folder / "cut.sqlite"
            path.write_bytes(whole[:length])
            for command in ("list", "verify", "export"):
                done = call("ledger", command, path)
                self.assertEqual(done.returncode, 4, (command, length, done.stderr))

    def test_hostile_tables_were_altered(self):
        def made(name, *statements, rows=()):
            path = self.folder / name
            database = sqlite3.connect(path)
            for statement in statements:
                database.execute(statement)
            for row in rows:
                database.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", row)
            database.commit()
            database.close()
            return path

        loose = "CREATE TABLE entry (number, previous, hash, body)"
        self.refused(made("nulls", loose, rows=[(None, None, None, None)]))
        self.refused(made("types", loose, rows=[("one", 2, 3.5, b"\xff")]))
        self.refused(made("texts", loose, rows=[(1, b"\x00", "x", "{}")]))
        self.refused(made(
            "endless", "CREATE VIEW entry AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
            "SELECT n AS number, '' AS previous, '' AS hash, '' AS body FROM r"))
        self.refused(made("other", "CREATE TABLE people (name TEXT)"))

    def test_an_altered_revision_of_the_largest_number_is_no_crash(self):
        path = self.folder / "largest.sqlite"
        shutil.copy(self.ledger, path)
        database = sqlite3.connect(path)
        ((previous, body),) = database.execute("SELECT previous, body FROM entry").fetchall()
        entry = json.loads(body)
        entry["run"]["revision"] = 2**63 - 1
        rows = []
        for number in (1, 2):
            text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            digest = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
            rows.append((number, previous, digest, text))
            previous = digest
            entry["run"]["supersedes"] = 1
        database.executescript("DROP TRIGGER entry_is_not_changed; DROP TRIGGER entry_is_not_deleted; DELETE FROM entry;")
        schema = sqlite3.connect(self.ledger).execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", rows)
        for (statement,) in schema:
            database.execute(statement)
        database.commit()
        database.close()
        self.refused(path)

    def test_what_is_no_plain_file_is_said_to_be_none(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        folder = self.folder / "folder"
        folder.mkdir()
        for path in (pipe, folder):
            self.refused(path, statuses=(74,))
        done = call("ledger", "verify", "/dev/zero", timeout=20)
        self.assertEqual(done.returncode, 74)
        self.assertIn(b"no plain file", done.stderr)
        self.assertFalse(os.path.exists("/dev/zero-journal"))

    def test_a_result_file_that_is_a_pipe_was_altered(self):
        report = self.results / "one/revision-1/report.html"
        report.unlink()
        os.mkfifo(report)
        run("ledger", "verify", self.ledger, status=4, timeout=20)
        run("batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", "0", status=4, timeout=20)

    def test_one_lock_for_every_name(self):
        links = self.folder / "elsewhere"
        links.mkdir()
        (links / "soft.sqlite").symlink_to(self.ledger)
        (self.folder / "folder-link").symlink_to(self.folder)
        os.link(self.ledger, links / "hard.sqlite")
        (self.inbox / "one/children.csv").touch()
        # It holds the ledger while it waits for the file that has just changed.
        first = self.start("--quiet-time", 3600)
        wait_until_locked(f"{self.ledger}.lock", first)
        wait_until_locked(self.ledger, first)
        for name in (links / "soft.sqlite", links / "hard.sqlite", self.folder / "folder-link/ledger.sqlite"):
            self.assertIsNone(first.poll(), "the first batch ended too early for the test")
            done = call("batch", self.inbox, "--ledger", name, "--out", self.results, "--quiet-time", "0")
            self.assertEqual(done.returncode, 74, (name, done.stderr))
            self.assertIn(b"another batch or command works with the ledger", done.stderr)
        # It is enough that the others were refused; what the first makes is tested elsewhere.
        first.terminate()
        self.assertEqual(first.wait(PATIENCE), 130)

    def test_who_waits_for_a_ledger_can_be_told_to_end(self):
        with open(f"{self.ledger}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = self.start("--quiet-time", 0, "--wait")
            wait_until_it_opens(waiting, lock.name)
            self.assertIsNone(waiting.poll())
            waiting.send_signal(signal.SIGTERM)
            self.assertEqual(waiting.wait(PATIENCE), 130)

    def test_a_ledger_has_one_home_however_it_is_named(self):
        links = self.folder / "some/where/else"
        links.mkdir(parents=True)
        (links / "soft.sqlite").symlink_to(self.ledger)
        run("ledger", "verify", links / "soft.sqlite")
        self.case("two", where=self.inbox)
        self.replace(self.inbox / "two/case.yaml", "2027-04 first", "2027-04 second")
        run("batch", self.inbox, "--ledger", links / "soft.sqlite", "--out", self.results, "--quiet-time", "0",
            "--log-level", "error")
        run("ledger", "verify", self.ledger)

    def test_a_clock_that_goes_back_is_noted(self):
        run("ledger", "review", self.ledger, "1", "--by", "k-1", "--why", "seen")
        path = self.folder / "back.sqlite"
        rows = sqlite3.connect(self.ledger).execute("SELECT number, body FROM entry").fetchall()
        schema = sqlite3.connect(self.ledger).execute("SELECT sql FROM sqlite_master ORDER BY rowid").fetchall()
        shutil.copy(self.ledger, path)
        database = sqlite3.connect(path)
        database.executescript("DROP TRIGGER entry_is_not_changed; DROP TRIGGER entry_is_not_deleted; DELETE FROM entry;")
        previous = "0" * 64
        for number, body in rows:
            entry = json.loads(body)
            if number == 2:
                entry["at"] = "2001-01-01T00:00:00Z"
            text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            digest = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
            database.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (number, previous, digest, text))
            previous = digest
        for (statement,) in schema:
            if "TRIGGER" in statement:
                database.execute(statement)
        database.commit()
        database.close()
        # Python's SQLite lays the file out in its own way, which is a fault of its bytes; the note comes with it.
        done = call("ledger", "verify", path)
        self.assertIn(b"entry 2 is dated 2001-01-01T00:00:00Z, before entry 1", done.stderr)

    def test_the_folder_for_temporary_files_is_named_where_it_is_missing(self):
        missing = self.folder / "no/such/folder"
        done = run("ledger", "verify", self.ledger, status=74, env={**os.environ, "TMPDIR": str(missing)})
        self.assertIn("TMPDIR", done.stderr)
        self.assertFalse(missing.exists())

    def test_a_full_folder_for_temporary_files_is_named(self):
        done = run(
            "ledger", "verify", self.ledger, status=74,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)))
        self.assertIn("TMPDIR", done.stderr)


class Reading(Inbox):
    """F9, F10: what is no plain file, and what lies outside the case."""

    TABLES = ["children.csv", "facilities.csv", "households.csv", "joint_wishes.csv", "seat_limits.csv", "pins.csv", "case.yaml"]

    def test_no_table_is_read_from_anything_but_a_plain_file(self):
        for name in self.TABLES:
            for kind in ("pipe", "device", "folder", "socket", "link to nowhere"):
                case = self.case(f"{kind}-{name}")
                path = case / name
                path.unlink(missing_ok=True)
                if kind == "pipe":
                    os.mkfifo(path)
                elif kind == "device":
                    path.symlink_to("/dev/zero")
                elif kind == "folder":
                    path.mkdir()
                elif kind == "socket":
                    here = os.getcwd()
                    os.chdir(case)
                    with socket.socket(socket.AF_UNIX) as listener:
                        listener.bind(name)
                    os.chdir(here)
                else:
                    path.symlink_to("nowhere")
                for command in (["check", case], ["run", case, "--out", self.folder / "out"]):
                    done = run(*command, status=65, timeout=20)
                    self.assertIn(name, done.stderr, kind)
                    self.assertRegex(done.stderr, "FILE_UNREADABLE|FILE_OUTSIDE", kind)
        self.assertFalse((self.folder / "out").exists())

    def test_one_bad_case_does_not_stop_a_batch(self):
        self.case("good", where=self.inbox)
        pipe = self.case("pipe", where=self.inbox)
        (pipe / "children.csv").unlink()
        os.mkfifo(pipe / "children.csv")
        device = self.case("device", where=self.inbox)
        (device / "children.csv").unlink()
        (device / "children.csv").symlink_to("/dev/zero")
        done = self.batch(status=65, timeout=60)
        self.assertIn("good: computed", done.stdout)
        self.assertIn("2 of 3 cases failed", done.stderr)

    def test_files_outside_the_case_are_not_read(self):
        secret = self.folder / "secret.csv"
        secret.write_text("secret_header\n1\n")
        for name in ("../secret.csv", str(secret), "sub/../../secret.csv"):
            case = self.case("case-" + name.replace("/", "_"))
            with open(case / "case.yaml", "a", encoding="utf-8") as settings:
                settings.write(f"\ncolumns:\n  files: {{children: \"{name}\"}}\n")
            for command in (["check", case], ["run", case, "--out", self.folder / "out"]):
                done = run(*command, status=65)
                self.assertRegex(done.stderr, r"case\.yaml:\d+:\d+: error FILE_OUTSIDE")
                self.assertNotIn("secret_header", done.stderr)
        profile = self.folder / "profile.yaml"
        profile.write_text("children: {child_id: secret}\n")
        case = self.case("profile")
        with open(case / "case.yaml", "a", encoding="utf-8") as settings:
            settings.write("\ncolumns: ../profile.yaml\n")
        self.assertRegex(run("check", case, status=65).stderr, r"case\.yaml:\d+:\d+: error FILE_OUTSIDE")

    def test_a_link_out_of_the_case_is_not_followed(self):
        elsewhere = self.folder / "elsewhere.csv"
        shutil.copy(self.case() / "children.csv", elsewhere)
        case = self.case("linked")
        (case / "children.csv").unlink()
        (case / "children.csv").symlink_to("../elsewhere.csv")
        self.assertIn("FILE_OUTSIDE", run("check", case, status=65).stderr)
        shutil.copytree(case, self.inbox / "linked", symlinks=True)
        self.batch(status=65)
        self.assertEqual([p for p in self.results.rglob("children.csv")], [])
        # Within the case a link is a name like any other, and a case may be named by a link.
        (case / "children.csv").unlink()
        shutil.copy(elsewhere, case / "申込.csv")
        (case / "children.csv").symlink_to("申込.csv")
        (self.folder / "by-link").symlink_to("linked")
        run("check", self.folder / "by-link")

    def test_a_folder_that_a_link_brings_into_the_inbox_is_refused(self):
        outside = self.case("outside")
        (self.inbox / "link").symlink_to(outside)
        done = self.batch(status=65)
        self.assertIn("link: failed: it is a link to a folder outside the inbox", done.stdout)
        self.assertEqual(list(self.results.rglob("children.csv")), [])

    def test_other_files_are_plain_too(self):
        case = self.case()
        run("run", case, "--out", self.folder / "result")
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        run("compare", case, self.folder / "result", "--manual", pipe, "--out", self.folder / "o", status=65, timeout=20)
        run("notices", case, self.folder / "result", "--template", pipe, "--out", self.folder / "o", status=65, timeout=20)
        run("suggest-columns", pipe, status=65, timeout=20)
        record = self.folder / "result/run.json"
        record.unlink()
        os.mkfifo(record)
        for command in (["verify", case, self.folder / "result"], ["explain", case, self.folder / "result", "1"]):
            run(*command, status=65, timeout=20)


class Access(Inbox):
    """F11: who may read what is written."""

    def modes(self, folder):
        return {
            path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
            for path in [folder, *folder.rglob("*")]}

    def made(self, *more):
        case = self.case("one", where=self.inbox)
        self.batch(*more)
        out = self.folder / "out"
        result = out / "result"
        run("run", case, "--out", result, *more)
        run("notices", case, result, "--out", out / "letters", *more)
        run("next", case, self.ledger, "--month", "2027-05", "--out", out / "next", *more)
        run("compare", case, result, "--manual", result / "placements.csv", "--out", out / "compared", *more)
        run("compare-runs", result, result, "--out", out / "runs", *more)
        run("what-if", case, "--change", "seats:A:1:+1", "--out", out / "what", *more)
        run("export", case, "--lp", out / "lp", *more)
        run("publish-vacancies", case, result, "--out", out / "vacancies.csv")
        return {**self.modes(out), **self.modes(self.results), "ledger": stat.S_IMODE(self.ledger.stat().st_mode)}

    def test_only_the_owner_reads_what_tells_of_children(self):
        for name, mode in self.made().items():
            is_open = name.endswith(("borders_public.csv", "vacancies.csv"))
            self.assertEqual(mode & 0o077, 0o044 if is_open else 0, name)

    def test_shared_is_as_open_as_other_files(self):
        for name, mode in self.made("--shared").items():
            self.assertEqual(mode & 0o044, 0o044, name)


class Following(Inbox):
    """F13: what next writes is a case."""

    def test_a_round_in_which_nobody_stays_in_play(self):
        case = self.case("2027-04", where=self.inbox)
        self.batch()
        done = run("next", case, self.ledger, "--month", "2027-05", "--out", self.inbox / "2027-05")
        self.assertIn("no child is left in play", done.stdout)
        run("check", self.inbox / "2027-05")
        done = self.batch()
        self.assertIn("2027-05: computed", done.stdout)

    def test_whatever_next_writes_is_accepted(self):
        for seed in range(1, 7):
            with self.subTest(seed=seed):
                home = self.folder / str(seed)
                inbox = home / "inbox"
                inbox.mkdir(parents=True)
                case = inbox / "2027-04"
                run("generate", case, "--children", str(seed * 3), "--facilities", "3", "--seed", str(seed),
                    "--held-share", "0" if seed % 2 else "0.3")
                for month in range(5, 9):
                    done = call(
                        "batch", inbox, "--ledger", home / "l", "--out", home / "r", "--quiet-time", "0",
                        "--log-level", "error")
                    self.assertIn(done.returncode, (0, 65), done.stderr)
                    if done.returncode:
                        self.assertIn(b"must be accepted", done.stdout)
                        break
                    following = inbox / f"2027-0{month}"
                    run("next", case, home / "l", "--month", f"2027-0{month}", "--out", following)
                    done = call("check", following)
                    self.assertIn(done.returncode, (0, 2), done.stderr)
                    case = following


class Characters(Inbox):
    """F14, F21, F23: characters that an encoding lacks, that a terminal obeys, that a spreadsheet runs."""

    def rare(self):
        case = self.case()
        facilities = case / "facilities.csv"
        text = facilities.read_text(encoding="utf-8").splitlines()
        columns = text[0].split(",")
        row = text[1].split(",")
        row[columns.index("name")] = "𠮷野保育園"
        text[1] = ",".join(row)
        facilities.write_text("\n".join(text) + "\n", encoding="utf-8")
        run("run", case, "--out", self.folder / "result")
        return case

    def test_letters_with_a_character_that_cp932_lacks(self):
        case = self.rare()
        done = run("notices", case, self.folder / "result", "--out", self.folder / "letters", status=65)
        self.assertIn("U+20BB7", done.stderr)
        self.assertIn("施設 A", done.stderr)
        self.assertIn("--encoding utf8", done.stderr)
        self.assertFalse((self.folder / "letters").exists())
        run("notices", case, self.folder / "result", "--out", self.folder / "letters", "--encoding", "utf8")
        self.assertIn("𠮷野保育園", (self.folder / "letters/notices.csv").read_text(encoding="utf-8"))
        self.assertIn("𠮷野保育園", (self.folder / "letters/notices-001.html").read_text(encoding="utf-8"))

    def test_vacancies_in_either_encoding(self):
        case = self.case()
        run("run", case, "--out", self.folder / "result")
        done = call("publish-vacancies", case, self.folder / "result", "--encoding", "cp932")
        self.assertEqual(done.returncode, 0)
        done.stdout.decode("cp932")
        self.assertIn(b"\r\n", done.stdout)
        shutil.rmtree(self.folder / "result")
        shutil.rmtree(case)
        case = self.rare()
        done = run("publish-vacancies", case, self.folder / "result", "--encoding", "cp932", status=65)
        self.assertIn("U+20BB7", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_no_control_character_reaches_a_terminal_or_a_log(self):
        evil = "a\nenmusubi: all is well\x1b[2J\x9b\u202e\u2066"
        case = self.case(evil, where=self.inbox)
        named = self.case("named")
        self.replace(named / "case.yaml", "2027-04 first", '"r\\x1b[31m\\u202e"')
        bad = self.case("b\n\x1bbad\u202e", where=self.inbox)
        self.replace(bad / "case.yaml", "2027-04 first", "2027-04 second")
        (bad / "children.csv").unlink()
        done = self.batch(status=65)
        shown = run("ledger", "list", self.ledger).stdout + run("ledger", "show", self.ledger, "1").stdout
        for text in (done.stdout, done.stderr, shown, run("check", bad, status=65).stderr,
                     run("check", named, status=65).stderr):
            for character in "\x1b\x9b\u202e\u2066":
                self.assertNotIn(character, text)
            self.assertFalse(any(line.startswith("enmusubi: all is well") for line in text.splitlines()))
        self.assertTrue(any(line.startswith("a\\u{A}enmusubi") for line in done.stdout.splitlines()), done.stdout)
        for line in run("ledger", "list", self.ledger, "--json").stdout.splitlines():
            self.assertNotIn("\u202e", line)
            self.assertIn("\u202e", json.dumps(json.loads(line), ensure_ascii=False))

    def test_ids_that_a_spreadsheet_would_run_come_back_as_they_were(self):
        case = self.case()
        text = (case / "children.csv").read_text(encoding="utf-8").splitlines()
        ids = ["=1", "'=1", "''=1", "@x", "-y", "'plain"]
        rows = [text[0]] + [
            ",".join([ids[index]] + row.split(",")[1:]) for index, row in enumerate(text[1:])]
        (case / "children.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        result = self.folder / "result"
        run("run", case, "--out", result)
        self.assertIn("'=1", (result / "placements.csv").read_text(encoding="utf-8"))
        run("verify", case, result)
        done = run("compare", case, result, "--manual", result / "placements.csv", "--out", self.folder / "compared")
        self.assertIn("4 of 4 children agree", done.stdout)
        run("compare-runs", result, result, "--case", case)
        run("explain", case, result, "=1")

    def test_next_keeps_ids_that_a_spreadsheet_would_run(self):
        case = self.case("2027-04", where=self.inbox)
        text = (case / "children.csv").read_text(encoding="utf-8").replace("1,X", "=1,X", 1)
        (case / "children.csv").write_text(text, encoding="utf-8")
        # Nobody is placed where there are no seats.
        rows = [line.split(",") for line in (case / "facilities.csv").read_text(encoding="utf-8").splitlines()]
        for row in rows[1:]:
            for index, name in enumerate(rows[0]):
                if name.startswith("seats_") and row[index]:
                    row[index] = "0"
        (case / "facilities.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
        self.batch()
        run("next", case, self.ledger, "--month", "2027-05", "--out", self.inbox / "2027-05")
        lines = (self.inbox / "2027-05/children.csv").read_text(encoding="utf-8").splitlines()
        self.assertTrue(any(line.startswith("=1,") for line in lines), lines)


class Inboxes(Inbox):
    """F17, F19, F20, S6: what lies in an inbox."""

    def test_a_folder_whose_name_is_no_utf8_is_a_failure(self):
        self.case("good", where=self.inbox)
        os.rename(os.fsencode(self.case()), os.fsencode(self.inbox) + b"/" + "４月".encode("cp932"))
        done = self.batch(status=65)
        self.assertIn("good: computed", done.stdout)
        self.assertIn("its folder is no UTF-8", done.stdout)
        self.assertIn("1 of 2 cases failed", done.stderr)
        self.assertIn("\\x82", (self.results / "batch.html").read_text(encoding="utf-8"))

    def test_a_folder_that_cannot_be_read_is_a_failure(self):
        (self.inbox / "gone").symlink_to(self.folder / "not mounted")
        done = self.batch(status=65)
        self.assertIn("gone: failed: its folder cannot be read: no such file or directory", done.stdout)

    @unittest.skipIf(os.geteuid() == 0 and not shutil.which("setpriv"), "root may read everything")
    def test_a_folder_that_we_may_not_enter_is_a_failure(self):
        case = self.case("closed", where=self.inbox)
        prefix = []
        if os.geteuid() == 0:
            os.chmod(self.folder, 0o777)
            os.chmod(self.inbox, 0o755)
            prefix = ["setpriv", "--reuid", "65534", "--clear-groups", "--"]
        for mode in (0o000, 0o600):
            os.chmod(case, mode)
            try:
                done = subprocess.run(
                    [*prefix, ENMUSUBI, "batch", self.inbox, "--ledger", self.folder / f"l-{mode}", "--out",
                     self.folder / f"r-{mode}", "--quiet-time", "0"], capture_output=True, text=True, timeout=60)
            finally:
                os.chmod(case, 0o755)
            if done.returncode in (126, 127):
                self.skipTest("the binary is not there for others")
            self.assertEqual(done.returncode, 65, done.stderr)
            self.assertIn("closed: failed", done.stdout)
            self.assertIn("permission denied", done.stderr)

    def test_a_case_instead_of_an_inbox(self):
        case = self.case()
        done = run("batch", case, "--ledger", self.ledger, "--out", self.results, status=64)
        self.assertIn("is a case, not a folder of cases", done.stderr)
        self.assertFalse(self.ledger.exists())

    @pytest.mark.alone
    def test_a_case_that_is_still_being_copied_waits(self):
        case = self.case("2027-04", "small-town", where=self.inbox)
        lines = (case / "children.csv").read_text(encoding="utf-8").splitlines()
        (case / "children.csv").write_text("\n".join(lines[:30]) + "\n", encoding="utf-8")
        batch = self.start("--quiet-time", 2, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # It changes as long as the batch waits and is at work.
        end = 31
        while batch.poll() is None:
            (case / "children.csv").write_text("\n".join(lines[:end]) + "\n", encoding="utf-8")
            end = 31 + (end - 28) % 100
            time.sleep(0.1)
        out, errors = batch.communicate(timeout=PATIENCE)
        self.assertEqual(batch.returncode, 65, errors)
        self.assertIn("still changing", out)
        self.assertEqual(run("ledger", "list", self.ledger, status=65).stdout, "")
        (case / "children.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        started = time.time()
        done = run(
            "batch", self.inbox, "--ledger", self.ledger, "--out", self.results, "--quiet-time", "2", "--accept",
            "NOBODY_ELIGIBLE")
        self.assertGreater(time.time() - started, 1.5)
        self.assertIn(f"revision 1: {len(lines) - 1} children", done.stdout)
        self.assertIn("waiting 2 s", done.stderr)

    @pytest.mark.alone
    def test_a_watch_takes_no_half_copied_case(self):
        source = self.case("source", "small-town")
        watch = self.start(
            "--watch", "--interval", 0.1, "--quiet-time", 1.5, stdout=subprocess.PIPE, text=True)
        wait_until_it_listens(watch)
        target = self.inbox / "2027-04"
        target.mkdir()
        for path in sorted(source.iterdir()):
            # As cp -p does: the times are those of the source. Slower in all than the quiet time, each step faster.
            shutil.copy2(path, target)
            time.sleep(0.5)
        wait_for(lambda: list(self.results.glob("*/revision-1/run.json")), "the case was computed", watch)
        # Ten more looks, which must find nothing to do.
        time.sleep(1)
        watch.send_signal(signal.SIGINT)
        out, _ = watch.communicate(timeout=PATIENCE)
        self.assertEqual(len(out.splitlines()), 1, out)
        self.assertIn("revision 1", out)
        self.assertEqual(len(list(self.results.glob("*/revision-*"))), 1)

    def test_hidden_folders_are_passed_over(self):
        self.case(".copying", where=self.inbox)
        self.assertEqual(self.batch().stdout, "")

    def test_links_of_the_page_lead_to_the_report(self):
        for name, text in (("javascript:alert(1)", "2027-04 a"), ("%2e%2e", "2027-04 b"), ("a?b#c", "2027-04 c"),
                           ("４月 一次", "2027-04 d")):
            case = self.case(name, where=self.inbox)
            self.replace(case / "case.yaml", "2027-04 first", text)
        self.batch()

        class Links(html.parser.HTMLParser):
            found = []

            def handle_starttag(self, tag, attributes):
                if tag == "a":
                    self.found.append(dict(attributes)["href"])

        page = Links()
        page.feed((self.results / "batch.html").read_text(encoding="utf-8"))
        self.assertEqual(len(page.found), 4)
        base = (self.results / "batch.html").as_uri()
        for link in page.found:
            self.assertTrue(link.startswith("./"), link)
            target = urllib.parse.urlparse(urllib.parse.urljoin(base, link))
            self.assertEqual((target.scheme, target.query, target.fragment), ("file", "", ""))
            self.assertTrue(os.path.isfile(urllib.parse.unquote(target.path)), link)
