"""Which settings agree best with what staff decided."""

import json
import shutil

import pytest

from program import Folder, run


@pytest.mark.slow
class Calibrating(Folder):
    """Staff read one setting otherwise than case.yaml, and made a few mistakes beside."""

    def city(self, reading, seed=5, mistakes=4):
        case = self.folder / f"{reading}-{seed}"
        run("generate", case, "--children", 2000, "--facilities", 75, "--seed", seed, "--manual-mistakes", mistakes,
            "--manual-reading", reading)
        return case

    def calibrate(self, *arguments, status=0):
        done = run("calibrate", *arguments, "--json", status=status)
        return next(entry for entry in map(json.loads, done.stdout.splitlines()) if entry["message"] == "calibrated")

    def test_the_reading_is_recovered(self):
        for reading in (
            "siblings.aggregate=product", "siblings.countFirst=false", "siblings.keptSeat=ignored",
            "householdPriority=best", "priority=tier,points,tax,category",
        ):
            with self.subTest(reading):
                found = self.calibrate(self.city(reading))
                best = found["entries"][0]
                # Nothing but the mistakes is left, and nothing is proposed that does not help.
                self.assertEqual(best["changes"], [reading])
                self.assertEqual(best["roots"], 4)
                written = next(entry for entry in found["entries"] if entry["changes"] == [])
                self.assertGreater(best["children"], written["children"])
                self.assertGreater(written["roots"], 4)

    def test_settings_that_do_not_help_are_not_proposed(self):
        # Letting siblings apply independently makes more households of the same children: that is no better agreement.
        for seed in (101, 102, 103):
            with self.subTest(seed):
                found = self.calibrate(self.city("siblings.countFirst=true", seed=seed))
                best = found["entries"][0]
                self.assertEqual(best["changes"], [])
                self.assertLessEqual(best["householdCount"], 2000)
                self.assertEqual(len({entry["householdCount"] for entry in found["entries"]}), 1)

    def test_years_held_back_judge_what_was_chosen(self):
        reading = "householdPriority=best"
        found = self.calibrate(self.city(reading), self.city(reading, seed=6))
        best = found["entries"][0]
        written = next(entry for entry in found["entries"] if entry["changes"] == [])
        self.assertEqual([year["count"] for year in best["heldBack"]], [2000])
        self.assertGreater(best["heldBack"][0]["children"], written["heldBack"][0]["children"])

    def test_the_proposal_keeps_the_rest_of_the_file(self):
        case = self.city("householdPriority=best")
        settings = case / "case.yaml"
        text = settings.read_text(encoding="utf-8").replace("siblings:", "# 申請書の記載がないとき\nsiblings:")
        settings.write_text(text, encoding="utf-8")
        proposed = self.folder / "proposed.yaml"
        run("calibrate", case, "--out", proposed)
        self.assertEqual(
            proposed.read_text(encoding="utf-8"), text.replace("householdPriority: each", "householdPriority: best"))
        refused = run("calibrate", case, "--out", proposed, status=74)
        self.assertIn("exists", refused.stderr)

    def test_a_manual_result_of_the_rules_proposes_nothing(self):
        case = self.city("siblings.aggregate=sum", mistakes=0)
        found = self.calibrate(case)
        self.assertEqual(found["entries"][0]["changes"], [])
        self.assertEqual(found["entries"][0]["children"], 2000)
        self.assertEqual(found["entries"][0]["roots"], 0)

    def test_a_list_in_japanese(self):
        printed = run("calibrate", self.city("siblings.countFirst=false"), "--lang", "ja").stdout
        self.assertIn("現在の設定", printed)
        self.assertIn("siblings.countFirst=false", printed)

    def test_the_time_ends_it_with_nothing_written(self):
        case = self.city("siblings.countFirst=false")
        out = self.folder / "never.yaml"
        run("calibrate", case, "--time-limit", 0, "--out", out, status=3)
        self.assertFalse(out.exists())

    def test_what_cannot_be_read_is_said(self):
        case = self.city("siblings.countFirst=false")
        shutil.copy(case / "manual.csv", self.folder / "short.csv")
        lines = (case / "manual.csv").read_text().splitlines()
        (self.folder / "short.csv").write_text("\n".join(lines[:-1]) + "\n")
        refused = run("calibrate", case, "--manual", self.folder / "short.csv", status=65)
        self.assertIn("CHILD_MISSING", refused.stderr)
        run("calibrate", case, "--manual", "a", "--manual", "b", status=64)
