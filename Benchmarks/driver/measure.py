"""Runs commands and measures them: wall time, peak memory, exit status."""

import hashlib
import json
import os
import pathlib
import platform
import re
import signal
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "bench"


class Failure(Exception):
    """Something that must hold does not; the benchmark ends with it."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(arguments, timeout=None, environment=None):
    """Runs a command to its end, or ends it with all its children at the time limit.

    Gives its output, status, wall seconds, processor seconds and peak memory in MiB (of its largest process)."""
    start = time.monotonic()
    with open(WORK / "stderr", "w+b") as errors:
        process = subprocess.Popen(
            [str(argument) for argument in arguments], stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL,
            start_new_session=True, env={**os.environ, **(environment or {})})
        overdue = threading.Event()

        def end():
            overdue.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(timeout, end) if timeout else None
        if timer:
            timer.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if timer:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        return {
            "output": output.decode(errors="replace"), "errors": errors.read().decode(errors="replace"),
            "status": process.returncode, "overdue": overdue.is_set(), "seconds": seconds,
            "cpuSeconds": usage.ru_utime + usage.ru_stime, "mebibytes": usage.ru_maxrss / 1024,
        }


def demand(arguments, status=(0,), **options):
    """As `run`, but any other exit status is a failure."""
    done = run(arguments, **options)
    if done["status"] not in status:
        raise Failure(
            f"{' '.join(map(str, arguments))}\nended with {done['status']}, not {status}:\n{done['errors'][-2000:]}")
    return done


def median(values):
    return statistics.median(values) if values else None


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()[:16]


class Store:
    """What was measured, kept after each measurement so that an interrupted run can go on (`--resume`)."""

    def __init__(self, key, resumes):
        self.path = WORK / "results.json"
        self.values = {}
        if resumes and self.path.exists():
            kept = json.loads(self.path.read_text())
            if kept["key"] == key:
                self.values = kept["values"]
            else:
                say("the program has changed since the last run; nothing is taken from it")
        self.key = key

    def get(self, name, make):
        """The measurement of this name, made now unless it was made before."""
        if name not in self.values:
            say(name)
            self.values[name] = make()
            self.path.write_text(json.dumps({"key": self.key, "values": self.values}, indent=1))
        return self.values[name]


def machine():
    """The machine and the versions of everything that took part, but for the peers' own."""

    def first(pattern, text, otherwise="unknown"):
        found = re.search(pattern, text, re.MULTILINE)
        return found.group(1).strip() if found else otherwise

    def output(*arguments):
        try:
            return subprocess.run(arguments, capture_output=True, text=True).stdout
        except FileNotFoundError:
            return ""

    return {
        "processor": first(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text()),
        "cores": len(os.sched_getaffinity(0)),
        "gibibytes": round(int(first(r"^MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())) / 2**20),
        "system": first(r'^PRETTY_NAME="(.*)"$', pathlib.Path("/etc/os-release").read_text()),
        "architecture": platform.machine(),
        "swift": first(r"Swift version (\S+)", output("swift", "--version")),
        "glpk": first(r"(\d+\.\d+)", output("glpsol", "--version")),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "date": time.strftime("%Y-%m-%d"),
    }
