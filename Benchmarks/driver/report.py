"""Turns measurements into the table, the judgement of the targets and the README's section."""

import math
import pathlib

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

PEERS = {
    "cpsat": "CP-SAT, the rules as one model",
    "chilmai": "chilmai, the published peer",
    "highs": "HiGHS on the exported program",
    "glpk": "GLPK on the exported program",
}


def seconds(value):
    if value is None:
        return "-"
    if value < 0.0995:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s" if value < 1000 else f"{value:,.0f} s"


def memory(value):
    return f"{value:,.0f} MiB"


def outcome(proved, claims):
    return f"{'proved' if proved else 'not proved'}, {claims} claim{'' if claims == 1 else 's'}"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def targets(own, suites):
    """Each target with what was measured: sentence, measured, met or not (None: not measured)."""

    def at_most(sentence, value, most, show, holds=True):
        if value is None:
            return sentence, "not measured", None
        met = value <= most and holds
        note = "" if met else f", {value / most:.2f} times the target" if value > most else ", not proved"
        return sentence, show(value) + note, met

    def field(name, *path):
        value = own.get(name)
        for part in path:
            value = value[part] if value is not None else None
        return value

    found = [
        at_most(
            "8,000 children, in the solver on one core: at most 50 ms", field("one core 8000", "timings", "allocateSeconds"),
            0.05, seconds, field("one core 8000", "proved")),
        at_most(
            "8,000 children, whole command: at most 0.5 s", field("command 8000", "seconds"), 0.5, seconds,
            field("command 8000", "proved")),
        at_most("8,000 children, whole command: at most 200 MB", field("command 8000", "mebibytes"), 200e6 / 2**20, memory),
    ]
    unstable = [value for name, value in own.items() if name.startswith("hard nothing stable")]
    found.append(
        at_most(
            "8,000 children, nothing stable, whole command: at most 1 s, fewest claims proved (the slowest of "
            f"{len(unstable)} cities)", max((value["seconds"] for value in unstable), default=None), 1, seconds,
            all(value["proved"] for value in unstable)))
    found.append(
        at_most(
            "1,000,000 children, whole command: at most 15 s", field("command 1000000", "seconds"), 15, seconds,
            field("command 1000000", "proved")))
    found.append(
        at_most(
            "1,000,000 children, whole command: at most 4 GB", field("command 1000000", "mebibytes"), 4e9 / 2**20, memory))
    exponent = None
    if own.get("command 1000000") and own.get("command 100000"):
        exponent = math.log10(own["command 1000000"]["seconds"] / own["command 100000"]["seconds"])
    found.append(
        at_most(
            "100,000 to 1,000,000 children: near linear (time grows with a power of at most 1.1)", exponent, 1.1,
            lambda value: f"power {value:.2f}"))
    found.append(
        at_most(
            "8,000 children, random priorities a facility, half siblings, whole command: at most 5 s, proved",
            field("hard random priorities, half siblings", "seconds"), 5, seconds,
            field("hard random priorities, half siblings", "proved")))
    compared = own.get("compare 8000")
    found.append(
        at_most(
            "8,000 children, a manual result with 300 wrong decisions: at most 60 s from files to root decisions",
            compared["seconds"] if compared and compared["mistakes"] >= 300 else None, 60, seconds))
    found.append(
        at_most(
            "8,000 children, points by a table of 120 rows: reading and computing at most 1.5 times as long as with given points",
            (own.get("table 8000") or {}).get("ratio", {}).get("given"), 1.5, lambda value: f"{value:.2f} times"))
    book, text = ((suites or {}).get(f"table/{kind}_8000") for kind in ("workbook", "csv"))
    found.append(
        at_most(
            "a children's workbook of 8,000 rows and 60 columns: read in at most six times what the same rows take as CSV",
            book["median"] / text["median"] if book and text else None, 6, lambda value: f"{value:.2f} times"))
    large = (suites or {}).get("table/workbook_100000")
    found.append(
        at_most(
            "a children's workbook of 100,000 rows and 60 columns: read within 200 MB",
            large["mebibytes"] if large else None, 200e6 / 2**20, memory))
    overruns = [value["overrun"] for name, value in own.items() if name.startswith("deadline")]
    found.append(
        at_most(
            "the time limit is overrun by at most 5 % (the worst of the adversaries)", max(overruns, default=None), 0.05,
            lambda value: f"{value * 100:.2g} %" if value < 1 else "more than 100 %, or no result"))
    return found


def text(machine, versions, own, rows, found, suites, seeds):
    """The whole section, in Markdown."""
    parts = [_heading(machine, versions), "### Targets", _targets(found)]
    parts += _part("The whole command, by size", _sizes(own))
    parts += _part("Points by a table, beside the same points given", _points(own))
    parts += _part("Hard cities of 8,000 children", _hard(own))
    parts += _part("A manual result beside the computed one", _compared(own))
    parts += _part("Deadlines", _deadlines(own))
    parts += [_seeds(seeds)] if seeds else []
    parts += _part("Peers, on the same cases in the same run", _peers(rows))
    parts += _part("Stages, in one process", _suites(suites))
    return "\n\n".join(parts)


def _part(title, lines):
    """The part under its title, or nothing where its table has no row."""
    return [] if lines.endswith("|---|") else [f"### {title}", lines]


def _heading(machine, versions):
    note = ""
    if machine["load"] > 0.5:
        note = f" The machine was not idle (load {machine['load']} at the start): times are too long."
    peers = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Measured {machine['date']} on {machine['cores']} cores of {machine['processor']} ({machine['architecture']}), "
        f"{machine['gibibytes']} GiB, {machine['system']}; Swift {machine['swift']}, GLPK {machine['glpk']}, "
        f"Python {machine['python']}{', ' + peers if peers else ''}. Times are medians of several runs, memory is the "
        f"largest resident set.{note}")


def _targets(found):
    words = {True: "met", False: "**missed**", None: "-"}
    return table(["target", "measured", ""], [(sentence, value, words[met]) for sentence, value, met in found])


def _sizes(own):
    rows = []
    for name, value in own.items():
        kind, _, size = name.rpartition(" ")
        if kind not in ("command", "one core"):
            continue
        timings = value["timings"]
        rows.append([
            f"{int(size):,}" + (", one core" if kind == "one core" else ""), seconds(value["seconds"]),
            *(seconds(timings.get(stage)) for stage in ("readSeconds", "allocateSeconds", "verifySeconds")),
            memory(value["mebibytes"]), outcome(value["proved"], value["counts"]["claims"]), value["runs"],
        ])
    return table(["children", "whole", "reading", "allocating", "verifying", "memory", "result", "runs"], rows)


def _points(own):
    rows = [
        [f"{value['children']:,}", value["rows"], seconds(value["reading"]["table"]),
         seconds(value["reading"]["given"]), f"{value['ratio']['given']:.2f}",
         seconds(value["reading"]["column"]), f"{value['ratio']['column']:.2f}", value["turns"]]
        for name, value in own.items() if name.startswith("table ")
    ]
    return table(
        ["children", "rows", "with the table", "given in the same files", "ratio", "given in files without the table's columns",
         "ratio", "turns"], rows)


def _hard(own):
    rows = [
        [name.removeprefix("hard "), seconds(value["seconds"]), seconds(value["timings"]["allocateSeconds"]),
         memory(value["mebibytes"]), value["solver"]["undecidedHouseholds"], value["solver"]["largestComponent"],
         outcome(value["proved"], value["counts"]["claims"])]
        for name, value in own.items() if name.startswith("hard ")
    ]
    return table(
        ["city", "whole", "allocating", "memory", "undecided households", "largest component", "result"], rows)


def _compared(own):
    rows = []
    for name, value in own.items():
        if name.startswith("compare "):
            found = value["summary"]
            rows.append([
                f"{value['children']:,}", value["mistakes"], found["children"] - found["agreed"], found["roots"],
                found["fairRootsAtLeast"], found["solves"], seconds(value["seconds"]), memory(value["mebibytes"])])
    return table(
        ["children", "mistakes", "children who differ", "root decisions", "at least, where no claim is to remain",
         "solves", "whole", "memory"], rows)


def _deadlines(own):
    rows = []
    for name, value in own.items():
        if not name.startswith("deadline "):
            continue
        start = [f"{int(name.split()[-1]):,}", seconds(value["limit"]), seconds(value["seconds"])]
        if "failure" in value:
            rows.append([*start, "-", "-", "-", f"**{value['failure']}**", memory(value["mebibytes"])])
            continue
        rows.append([
            *start, f"{value['overrun'] * 100:.2g} %", value["counts"]["placed"],
            f"{value['counts']['claims']} (at least {value['levels'][0].get('bound') or 0})",
            "proved" if value["proved"] else "verified, not proved", memory(value["mebibytes"])])
    return (
        "Every household has four children with 20 wishes each, every facility an order of its own. Each result was "
        "verified by `enmusubi verify`.\n\n" + table(
            ["children", "time limit", "whole", "overrun", "placed", "claims", "result", "memory"], rows))


def _seeds(seeds):
    return (
        f"Cities of 8,000 children, seeds {seeds['from']} to {seeds['to']} (`make seeds`): {seeds['proved']} of "
        f"{seeds['cities']} proved, {seeds['withClaims']} keep claims (at most {seeds['mostClaims']}); the whole command "
        f"took {seconds(seeds['median'])} in the median, {seconds(seeds['slowest'])} at most.")


def _peers(rows):
    lines = []
    for row in rows:
        answer, ours = row["answer"], row["ours"]
        ratio = row["seconds"] / ours["seconds"]
        took, ratio = seconds(row["seconds"]), f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
        if answer is None:
            result, took, ratio = f"ended after {seconds(row['seconds'])}", f"> {took}", f"> {ratio}"
        elif answer["status"] == "OPTIMAL":
            result = outcome(True, answer["claims"])
        else:
            claims = "no answer" if answer["claims"] is None else f"{answer['claims']} claims"
            bound = f", at least {answer['claimBound']}" if answer.get("claimBound") else ""
            result = f"{claims}{bound}: {answer['status']}"
            ratio = ratio if "INFEASIBLE" in answer["status"] else f"> {ratio}"
        if not ours["proved"]:
            ratio = "-"
        lines.append([
            row["case"], PEERS[row["peer"]], took, ratio, memory(row["mebibytes"]), result,
            f"{seconds(ours['seconds'])}, {memory(ours['mebibytes'])}, "
            + outcome(ours["proved"], ours["counts"]["claims"]),
        ])
    return table(["case", "peer", "its time", "ratio", "its memory", "its result", "Enmusubi, whole command"], lines)


def _suites(suites):
    return table(
        ["benchmark", "median", "slowest", "memory"],
        [[name, seconds(value["median"]), seconds(value["slowest"]), memory(value["mebibytes"])]
         for name, value in suites.items()])


def replace_section(path, section):
    """Puts the section between its marks in the file."""
    path = pathlib.Path(path)
    before, _, rest = path.read_text().partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{path} has no section between {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{section}\n\n{END}{after}")
