"""A manual result beside the computed one."""

import json
import random
import shutil

from program import ROOT, SharedFolder, rows, run, write_table


class Comparing(SharedFolder):
    """Staff gave six places in a city of 2,000 to children who come later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.folder / "case"
        cls.result = cls.folder / "result"
        run("generate", cls.case, "--children", 2000, "--facilities", 75, "--seed", 3)
        run("run", cls.case, "--out", cls.result)
        cls.computed = {row["child_id"]: row for row in rows(cls.result / "placements.csv")}
        cls.manual = {
            child: "" if row["outcome"] == "stays" else row["facility_id"] for child, row in cls.computed.items()
        }
        cls.swapped = cls.swap(6)
        cls.file = cls.folder / "manual.csv"
        write_table(cls.file, ["child_id", "facility_id"], cls.manual.items())
        cls.out = cls.folder / "comparison"
        cls.printed = run(
            "compare", cls.case, cls.result, "--manual", cls.file, "--out", cls.out, "--json", status=4).stdout

    @classmethod
    def swap(cls, number):
        """Children without siblings, each with the one who got the place instead."""
        chooser = random.Random(1)
        children = {row["child_id"]: row for row in rows(cls.case / "children.csv")}
        wishes = {
            child: {value for key, value in row.items() if key.startswith("wish_")} for child, row in children.items()
        }
        members = {}
        for child, row in cls.computed.items():
            members.setdefault(row["household_id"], []).append(child)
        alone = [
            child for child, row in cls.computed.items()
            if len(members[row["household_id"]]) == 1 and not children[child]["current_facility_id"]
        ]
        placed = [child for child in alone if cls.computed[child]["outcome"] == "placed"]
        chooser.shuffle(placed)
        swapped = []
        for child in placed:
            facility, age = cls.manual[child], cls.computed[child]["age_class"]
            others = [
                other for other in alone
                if cls.computed[other]["outcome"] == "held" and not cls.manual[other]
                and cls.computed[other]["age_class"] == age and facility in wishes[other]
            ]
            if others and len(swapped) < number:
                other = chooser.choice(others)
                cls.manual[other], cls.manual[child] = facility, ""
                swapped.append((child, other))
        assert len(swapped) == number
        return swapped

    def test_each_difference_is_told_with_its_kind(self):
        told = {row["child_id"]: row["kind"] for row in rows(self.out / "differences.csv")}
        expected = {child: "held_against_placed" for child, _ in self.swapped}
        expected.update((other, "placed_against_held") for _, other in self.swapped)
        self.assertEqual(told, expected)

    def test_agreement_is_counted(self):
        whole = [row for row in rows(self.out / "agreement.csv") if row["by"] == "child" and row["basis"] == "outcome"]
        self.assertEqual([(row["agreed"], row["count"]) for row in whole], [("1988", "2000")])

    def test_pinned_roots_give_the_manual_result_in_full(self):
        roots = {row["root_household_id"].split("/")[0] for row in rows(self.out / "roots.csv")}
        self.assertTrue(1 <= len(roots) <= 12, roots)
        pins = self.case / "pins.csv"
        self.addCleanup(pins.unlink)
        write_table(
            pins, ["child_id", "facility_id", "by", "reason"],
            [(child, self.manual[child], "staff", "as decided")
             for child, row in self.computed.items() if row["household_id"] in roots])
        again = self.folder / "again"
        codes = []
        for _ in range(6):
            done = run("run", self.case, "--out", again, *codes, "--json", status=None)
            if done.returncode != 2:
                break
            found = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
            codes += [
                word for code in sorted({entry["code"] for entry in found if entry.get("mustBeAccepted")})
                for word in ("--accept", code)]
            if not codes:
                break
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        given = {
            row["child_id"]: "" if row["outcome"] == "stays" else row["facility_id"]
            for row in rows(again / "placements.csv")
        }
        self.assertEqual(given, self.manual)

    def test_the_manual_result_is_judged_by_itself(self):
        faults = rows(self.out / "faults.csv")
        self.assertEqual({row["kind"] for row in faults} - {"priority_claim", "vacant_claim"}, set())
        self.assertTrue(faults)

    def test_the_bound_is_not_above_what_was_found(self):
        summary = next(json.loads(line) for line in self.printed.splitlines() if '"compared"' in line)
        self.assertLessEqual(summary["rootsAtLeast"], summary["fairRootsAtLeast"])
        self.assertLessEqual(summary["rootsAtLeast"], summary["roots"])
        self.assertEqual(summary["agreed"], 1988)

    def test_the_same_result_agrees(self):
        file = self.folder / "same.csv"
        write_table(
            file, ["child_id", "facility_id"],
            [(child, "" if row["outcome"] == "stays" else row["facility_id"]) for child, row in self.computed.items()])
        printed = run("compare", self.case, self.result, "--manual", file, "--out", self.folder / "same").stdout
        self.assertIn("2000 of 2000 children agree", printed)

    def test_numbers_that_must_not_be_there_or_lost_their_digits(self):
        file = self.folder / "numbers.csv"
        lines = list(self.manual.items())
        write_table(file, ["child_id", "facility_id"], [*lines[2:], ("123456789018", ""), (lines[0][0], "1.2E+11")])
        refused = run("compare", self.case, self.result, "--manual", file, "--out", self.folder / "no", status=65)
        self.assertIn("numbers.csv:2000:1: error MY_NUMBER", refused.stderr)
        self.assertIn("numbers.csv:2001:8: error ID_SHORTENED", refused.stderr)
        self.assertIn(f"no row: {lines[0][0]}, {lines[1][0]};", refused.stderr)

    def test_a_round_of_phases_is_judged_as_far_as_it_can_be(self):
        case, result = self.folder / "phases", self.folder / "phases-result"
        shutil.copytree(ROOT / "examples" / "support-first", case)
        run("run", case, "--out", result)
        computed = rows(result / "placements.csv")
        everywhere = next(row["facility_id"] for row in computed if row["facility_id"])
        write_table(case / "manual.csv", ["child_id", "facility_id"], [(row["child_id"], everywhere) for row in computed])
        out = self.folder / "phases-comparison"
        printed = run("compare", case, result, "--out", out, status=4).stdout
        self.assertIn("claims were not judged", printed)
        kinds = {row["kind"] for row in rows(out / "faults.csv")}
        self.assertIn("seats", kinds)
        self.assertFalse(kinds & {"priority_claim", "vacant_claim"})

    def test_bad_rows_are_told_at_their_place(self):
        file = self.folder / "bad.csv"
        lines = list(self.manual.items())
        write_table(file, ["child_id", "facility_id"], [*lines[1:], lines[1], (lines[0][0], "nowhere")])
        refused = run("compare", self.case, self.result, "--manual", file, "--out", self.folder / "bad", status=65)
        self.assertIn("bad.csv:2001:1: error", refused.stderr)
        self.assertIn("bad.csv:2002:8: error", refused.stderr)
        self.assertFalse((self.folder / "bad").exists())


class ByHand(SharedFolder):
    """A round done by hand with known mistakes."""

    # By rule a seed with which no other decisions than the mistakes give the manual result as well.
    RULES = {"wish-keys": 1, "shared-limits": 2, "closed-seats": 1, "over-full": 2}
    FURTHER = {
        "table": [1, "--points", "table"],
        **{rule: [seed, "--rule", rule] for rule, seed in RULES.items()},
        "all": [1, "--points", "table", *(word for rule in RULES for word in ("--rule", rule))],
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.options = ["--children", 2000, "--facilities", 75, "--seed", 3]

    def compare_further(self, name, mistakes):
        seed, *options = self.FURTHER[name]
        return self.compare(
            f"{name}{mistakes}", "--children", 1000, "--facilities", 38, "--seed", seed, *options,
            "--manual-mistakes", mistakes)

    def compare(self, name, *options):
        case, result, out = (self.folder / f"{name}-{part}" for part in ("case", "result", "comparison"))
        run("generate", case, *self.options, *options)
        run("run", case, "--out", result)
        done = run("compare", case, result, "--out", out, status=None)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        return case, rows(out / "differences.csv"), rows(out / "roots.csv")

    def test_the_roots_are_the_mistakes(self):
        case, differences, moves = self.compare("mistakes", "--manual-mistakes", 7)
        mistakes = rows(case / "mistakes.csv")
        self.assertEqual(len(mistakes), 7)
        self.assertEqual(
            {row["household_id"] for row in moves if row["depth"] == "0"}, {row["household_id"] for row in mistakes})
        self.assertGreater(len(differences), 7)

    def test_the_roots_are_the_mistakes_under_further_rules_too(self):
        for name in self.FURTHER:
            with self.subTest(name):
                case, differences, moves = self.compare_further(name, 7)
                mistakes = rows(case / "mistakes.csv")
                self.assertEqual(len(mistakes), 7)
                self.assertEqual(
                    {row["household_id"] for row in moves if row["depth"] == "0"},
                    {row["household_id"] for row in mistakes})
                self.assertGreater(len(differences), 7)

    def test_without_mistakes_it_is_the_result_of_the_rules(self):
        _, differences, _ = self.compare("none", "--manual-mistakes", 0)
        self.assertEqual(differences, [])
        for name in self.FURTHER:
            _, differences, _ = self.compare_further(name, 0)
            self.assertEqual(differences, [], name)

    def test_another_reading_gives_another_result(self):
        case, differences, _ = self.compare("reading", "--manual-reading", "priority=tier,tax,points,category")
        self.assertEqual(rows(case / "mistakes.csv"), [])
        self.assertGreater(len(differences), 20)

    def test_a_reading_that_is_none_is_refused(self):
        for reading, sentence in (("aggregate=sum", "There is no setting aggregate"), ("priority=tax", "each key")):
            refused = run(
                "generate", self.folder / "refused", *self.options, "--manual-reading", reading, status=64)
            self.assertIn(sentence, refused.stderr)
            self.assertFalse((self.folder / "refused").exists())
