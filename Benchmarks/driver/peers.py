"""The peers: other programs on the same cases, in the same run, and whether all agree."""

import json
import re
import shutil
import subprocess

from measure import ROOT, WORK, Failure, demand, run, say

FOLDER = ROOT / "Benchmarks" / "peers"
ENVIRONMENT = ROOT / ".build" / "peers"


def install():
    """The peers' own environment, made again when requirements.txt changes; gives their versions."""
    wanted = (FOLDER / "requirements.txt").read_text()
    stamp = ENVIRONMENT / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing the peers into .build/peers")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        subprocess.run(["python3", "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run(
            [ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
             FOLDER / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return ask("versions")["answer"]


def ask(*arguments, timeout=None):
    """Runs one peer; `answer` is None where it had to be ended."""
    done = run([ENVIRONMENT / "bin" / "python", FOLDER / "run.py", *arguments], timeout=timeout)
    answer = None
    if not done["overdue"]:
        if done["status"] != 0:
            raise Failure(f"peer {arguments}: status {done['status']}\n{done['errors'][-2000:]}")
        answer = json.loads(done["output"].splitlines()[-1])
    return {"answer": answer, "seconds": done["seconds"], "mebibytes": done["mebibytes"]}


def peer(name, argument, seconds):
    """One peer on one case, ended when it has had its time and half as much again to build and to stop."""
    return ask(name, argument, seconds, timeout=seconds * 1.5 + 5) | {"limit": seconds}


def glpk(program, seconds):
    """glpsol on the exported program, as it comes: first with every claim at 0, then, if that has no solution, free."""
    text = program.read_text()
    claims = sorted(set(re.findall(r"\bclaim_\d+\b", text)))
    start, rest = text.split("\nBounds\n")
    fixed = "".join(f" {name} = 0\n" for name in claims)
    without = re.sub(r"^ claim_\d+\n", "", rest, flags=re.MULTILINE)
    zeroed = WORK / "zeroed.lp"
    zeroed.write_text(f"{start}\nBounds\n{fixed}{without}")
    spent, memory, bound, answer = 0, 0, 0, None
    for path in (zeroed, program):
        out = WORK / "glpsol.txt"
        out.unlink(missing_ok=True)
        left = max(1, round(seconds - spent))
        done = run(["glpsol", "--lp", path, "--tmlim", left, "-o", out], timeout=left * 1.5 + 5)
        spent, memory = spent + done["seconds"], max(memory, done["mebibytes"])
        if done["overdue"]:
            break
        if done["status"] != 0 or not out.exists():
            raise Failure(f"glpsol: status {done['status']}\n{done['output'][-2000:]}")
        answer = _solution(done["output"], out.read_text()[:1000])
        if answer["status"] != "INFEASIBLE":
            break
        bound = 1
    if answer:
        answer["claimBound"] = bound
    return {"answer": answer, "seconds": spent, "mebibytes": memory, "limit": seconds}


def _solution(log, head):
    status = re.search(r"^Status:\s*(.*)$", head, re.MULTILINE).group(1).strip()
    value = float(re.search(r"^Objective:\s*obj = (\S+)", head, re.MULTILINE).group(1))
    if status == "INTEGER OPTIMAL":
        return {"status": "OPTIMAL", "claims": round(value)}
    if status == "INTEGER EMPTY" or "HAS NO PRIMAL FEASIBLE" in log or "HAS NO INTEGER FEASIBLE" in log:
        return {"status": "INFEASIBLE", "claims": None}
    return {"status": "time limit", "claims": round(value) if status == "INTEGER NON-OPTIMAL" else None}


def cases(cities, quick):
    """What the peers are given: a name, the case, and who is asked. chilmai gets it with class limits only."""
    hard = ["--seed", 3, "--sibling-share", 0.5, "--random-priorities"]
    given = [
        ("300, hard", cities.generated("300 hard", 300, hard), ["cpsat", "highs"]),
        ("600, hard", cities.generated("600 hard", 600, hard), ["cpsat", "chilmai"]),
        ("1,000", cities.size(1_000), ["cpsat", "highs", "glpk", "chilmai"]),
    ]
    if not quick:
        given.append(("8,000", cities.size(8_000), ["cpsat", "highs", "glpk", "chilmai"]))
        given.append(("8,000, nothing stable", cities.hard("nothing stable, seed 22"), ["cpsat", "highs"]))
    return given


def measure(own, store, cities, quick, seconds, published_seconds):
    """Every peer on its cases. Gives a row for each: case, peer, what it answered, and what Enmusubi did there."""
    rows = []
    for name, case, asked in cases(cities, quick):
        plain = cities.plain(name.replace(",", ""), case) if "chilmai" in asked else None
        for label, folder, asks in (
            (name, case, [which for which in asked if which != "chilmai"]),
            (f"{name}, class limits only", plain, [which for which in ("cpsat", "chilmai") if "chilmai" in asked]),
        ):
            if not asks:
                continue
            ours = store.get(f"ours on {label}", lambda: _ours(own, folder))
            limit = published_seconds if name == "8,000" else seconds
            make = {
                "cpsat": lambda: peer("cpsat", folder, seconds),
                "chilmai": lambda: peer("chilmai", folder, limit),
                "highs": lambda: peer("highs", cities.program(name, case), seconds),
                "glpk": lambda: glpk(cities.program(name, case), seconds),
            }
            for which in asks:
                rows.append({"case": label, "peer": which, "ours": ours, **store.get(f"{which} on {label}", make[which])})
    return rows


def _ours(own, case):
    """Our own run, and our result under the objective that peers can tell, both judged by a third reading."""
    options = {"status": (0, 3)}
    measured = own.repeated(case, 3, "--time-limit", 60, **options)
    judged = ask("judge", case, own.out)["answer"]
    placements = own.once(case, "--objective", "placements", "--time-limit", 60, **options)
    return measured | {
        "judged": judged, "heldAtLeast": placements["counts"]["held"] if placements["proved"] else None,
        "judgedPlacements": ask("judge", case, own.out)["answer"], "placementsClaimants": placements["claimants"],
    }


def disagreements(rows):
    """What does not fit together, a sentence each; empty where all agree."""
    found = []
    for row in rows:
        ours, answer, where = row["ours"], row["answer"], f"{row['peer']} on {row['case']}"
        claims = ours["counts"]["claims"]
        for judged, claimants in (
            (ours["judged"], ours["claimants"]), (ours["judgedPlacements"], ours["placementsClaimants"])
        ):
            if judged["faults"] or judged["claimants"] != sorted(claimants):
                found.append(f"the third reading judges our result on {row['case']} otherwise: {judged}")
        if answer is None:
            continue
        if answer["claims"] is not None and ours["proved"]:
            if answer["claims"] < claims or (answer["status"] == "OPTIMAL" and answer["claims"] != claims):
                found.append(f"{where}: {answer['claims']} claims ({answer['status']}), ours {claims}")
        if answer.get("claimBound", 0) > claims:
            found.append(f"{where}: at least {answer['claimBound']} claims, ours {claims}")
        if "INFEASIBLE" in answer["status"] and claims == 0:
            found.append(f"{where}: infeasible, ours has no claim")
        fewest = ours["heldAtLeast"]
        if None not in (answer.get("held"), fewest) and claims == 0 and answer["held"] != fewest:
            found.append(f"{where}: {answer['held']} children held, ours {ours['heldAtLeast']}")
        if judged := answer.get("judged"):
            if judged["faults"] or len(judged["claimants"]) > answer["claims"]:
                found.append(f"{where}: the third reading finds fault with its allocation: {judged}")
    return sorted(set(found))
