#!/usr/bin/env python3
"""Makes a year of a city of 2,000 children: two April rounds, then a round for each of twelve months.

    python3 examples/year/make_year.py .build/release/enmusubi year

Every month some children decline the place that they got, some withdraw, and new ones apply; who does is decided by SHA-256, so
the same program makes the same year. Each case follows from the result of the one before, so the year is made month by month, in
year/working; then all of it is run as one batch, into year/ledger.sqlite and year/results. Nobody in it exists.
"""

import csv
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

SEED = 2027
CHILDREN = 2000
FACILITIES = 80
# Late in the year some classes have no seat left anywhere; in a real month a person would look at each doubt.
ACCEPTED = ["NOBODY_ELIGIBLE", "NO_JOINT_OUTCOME"]


def rounds():
    """Names of the case folders with month and round, in order."""
    months = [(2027, month) for month in range(4, 13)] + [(2028, month) for month in range(1, 4)]
    yield "2027-04-1", "2027-04", "2027-04 first"
    yield "2027-04-2", "2027-04", "2027-04 second"
    for year, month in months:
        text = f"{year}-{month:02}"
        # April's monthly round comes after its two large ones.
        yield (text + "-3", text, text + " third") if month == 4 else (text, text, text)


def share(*words):
    """A number from 0 to 1 that depends on the words alone."""
    text = ":".join([str(SEED), *words]).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big") / 2**48


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def command(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def batch(program, inbox, home):
    accepted = [word for code in ACCEPTED for word in ("--accept", code)]
    return command(
        program, "batch", inbox, "--ledger", home / "ledger.sqlite", "--out", home / "results", "--log-level", "warning",
        "--quiet-time", "0", *accepted)


def departures(case, result, name, month):
    """Writes declines.csv and withdrawals.csv."""
    columns = ["child_id", "date", "reason"]
    declines, withdrawals = [], []
    for row in read(result / "placements.csv"):
        child = row["child_id"]
        if row["outcome"] == "placed":
            if share(name, "decline", child) < 0.05:
                declines.append({"child_id": child, "date": f"{month}-10", "reason": "moves away"})
        elif share(name, "withdraw", child) < 0.04:
            withdrawals.append({"child_id": child, "date": f"{month}-12", "reason": "found another place"})
    write(case / "declines.csv", columns, declines)
    write(case / "withdrawals.csv", columns, withdrawals)


def newcomers(program, case, name, month, number, folder):
    """Writes new_children.csv; returns the answers of their households, for the next case."""
    city = folder / f"newcomers-{name}"
    count = 40 + int(share(name, "newcomers") * 50)
    command(
        program, "generate", city, "--children", count, "--facilities", FACILITIES, "--seed", 100 + number, "--month", month)
    prefix = f"N{number:02}"
    families = sorted({row["household_id"] for row in read(case / "children.csv")})
    children = read(city / "children.csv")
    for index, row in enumerate(children):
        row["child_id"] = prefix + row["child_id"]
        # Two have a sibling who applied already.
        row["household_id"] = (
            families[int(share(name, "family", str(index)) * len(families))] if index in (5, 6)
            else prefix + row["household_id"])
    write(case / "new_children.csv", list(children[0]), children)
    kept = {row["household_id"] for row in children}
    answers = []
    for row in read(city / "households.csv"):
        row["household_id"] = prefix + row["household_id"]
        for column in ("lead_child_id", "prefer_child_id"):
            row[column] = row[column] and prefix + row[column]
        members = [child for child in children if child["household_id"] == row["household_id"]]
        named = {child["child_id"] for child in members}
        if row["household_id"] in kept and len(members) > 1:
            if not {row["lead_child_id"], row["prefer_child_id"]} - {""} <= named:
                row["timing"] = row["lead_child_id"] = row["prefer_child_id"] = ""
            answers.append(row)
    return answers


def make(program, folder):
    folder = Path(folder)
    if folder.exists():
        sys.exit(f"{folder} exists; choose another folder or take it away")
    inbox, working = folder / "inbox", folder / "working"
    inbox.mkdir(parents=True)
    working.mkdir()
    plan = list(rounds())
    name, month, title = plan[0]
    command(
        program, "generate", inbox / name, "--children", CHILDREN, "--facilities", FACILITIES, "--seed", SEED, "--month", month)
    for number, (following, next_month, next_title) in enumerate(plan[1:], start=1):
        batch(program, inbox, working)
        case, result = inbox / name, working / "results" / name / "revision-1"
        departures(case, result, name, month)
        answers = newcomers(program, case, name, next_month, number, folder)
        print(command(
            program, "next", case, working / "ledger.sqlite", "--month", next_month, "--round", next_title,
            "--out", inbox / following), end="")
        target = inbox / following / "households.csv"
        known = read(target) if target.exists() else []
        columns = ["household_id", "timing", "facility", "lead_child_id", "prefer_child_id"]
        write(target, columns, known + answers)
        name, month = following, next_month
    batch(program, inbox, working)
    departures(inbox / name, working / "results" / name / "revision-1", name, month)
    print(batch(program, inbox, folder), end="")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(shutil.which(sys.argv[1]) or sys.argv[1], sys.argv[2])
