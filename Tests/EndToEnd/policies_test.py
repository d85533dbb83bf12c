"""Who gains and who loses between two results, and under changes of a case."""

import json
import shutil

from program import SharedFolder, rows, run


class Policies(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case, cls.result = cls.folder / "case", cls.folder / "result"
        run("generate", cls.case, "--children", 2000, "--facilities", 75, "--seed", 3)
        run("run", cls.case, "--out", cls.result)
        cls.changed, cls.other = cls.folder / "changed", cls.folder / "other"
        shutil.copytree(cls.case, cls.changed)
        settings = cls.changed / "case.yaml"
        settings.write_text(settings.read_text().replace("householdPriority: each", "householdPriority: best"))
        run("run", cls.changed, "--out", cls.other)

    def counted(self):
        """Gains and losses from the two placements.csv alone."""
        def rank(row):
            return int(row["wish_rank"]) if row["wish_rank"] else 10**6

        before = {row["child_id"]: rank(row) for row in rows(self.result / "placements.csv")}
        after = {row["child_id"]: rank(row) for row in rows(self.other / "placements.csv")}
        return (
            {child for child in before if after[child] < before[child]},
            {child for child in before if after[child] > before[child]})

    def test_two_results(self):
        out = self.folder / "runs"
        printed = run("compare-runs", self.result, self.other, "--case", self.case, "--out", out, "--json").stdout
        report = json.loads(printed.splitlines()[-1])
        gains, loses = self.counted()
        self.assertTrue(gains and loses)
        self.assertEqual([report["lines"][0][name]["value"] for name in ("gains", "loses")], [len(gains), len(loses)])
        changes = rows(out / "changes.csv")
        self.assertEqual({row["child_id"] for row in changes if row["change"] == "gains"}, gains)
        self.assertEqual({row["child_id"] for row in changes if row["change"] == "loses"}, loses)
        lines = {row["group"]: row for row in rows(out / "groups.csv")}
        for one, two in (("siblings", "alone"), ("transfers", "new")):
            self.assertEqual(int(lines[one]["gains"]) + int(lines[two]["gains"]), len(gains))

    def test_the_same_change_tried(self):
        out = self.folder / "tried"
        run("what-if", self.case, "--change", "householdPriority:best", "--out", out)
        runs = self.folder / "both"
        run("compare-runs", self.result, self.other, "--case", self.case, "--out", runs)
        for name in ("changes.csv", "groups.csv"):
            self.assertEqual((out / name).read_bytes(), (runs / name).read_bytes())

    def test_the_draw_repeated(self):
        arguments = ["what-if", self.case, "--change", "seats:F028:1:+3", "--draws", 8, "--json"]
        printed = run(*arguments, "--threads", 2).stdout
        report = json.loads(printed.splitlines()[-1])
        self.assertEqual(report["draws"], 8)
        self.assertEqual(printed, run(*arguments, "--threads", 1).stdout)
        whole = report["lines"][0]
        self.assertLessEqual(whole["gains"]["low"], whole["gains"]["value"])
        self.assertLessEqual(whole["gains"]["value"], whole["gains"]["high"])
        self.assertGreater(whole["gains"]["high"], 0)
        self.assertIn("抽選を 8 回", run(*arguments[:-1], "--lang", "ja").stdout)

    def test_what_cannot_be_tried_is_said(self):
        for change, sentence in (
            ("seats:F999:1:+1", "there is no facility F999"), ("seats:F028:1:1", "is not of the form"),
            ("objective:fair", "must be one of"), ("answer:H99999:timing:any", "no household H99999"),
        ):
            refused = run("what-if", self.case, "--change", change, "--out", self.folder / "no", status=64)
            self.assertIn(sentence, refused.stderr)
            self.assertFalse((self.folder / "no").exists())
        run("what-if", self.case, "--change", "objective:ranks", "--time-limit", 0, status=3)

    def test_results_of_different_children(self):
        town, result = self.folder / "town", self.folder / "town-result"
        run("generate", town, "--children", 100, "--facilities", 9)
        run("run", town, "--out", result)
        self.assertIn("different children", run("compare-runs", self.result, result, status=65).stderr)
        self.assertIn("no result folder", run("compare-runs", self.case, result, status=65).stderr)
