"""What a childcare official would have seen: over-full classes, impossible dates and seats, siblings without an outcome,
results of another city, wishes that next takes away."""

import json
import shutil

from program import SOLVERS, Folder, rows, run, write_rows


SETTINGS = """municipality: 縁結市
round: {round}
month: {month}
priority:
  - {{key: points, order: descending}}
drawSeed: 1
siblings: {{timing: any, facility: sameOnly}}
"""


class Cases(Folder):
    """A test with cases of a few children."""

    def case(self, name, children, facilities, households=None, round="first", month="2027-04"):
        case = self.folder / name
        case.mkdir(parents=True)
        (case / "case.yaml").write_text(SETTINGS.format(round=round, month=month), encoding="utf-8")
        (case / "children.csv").write_text(children, encoding="utf-8")
        (case / "facilities.csv").write_text(facilities, encoding="utf-8")
        if households:
            (case / "households.csv").write_text(households, encoding="utf-8")
        return case

    def placements(self, result):
        return {row["child_id"]: row["facility_id"] for row in rows(result / "placements.csv") if row["facility_id"]}


class SeveralBuildings(Cases):
    """A main building and its branch with one limit, a class that is written over-full, and seats that stay closed."""

    FACILITIES = "facility_id,name,seats_1,closed_1\nA,Main,2,{closed}\nB,Branch,2,\nC,C,1,\nD,D,-1,\n"
    CHILDREN = (
        "child_id,household_id,age_class,current_facility_id,wish_1,wish_2,points\n"
        "m1,M1,1,A,C,,50\nd1,D1,1,D,A,,49\nw1,W1,1,,B,A,45\nw2,W2,1,,A,B,40\nw3,W3,1,,D,B,39\nw4,W4,1,,B,,38\n")

    def made(self, closed):
        case = self.case("case" + closed, self.CHILDREN, self.FACILITIES.format(closed=closed))
        (case / "seat_limits.csv").write_text("facility_id,ages,group,seats\nA;B,0-5,,2\n", encoding="utf-8")
        result = self.folder / ("result" + closed)
        run("run", case, "--out", result)
        run("verify", case, result)
        run("verify", "--deep", case, result)
        for solver in SOLVERS:
            for more in ([], ["--no-reduction"]):
                other = self.folder / f"{closed}{solver}{len(more)}"
                run("run", case, "--out", other, "--solver", solver, *more)
                self.assertEqual(
                    (other / "placements.csv").read_bytes(), (result / "placements.csv").read_bytes())
        return case, result

    def test_a_seat_at_either_building_uses_the_limit(self):
        case, result = self.made("")
        # m1 leaves a seat of the limit, so that three get in; what d1 leaves works off the one who is too many at D.
        self.assertEqual(self.placements(result), {"m1": "C", "d1": "A", "w1": "B", "w2": "A"})
        left = {row["facility_id"]: (row["seats"], row["left"]) for row in rows(result / "borders.csv")}
        self.assertEqual(left, {"A": ("2", "0"), "B": ("2", "0"), "C": ("1", "0"), "D": ("0", "0")})
        refused = {(row["child_id"], row["facility_id"]): row for row in rows(result / "reasons.csv")}
        self.assertEqual(refused["w4", "B"]["reason"], "seats")
        # The last child admitted is at the other building.
        self.assertEqual(refused["w4", "B"]["last_admitted_value"], "40")
        self.assertEqual(refused["w4", "B"]["seats"], "3")
        self.assertEqual(refused["w3", "D"]["reason"], "seats")
        checked = run("check", case)
        self.assertIn("seats_1 is -1", checked.stdout + checked.stderr)
        run("explain", case, result, "w4", "--staff")
        run("export", case, "--lp", self.folder / "case.lp")
        self.assertIn("Main", (result / "report.html").read_text(encoding="utf-8"))

    def test_a_seat_that_stays_closed_is_not_given_in_the_whole_limit(self):
        case, result = self.made("yes")
        self.assertEqual(self.placements(result), {"m1": "C", "d1": "A", "w1": "B"})
        inbox, ledger, following = self.folder / "inbox", self.folder / "ledger.sqlite", self.folder / "next"
        shutil.copytree(case, inbox / "04")
        run("batch", inbox, "--ledger", ledger, "--out", self.folder / "results")
        run("next", inbox / "04", ledger, "--month", "2027-05", "--out", following)
        limit = rows(following / "seat_limits.csv")[0]
        self.assertEqual((limit["facility_id"], limit["seats"]), ("A;B", "1"))
        seats = {row["facility_id"]: row["seats_1"] for row in rows(following / "facilities.csv")}
        self.assertEqual(seats, {"A": "2", "B": "1", "C": "0", "D": "0"})
        run("check", following)


class Overfull(Cases):
    FACILITIES = "facility_id,name,seats_1,capacity_1,enrolled_1\nA,A,0,11,12\nB,B,{free},,\n"
    CHILDREN = (
        "child_id,household_id,age_class,current_facility_id,wish_1,points\n"
        "m1,M1,1,A,B,50\nm2,M2,1,A,B,49\nw1,W1,1,,A,40\nw2,W2,1,,A,39\n")

    def test_one_moves_away_and_nobody_enters(self):
        case = self.case("case", self.CHILDREN, self.FACILITIES.format(free=1))
        checked = run("check", case)
        self.assertIn("facilities.csv:2:10: warning CLASS_OVERFULL", checked.stdout + checked.stderr)
        result = self.folder / "result"
        run("run", case, "--out", result)
        self.assertEqual(self.placements(result), {"m1": "B", "m2": "A"})
        run("verify", case, result)
        border = [row for row in rows(result / "borders.csv") if row["facility_id"] == "A"][0]
        self.assertEqual((border["seats"], border["placed"], border["left"]), ("0", "0", "0"))
        for solver in SOLVERS:
            for more in ([], ["--no-reduction"]):
                other = self.folder / f"{solver}{len(more)}"
                run("run", case, "--out", other, "--solver", solver, *more)
                self.assertEqual(
                    (other / "placements.csv").read_bytes(), (result / "placements.csv").read_bytes())
        exported = self.folder / "case.lp"
        run("export", case, "--lp", exported)
        self.assertTrue(exported.stat().st_size)

    def test_nobody_is_told_of_a_negative_number_of_seats(self):
        case = self.case("case", self.CHILDREN, self.FACILITIES.format(free=1).replace("11,12", "5,12"))
        result, letters = self.folder / "result", self.folder / "letters"
        run("run", case, "--out", result)
        run("verify", case, result)
        self.assertEqual({row["seats"] for row in rows(result / "reasons.csv") if row["reason"] == "seats"}, {"0", "1"})
        run("notices", case, result, "--out", letters)
        for path in letters.iterdir():
            self.assertNotIn(b"-5", path.read_bytes())
        told = run("explain", case, result, "w1").stdout
        self.assertIn("枠", told)
        self.assertNotIn("-5", told)

    def test_two_move_away_and_one_enters(self):
        case = self.case("case", self.CHILDREN, self.FACILITIES.format(free=2))
        result = self.folder / "result"
        run("run", case, "--out", result)
        self.assertEqual(self.placements(result), {"m1": "B", "m2": "B", "w1": "A"})
        run("verify", case, result)

    def test_the_next_months_work_the_rest_off(self):
        inbox, ledger = self.folder / "inbox", self.folder / "ledger.sqlite"
        self.case("inbox/04", self.CHILDREN, self.FACILITIES.format(free=1))
        batch = ("batch", inbox, "--ledger", ledger, "--out", self.folder / "results")
        run(*batch)
        run("next", inbox / "04", ledger, "--month", "2027-05", "--out", inbox / "05")
        facility = rows(inbox / "05/facilities.csv")[0]
        self.assertEqual((facility["seats_1"], facility["capacity_1"], facility["enrolled_1"]), ("0", "11", "11"))
        # B takes one more now, and the seat that m2 leaves is free.
        facilities = rows(inbox / "05/facilities.csv")
        facilities[1]["seats_1"] = "1"
        write_rows(inbox / "05/facilities.csv", facilities)
        result = self.folder / "05"
        run("run", inbox / "05", "--out", result)
        self.assertEqual(self.placements(result), {"m2": "B", "w1": "A"})


class Doubts(Cases):
    FACILITIES = "facility_id,name,seats_0,seats_1,min_age_days\nA,A,2,2,\nB,B,2,2,57\n"

    def demands(self, code, case, *more):
        """Nothing is written until the code is accepted; then the case runs and records it."""
        refused = run("run", case, "--out", self.folder / "out", *more, status=2)
        self.assertIn(f"--accept {code}", refused.stderr)
        self.assertFalse((self.folder / "out").exists())
        run("run", case, "--out", self.folder / "out", "--accept", code, *more)
        record = json.loads((self.folder / "out/run.json").read_text(encoding="utf-8"))
        self.assertEqual(record["warningsAccepted"], [code])
        shutil.rmtree(self.folder / "out")
        return refused.stderr

    def test_dates_after_the_first_day(self):
        head = "child_id,household_id,birth_date,due_date,wish_1,points\n"
        born = self.case("born", head + "a,A,2025-05-01,,A,9\nb,B,2027-04-02,,A,9\n", self.FACILITIES)
        self.assertIn("children.csv:3:5: warning BORN_AFTER_START", self.demands("BORN_AFTER_START", born))
        due = self.case("due", head + "a,A,2025-05-01,,A,9\nb,B,,2027-04-02,A,9\n", self.FACILITIES)
        self.assertIn("children.csv:3:6: warning DUE_AFTER_START", self.demands("DUE_AFTER_START", due))
        # Where the minimum age keeps the child from a place, the rules decide and nothing is asked.
        young = self.case("young", head + "a,A,2025-05-01,,A,9\nb,B,,2027-04-02,B,9\n", self.FACILITIES)
        run("run", young, "--out", self.folder / "young-result")

    def test_siblings_who_share_no_outcome(self):
        head = "child_id,household_id,age_class,wish_1,wish_2,points\n"
        children = head + "a,X,0,A,,9\nb,X,1,B,,9\nc,Y,1,A,B,8\n"
        households = "household_id,timing,facility\nX,{},{}\n"
        case = self.case("case", children, self.FACILITIES, households.format("together", "sameOnly"))
        told = self.demands("NO_JOINT_OUTCOME", case)
        self.assertIn("households.csv:2:1: warning NO_JOINT_OUTCOME", told)
        self.assertIn("together sameOnly", told)
        for number, answer in enumerate([("any", "sameOnly"), ("elder", "sameOnly"), ("together", "sameFirst")]):
            other = self.case(f"other{number}", children, self.FACILITIES, households.format(*answer))
            run("check", other)
        self.assertIn(
            "NO_JOINT_OUTCOME: 2行目「household_id」(A2): このきょうだいは", run("check", case, "--lang", "ja", "--accept", "NO_JOINT_OUTCOME").stdout
            + run("check", case, "--lang", "ja", "--accept", "NO_JOINT_OUTCOME").stderr)

    def town(self, name, seats, youngest=3):
        """66 facilities with these seats in class 1, and so many in class 0; forty children of class 1."""
        children = "child_id,household_id,age_class,wish_1,wish_2,points\n" + "".join(
            f"c{n},h{n},1,F{n % 66:02},F{(n + 7) % 66:02},{n}\n" for n in range(40))
        facilities = "facility_id,name,seats_0,seats_1\n" + "".join(
            f"F{n:02},n,{youngest},{number}\n" for n, number in enumerate(seats))
        return self.case(name, children, facilities)

    def test_eight_of_66_facilities_cut(self):
        seats = [4] * 66
        for place, number in zip(range(0, 64, 8), [5, 5, 5, 5, 5, 5, 4, 4]):
            seats[place] = number
        cut = list(seats)
        for place, number in zip(range(0, 64, 8), [3, 3, 3, 3, 3, 3, 2, 2]):
            cut[place] = number
        self.assertEqual((sum(seats[::8][:8]), sum(cut[::8][:8])), (38, 22))
        before, after = self.town("before", seats), self.town("after", cut)
        run("check", after)
        told = self.demands("SEATS_UNEXPLAINED", after, "--previous", before)
        self.assertEqual(told.count("warning SEATS_UNEXPLAINED"), 8)
        run("check", before, "--previous", before)

    def test_classes_that_changed_places(self):
        before = self.town("before", [4] * 66)
        swapped = self.town("swapped", [3] * 66, youngest=4)
        told = self.demands("SEATS_SWAPPED", swapped, "--previous", before)
        self.assertIn("warning SEATS_SWAPPED: seats_0 and seats_1 look as if", told)
        self.assertIn("at 66 facilities", told)

    def test_a_whole_class_that_shrank_is_one_doubt(self):
        before, after = self.town("before", [4] * 66), self.town("after", [3] * 66)
        told = self.demands("SEATS_UNEXPLAINED", after, "--previous", before)
        self.assertEqual(told.count("warning SEATS_UNEXPLAINED"), 1)
        self.assertIn("66 facilities have fewer seats in class 1", told)

    def test_generated_months_raise_none(self):
        for seed in (1, 2):
            inbox = self.folder / f"inbox{seed}"
            ledger = self.folder / f"ledger{seed}.sqlite"
            run("generate", inbox / "1", "--children", 200, "--facilities", 12, "--seed", seed, "--month", "2027-04")
            for number, month in enumerate(["2027-04", "2027-05", "2027-06"], 1):
                run("batch", inbox, "--ledger", ledger, "--out", self.folder / f"results{seed}")
                run(
                    "next", inbox / str(number), ledger, "--month", month, "--round", f"round {number + 1}", "--out",
                    inbox / str(number + 1))
                run("check", inbox / str(number + 1), "--previous", inbox / str(number))


class Runs(Cases):
    def test_a_result_of_another_city_is_refused(self):
        for seed in (1, 2):
            run("generate", self.folder / f"city{seed}", "--children", 150, "--facilities", 10, "--seed", seed)
            run("run", self.folder / f"city{seed}", "--out", self.folder / f"result{seed}", "--sufficient", 0)
        refused = run("compare-runs", self.folder / "result1", self.folder / "result2", status=65)
        self.assertIn("different cases", refused.stderr)
        self.assertIn("of another class", refused.stderr)
        run("compare-runs", self.folder / "result1", self.folder / "result1")

    def test_changed_households_must_be_meant(self):
        children = "child_id,household_id,age_class,wish_1,points\na,X,1,A,9\nb,Y,1,A,8\n"
        facilities = "facility_id,name,seats_1\nA,A,1\n"
        one = self.case("one", children, facilities)
        other = self.case("other", children.replace("b,Y", "b,Z"), facilities)
        for case in (one, other):
            run("run", case, "--out", self.folder / f"{case.name}-result")
        results = [self.folder / f"{name}-result" for name in ("one", "other")]
        refused = run("compare-runs", *results, status=65)
        self.assertIn("1 of 2 children are of another household", refused.stderr)
        self.assertIn("--households-changed", refused.stderr)
        run("compare-runs", *results, "--households-changed")

    def test_other_facilities_are_refused(self):
        children = "child_id,household_id,age_class,wish_1,points\na,X,1,{},9\nb,Y,1,{},8\n"
        for name, ids in (("one", "AB"), ("other", "CD")):
            case = self.case(
                name, children.format(*ids), "facility_id,name,seats_1\n" + "".join(f"{id},n,1\n" for id in ids))
            run("run", case, "--out", self.folder / f"{name}-result")
        refused = run("compare-runs", self.folder / "one-result", self.folder / "other-result", status=65)
        self.assertIn("facilities", refused.stderr)


class TakenWishes(Cases):
    def test_next_names_the_wishes_that_it_takes_away(self):
        children = (
            "child_id,household_id,age_class,wish_1,wish_2,points\n"
            "e,X,1,P,A,9\ny,X,0,A,B,9\nu,X,0,B,P,9\nz,Z,1,A,,8\n")
        facilities = "facility_id,name,seats_0,seats_1\nA,A,0,1\nB,B,0,1\nP,P,0,1\n"
        households = "household_id,timing,facility\nX,any,sameOnly\n"
        inbox, ledger = self.folder / "inbox", self.folder / "ledger.sqlite"
        self.case("inbox/04", children, facilities, households)
        run("batch", inbox, "--ledger", ledger, "--out", self.folder / "results")
        word = ("next", inbox / "04", ledger, "--month", "2027-05", "--out")
        told = run(*word, self.folder / "05").stdout
        self.assertIn("wishes taken out, because a sibling is placed, and the household wants one facility only:", told)
        self.assertIn("    y: A, B; no wish is left\n", told)
        self.assertIn("    u: B; left: P\n", told)
        self.assertIn("never to be placed again", told)
        self.assertIn("    household X: y\n", told)
        messages = [json.loads(line) for line in run(*word, self.folder / "json", "--json").stdout.splitlines()]
        taken = {m["child"]: m for m in messages if m["message"] == "wishesTaken"}
        self.assertEqual(set(taken), {"y", "u"})
        self.assertEqual((taken["y"]["taken"], taken["y"]["left"], taken["y"]["reason"]), (["A", "B"], [], "siblingPlaced"))
        self.assertEqual(
            [m for m in messages if m["message"] == "noOutcome"],
            [{"message": "noOutcome", "household": "X", "children": ["y"]}])
