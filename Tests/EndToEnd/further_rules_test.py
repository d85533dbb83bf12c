"""Cities with points tables and rules that only some cities have, from the files through every command."""

import json
import random
import shutil

import pytest

from program import EACH_SOLVER, Folder, record, rows, run, write_rows

RULES = ["wish-keys", "shared-limits", "closed-seats", "over-full"]
# Every rule alone, and cities with some of them by chance: the seed says all.
CITIES = [(number + 1, [rule]) for number, rule in enumerate(RULES)] + [(seed, None) for seed in range(11, 17)]


def options(seed, rules):
    """What a city is generated with."""
    chance = random.Random(seed)
    size = chance.choice([200, 400, 700])
    if rules is None:
        rules = [rule for rule in RULES if chance.random() < 0.7]
        points = chance.choice(["steps", "table", "table", "column"])
    else:
        points = "steps"
    siblings, transfers = chance.choice([0.2, 0.5]), chance.choice([0.1, 0.3])
    return [
        "--children", size, "--facilities", max(12, size // 26), "--seed", seed, "--points", points,
        "--sibling-share", siblings, "--transfer-share", transfers,
        *(word for rule in rules for word in ("--rule", rule))]


@pytest.fixture(scope="module", params=CITIES, ids=[f"{seed}-{'-'.join(rules or ['random'])}" for seed, rules in CITIES])
def city(request, tmp_path_factory):
    """A city with its manual result, and its computed one."""
    seed, rules = request.param
    folder = tmp_path_factory.mktemp("city")
    case, result = folder / "case", folder / "result"
    run("generate", case, *options(seed, rules), "--manual-mistakes", 3)
    run("run", case, "--out", result)
    return case, result


def test_every_way_gives_the_same_result_and_it_is_verified(city, tmp_path):
    case, result = city
    assert record(result)["status"] == "optimal"
    run("verify", case, result)
    run("verify", case, result, "--deep")
    for number, way in enumerate([*EACH_SOLVER, ["--no-reduction"], ["--threads", 1]]):
        other = tmp_path / str(number)
        run("run", case, "--out", other, *way)
        for name in ("placements.csv", "claims.csv", "reasons.csv", "borders.csv", "sufficient.csv"):
            assert (other / name).read_bytes() == (result / name).read_bytes(), (way, name)


def test_the_manual_result_is_explained_in_full(city, tmp_path):
    case, result = city
    comparison, pinned, again = (tmp_path / name for name in ("comparison", "pinned", "again"))
    run("compare", case, result, "--out", comparison, status=4)
    # Whoever decided otherwise, put where staff had it, leads to the whole manual result.
    manual = {row["child_id"]: row["facility_id"] for row in rows(case / "manual.csv")}
    roots = {row["root_household_id"].split("/")[0] for row in rows(comparison / "roots.csv")}
    differing = {row["household_id"].split("/")[0] for row in rows(comparison / "differences.csv")}
    assert roots and roots <= differing
    shutil.copytree(case, pinned)
    children = rows(case / "children.csv")
    write_rows(pinned / "pins.csv", [
        {
            "child_id": row["child_id"], "by": "staff", "reason": "as by hand",
            "facility_id": "" if manual[row["child_id"]] == row.get("current_facility_id") else manual[row["child_id"]],
        } for row in children if row["household_id"] in roots])
    run("run", pinned, "--out", again, "--accept", "PIN_EXCEEDS_LIMIT")
    assert {row["child_id"]: row["facility_id"] for row in rows(again / "placements.csv")} == manual


def test_explain_knows_every_outcome(city):
    case, result = city
    children = {row["outcome"]: row["child_id"] for row in rows(result / "placements.csv")}
    assert set(children) == {"placed", "stays", "held"}
    for outcome, child in children.items():
        for language in ("en", "ja"):
            told = run("explain", case, result, child, "--staff", "--lang", language, "--no-sufficient").stdout
            assert child in told, (outcome, language)


def test_what_if_is_what_the_changed_files_give(city, tmp_path):
    case, result = city
    placements = rows(result / "placements.csv")
    child = next(row["child_id"] for row in placements if row["outcome"] == "held")
    header = rows(case / "children.csv")[0]
    # Under a table another answer, else other points; where keys look at the wish the tax is of no use to most.
    column, value = ("mother_hours", "200") if "mother_hours" in header else ("points", "99")
    changed, other, tried, both = (tmp_path / name for name in ("changed", "other", "tried", "both"))
    shutil.copytree(case, changed)
    children = rows(case / "children.csv")
    for row in children:
        if row["child_id"] == child:
            row[column] = value
    write_rows(changed / "children.csv", children)
    facility = next(row for row in rows(case / "facilities.csv") if int(row["seats_1"] or 0) > 0)["facility_id"]
    facilities = rows(case / "facilities.csv")
    for row in facilities:
        if row["facility_id"] == facility:
            row["seats_1"] = int(row["seats_1"]) + 2
    write_rows(changed / "facilities.csv", facilities)
    run("run", changed, "--out", other)
    run("compare-runs", result, other, "--case", case, "--out", both)
    run("what-if", case, "--change", f"child:{child}:{column}:{value}", "--change", f"seats:{facility}:1:+2", "--out", tried)
    for name in ("changes.csv", "groups.csv"):
        assert (tried / name).read_bytes() == (both / name).read_bytes(), name


def test_the_next_round_can_be_made(city, tmp_path):
    case, _ = city
    inbox, ledger, following = tmp_path / "inbox", tmp_path / "ledger.sqlite", tmp_path / "next"
    shutil.copytree(case, inbox / "04")
    run("batch", inbox, "--ledger", ledger, "--out", tmp_path / "results")
    run("next", inbox / "04", ledger, "--month", "2027-05", "--out", following)
    run("run", following, "--out", tmp_path / "following")
    run("verify", following, tmp_path / "following")


class Tables(Folder):
    def test_a_table_and_the_points_that_it_computes_give_the_same_result(self):
        for rules in ([], RULES):
            results = []
            for points in ("table", "column"):
                case, out = (self.folder / f"{points}-{len(rules)}-{part}" for part in ("case", "out"))
                run("generate", case, "--children", 1500, "--facilities", 56, "--seed", 2, "--points", points,
                    *(word for rule in rules for word in ("--rule", rule)))
                run("run", case, "--out", out)
                results.append({name: (out / name).read_bytes() for name in ("placements.csv", "reasons.csv", "borders.csv")})
            self.assertEqual(*results)
        self.assertIn("pointsTable:", (self.folder / "table-0-case/case.yaml").read_text(encoding="utf-8"))
        self.assertNotIn("pointsTable:", (self.folder / "column-0-case/case.yaml").read_text(encoding="utf-8"))

    def test_another_answer_is_computed_into_points(self):
        case = self.folder / "case"
        run("generate", case, "--children", 1500, "--facilities", 56, "--seed", 2, "--points", "table")
        children = rows(case / "children.csv")
        # A mother who works less than full time, and would come earlier with more hours.
        run("run", case, "--out", self.folder / "out")
        held = {row["child_id"] for row in rows(self.folder / "out/placements.csv") if row["outcome"] == "held"}
        child = next(
            row["child_id"] for row in children
            if row["child_id"] in held and row["mother"] == "居宅外就労" and int(row["mother_hours"]) < 120
            and (not row["father"] or row["father"] == "居宅外就労" and int(row["father_hours"]) >= 160)
            and row["age_class"] == "0")

        def tried(*changes):
            words = [word for change in changes for word in ("--change", f"child:{child}:{change}")]
            return json.loads(run("what-if", case, *words, "--json").stdout.splitlines()[-1])["lines"][0]["gains"]["value"]

        # Who has no seat takes none from others by fewer points.
        self.assertEqual(tried("mother_hours:48"), 0)
        self.assertGreaterEqual(tried("mother_hours:160", "welfare:yes", "nursery_teacher:yes"), 1)
        for change, sentence in (
            ("points:40", "the points table computes the points"), ("hours:1", "no further column hours"),
        ):
            refused = run("what-if", case, "--change", f"child:{child}:{change}", status=64)
            self.assertIn(sentence, refused.stderr)
        wrong = run("what-if", case, "--change", f"child:{child}:mother_hours:many", status=65)
        self.assertIn("the changed case is wrong", wrong.stderr)

    def test_what_cannot_be_generated_is_said(self):
        for more, sentence in (
            (["--points", "many"], "steps"), (["--rule", "fair"], "wish-keys"),
            (["--points", "table", "--random-priorities"], "points cannot be table"),
        ):
            refused = run("generate", self.folder / "no", *more, status=64)
            self.assertIn(sentence, refused.stderr)
            self.assertFalse((self.folder / "no").exists())
