"""Runs the enmusubi binary as its users do: what every Python test and script shares. ENMUSUBI names the binary."""

import csv
import hashlib
import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
ENMUSUBI = os.environ.get("ENMUSUBI", "")
SOLVERS = ["glpk", "native"]
EACH_SOLVER = [["--solver", name] for name in SOLVERS]
# Seconds after which a command hangs. Far more than any needs: a loaded machine must not fail a test.
PATIENCE = 600
# Whether tests that repeat something at random repeat it as often as `make nightly` does, and not as for every change.
IS_LONG = "ENMUSUBI_LONG_TESTS" in os.environ


def words(arguments):
    """The arguments as a process takes them; paths and bytes stay what they are."""
    return [argument if isinstance(argument, (str, bytes, os.PathLike)) else str(argument) for argument in arguments]


def call(*arguments, timeout=PATIENCE, **options):
    """Runs a command to its end and gives its exit status and its output as bytes."""
    return subprocess.run(
        [ENMUSUBI, *words(arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, **options)


def run(*arguments, status=0, **options):
    """Runs a command, demands its exit status (`None` allows any) and gives its output as text."""
    done = call(*arguments, **options)
    done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if status is not None and done.returncode != status:
        raise AssertionError(f"{arguments}: status {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}")
    return done


def start(*arguments, **options):
    """Starts a command and gives its process; its output is lost unless the options say where it goes."""
    return subprocess.Popen(
        [ENMUSUBI, *words(arguments)], **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options})


# MARK: Files


def rows(path, encoding="utf-8"):
    """The rows of a table as dictionaries."""
    with open(path, newline="", encoding=encoding) as file:
        return list(csv.DictReader(file))


def write_rows(path, table):
    """Writes rows that are dictionaries with the same keys; there must be one."""
    write_table(path, table[0].keys(), (row.values() for row in table), lineterminator="\n")


def write_table(path, header, lines, **options):
    """Writes a table from its header and its rows."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, **options).writerows([header, *lines])


def record(result):
    """The content of run.json in a result folder."""
    return json.loads((result / "run.json").read_text(encoding="utf-8"))


def rehash(result, *names):
    """Makes run.json name the files as they are now, as somebody does who forges them and knows of the hashes."""
    text = (result / "run.json").read_text(encoding="utf-8")
    recorded = {entry["file"]: entry["sha256"] for entry in json.loads(text)["files"]}
    for name in names:
        text = text.replace(recorded[name], hashlib.sha256((result / name).read_bytes()).hexdigest())
    (result / "run.json").write_text(text, encoding="utf-8")


class Folder(unittest.TestCase):
    """A test with a folder of its own, `self.folder`, which is removed at the end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()


class SharedFolder(unittest.TestCase):
    """Tests of a class that share one folder, `cls.folder`."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()


# MARK: Waiting for a sign instead of for some seconds


def wait_for(condition, what, process=None):
    """Waits until the condition holds; fails where it never does, or where the process ends before it does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if process is not None and process.poll() is not None and not condition():
            raise AssertionError(f"the program ended with {process.returncode} before {what}")
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE} s in vain: {what}")
        time.sleep(0.01)


def _has_signal(process, field, number):
    """Whether a set of signals in /proc/PID/status has this one."""
    try:
        with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
            bits = next((line.split()[1] for line in status if line.startswith(field + ":")), "0")
    except FileNotFoundError:
        return False
    return bool(int(bits, 16) >> (number - 1) & 1)


def wait_until_it_listens(process):
    """Waits until the program answers Ctrl-C and the other signals that ask for an end itself."""
    wait_for(lambda: _has_signal(process, "SigBlk", signal.SIGINT), "it listened for signals", process)


def wait_until_taken(process, number):
    """Waits until the program has taken a signal that was sent to it, or has ended."""
    wait_for(
        lambda: process.poll() is not None or not _has_signal(process, "ShdPnd", number), f"it took signal {number}")


def wait_until_it_opens(process, path):
    """Waits until the program has the file open."""

    def has_it_open():
        try:
            descriptors = list(pathlib.Path(f"/proc/{process.pid}/fd").iterdir())
        except OSError:
            return False  # It has ended.
        return any(descriptor.exists() and descriptor.samefile(path) for descriptor in descriptors)

    wait_for(has_it_open, f"it opened {path}", process)


def wait_until_locked(path, process):
    """Waits until somebody holds a lock (flock) of the file; only looks, so that nobody is kept from it."""

    def is_locked():
        try:
            found = os.stat(path)
        except FileNotFoundError:
            return False
        name = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
        with open("/proc/locks", encoding="utf-8") as locks:
            return any(line.split()[1] == "FLOCK" and name in line.split() for line in locks)

    wait_for(is_locked, f"somebody locked {path}", process)


class Watched:
    """A command with a terminal as standard error, so that it shows its progress, which can be waited for.

    Its standard output is kept in a pipe, which holds 64 KiB while nobody reads: a command that prints more must not be
    waited for.
    """

    def __init__(self, *arguments, **options):
        self.arguments, self.seen = arguments, b""
        self._leader, follower = pty.openpty()
        self.process = start(*arguments, stdout=subprocess.PIPE, stderr=follower, **options)
        os.close(follower)

    def until(self, sign):
        """Reads the progress until it says the sign."""
        end = time.monotonic() + PATIENCE
        while sign.encode() not in self.seen:
            if time.monotonic() > end:
                self.process.kill()
                raise AssertionError(f"{self.arguments}: never said {sign!r}: {self.seen.decode(errors='replace')}")
            if select.select([self._leader], [], [], 0.5)[0]:
                try:
                    self.seen += os.read(self._leader, 65_536)
                except OSError:
                    raise AssertionError(
                        f"{self.arguments}: ended before {sign!r}, {self.process.wait()}: "
                        f"{self.seen.decode(errors='replace')}") from None
        return self

    def send(self, number):
        """Sends a signal; one that comes too late is no error."""
        self.process.send_signal(number)

    def end(self):
        """Waits for the end; gives the exit status, the output, and the seconds that it took from now."""
        begin = time.monotonic()
        # What it says further must not fill the terminal.
        reader = threading.Thread(target=self._drain, daemon=True)
        reader.start()
        output, _ = self.process.communicate(timeout=PATIENCE)
        took = time.monotonic() - begin
        reader.join(timeout=PATIENCE)
        os.close(self._leader)
        return self.process.returncode, output.decode("utf-8"), took

    def _drain(self):
        try:
            while data := os.read(self._leader, 65_536):
                self.seen += data
        except OSError:
            pass  # The terminal has no writer any more.


def interrupted_at(sign, *arguments):
    """Runs a command and interrupts it when its progress says the sign.

    Gives its exit status, its output and the seconds from the interruption to its end.
    """
    watched = Watched(*arguments).until(sign)
    watched.send(signal.SIGINT)
    return watched.end()
