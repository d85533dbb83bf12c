"""Measures Enmusubi and its peers and writes the table that Benchmarks/README.md keeps. `make bench` runs it."""

import argparse
import json
import os
import pathlib
import subprocess
import sys

import growth
import peers
import report
from cities import ADVERSARIES, HARD, SIZES, Cities
from measure import ROOT, WORK, Failure, Store, digest, machine, say
from own import Own

PARTS = ["command", "table", "hard", "compare", "deadline", "suites", "peers"]


def arguments():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes only, and the README is left as it is")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run of the same program")
    parser.add_argument("--write", action="store_true", help="write the table into README.md though only a part was measured")
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts to measure (default: %(default)s)")
    parser.add_argument("--sizes", help="numbers of children, such as 1000,8000")
    return parser.parse_args()


def main():
    chosen = arguments()
    parts = chosen.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        raise Failure(f"no such part: {', '.join(sorted(unknown))}")
    sizes = [int(size) for size in chosen.sizes.split(",")] if chosen.sizes else SIZES[:2] if chosen.quick else SIZES
    WORK.mkdir(parents=True, exist_ok=True)
    about = machine()
    say(f"load {about['load']} at the start" + ("; an idle machine gives better numbers" if about["load"] > 0.5 else ""))
    needed = ["python3", "python3-venv", "glpk-utils"] if "peers" in parts else ["python3"]
    subprocess.run([ROOT / "scripts" / "setup", *needed], check=True)
    about["glpk"] = machine()["glpk"]
    say("building the release binary")
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "enmusubi"], cwd=ROOT, check=True, stdout=sys.stderr)
    binaries = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    enmusubi = pathlib.Path(binaries.stdout.strip()) / "enmusubi"
    cities = Cities(enmusubi)
    store = Store(digest(enmusubi), chosen.resume)
    own = Own(enmusubi, cities)
    measured = measure(own, store, parts, sizes, chosen.quick)
    suites = store.get("suites", lambda: own.suites(sizes)) if "suites" in parts and not chosen.quick else {}
    rows, versions = [], {}
    if "peers" in parts:
        versions = peers.install()
        rows = peers.measure(
            own, store, cities, chosen.quick, float(os.environ.get("PEER_SECONDS", 60)),
            float(os.environ.get("PUBLISHED_SECONDS", 420)))
    return conclude(chosen, about, versions, measured, rows, suites)


def measure(own, store, parts, sizes, quick):
    """Our own measurements by name."""
    measured = {}

    def keep(name, make):
        measured[name] = store.get(name, make)

    if "command" in parts:
        for size in sizes:
            keep(f"command {size}", lambda: own.command(size))
            if size == 8_000:
                keep(f"one core {size}", lambda: own.on_one_core(size))
    if "table" in parts:
        keep("table 8000", lambda: own.points_table(8_000, 5 if quick else 25))
    if "hard" in parts:
        for name in list(HARD)[:1] + list(HARD)[-4:-3] if quick else HARD:
            keep(f"hard {name}", lambda: own.hard(name))
    if "compare" in parts:
        keep("compare 8000", lambda: own.compare(8_000, 30 if quick else 300))
    if "deadline" in parts:
        for children, limit in list(ADVERSARIES.items())[:1 if quick else None]:
            keep(f"deadline {children}", lambda: own.deadline(children, limit))
    return measured


def conclude(chosen, about, versions, measured, rows, suites):
    """Prints the table, judges, and writes the README; the exit status says whether all agree."""
    seeds = WORK.parent / "seeds.json"
    found = report.targets(measured, suites)
    section = report.text(
        about, versions, measured, rows, found, suites, json.loads(seeds.read_text()) if seeds.exists() else None)
    print(section)
    wrong = peers.disagreements(rows)
    for sentence in wrong:
        say(f"DISAGREEMENT: {sentence}")
    if rows and not wrong:
        say("all objectives agree")
    for sentence, value, met in found:
        if met is not None:
            say(f"{'met' if met else 'MISSED'}: {sentence}: {value}")
    if wrong:
        return 1
    if not chosen.write and (chosen.quick or chosen.parts != ",".join(PARTS) or chosen.sizes):
        say("only a part was measured: README.md and growth.svg are left as they are")
        return 0
    commands = [(int(name.split()[1]), value) for name, value in measured.items() if name.startswith("command ")]
    points = [(size, value["seconds"], value["mebibytes"]) for size, value in commands]
    caption = f"{about['date']}, {about['processor']}; dashed: in proportion to the children"
    if len(points) > 1:
        (ROOT / "Benchmarks" / "growth.svg").write_text(growth.draw(points, caption))
    report.replace_section(ROOT / "Benchmarks" / "README.md", section)
    say("wrote Benchmarks/README.md and Benchmarks/growth.svg")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        say(str(failure))
        sys.exit(1)
