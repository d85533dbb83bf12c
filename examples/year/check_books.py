#!/usr/bin/env python3
"""Checks that the books of a year balance, from its files alone and without the program.

    python3 examples/year/check_books.py year

Every child of every round is placed, staying, held, declined or withdrawn exactly once; whoever stays in play is in the next
case, and nobody else but the new ones; every seat that a case offers follows from the case before; no child ever has two seats.
The ledger's chain and its hashes of files are computed again.
"""

import csv
import hashlib
import json
import sqlite3
import sys
from collections import Counter
from pathlib import Path


class Books:
    """One year, folder by folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.faults = []
        self.counts = Counter()

    def expect(self, is_true, text):
        self.counts["checks"] += 1
        if not is_true:
            self.faults.append(text)

    @staticmethod
    def read(path):
        if not path.exists():
            return []
        with open(path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def names(self):
        return sorted(path.name for path in (self.folder / "inbox").iterdir())

    def check(self):
        names = self.names()
        enrolled = {}
        for name, following in zip(names, names[1:] + [None]):
            fates = self.fates(name)
            moves = self.moves(name, fates)
            self.check_seats_used(name, moves)
            self.check_roster(name, fates, enrolled)
            if following:
                self.check_next(name, following, fates)
                self.check_seats_carried(name, following, moves, fates)
        self.check_ledger(len(names))
        return self.faults

    # Children

    def fates(self, name):
        """What became of each child: its fate, class, groups, former facility and new one."""
        case = self.folder / "inbox" / name
        result = self.folder / "results" / name / "revision-1"
        children = {row["child_id"]: row for row in self.read(case / "children.csv")}
        placements = self.read(result / "placements.csv")
        counted = Counter(row["child_id"] for row in placements)
        self.expect(set(counted) == set(children), f"{name}: the result names other children than the case")
        self.expect(max(counted.values()) == 1, f"{name}: a child stands twice in the result")
        declines = [row["child_id"] for row in self.read(case / "declines.csv")]
        withdrawals = [row["child_id"] for row in self.read(case / "withdrawals.csv")]
        departed = Counter(declines + withdrawals)
        self.expect(not departed or max(departed.values()) == 1, f"{name}: a child departed twice")
        self.expect(set(departed) <= set(children), f"{name}: a stranger departed")
        fates = {}
        for row in placements:
            child = children.get(row["child_id"])
            if child is None:
                continue
            outcome, former = row["outcome"], child["current_facility_id"] if "current_facility_id" in child else ""
            wishes = {value for key, value in child.items() if key.startswith("wish_") and value}
            if outcome == "placed":
                self.expect(row["facility_id"] in wishes - {former}, f"{name}: {row['child_id']} is placed where it has no wish")
                fate = "declined" if row["child_id"] in declines else "placed"
            elif outcome == "stays":
                self.expect(former != "" and row["facility_id"] == former, f"{name}: {row['child_id']} stays elsewhere")
                fate = "withdrawn" if row["child_id"] in withdrawals else "stays"
            else:
                self.expect(outcome == "held" and former == "" and row["facility_id"] == "", f"{name}: {row['child_id']}")
                fate = "withdrawn" if row["child_id"] in withdrawals else "held"
            self.counts[fate] += 1
            fates[row["child_id"]] = {
                "fate": fate, "age": int(row["age_class"]), "groups": child.get("group", "").split(";"), "former": former,
                "facility": row["facility_id"] if outcome == "placed" else "", "row": child,
            }
        self.expect(
            {child for child, entry in fates.items() if entry["fate"] == "declined"} == set(declines),
            f"{name}: somebody declined who was not placed")
        self.expect(
            {child for child, entry in fates.items() if entry["fate"] == "withdrawn"} == set(withdrawals),
            f"{name}: somebody withdrew who was placed")
        self.counts["children"] += len(children)
        return fates

    def check_next(self, name, following, fates):
        """In the next case are those who stay in play and the new ones, and nobody else."""
        after = {row["child_id"]: row for row in self.read(self.folder / "inbox" / following / "children.csv")}
        added = {row["child_id"]: row for row in self.read(self.folder / "inbox" / name / "new_children.csv")}
        in_play = {child for child, entry in fates.items() if entry["fate"] in ("held", "stays")}
        self.expect(not in_play & set(added), f"{following}: a new child was in play")
        self.expect(set(after) == in_play | set(added), f"{following}: the children do not follow from {name}")
        months = int(following[5:7]) - int(name[5:7]) + 12 * (int(following[:4]) - int(name[:4]))
        placed = {}
        for entry in fates.values():
            if entry["fate"] == "placed":
                placed.setdefault(entry["row"]["household_id"], set()).add(entry["facility"])
        for child in in_play & set(after):
            before, now = fates[child]["row"], after[child]
            self.expect(int(now["age_class"]) == fates[child]["age"], f"{following}: {child} changed its class")
            waited = int(before.get("waiting_months") or 0) + months
            self.expect(int(now["waiting_months"]) == waited, f"{following}: {child} waited another time")
            siblings = set(now.get("sibling_facility_ids", "").split(";")) - {""}
            self.expect(
                placed.get(before["household_id"], set()) <= siblings,
                f"{following}: a sibling of {child} was placed and is not enrolled")
            for column in ("household_id", "points", "tax", "current_facility_id"):
                self.expect(now.get(column, "") == before.get(column, ""), f"{following}: {child} has another {column}")
        self.counts["new"] += len(added)

    def check_roster(self, name, fates, enrolled):
        """No child has two seats; a transfer gives up the one it had."""
        for child, entry in fates.items():
            if entry["former"]:
                seat = enrolled.setdefault(child, entry["former"])
                self.expect(seat == entry["former"], f"{name}: {child} has a seat elsewhere")
            else:
                self.expect(child not in enrolled, f"{name}: {child} has a seat already")
            if entry["fate"] == "placed":
                enrolled[child] = entry["facility"]
            elif entry["fate"] == "declined":
                enrolled.pop(child, None)

    # Seats

    @staticmethod
    def ages(text):
        found = set()
        for part in text.split(";"):
            low, _, high = part.partition("-")
            found |= set(range(int(low), int(high or low) + 1))
        return found

    def limits(self, name):
        """Every seat limit of a case: facility, ages, group, seats."""
        case = self.folder / "inbox" / name
        limits = {}
        for row in self.read(case / "facilities.csv"):
            for age in range(6):
                if row[f"seats_{age}"] != "":
                    limits[(row["facility_id"], str(age), "", "class")] = int(row[f"seats_{age}"])
        for row in self.read(case / "seat_limits.csv"):
            limits[(row["facility_id"], row["ages"], row["group"], "further")] = int(row["seats"])
        return limits

    def covers(self, limit, entry, facility):
        place, ages, group, _ = limit
        if place != facility or entry["age"] not in self.ages(ages):
            return False
        if group.startswith("!"):
            return group[1:] not in entry["groups"]
        return not group or group in entry["groups"]

    def moves(self, name, fates):
        """For each limit how many the round placed there, and how many left from there."""
        limits = self.limits(name)
        by_facility = {}
        for limit in limits:
            by_facility.setdefault(limit[0], []).append(limit)
        moves = {limit: Counter() for limit in limits}
        for entry in fates.values():
            if entry["fate"] not in ("placed", "declined"):
                continue
            for limit in by_facility.get(entry["facility"], []):
                if self.covers(limit, entry, entry["facility"]):
                    moves[limit][entry["fate"]] += 1
            for limit in by_facility.get(entry["former"], []):
                if self.covers(limit, entry, entry["former"]):
                    moves[limit]["left"] += 1
        return moves

    def check_seats_used(self, name, moves):
        for limit, seats in self.limits(name).items():
            used = moves[limit]["placed"] + moves[limit]["declined"]
            self.expect(used <= seats + moves[limit]["left"], f"{name}: {limit} holds {used} of {seats}")

    def check_seats_carried(self, name, following, moves, fates):
        before, after = self.limits(name), self.limits(following)
        self.expect(set(before) == set(after), f"{following}: other seat limits than in {name}")
        for limit, seats in before.items():
            # What declined is given back: only children who took their place hold a seat.
            left = seats - moves[limit]["placed"] + moves[limit]["left"]
            self.expect(after.get(limit) == left, f"{following}: {limit} says {after.get(limit)}, not {left}")
            self.counts["limits"] += 1

    # The ledger

    def check_ledger(self, rounds):
        path = self.folder / "ledger.sqlite"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as ledger:
            rows = ledger.execute("SELECT number, previous, hash, body FROM entry ORDER BY number").fetchall()
        previous = "0" * 64
        self.expect(len(rows) == rounds, f"the ledger has {len(rows)} entries for {rounds} rounds")
        for index, (number, before, hashed, body) in enumerate(rows, start=1):
            self.expect(number == index and before == previous, f"entry {number} does not follow")
            self.expect(
                hashlib.sha256(f"{before}\n{body}".encode()).hexdigest() == hashed, f"entry {number} has another hash")
            previous = hashed
            self.check_entry(number, json.loads(body)["run"])

    def check_entry(self, number, run):
        folder = self.folder / run["folder"]
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
        self.expect(hashes == {file["name"]: file["sha256"] for file in run["files"]}, f"run {number}: other files")

        def digest(named):
            lines = [f"{sha}  {name}\n" for name, sha in sorted(named.items(), key=lambda item: item[0].encode())]
            return hashlib.sha256("".join(lines).encode()).hexdigest()

        self.expect(digest(hashes) == run["result"], f"run {number}: another result")
        inputs = {name.removeprefix("case/"): sha for name, sha in hashes.items() if name.startswith("case/")}
        self.expect(digest(inputs) == run["inputs"], f"run {number}: other inputs")
        self.expect(digest({"case.yaml": inputs["case.yaml"]}) == run["rules"], f"run {number}: other rules")
        for outcome in ("placed", "stays", "held"):
            rows = self.read(folder / "placements.csv")
            self.expect(run[outcome] == sum(row["outcome"] == outcome for row in rows), f"run {number}: counts")


def main(folder):
    books = Books(folder)
    faults = books.check()
    for fault in faults[:20]:
        print(f"fault: {fault}")
    if faults:
        sys.exit(f"{len(faults)} faults")
    counts = books.counts
    print(
        f"The books balance: {counts['children']} applications in {len(books.names())} rounds: {counts['placed']} placed, "
        f"{counts['stays']} staying, {counts['held']} held, {counts['declined']} declined, {counts['withdrawn']} withdrawn; "
        f"{counts['new']} new; {counts['limits']} seat limits carried; {counts['checks']} checks.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
