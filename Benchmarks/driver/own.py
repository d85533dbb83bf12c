"""What Enmusubi itself needs: the whole command at all sizes, hard cities, deadlines, and the suites by stage."""

import json
import os
import re
import shutil

from measure import ROOT, WORK, Failure, demand, median, run, say


# Rows of the children's tables that are read as a text and as a workbook.
TABLES = [8_000, 100_000]


class Own:
    def __init__(self, enmusubi, cities):
        self.enmusubi = enmusubi
        self.cities = cities
        self.out = WORK / "out"
        self.one_core = ["taskset", "--cpu-list", "0"]
        if "--threads" in demand([enmusubi, "run", "--help"])["output"]:
            self.one_thread = ["--threads", "1"]
        else:
            self.one_thread = []

    def once(self, case, *options, before=(), status=(0,)):
        """One run of the whole command, files in to files out."""
        shutil.rmtree(self.out, ignore_errors=True)
        done = demand([*before, self.enmusubi, "run", case, "--out", self.out, *options], status=status)
        record = json.loads((self.out / "run.json").read_text())
        return {
            "seconds": done["seconds"], "cpuSeconds": done["cpuSeconds"], "mebibytes": done["mebibytes"],
            "timings": record["timings"], "proved": record["status"] == "optimal", "counts": record["counts"],
            "claimants": record["claimants"], "levels": record["levels"], "solver": record["solver"],
        }

    def repeated(self, case, times, *options, **more):
        """The medians of several runs, whose results must be the same; of one where that took long."""
        runs = [self.once(case, *options, **more)]
        if runs[0]["proved"] and runs[0]["seconds"] < 20:
            runs += [self.once(case, *options, **more) for _ in range(times - 1)]
        for other in runs[1:]:
            for name in ("counts", "claimants", "proved"):
                if other[name] != runs[0][name]:
                    raise Failure(f"two runs of {case} differ in their {name}")
        stages = {name: median([one["timings"][name] for one in runs]) for name in runs[0]["timings"]}
        return runs[0] | {
            "runs": len(runs), "timings": stages, "seconds": median([one["seconds"] for one in runs]),
            "slowest": max(one["seconds"] for one in runs), "cpuSeconds": median([one["cpuSeconds"] for one in runs]),
            "mebibytes": max(one["mebibytes"] for one in runs),
        }

    def command(self, children):
        times = 9 if children <= 8_000 else 5
        return self.repeated(self.cities.size(children), times, "--time-limit", 300, status=(0, 3))

    def on_one_core(self, children):
        return self.repeated(self.cities.size(children), 9, *self.one_thread, before=self.one_core)

    def hard(self, name):
        return self.repeated(self.cities.hard(name), 3, "--time-limit", 60, status=(0, 3))

    def compare(self, children, mistakes):
        """Laying a round done by hand with so many mistakes beside the computed one: the median of three."""
        case = self.cities.by_hand(children, mistakes)
        self.once(case)
        comparison = WORK / "comparison"
        runs = []
        for _ in range(3):
            shutil.rmtree(comparison, ignore_errors=True)
            runs.append(demand([self.enmusubi, "compare", case, self.out, "--out", comparison, "--json"], status=(4,)))
        summary = next(
            entry for entry in map(json.loads, runs[0]["output"].splitlines()) if entry["message"] == "compared")
        return {
            "children": children, "mistakes": len((case / "mistakes.csv").read_text().splitlines()) - 1,
            "seconds": median([one["seconds"] for one in runs]), "mebibytes": max(one["mebibytes"] for one in runs),
            "summary": summary,
        }

    def points_table(self, children, times):
        """Reading a city and computing its points by a table, against reading the same city with given points.

        Given are they in the same files (`given`), or in files without what the table looks at (`column`). Each turn is one run
        of each, every time in another order; the ratios are the medians of the turns' own."""
        kinds = ("table", "given", "column")
        cases = {kind: self.cities.points(children, kind) for kind in kinds}
        turns = []
        for turn in range(times):
            order = kinds[turn % 3:] + kinds[:turn % 3]
            turns.append({kind: self.once(cases[kind], "--sufficient", 0) for kind in order})
            for kind in kinds[1:]:
                for name in ("counts", "claimants"):
                    if turns[-1]["table"][name] != turns[-1][kind][name]:
                        raise Failure(f"the table gives another result than the points that it computes: {name}")

        def reading(turn, kind):
            return turn[kind]["timings"]["readSeconds"]

        rows = re.findall(r"^      - \{", (cases["table"] / "case.yaml").read_text(), re.MULTILINE)
        return {
            "children": children, "rows": len(rows), "turns": times,
            "reading": {kind: median([reading(turn, kind) for turn in turns]) for kind in kinds},
            "ratio": {
                kind: median([reading(turn, "table") / reading(turn, kind) for turn in turns]) for kind in kinds[1:]},
        }

    def deadline(self, children, limit):
        """How far over its limit the command runs in a city that no search gets through, and what it has by then.

        Being far over, out of memory or broken is a measurement too; the process is held to half of the memory."""
        case = self.cities.adversary(children)
        shutil.rmtree(self.out, ignore_errors=True)
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
        done = run(
            ["prlimit", f"--as={most}", self.enmusubi, "run", case, "--out", self.out, "--time-limit", limit,
             # Another order at every facility makes classes that nobody who wishes them is old enough for.
             "--accept", "NOBODY_ELIGIBLE"],
            timeout=limit * 3 + 20, environment={"SWIFT_BACKTRACE": "enable=no"})
        common = {
            "limit": limit, "seconds": done["seconds"], "mebibytes": done["mebibytes"],
            "overrun": max(0, done["seconds"] / limit - 1),
        }
        if done["overdue"] or done["status"] not in (0, 3):
            why = "ended by the benchmark" if done["overdue"] else f"no result, status {done['status']}"
            return common | {"failure": why, "overrun": max(common["overrun"], 1)}
        record = json.loads((self.out / "run.json").read_text())
        demand([self.enmusubi, "verify", case, self.out])
        return common | {
            "proved": record["status"] == "optimal", "counts": record["counts"], "levels": record["levels"]}

    def suites(self, sizes):
        """The medians of the suites in the package beside this, in seconds and MiB, by benchmark.

        Without the deadlines, which are measured with the whole command."""
        out = WORK / "suites"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        say("building and running the suites")
        demand(
            ["swift", "package", "--package-path", ROOT / "Benchmarks", "--disable-sandbox", "benchmark",
             "--target", "Suites", "--skip", "deadline/.*", "--format", "histogramPercentiles",
             "--time-units", "microseconds", "--path", out, "--no-progress"],
            environment={
                "ENMUSUBI": str(self.enmusubi),
                "ENMUSUBI_SIZES": ",".join(str(size) for size in sizes if size < 1_000_000),
                "ENMUSUBI_TABLES": str(self.cities.tables(*TABLES))})
        measured = {}
        for path in sorted(out.glob("*.tsv")):
            name, metric = re.fullmatch(r".*?\.Suites\.(.*)\.(\w+)\.histogram\.percentiles\.tsv", path.name).groups()
            entry = measured.setdefault(name.replace("_", "/", 1), {})
            header, *lines = path.read_text().splitlines()
            percentiles = {line.split("\t")[0]: float(line.split("\t")[1]) for line in lines}
            if metric == "wallClock":
                if "(μs)" not in header:
                    raise Failure(f"{path.name} is in other units: {header}")
                entry |= {"median": percentiles["50"] / 1e6, "slowest": percentiles["100"] / 1e6}
            elif metric == "peakMemoryResident":
                unit = re.search(r"\((\w)\)", header).group(1)
                entry["mebibytes"] = percentiles["100"] * {"K": 1 / 1024, "M": 1, "G": 1024}[unit]
        if not measured:
            raise Failure("the suites measured nothing")
        return dict(sorted(measured.items(), key=lambda item: _place(item[0])))


def _place(name):
    """The order of the suites in the table: by suite, then by size."""
    suite, city = name.split("/", 1)
    order = ["table", "reading", "compiling", "reducing", "allocating", "verifying", "command", "hard"]
    return order.index(suite), int(city) if city.isdigit() else 0, city
