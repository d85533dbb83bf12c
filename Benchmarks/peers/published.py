"""The published peer, chilmai, through its public Python API, on a case whose only limits are class limits.

It takes tables in its own columns: priorities as one score a wish, and the joint wishes of siblings as explicit lists.
Both come from the same reading of the rules as everything here, so it solves the same market: its objective, the most
children placed without any claim, is the objective `placements` where a stable allocation exists."""

import csv
import io
import time

from chilmai.algorithm.cp_use_transfer.CP_algo import OptimizationFailureError
from chilmai.generic.config import DEFAULT_CONFIG
from chilmai.generic.service import MatchingService

from market import Unsupported


def tables(market):
    """Its three tables as bytes; children whose household can only stay as it is are left out, with their seats."""
    for limit in market.limits:
        if len(limit.ages) != 1 or limit.group:
            raise Unsupported("chilmai knows class limits only")
    class_limit = {(limit.facility, age): index for index, limit in enumerate(market.limits) for age in limit.ages}
    households = [household for household in market.households if len(household.outcomes) > 1]
    most = max(len(market.children[member].wishes) for household in households for member in household.members)
    rows = [
        ["申請者番号", "世帯番号", "年齢", "在籍保育所ID", "きょうだいパターン"]
        + [f"{name}{number + 1}" for number in range(most) for name in ("希望保育園ID_", "点数")]
    ]
    for household in households:
        for member in household.members:
            child = market.children[member]
            row = [child.id, household.name, child.age, child.current or "", "1" if len(household.members) > 1 else ""]
            for wish, (facility, _, eligible) in enumerate(child.wishes):
                if eligible:
                    limit = class_limit[facility, child.age]
                    row += [facility, len(market.limits[limit].order) - market.places[limit][member, wish]]
            rows.append(row + [""] * (len(rows[0]) - len(row)))
    daycares = [["保育所ID", "保育所名"] + [f"{age}歳募集人数" for age in range(6)]]
    for facility, row in market.facilities.items():
        daycares.append([facility, row["name"]] + [row[f"seats_{age}"] or 0 for age in range(6)])
    size = max(len(household.members) for household in households)
    joint = [
        ["ファミリーコード", "総当たり順位"]
        + [f"{name}{number + 1}" for number in range(size) for name in ("宛名コード", "希望施設")]
    ]
    for household in households:
        if len(household.members) == 1:
            continue
        people = [market.children[member] for member in household.members]
        # The baseline is a row only where somebody has a seat to return to; else getting nothing is understood.
        listed = household.outcomes if any(child.current for child in people) else household.outcomes[:-1]
        for rank, outcome in enumerate(listed):
            row = [household.name, rank + 1]
            for child, wish in zip(people, outcome):
                row += [child.id, (child.current if wish is None else child.wishes[wish][0]) or ""]
            joint.append(row + [""] * (len(joint[0]) - len(row)))
    return _csv(rows), _csv(daycares), _csv(joint)


def _csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def solve(market, seconds):
    children, daycares, joint = tables(market)
    start = time.monotonic()
    answer = {"claims": None, "held": None, "placements": None}
    try:
        result = MatchingService().match(
            children_file_bytes=children, children_file_format="csv", daycares_file_bytes=daycares,
            daycares_file_format="csv", combination_file_bytes=joint, combination_file_format="csv",
            mapping=DEFAULT_CONFIG, solver_config={"max_time_seconds": seconds})
    except OptimizationFailureError as error:
        # Its message says what the solver's status was, or that the time ended.
        status = "INFEASIBLE" if "INFEASIBLE" in str(error) else f"error: {str(error).splitlines()[0]}"
        return answer | {"status": status, "seconds": time.monotonic() - start}
    except ValueError as error:
        raise SystemExit(f"chilmai refused the tables: {error.args}")
    matched = result["matching_result_dict"]
    placements = {child.id: matched.get(child.id, child.current) for child in market.children}
    return answer | {
        "status": "OPTIMAL" if result["meta"]["is_optimal"] else "FEASIBLE", "claims": 0,
        "held": sum(facility is None for facility in placements.values()), "placements": placements,
        "seconds": time.monotonic() - start,
    }
