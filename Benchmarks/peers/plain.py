"""Makes a case whose only limits are class limits, for peers that know no others.

Usage: plain.py CASE FOLDER

The seats of a limit that opens several classes (`3-5`, say) are dealt to those classes, the youngest first; every other
row of seat_limits.csv is left out. So it is another market, and everybody who is compared solves that one."""

import csv
import pathlib
import shutil
import sys


def main(case, folder):
    case, folder = pathlib.Path(case), pathlib.Path(folder)
    shutil.copytree(case, folder)
    limits = folder / "seat_limits.csv"
    if not limits.exists():
        return
    with open(limits, newline="", encoding="utf-8") as file:
        opening = [row for row in csv.DictReader(file) if row["opens"] == "yes"]
    limits.unlink()
    path = folder / "facilities.csv"
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for limit in (limit for limit in opening if limit["facility_id"] == row["facility_id"]):
            if limit["group"]:
                raise SystemExit(f"plain: {row['facility_id']} opens a class for a group only")
            first, _, last = limit["ages"].partition("-")
            ages = range(int(first), int(last or first) + 1)
            for place, age in enumerate(ages):
                seats, rest = divmod(int(limit["seats"]), len(ages))
                row[f"seats_{age}"] = seats + (place < rest)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
