"""Real facilities: from a city's open data to a verified result, with applicants that are made up."""

import json

from program import EXAMPLES, Folder, rows, run

YOKOHAMA = EXAMPLES / "open-data" / "yokohama_2026-02.csv"


class Yokohama(Folder):
    def test_a_round_on_1230_real_facilities_runs_from_the_file_to_a_verified_result(self):
        case, again, result = self.folder / "city", self.folder / "again", self.folder / "result"
        options = ["--facilities", YOKOHAMA, "--month", "2026-02"]
        said = run("generate", case, *options).stdout
        self.assertIn("6879 children, 1230 facilities, seed 1. The facilities are given, the children are made up.", said)
        run("generate", again, *options)
        for name in ["case.yaml", "children.csv", "facilities.csv", "households.csv"]:
            self.assertEqual((case / name).read_bytes(), (again / name).read_bytes(), name)
        published = {row["施設番号"]: row for row in rows(YOKOHAMA)}
        facilities = {row["facility_id"]: row for row in rows(case / "facilities.csv")}
        self.assertEqual(list(facilities), sorted(published))
        for id, row in published.items():
            there = facilities[id]
            self.assertEqual([there["name"], there["ward"]], [row["施設・事業名"], row["施設所在区"]])
            for age in range(6):
                self.assertEqual(there[f"seats_{age}"], row[f"受入可能数_{age}歳児"])
                self.assertEqual(there[f"enrolled_{age}"], row[f"入所児童数_{age}歳児"])
        # Everybody wishes facilities that have children, seats or applicants of the class, mostly in one ward.
        children = rows(case / "children.csv")
        self.assertEqual(len(children), 6_879)
        in_one_ward = 0
        for child in children:
            wishes = [child[key] for key in child if key.startswith("wish_") and child[key]]
            self.assertTrue(wishes)
            for wish in wishes:
                numbers = [published[wish][f"{what}_{child['age_class']}歳児"] for what in ("受入可能数", "入所児童数", "入所待ち人数")]
                self.assertNotEqual(numbers[0], "")
                self.assertTrue(any(int(number or 0) for number in numbers), (child["child_id"], wish))
            in_one_ward += len({published[wish]["施設所在区"] for wish in wishes}) == 1
        self.assertGreater(in_one_ward, 0.95 * len(children))
        run("run", case, "--out", result)
        self.assertIn("verified", run("verify", case, result).stdout)
        self.assertEqual(json.loads((result / "run.json").read_text(encoding="utf-8"))["status"], "optimal")

    def test_a_number_is_a_number_and_what_cannot_hold_is_refused_with_a_sentence(self):
        folder = self.folder / "city"
        run("generate", folder, "--facilities", 12, "--children", 100)
        self.assertEqual(len(rows(folder / "facilities.csv")), 12)
        for option, word in [
            (["--held-share", 0.1], "heldShare"), (["--pooled"], "pooled"), (["--rule", "over-full"], "over-full"),
            (["--rule", "shared-limits"], "shared-limits"), (["--rule", "closed-seats"], "closed-seats"),
        ]:
            done = run("generate", self.folder / "other", "--facilities", YOKOHAMA, *option, status=64)
            self.assertIn(word, done.stderr)
            self.assertFalse((self.folder / "other").exists())
        done = run("generate", self.folder / "other", "--facilities", self.folder / "none.csv", status=65)
        self.assertIn("none.csv", done.stderr)

    def test_what_is_wrong_with_a_file_is_said_at_its_place(self):
        file = self.folder / "facilities.csv"
        for text, place, code in [
            ("facility_id,seats_0\nA,1\nA,2\n", "facilities.csv:3:1", "FACILITY_TWICE"),
            ("facility_id,seats_0\nA,many\n", "facilities.csv:2:3", "NOT_A_NUMBER"),
            ("facility_id,waiting_0\nA,many\n", "facilities.csv:2:3", "NOT_A_NUMBER"),
            ("name,seats_0\nA,1\n", "facilities.csv:1:1", "MISSING_COLUMN"),
            ("facility_id,seats_0,min_age_months\nA,1,900\n", "facilities.csv:2", "AGE_LIMIT_TOO_LARGE"),
        ]:
            file.write_text(text, encoding="utf-8")
            done = run("generate", self.folder / "city", "--facilities", file, status=65)
            self.assertIn(place, done.stderr)
            self.assertIn(code, done.stderr)
            self.assertFalse((self.folder / "city").exists())
