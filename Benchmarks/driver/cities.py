"""The cases to measure with, each by its name and how to generate it."""

import csv
import shutil

from measure import ROOT, WORK, demand, digest, say

SIZES = [1_000, 8_000, 20_000, 100_000, 1_000_000]

# Cities of 8,000 children that are far worse than a real one.
HARD = {
    "random priorities, half siblings": ["--random-priorities", "--sibling-share", 0.5],
    "siblings 18 %": ["--sibling-share", 0.18],
    "siblings 30 %": ["--sibling-share", 0.3],
    "siblings 50 %": ["--sibling-share", 0.5],
    "many bonuses": ["--enrolled-sibling-share", 0.6, "--sibling-bonus", 10],
    "pooled everywhere": ["--pooled"],
    **{f"nothing stable, seed {seed}": ["--seed", seed] for seed in (22, 45, 72, 111)},
}

# Every household has four children with 20 wishes each, and every facility an order of its own.
ADVERSARY = ["--sibling-share", 1, "--household-sizes", "0,0,1", "--wishes", 20, "--random-priorities"]
# Children, and the time limit in seconds: long enough for verifying a result twice, which no limit can shorten.
ADVERSARIES = {400: 10, 2_000: 45, 8_000: 180}


class Cities:
    def __init__(self, enmusubi):
        self.enmusubi = enmusubi
        self.folder = WORK / "cities"
        stamp = self.folder / "made-by"
        made_by = digest(enmusubi)
        if stamp.exists() and stamp.read_text() == made_by:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        stamp.write_text(made_by)

    def _make(self, name, make):
        """The folder of this name, made unless it is there; one half made is made again."""
        folder = self.folder / name.replace(" ", "-").replace(",", "").replace("%", "percent")
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            say(f"making the city {name}")
            make(folder)
            done.touch()
        return folder

    def generated(self, name, children, options=(), least=1):
        facilities = max(least, children * 3 // 80)
        return self._make(
            name, lambda folder: demand(
                [self.enmusubi, "generate", folder, "--children", children, "--facilities", facilities, *options]))

    def size(self, children):
        return self.generated(str(children), children)

    def hard(self, name):
        return self.generated(name, 8_000, HARD[name])

    def adversary(self, children):
        # Enough facilities for 20 wishes, however few the children.
        return self.generated(f"adversary {children}", children, ADVERSARY, least=60)

    def by_hand(self, children, mistakes):
        """A city with the round as staff did it, with so many mistakes."""
        return self.generated(f"{children} by hand", children, ["--manual-mistakes", mistakes])

    def points(self, children, kind):
        """A city whose points a table computes (`table`); the same with what it computes in columns, and without the columns
        from which it does (`column`); or with all of them (`given`)."""
        if kind != "given":
            return self.generated(f"{children} {kind}", children, ["--points", kind])
        table, column = self.points(children, "table"), self.points(children, "column")
        return self._make(f"{children} given", lambda folder: self._give(folder, table, column))

    @staticmethod
    def _give(folder, table, column):
        """The city of the table with the columns and the settings of the one that gives its points."""
        shutil.copytree(table, folder)
        shutil.copy(column / "case.yaml", folder)
        with open(table / "children.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with open(column / "children.csv", newline="", encoding="utf-8") as file:
            for row, given in zip(rows, csv.DictReader(file), strict=True):
                assert row["child_id"] == given["child_id"]
                row.update({name: value for name, value in given.items() if name not in row})
        with open(folder / "children.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def plain(self, name, case):
        """The case with class limits only."""
        program = ROOT / "Benchmarks" / "peers" / "plain.py"
        return self._make(f"{name} plain", lambda folder: demand(["python3", program, case, folder]))

    def program(self, name, case):
        """The case's whole integer program as an LP file."""
        path = self.folder / f"{name.replace(' ', '-').replace(',', '')}.lp"
        done = path.with_suffix(".lp.done")
        if not done.exists():
            path.unlink(missing_ok=True)
            say(f"exporting the program of {name}")
            demand([self.enmusubi, "export", case, "--lp", path])
            done.touch()
        return path
