#!/usr/bin/env python3
"""Feeds every reader of the program with mutated files and values, and stores what one of them fails on.

Run by scripts/fuzz, which builds what is needed. A failure is: a process ended by a signal, an exit status that is not
documented or 70, no end in time, memory above a limit, an output that is there though the status says that nothing was
written, and whatever a reader promises and does not keep (see Tests/Fuzz/Readers).

The inputs follow from the seed and their number alone.
"""

import argparse
import copy
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
READERS = os.environ["FUZZ_READERS"]
ENMUSUBI = os.environ["ENMUSUBI"]
# Of one input, generous: they take milliseconds.
SECONDS_OF_ONE = float(os.environ.get("FUZZ_SECONDS_OF_ONE", "30"))
# Address space of a process.
MEMORY = 6 << 30
DOCUMENTED = {0, 2, 3, 4, 64, 65, 74, 130}
# With these nothing is written.
NOTHING_WRITTEN = {2, 64, 65, 70, 74}
MOST_FAILURES = 3
ENVIRONMENT = {**os.environ, "SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Failure(Exception):
    """What a command did that it must never do."""


# MARK: The readers of the library, all in one process


class LibraryReader:
    def __init__(self, name, weight, ledger):
        self.name, self.weight, self.ledger = name, weight, ledger

    def command(self, scratch, *options):
        return [READERS, self.name, "--examples", EXAMPLES, "--scratch", scratch, "--ledger", self.ledger, *options]

    def fuzz(self, seed, seconds, count, scratch, failed):
        """Goes through inputs until the time or the count is over; gives how many were tried."""
        end = time.monotonic() + seconds
        done = 0
        failures = 0
        place = scratch / "at"
        while time.monotonic() < end and done < count and failures < MOST_FAILURES:
            place.unlink(missing_ok=True)
            options = ["--seed", seed, "--from", done, "--seconds", f"{end - time.monotonic():.2f}"]
            if count < 1 << 60:
                options += ["--count", count - done]
            with open(scratch / "output", "w+b") as output:
                process = subprocess.Popen(
                    list(map(str, self.command(scratch, *options))), stdout=output, stderr=output,
                    env=ENVIRONMENT, preexec_fn=limit_memory)
                last, since, hangs = None, time.monotonic(), False
                while process.poll() is None:
                    time.sleep(0.05)
                    at = self.index(place)
                    if at != last:
                        last, since = at, time.monotonic()
                    elif time.monotonic() - since > SECONDS_OF_ONE:
                        process.kill()
                        process.wait()
                        hangs = True
                output.seek(0)
                text = output.read().decode(errors="replace").strip()
            at = self.index(place)
            if process.returncode == 0:
                return done + int(text.split()[-1])
            if at is None:
                raise SystemExit(f"fuzz: {self.name} does not begin: {text}")
            failures += 1
            done = at + 1
            line = text.splitlines()[-1] if text and process.returncode == 1 else next(
                (line for line in text.splitlines() if "atal error" in line), text[:300])
            what = (
                f"no end after {SECONDS_OF_ONE:g} s" if hangs
                else f"ended by signal {-process.returncode}: {line}" if process.returncode < 0 else line)
            folder = failed(self.name, seed, at, what)
            subprocess.run(
                list(map(str, self.command(scratch, "--seed", seed, "--keep", at, folder))), env=ENVIRONMENT, check=True)
        return done

    @staticmethod
    def index(place):
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            return None
        return int.from_bytes(data, "little") if len(data) == 8 else None

    def repeat(self, folder, scratch):
        done = subprocess.run(
            list(map(str, self.command(scratch, "--repeat", folder))), env=ENVIRONMENT, preexec_fn=limit_memory,
            timeout=SECONDS_OF_ONE)
        if done.returncode:
            raise Failure(f"status {done.returncode}")


# MARK: The program itself

NASTY = [
    "", "0", "-0", "1", "-1", "2", "3", "10", "100", "0.1", "1e5", "1e300", "1e400", "-1e300", "1e19", "1e18", "inf", "-inf",
    "nan", "NaN", "0x10", "1_000", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "4294967296",
    "2147483647", "2147483648", "65536", "18446744073709551615", "1.5", "+5", "１２", "一", " 7 ", "x", "=1", "--", "-",
    "2027-04", "2027-05", "2028-03", "2999-12", "9999-99", "令和9年4月", "a\nb", "\x1b[31m", "\u202e", "𠮷", "../x", "/dev/null",
    "true", "false", "auto", "native", "priority", "utf8", "cp932", "ja", "points", "first", "A", "X", "x" * 5000,
]
CHANGES = [
    "seats:A:1:+{}", "seats:A:1:-{}", "seats:A:1:={}", "seats:A:{}:+1", "seats:{}:1:+1", "drawSeed:{}", "objective:{}",
    "answer:X:timing:{}", "answer:{}:facility:sameFirst", "siblings.aggregate:{}", "priority:{}", "{}", "{}:{}", ":{}",
]


class ProgramReader:
    """Runs the program on inputs made from the number alone; an input is a folder with commands.json and files.

    In a command, {in} is the folder, {out} one for what is written, {seeds} that of cases and results that stay as they are.
    """

    def __init__(self, name, weight, make, seeds, ledger):
        self.name, self.weight, self.make, self.seeds, self.ledger = name, weight, make, seeds, ledger

    def fuzz(self, seed, seconds, count, scratch, failed):
        end = time.monotonic() + seconds
        index = failures = 0
        while time.monotonic() < end and index < count and failures < MOST_FAILURES:
            folder = scratch / "input"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            chance = random.Random(f"{seed} {self.name} {index}")
            commands = self.make(self, chance, seed, index, folder)
            (folder / "commands.json").write_text(json.dumps(commands, ensure_ascii=True, indent=1))
            try:
                self.repeat(folder, scratch)
            except Failure as error:
                failures += 1
                shutil.copytree(folder, failed(self.name, seed, index, str(error)), symlinks=True, dirs_exist_ok=True)
            index += 1
        return index

    def repeat(self, folder, scratch):
        out = scratch / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        places = {"{in}": str(folder), "{out}": str(out), "{seeds}": str(self.seeds)}
        status = 0
        text = ""
        for command in json.loads((folder / "commands.json").read_text()):
            # Only after these endings of the command before.
            if status not in command.get("after", [0]):
                continue
            arguments = []
            for argument in command["arguments"]:
                for name, value in places.items():
                    argument = argument.replace(name, value)
                arguments.append(argument)
            if command.get("accepts"):
                for code in sorted(set(re.findall(r"--accept ([A-Z_]+)", text))):
                    arguments += ["--accept", code]
            status, text = self.run(arguments)
            where = " ".join(map(repr, command["arguments"]))[:300]
            expected = set(command.get("expected", DOCUMENTED))
            if status not in expected:
                last = next((line for line in text.splitlines() if "atal error" in line), text.strip()[-300:])
                raise Failure(
                    (f"ended by signal {-status}" if status < 0 else f"status {status}") + f": {where}: {last}")
            written = command.get("writes")
            if written:
                target = pathlib.Path(written.replace("{out}", str(out)))
                if target.exists() and status in NOTHING_WRITTEN:
                    raise Failure(f"status {status}, and {written} is there: {where}")
                if not target.exists() and status == 0:
                    raise Failure(f"status 0, and {written} is not there: {where}")
            left = [path.name for path in out.rglob("*.partial*")]
            if left:
                raise Failure(f"left {left}: {where}")
            if command.get("same") and status == 0:
                compare(*(pathlib.Path(name.replace("{out}", str(out))) for name in command["same"]), where)

    @staticmethod
    def run(arguments):
        try:
            done = subprocess.run(
                [ENMUSUBI, *arguments], env=ENVIRONMENT, preexec_fn=limit_memory, timeout=SECONDS_OF_ONE,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            raise Failure(f"no end after {SECONDS_OF_ONE:g} s: {' '.join(map(repr, arguments))[:300]}") from None
        return done.returncode, done.stdout.decode(errors="replace")


def compare(one, other, where):
    """Two results of the same case: the same bytes, but for the times in run.json."""

    def content(folder):
        files = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                if path.name == "run.json":
                    record = json.loads(data)
                    record.pop("timings", None)
                    data = json.dumps(record, sort_keys=True)
                files[str(path.relative_to(folder))] = data
        return files

    first, second = content(one), content(other)
    different = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    if different:
        raise Failure(f"other bytes the second time: {different}: {where}")


def make_run(reader, chance, seed, index, folder):
    """A mutated case: run, verified, run again."""
    subprocess.run(
        [READERS, "cases", "--examples", EXAMPLES, "--scratch", folder.parent / "keep", "--seed", str(seed ^ 0x5EED),
         "--keep", str(index), folder / "case"], env=ENVIRONMENT, check=True)

    def command(out):
        return {"arguments": ["run", "{in}/case", "--out", out, "--time-limit", "5"], "writes": out,
                "expected": [0, 2, 3, 65]}

    commands = [command("{out}/a"), {**command("{out}/a"), "after": [2], "accepts": True}]
    commands.append({"arguments": ["verify", "{in}/case", "{out}/a"], "expected": [0, 3], "after": [0]})
    if chance.random() < 0.3:
        commands.append({"arguments": ["check", "{in}/case", "--json"], "expected": [0, 2, 65], "after": [0, 2, 65]})
        commands.append({"arguments": ["notices", "{in}/case", "{out}/a", "--out", "{out}/n"], "writes": "{out}/n"})
    elif chance.random() < 0.3:
        again = command("{out}/b")
        again["same"] = ["{out}/a", "{out}/b"]
        # The second time may be the slower one.
        again["expected"] = [0, 3]
        commands = [commands[0], again]
    return commands


def mutate_json(value, chance):
    """Changes one thing somewhere in a tree."""
    while isinstance(value, (dict, list)) and value and chance.random() < 0.93:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        child = value[key]
        if isinstance(child, (dict, list)) and child and chance.random() < 0.9:
            value = child
            continue
        kind = chance.randrange(8)
        if kind == 0:
            del value[key]
        elif kind == 1 and isinstance(value, list):
            value.insert(key, copy.deepcopy(child))
        elif kind == 2 and isinstance(child, (int, float)) and not isinstance(child, bool):
            value[key] = child + chance.choice([-1, 1, 0.5])
        elif kind == 3 and isinstance(child, str):
            at = chance.randrange(len(child) + 1)
            value[key] = child[:at] + chance.choice(["", "0", "1", ">2147483647", ":0-2147483647 ", "!", "é", " "]) + child[at + 1:]
        else:
            value[key] = chance.choice([
                None, True, False, 0, 1, -1, 2, 2**31 - 1, 2**31, 2**63 - 1, -2**63, 2**63, 1e300, 0.5, "", "x", "0>2147483647",
                "0:2147483647", "0:0-2147483647", "0?0 !", "optimal", "interrupted", "timeLimit", [], {}, [[]], [1], ["0>0"],
                "x" * 3000, "9999-99", "logic", "search"])
        return


def mutate_bytes(data, chance):
    data = bytearray(data)
    at = chance.randrange(len(data) + 1)
    kind = chance.randrange(7)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del data[at:at + chance.choice([1, 2, 10, 1000])]
    elif kind == 2:
        data[at:at] = data[at:at + chance.choice([1, 20, 500])]
    elif kind == 3:
        del data[at:]
    elif kind == 4:
        data[at:at] = chance.choice([b"\0", b"\"", b",", b"\n", b"{", b"]", b"\xef\xbb\xbf", b"\xff", b"9" * 30, b"-", b"'", b"=1"])
    elif kind == 5:
        data[at:at] = b"[" * 5000
    else:
        lines = bytes(data).split(b"\n")
        chance.shuffle(lines)
        data = bytearray(b"\n".join(lines[:chance.randrange(1, len(lines) + 1)]))
    return bytes(data)


def make_record(reader, chance, seed, index, folder):
    """A result folder with mutated files, and the commands that read one."""
    name = chance.choice([path.name for path in sorted((reader.seeds / "results").iterdir())])
    case = "{seeds}/cases/" + name
    shutil.copytree(reader.seeds / "results" / name, folder / "result")
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        files = sorted(path.name for path in (folder / "result").iterdir() if path.is_file())
        file = folder / "result" / ("run.json" if chance.random() < 0.7 and "run.json" in files else chance.choice(files))
        if file.name == "run.json" and chance.random() < 0.85:
            try:
                record = json.loads(file.read_bytes())
            except (ValueError, RecursionError):
                continue
            mutate_json(record, chance)
            file.write_text(json.dumps(record, ensure_ascii=False, indent=2))
        elif chance.random() < 0.05:
            file.unlink()
        else:
            file.write_bytes(mutate_bytes(file.read_bytes(), chance))
    children = (reader.seeds / "cases" / name / "children.csv").read_text().splitlines()[1:]
    child = chance.choice(children).split(",")[0]
    result = "{in}/result"
    other = "{seeds}/results/" + name
    choices = [
        {"arguments": ["verify", case, result]}, {"arguments": ["verify", case, result]}, {"arguments": ["verify", case, result]},
        {"arguments": ["verify", case, result, "--json"]},
        {"arguments": ["verify", case, result, "--deep", "--time-limit", "5"]},
        {"arguments": ["explain", case, result, child, "--staff"]},
        {"arguments": ["notices", case, result, "--out", "{out}/n"], "writes": "{out}/n"},
        {"arguments": ["publish-vacancies", case, result, "--out", "{out}/v.csv"], "writes": "{out}/v.csv"},
        {"arguments": ["compare-runs", other, result, "--out", "{out}/c"], "writes": "{out}/c"},
        {"arguments": ["compare-runs", result, other, "--case", case]},
        {"arguments": ["compare", case, result, "--manual", "{in}/manual.csv", "--out", "{out}/c"], "writes": "{out}/c"},
    ]
    command = chance.choice(choices)
    if command["arguments"][0] == "compare":
        manual = ["child_id,facility_id"] + [line.split(",")[0] + "," for line in children]
        (folder / "manual.csv").write_bytes(mutate_bytes("\n".join(manual).encode(), chance))
    return [command]


def make_options(reader, chance, seed, index, folder):
    """Commands with values that nobody should give."""
    case, result, inbox, ledger = "{seeds}/cases/two-nurseries", "{seeds}/results/two-nurseries", "{seeds}/inbox", "{in}/ledger.sqlite"
    # Commands with what they need, what they write, and the options that take a value.
    commands = [
        (["run", case, "--out", "{out}/o"], "{out}/o",
         ["--time-limit", "--threads", "--sufficient", "--solver", "--objective", "--encoding", "--accept", "--previous", "--lang"]),
        (["verify", case, result, "--deep"], None, ["--time-limit", "--threads", "--lang"]),
        (["what-if", case, "--change", "{change}", "--out", "{out}/o", "--time-limit", "5"], "{out}/o",
         ["--change", "--change", "--draws", "--threads", "--lang"]),
        (["what-if", case, "--change", "seats:A:1:+1"], None, ["--time-limit"]),
        (["table", case, "X", "Y"], None, ["--most", "--threads"]),
        (["table", case, "{value}", "Y"], None, ["--most"]),
        (["explain", case, result, "{value}"], None, ["--threads", "--lang"]),
        (["check", case], None, ["--points", "--previous", "--accept", "--lang", "--threads"]),
        (["notices", case, result, "--out", "{out}/o"], "{out}/o", ["--template", "--lang", "--threads"]),
        (["export", case, "--lp", "{out}/o"], "{out}/o", ["--phase", "--threads"]),
        (["batch", inbox, "--ledger", "{out}/l.sqlite", "--out", "{out}/r"], None,
         ["--time-limit", "--threads", "--by", "--interval", "--accept", "--log-level", "--encoding"]),
        (["generate", "{out}/o", "--children", "20", "--facilities", "4"], "{out}/o",
         ["--seed", "--month", "--sibling-share", "--transfer-share", "--held-share", "--wishes", "--household-sizes",
          "--enrolled-sibling-share", "--sibling-bonus", "--manual-mistakes", "--manual-reading"]),
        (["generate", "{out}/o", "--children", "{value}", "--facilities", "{value}"], "{out}/o", []),
        (["generate", "{out}/o", "--children", "20", "--facilities", "{in}/table.csv"], "{out}/o",
         ["--seed", "--month", "--held-share", "--wishes", "--household-sizes", "--rule", "--points"]),
        (["next", case, ledger, "--out", "{out}/o", "--month", "{value}"], "{out}/o", ["--round", "--draw-seed"]),
        (["ledger", chance.choice(["show", "review", "approve", "publish"]), ledger, "{value}"], None, ["--by", "--why"]),
        (["ledger", "list", ledger], None, ["--lang"]),
        (["calibrate", "{seeds}/cases/compare"], None,
         ["--time-limit", "--roots", "--most", "--manual", "--learn", "--least-households", "--accept"]),
        (["suggest-columns", "{in}/table.csv"], None, []),
        (["compare-runs", result, result], None, ["--case", "--lang"]),
    ]
    shutil.copy(reader.ledger, folder / "ledger.sqlite")
    base, writes, options = chance.choice(commands)
    base = list(base)
    if "{in}/table.csv" in base:
        source = chance.choice(sorted(EXAMPLES.rglob("*.csv")))
        (folder / "table.csv").write_bytes(mutate_bytes(source.read_bytes(), chance))

    def value():
        # A city of millions of children is not what is asked here.
        fitting = [text for text in NASTY if base[0] != "generate" or not text.isdigit() or int(text) < 1000 or int(text) > 10**9]
        return chance.choice(fitting)

    def change():
        form = chance.choice(CHANGES)
        return form.format(value(), value()) if form.count("{}") == 2 else form.format(value())

    arguments = [
        change() if argument == "{change}" else value() if argument == "{value}" else argument for argument in base]
    for _ in range(chance.choice([0, 1, 1, 1, 2]) if "{value}" in base or "{change}" in base else chance.choice([1, 1, 2])):
        if options:
            option = chance.choice(options)
            text = change() if option == "--change" else (
                "0,0," + value() if option == "--household-sizes" and chance.random() < 0.5 else value())
            if option == "--draws" and text.isdigit() and 1000 < int(text) < 10**12:
                text = "3"
            if option == "--previous" and text in ("", "/dev/null"):
                text = case
            arguments += [f"{option}={text}"]
    return [{"arguments": [argument.replace("\0", "") for argument in arguments], "writes": writes}]


# MARK: All of them


def at_once():
    """What keeps a batch from waiting for files that have just come."""
    told = subprocess.run([ENMUSUBI, "batch", "--help"], capture_output=True, text=True).stdout
    return ["--quiet-time", "0"] if "--quiet-time" in told else []


def prepare(folder):
    """Cases, their results and a ledger, as the program makes them; what the fuzzers begin with."""
    cases, results, inbox = folder / "cases", folder / "results", folder / "inbox"
    for name in ["two-nurseries", "transfer-cycle", "reserved-places", "small-town", "compare"]:
        shutil.copytree(EXAMPLES / name, cases / name)
        done = subprocess.run([ENMUSUBI, "run", cases / name, "--out", results / name], capture_output=True, text=True)
        codes = sorted(set(re.findall(r"--accept ([A-Z_]+)", done.stderr)))
        if done.returncode == 2:
            options = [word for code in codes for word in ("--accept", code)]
            done = subprocess.run(
                [ENMUSUBI, "run", cases / name, "--out", results / name, *options], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"fuzz: {name} has status {done.returncode}: {done.stderr}")
    for number, name in enumerate(["two-nurseries", "transfer-cycle"]):
        shutil.copytree(cases / name, inbox / name)
        settings = inbox / name / "case.yaml"
        settings.write_text(re.sub("(?m)^round: .*$", f"round: '{number}'", settings.read_text()))
    ledger = folder / "ledger.sqlite"
    done = subprocess.run(
        [ENMUSUBI, "batch", inbox, "--ledger", ledger, "--out", folder / "archive", *at_once()], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"fuzz: batch has status {done.returncode}: {done.stderr}")
    return ledger


def readers(seeds, ledger):
    weights = {"tables": 3, "cases": 3, "allocations": 4, "settings": 2, "ledgers": 2, "proofs": 2, "workbooks": 3}
    listed = subprocess.run(
        [READERS, "--list", "--examples", EXAMPLES, "--scratch", seeds / "list"], check=True, capture_output=True, text=True,
        env=ENVIRONMENT)
    library = [LibraryReader(name, weights.get(name, 1), ledger) for name in listed.stdout.split()]
    program = [
        ProgramReader("runs", 6, make_run, seeds, ledger), ProgramReader("records", 6, make_record, seeds, ledger),
        ProgramReader("options", 5, make_options, seeds, ledger),
    ]
    return library + program


EPILOG = """readers:
  texts, tables            bytes to text (UTF-8, CP932, UTF-16, which is refused), text to a table
  numbers, dates, changes  single values, as they stand in cells and options
  settings, cases, months  case.yaml alone, a whole case, what is told between two rounds
  allocations              a case that is allocated by every way and verified
  placements, proofs       a result's placements, and the steps and cores of its proof
  manuals, templates       what staff decided, the template of letters
  ledgers                  the file of a ledger, byte by byte
  workbooks                .xlsx and .ods: the container byte by byte, and the XML in it
  runs, records, options   the program itself: run and verify, result folders with another run.json, values of options

examples:
  scripts/fuzz --seconds 600 --seed 7
  scripts/fuzz --only records --only proofs
  scripts/fuzz --only workbooks --count 100000
  scripts/fuzz --only proofs --repeat fuzz-failures/proofs-1-42
"""


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for all readers together (default: 60)")
    parser.add_argument("--count", type=int, help="so many inputs for each reader, whatever time they take")
    parser.add_argument("--seed", type=int, default=1, help="another one gives other inputs (default: 1)")
    parser.add_argument("--only", metavar="READER", action="append", help="this reader alone; may be repeated")
    parser.add_argument("--repeat", metavar="FOLDER", type=pathlib.Path, help="one input that was stored; with --only")
    parser.add_argument("--store", metavar="FOLDER", type=pathlib.Path, default=pathlib.Path("fuzz-failures"),
                        help="where inputs are stored on which a reader fails (default: fuzz-failures)")
    options = parser.parse_args()
    base = pathlib.Path(os.environ.get("FUZZ_SCRATCH", "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(dir=base, prefix="enmusubi-fuzz-") as scratch:
        scratch = pathlib.Path(scratch)
        seeds = scratch / "seeds"
        seeds.mkdir()
        chosen = readers(seeds, prepare(seeds))
        if options.only:
            unknown = set(options.only) - {reader.name for reader in chosen}
            if unknown:
                parser.error(f"no reader {', '.join(sorted(unknown))}; there are {', '.join(r.name for r in chosen)}")
            chosen = [reader for reader in chosen if reader.name in options.only]
        if options.repeat:
            if len(chosen) != 1:
                parser.error("--repeat needs --only with the reader")
            (scratch / "repeat").mkdir()
            try:
                chosen[0].repeat(options.repeat.resolve(), scratch / "repeat")
            except Failure as failure:
                print(f"{chosen[0].name}: {failure}")
                return 1
            print(f"{chosen[0].name}: held")
            return 0
        return fuzz(chosen, options, scratch)


def fuzz(chosen, options, scratch):
    failures = []
    lock = threading.Lock()
    lanes = min(2, os.cpu_count() or 1)
    weight = sum(reader.weight for reader in chosen)

    def failed(name, seed, index, what):
        folder = options.store / f"{name}-{seed}-{index}"
        with lock:
            failures.append((name, folder))
            print(f"{name}: input {index} of seed {seed}: {what}\n"
                  f"  repeat: scripts/fuzz --only {name} --repeat {folder}", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    waiting = list(reversed(chosen))
    broken = []

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                reader = waiting.pop()
            own = scratch / reader.name
            own.mkdir()
            begin = time.monotonic()
            share = options.seconds * min(lanes, len(chosen)) * reader.weight / weight
            seconds = 1e9 if options.count is not None else share
            count = 1 << 62 if options.count is None else options.count
            try:
                tried = reader.fuzz(options.seed, seconds, count, own, failed)
            except BaseException as error:  # Of a thread; the main one ends with it.
                with lock:
                    broken.append(f"{reader.name}: {error!r}")
                return
            took = time.monotonic() - begin
            with lock:
                print(f"{reader.name:12} {tried:9,} inputs  {tried / took:9,.0f} a second  seed {options.seed}", flush=True)

    threads = [threading.Thread(target=work) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in broken:
        print(f"fuzz: {line}")
    if failures:
        print(f"fuzz: {len(failures)} inputs failed; they are in {options.store}")
    return 1 if failures or broken else 0


if __name__ == "__main__":
    sys.exit(main())
