"""Real facilities: from a city's open data to a verified result, with applicants that are made up."""

import datetime
import json
import shutil
import unicodedata

import openpyxl

from program import EXAMPLES, ROOT, Folder, rows, run

FIXTURES = ROOT / "Tests" / "Fixtures"
YOKOHAMA = EXAMPLES / "open-data" / "yokohama_2026-02.csv"


def folded(text):
    """An id as it is compared."""
    return unicodedata.normalize("NFKC", text)


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


class ThreeFiles(Folder):
    """Files of three cities, by the profile that is proposed and that nobody edits."""

    def round(self, name, *options):
        """From the file to a verified result; gives what was said on the way, the rows of the facilities, and run.json."""
        data, case, result = self.folder / "data", self.folder / "case", self.folder / "result"
        data.mkdir()
        shutil.copy(FIXTURES / name, data / name)
        said = run("suggest-columns", data, "--write").stdout
        self.assertTrue(said.endswith("\ncolumns: columns.yaml\n"), said)
        made = run("generate", case, "--facilities", data / name, *options).stdout
        run("run", case, "--out", result)
        self.assertIn("verified", run("verify", case, result).stdout)
        record = json.loads((result / "run.json").read_text(encoding="utf-8"))
        self.assertEqual(record["status"], "optimal")
        self.assertGreater(record["counts"]["placed"], 0)
        return (data / "columns.yaml").read_text(encoding="utf-8"), made, rows(case / "facilities.csv")

    def test_a_vacancy_table_with_strokes_and_names_for_ids(self):
        profile, made, facilities = self.round("vacancy-table.csv")
        self.assertIn('blank:\n  facilities: {seats_N: ["-"], capacity_N: ["-"]}\n', profile)
        self.assertIn('  seats_N: "N歳児 募集数"  # certain', profile)
        self.assertIn("not offered: it has no places and no children", profile)
        self.assertEqual(len(facilities), 22)
        # As published: B has no class 0, and 2 seats of class 3.
        b = next(row for row in facilities if row["facility_id"] == "B保育所")
        self.assertEqual([b[f"seats_{age}"] for age in range(6)], ["", "0", "0", "2", "0", "2"])
        self.assertNotIn("so are the vacancies", made)

    def test_yokohamas_own_form_holds_waiting_numbers_and_gets_vacancies_made_up(self):
        name = "yokohama_raw_format_head_0967_20260501.csv"
        profile, made, facilities = self.round(name, "--children", 120)
        self.assertIn("header: 2", profile)
        self.assertIn('  waiting_N: "N歳児"  # likely; by the title', profile)
        self.assertIn("# still needed: seats_N", profile)
        self.assertIn("the file has waiting numbers only", profile)
        self.assertIn("so are the vacancies, because none are given", made)
        published = (FIXTURES / name).read_text(encoding="utf-8").splitlines()[2:]
        self.assertEqual(
            sorted(row["facility_id"] for row in facilities), sorted(line.split(",")[3] for line in published if line))
        # Where the list has a stroke, the class is not offered.
        seats = {row["facility_id"]: row for row in facilities}
        self.assertEqual(seats["1410051013787"]["seats_0"] == "", False)
        self.assertEqual(seats["1410051018778"]["seats_0"], "")

    def test_koriyamas_list_in_cp932_with_ages_in_words_and_places_in_all(self):
        name = "koriyama_nurseryData_cp932.csv"
        profile, made, facilities = self.round(name, "--children", 800)
        for line in [
            'min_age_months: "AgeS"', 'capacity_total: "Full"', 'latitude: "Y"', 'facilities: {capacity_total: ["ー"]}',
            "# still needed: seats_N", "the places of all classes together only",
        ]:
            self.assertIn(line, profile)
        self.assertIn("so are the vacancies, because none are given", made)
        published = {folded(row["Name"]): row for row in rows(FIXTURES / name, encoding="cp932")}
        self.assertEqual(sorted(published), sorted(folded(row["facility_id"]) for row in facilities))
        ages = {"57日": ("", "57"), "6か月": ("6", ""), "2歳半": ("30", ""), "生後57日から": ("", "57"), "0歳": ("0", "")}
        seen = set()
        for row in facilities:
            there = published[folded(row["facility_id"])]
            self.assertEqual(row["name"], there["Name"])
            self.assertEqual(float(row["latitude"]), float(there["Y"]))
            if there["AgeS"] in ages:
                seen.add(there["AgeS"])
                self.assertEqual((row["min_age_months"], row["min_age_days"]), ages[there["AgeS"]])
            if there["AgeS"] == "3歳":
                self.assertEqual([row[f"seats_{age}"] for age in range(3)], ["", "", ""])
        self.assertEqual(seen, set(ages))

    def test_the_profile_of_the_example_is_what_is_proposed(self):
        data = self.folder / "data"
        shutil.copytree(EXAMPLES / "open-data", data)
        done = run("suggest-columns", data, "--write", status=74)
        self.assertIn("it is there already", done.stderr)
        kept = (data / "columns.yaml").read_text(encoding="utf-8")
        (data / "columns.yaml").unlink()
        run("suggest-columns", data, "--write")
        self.assertEqual((data / "columns.yaml").read_text(encoding="utf-8"), kept)

    def test_a_profile_for_tables_of_several_folders_is_refused(self):
        for name in ["a", "b"]:
            (self.folder / name).mkdir()
        shutil.copy(FIXTURES / "vacancy-table.csv", self.folder / "a")
        shutil.copy(YOKOHAMA, self.folder / "b")
        run("suggest-columns", self.folder / "a", self.folder / "b", "--write", status=64)
        self.assertEqual(sorted(path.name for path in self.folder.rglob("*.yaml")), [])


class OneWorkbook(Folder):
    def test_a_workbook_of_several_tables_runs_by_what_is_proposed_and_shows_no_child(self):
        case = self.folder / "case"
        case.mkdir()
        book = openpyxl.Workbook()
        seats = book.active
        seats.title = "募集"
        for row in [
            ["令和9年4月 募集人数"], [], ["施設番号", "施設名", "0歳児", None, "1歳児", None],
            [None, None, "定員", "募集人数", "定員", "募集人数"],
            *([f"{101 + index}", f"第{index}保育園", 6, 1 + index % 2, 10, 3] for index in range(6)),
            ["合計", None, 36, 9, 60, 18],
        ]:
            seats.append(row)
        for cells in ["A3:A4", "B3:B4", "C3:D3", "E3:F3"]:
            seats.merge_cells(cells)
        children = book.create_sheet("申込者")
        children.append(["児童番号", "世帯番号", "生年月日", "第1希望", "第2希望", "指数", "氏名"])
        for index in range(12):
            children.append([
                f"{index + 1:04}", f"5{index:03}", datetime.date(2025, 5, 1 + index), f"{101 + index % 6}",
                f"{101 + (index + 1) % 6}" if index % 3 else "0", 20 + index, f"秘密{index}",
            ])
        book.create_sheet("説明").append(["この表の見方", "内線"])
        book.save(case / "市.xlsx")
        done = run("suggest-columns", case)
        self.assertIn(
            'files: {children: {file: "市.xlsx", sheet: "申込者"}, '
            'facilities: {file: "市.xlsx", sheet: "募集", header: 3-4, leaveOut: ["合計"]}}', done.stdout)
        self.assertIn('children: {wish_N: ["0"]}', done.stdout)
        message = next(
            json.loads(line) for line in run("suggest-columns", case, "--json").stdout.splitlines() if "children" in line)
        self.assertEqual(message["confidence"]["wish_N"], "certain")
        for secret in ["秘密", "0001", "5001", "2025-05"]:
            self.assertNotIn(secret, done.stdout + done.stderr + json.dumps(message, ensure_ascii=False))
        run("suggest-columns", case, "--write")
        (case / "case.yaml").write_text(
            "municipality: 市\nround: 一次\nmonth: 2027-04\npriority: [{key: points, order: descending}]\n"
            "drawSeed: 1\ncolumns: columns.yaml\n", encoding="utf-8")
        run("run", case, "--out", self.folder / "result")
        self.assertIn("verified", run("verify", case, self.folder / "result").stdout)
        placed = [row for row in rows(self.folder / "result" / "placements.csv") if row["outcome"] == "placed"]
        self.assertEqual(len(placed), 12)
        self.assertEqual({row["age_class"] for row in placed}, {"1"})
