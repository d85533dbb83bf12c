"""What goes in: broken cases, examples with their expected results, profiles, acceptance.

UPDATE=1 in the environment writes the golden outputs of broken cases anew, for a person to read before committing.
"""

import csv
import json
import os
import pathlib
import shutil

import openpyxl

from program import ROOT, Folder, run

GOLDEN = pathlib.Path(__file__).resolve().parent / "broken_cases.txt"


# What is broken in words, the example, its file, and what is replaced by what; None instead of a text removes the file.
BROKEN = [
    ("a column is missing", "two-nurseries", "children.csv", "household_id", "setai"),
    ("a wish for a facility that does not exist", "two-nurseries", "children.csv", "A,B,40", "A,Z,40"),
    ("a child twice", "two-nurseries", "children.csv", "\n2,Y", "\n1,Y"),
    ("a day that does not exist", "two-nurseries", "children.csv", "2025-04-10", "2025-04-31"),
    ("a year of two digits", "two-nurseries", "children.csv", "2025-04-10", "7/4/10"),
    ("a day after its era", "two-nurseries", "children.csv", "2025-04-10", "平成37年4月10日"),
    ("a spreadsheet's day number", "two-nurseries", "children.csv", "2025-04-10", "45757"),
    ("an id that a spreadsheet shortened", "two-nurseries", "children.csv", "1,X,2025", "1.2E+11,X,2025"),
    ("the same id in two widths", "two-nurseries", "children.csv", "\n4,X", "\n１,X"),
    ("a My Number", "two-nurseries", "children.csv", "\n2,Y", "\n123456789018,Y"),
    ("points in words", "two-nurseries", "children.csv", "A,B,40", "A,B,四十"),
    ("points that a spreadsheet shortened", "two-nurseries", "children.csv", "A,B,40", "A,B,4.0E+01"),
    ("blank points", "two-nurseries", "children.csv", "A,B,40", "A,B,"),
    ("a child too old", "two-nurseries", "children.csv", "2025-04-10", "2021-04-01"),
    ("a field too many", "two-nurseries", "children.csv", "A,B,40", "A,B,40,5"),
    ("a quote never closed", "two-nurseries", "children.csv", "4,X,", '4,"X,'),
    ("too many seats", "two-nurseries", "facilities.csv", "Aoba Nursery,2", "Aoba Nursery,200000"),
    ("a bound for seats", "two-nurseries", "facilities.csv", "Aoba Nursery,2", "Aoba Nursery,10以上"),
    ("a few seats", "two-nurseries", "facilities.csv", "Aoba Nursery,2", "Aoba Nursery,若干名"),
    ("seats of several classes", "two-nurseries", "facilities.csv", "Aoba Nursery,2", "Aoba Nursery,３～５歳で２名"),
    ("seats with a decimal point", "two-nurseries", "facilities.csv", "Aoba Nursery,2", "Aoba Nursery,2.0"),
    ("no facilities file", "two-nurseries", "facilities.csv", None, None),
    ("a facility twice", "two-nurseries", "facilities.csv", "B,Bara", "A,Bara"),
    ("two answers of one household", "two-nurseries", "households.csv", "Y,together", "X,any,rankFirst\nY,together"),
    ("an answer that is none", "two-nurseries", "households.csv", "X,together", "X,同時"),
    ("a month that is none", "two-nurseries", "case.yaml", "month: 2027-04", "month: 令和9年の春"),
    ("a misspelt setting", "two-nurseries", "case.yaml", "drawSeed", "drawseed"),
    ("a key that is no column", "two-nurseries", "case.yaml", "key: points", "key: pionts"),
    ("no YAML", "two-nurseries", "case.yaml", "priority:", "priority: ["),
    ("no draw", "two-nurseries", "case.yaml", "drawSeed: 20270401\n", ""),
    ("a joint wish for what is not wished", "small-town", "joint_wishes.csv", "H018,1,C038,F06", "H018,1,C038,F01"),
    ("a limit of no age", "small-town", "seat_limits.csv", "F05,3-5", "F05,5-3"),
    ("given points that the table does not compute", "points-table", "children.csv",
     "child_id,household_id,birth_date,tier,", "child_id,household_id,birth_date,points,"),
    ("hours in words", "points-table", "children.csv", "C1,H1,2025-06-10,1,168", "C1,H1,2025-06-10,1,full time"),
    ("a points row for a column that is missing", "points-table", "case.yaml", "attribute: arrears", "attribute: arears"),
    ("a header that the profile does not know", "chilmai", "申込者データ.csv", "申請者番号", "申込者番号"),
    ("a sibling pattern that is none", "chilmai", "申込者データ.csv", "60,60,20,30,,4\n105", "60,60,20,30,,9\n105"),
    ("siblings with different patterns", "chilmai", "申込者データ.csv", "60,60,20,30,,4\n105", "60,60,20,30,,5\n105"),
    ("a file that the profile names and is not there", "chilmai", "保育所データ.csv", None, None),
]


class Example(Folder):
    """A test that changes a copy of an example."""

    def copy(self, example, name="case"):
        case = self.folder / name
        shutil.rmtree(case, ignore_errors=True)
        shutil.copytree(ROOT / "examples" / example, case)
        return case

    def spoil(self, example, name, old, new):
        case = self.copy(example)
        if old is None:
            (case / name).unlink()
            return case
        text = (case / name).read_text(encoding="utf-8")
        self.assertIn(old, text)
        (case / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return case


class BrokenCases(Example):
    def test_every_broken_case_says_what_a_clerk_can_act_on(self):
        parts = []
        for what, example, name, old, new in BROKEN:
            case = self.spoil(example, name, old, new)
            outputs = []
            for language in ["en", "ja"]:
                done = run("check", "case", "--lang", language, status=65, cwd=self.folder)
                lines = [line for line in done.stderr.splitlines() if not line.startswith("enmusubi:")]
                self.assertTrue(any(f"{name}:" in line or "case.yaml:" in line for line in lines), (what, lines))
                outputs.append(lines)
            self.assertEqual(len(outputs[0]), len(outputs[1]))
            run("run", case, "--out", self.folder / "out", status=65)
            self.assertFalse((self.folder / "out").exists())
            change = f"{name} is missing" if old is None else f"in {name}: {old!r} -> {new!r}"
            parts.append("\n".join([f"== {what} ({example}, {change})", *outputs[0], *outputs[1]]) + "\n")
        text = "\n".join(parts)
        self.assertGreaterEqual(len(BROKEN), 20)
        if os.environ.get("UPDATE"):
            GOLDEN.write_text(text, encoding="utf-8")
        self.assertEqual(text, GOLDEN.read_text(encoding="utf-8"))


# Examples of how a case is read; those of phases, pins and limits are in program_test.py.
READING = ["chilmai", "cp932-profile", "points-table"]


class ExpectedResults(Folder):
    def test_each_example_with_an_expected_result_gives_it_by_every_way(self):
        for case in [ROOT / "examples" / name for name in READING]:
            readme = (case / "README.md").read_text(encoding="utf-8")
            for index, way in enumerate([[], ["--solver", "native"], ["--no-reduction"]]):
                out = self.folder / f"{case.name}-{index}"
                run("run", case, "--out", out, *way)
                run("verify", case, out)
                for expected in sorted((case / "expected").iterdir()):
                    self.assertEqual(
                        (out / expected.name).read_text(encoding="utf-8"), expected.read_text(encoding="utf-8"),
                        f"{case.name} {way}")
            self.assertIn((case / "expected/placements.csv").read_text(encoding="utf-8"), readme)

    def test_every_column_that_comes_out_is_in_the_reference(self):
        case, out = ROOT / "examples/small-town", self.folder / "out"
        run("run", case, "--out", out)
        reference = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
        tables = sorted(out.glob("*.csv"))
        self.assertIn("draw_ties.csv", [table.name for table in tables])
        for table in tables:
            with open(table, newline="", encoding="utf-8") as file:
                for column in next(csv.reader(file)):
                    self.assertIn(f"\n| `{table.name}` | `{column}` |", reference)


class Points(Folder):
    def test_the_computation_of_a_childs_points_is_shown_row_by_row(self):
        done = run("check", ROOT / "examples/points-table", "--points", "C3")
        for line in ["child C3, household H3: points 37", "father_hours from 160", "at the sibling's facility",
                     "wish 1 A: 40", "wish 2 B: 37"]:
            self.assertIn(line, done.stdout)
        report = json.loads(run("check", ROOT / "examples/points-table", "--points", "C3", "--json").stdout.splitlines()[0])
        self.assertEqual([row["row"] for row in report["rows"]], [1, 5, 9])
        self.assertEqual([wish["points"] for wish in report["wishes"]], ["40", "37"])
        run("check", ROOT / "examples/points-table", "--points", "C9", status=64)

    def test_points_that_are_given_are_shown_as_given(self):
        self.assertIn("as given", run("check", ROOT / "examples/two-nurseries", "--points", "1").stdout)


class Suggestions(Example):
    def test_what_is_suggested_reads_the_file(self):
        case = self.copy("two-nurseries")
        (case / "facilities.csv").unlink()
        shutil.copy(ROOT / "Tests/Fixtures/vacancy-table.csv", case / "募集.csv")
        (case / "children.csv").write_text(
            "child_id,household_id,birth_date,wish_1,points\n1,X,2025-04-10,H保育所,4\n", encoding="utf-8")
        (case / "households.csv").unlink()
        proposal = run("suggest-columns", case / "募集.csv").stdout
        self.assertIn('seats_N: "N歳児 募集数"', proposal)
        with open(case / "case.yaml", "a", encoding="utf-8") as file:
            file.write(proposal)
        summary = json.loads(run("check", case, "--json").stdout.splitlines()[-1])
        self.assertEqual((summary["facilities"], summary["children"]), (22, 1))
        run("run", case, "--out", self.folder / "out")

    def test_the_peers_tables_are_recognised(self):
        done = run("suggest-columns", ROOT / "examples/chilmai/申込者データ.csv")
        self.assertEqual(done.stdout, 'columns:\n  profile: chilmai\n  files: {children: "申込者データ.csv"}\n')
        run("suggest-columns", self.folder / "none.csv", status=65)


class Acceptance(Folder):
    def city(self, name="city", children=600):
        run("generate", self.folder / name, "--children", children, "--facilities", 30, "--seed", 4)
        return self.folder / name

    def test_what_cannot_well_be_right_stops_a_run_until_it_is_accepted(self):
        case = self.city()
        with open(case / "children.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row["points"] = "30"
            for name in row:
                if name.startswith("points_"):
                    row[name] = ""
        with open(case / "children.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        out = self.folder / "out"
        done = run("run", case, "--out", out, status=2)
        self.assertFalse(out.exists())
        self.assertIn("warning POINTS_ALL_EQUAL", done.stderr)
        self.assertIn("--accept POINTS_ALL_EQUAL", done.stderr)
        run("check", case, status=2)
        run("run", case, "--out", out, "--accept", "ZERO_SEATS", status=2)
        run("run", case, "--out", out, "--accept", "NO_SUCH_CODE", status=64)
        run("check", case, "--accept", "POINTS_ALL_EQUAL")
        run("run", case, "--out", out, "--accept", "POINTS_ALL_EQUAL", "--accept", "ZERO_SEATS")
        record = json.loads((out / "run.json").read_text())
        self.assertEqual(record["warningsAccepted"], ["POINTS_ALL_EQUAL"])
        run("verify", case, out)

    def town(self, name):
        """Forty children of class 1 who wish A, B and C in turn, and four facilities with thirty seats a class."""
        columns = ["child_id", "household_id", "birth_date", "group", "points", "tax", "wish_1", "wish_2", "wish_3", "wish_4"]
        children = [
            dict(zip(columns, [f"k{index}", f"h{index}", f"2025-{5 + index % 4:02}-{10 + index % 20}", "",
                               str(20 + index // 2), str(index % 7), *("ABC"[(index + wish) % 3] for wish in range(3)), ""]))
            for index in range(40)]
        facilities = [{"facility_id": facility, "name": facility, "seats_1": "30", "seats_2": "30"} for facility in "ABCD"]
        settings = ("municipality: 町\nround: r\nmonth: 2027-04\ndrawSeed: \"1\"\npriority:\n"
                    "  - {key: points, order: descending}\n  - {key: tax, order: ascending}\n")
        return {"name": name, "children": children, "facilities": facilities, "settings": settings, "pins": ""}

    def write_town(self, town):
        case = self.folder / town["name"]
        case.mkdir()
        (case / "case.yaml").write_text(town["settings"], encoding="utf-8")
        if town["pins"]:
            (case / "pins.csv").write_text("child_id,facility_id,by,reason\n" + town["pins"], encoding="utf-8")
        for name in ["children", "facilities"]:
            with open(case / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, town[name][0].keys())
                writer.writeheader()
                writer.writerows(town[name])
        if "workbook" in town:
            book = openpyxl.Workbook()
            for row in csv.reader((case / "facilities.csv").read_text(encoding="utf-8").splitlines()):
                book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
            town["workbook"](book)
            book.save(case / "facilities.xlsx")
            (case / "facilities.csv").unlink()
        return case

    def test_every_code_stops_a_run_until_it_is_accepted_and_is_recorded(self):
        def each(table, change):
            return lambda town: [change(index, row) for index, row in enumerate(town[table])]

        def add(name, text):
            return lambda town: town.update({name: town[name] + text})

        def several(*changes):
            return lambda town: [change(town) for change in changes]

        def hide(book):
            book.active.sheet_state = "hidden"
            book.create_sheet("notes").append(["see the other sheet"])

        changes = {
            "ZERO_SEATS": several(
                lambda town: town["facilities"][0].update(seats_1="0"),
                each("children", lambda index, row: row.update(
                    zip(["wish_1", "wish_2"], "AB" if index < 20 else "BA"), wish_3="C"))),
            "NOBODY_ELIGIBLE": several(
                lambda town: town["facilities"][3].update(seats_1=""),
                each("children", lambda index, row: row.update(wish_4="D" if index < 10 else ""))),
            "POINTS_ALL_EQUAL": each("children", lambda index, row: row.update(points="30", tax=str(index))),
            "DRAW_DECIDES_MUCH": each("children", lambda index, row: row.update(points="30", tax="1") if index < 22 else None),
            "KEY_ROUNDED": each(
                "children", lambda index, row: row.update(tax=f"1234567890123{index}500") if index < 3 else None),
            "CHILDREN_ALIKE": lambda town: town["children"][3].update(
                town["children"][2] | {"child_id": "other", "household_id": "another"}),
            "AGE_FOR_ANOTHER_CLASS": lambda town: town["children"][5].update(
                birth_date="2024-03-01", wish_1="A", wish_2="B", wish_3=""),
            "FACILITY_GONE": lambda town: town["facilities"].pop(),
            "SEATS_CHANGED": lambda town: town["facilities"][1].update(seats_1="1", seats_2="2"),
            "SEAT_TOTAL_CHANGED": several(
                lambda town: [row.update(seats_1="20", seats_2="20") for row in town["facilities"]],
                lambda town: town.update(settings=town["settings"].replace("2027-04", "2028-04")),
                each("children", lambda index, row: row.update(birth_date=row["birth_date"].replace("2025", "2026")))),
            "CHILD_IN_NO_PHASE": several(
                add("settings", "phases:\n  - {name: first, who: support}\n"),
                each("children", lambda index, row: row.update(group="support" if index else ""))),
            "PIN_EXCEEDS_LIMIT": several(
                lambda town: town["facilities"][2].update(seats_1="1"), add("pins", "k0,C,課長,緊急\nk1,C,課長,緊急\n")),
            "AGE_CLASS_CHANGED": lambda town: town["children"][8].update(birth_date="2024-06-11"),
            "MANY_WITHOUT_WISHES": each(
                "children", lambda index, row: row.update(wish_1="", wish_2="", wish_3="") if index < 3 else None),
            "TRANSFERS_GONE": lambda town: None,
            "COLUMN_SIMILAR": each("children", lambda index, row: row.update(current_facility="")),
            "COLUMN_OF_IDS": each("children", lambda index, row: row.update(where="D" if index % 3 else "")),
            "ID_SIMILAR": lambda town: town["children"][1].update(household_id="H0"),
            "SEATS_SWAPPED": lambda town: town["facilities"][2].update(seats_1="3", seats_2="8"),
            "SEATS_UNEXPLAINED": lambda town: town["facilities"][1].update(seats_2="20"),
            "BORN_AFTER_START": several(
                each("facilities", lambda index, row: row.update(seats_0="3")),
                lambda town: town["children"][5].update(birth_date="2027-04-02")),
            "DUE_AFTER_START": several(
                each("facilities", lambda index, row: row.update(seats_0="3")),
                each("children", lambda index, row: row.update(due_date="" if index != 5 else "2027-04-02")),
                lambda town: town["children"][5].update(birth_date="")),
            "NO_JOINT_OUTCOME": several(
                add("settings", "siblings: {timing: together, facility: sameOnly}\n"),
                lambda town: [
                    town["children"][index].update(household_id="pair", wish_1=wish, wish_2="", wish_3="")
                    for index, wish in ((4, "A"), (5, "D"))]),
            "VALUES_UNNAMED": several(
                add("settings", "pointsTable:\n"
                    "  work: {rows: [{attribute: work, value: 就労, points: 3}, {attribute: work, value: 休職, points: 1}]}\n"
                    "  given: {rows: [{attribute: given, points: value}]}\n  points: {of: [given, work]}\n"),
                each("children", lambda index, row: row.update(
                    work="就労" if index % 2 else "求職", given=row["points"], points=""))),
            "NOTE_ROW": lambda town: town["facilities"].append({**town["facilities"][0], "facility_id": "合計"}),
            "MERGED_CELLS": lambda town: town.update(workbook=lambda book: book.active.merge_cells("B2:B3")),
            "SHEET_HIDDEN": lambda town: town.update(workbook=hide),
        }
        page = (ROOT / "docs/warnings.md").read_text(encoding="utf-8")
        codes = {line.split("`")[1] for line in page.splitlines()
                 if line.startswith("| `") and "_" in line.split("`")[1] and line.split("`")[1].isupper()}
        self.assertEqual(codes, set(changes))
        previous = self.write_town(self.town("previous"))
        transfers = self.town("transfers")
        each("children", lambda index, row: row.update(current_facility_id="D" if index < 5 else ""))(transfers)
        transfers = self.write_town(transfers)
        before_swap = self.town("before-swap")
        before_swap["facilities"][2].update(seats_1="8", seats_2="3")
        before_swap = self.write_town(before_swap)
        for code, change in changes.items():
            with self.subTest(code):
                town = self.town(code)
                change(town)
                case, out = self.write_town(town), self.folder / f"out-{code}"
                compared = ["--previous", previous] if code in (
                    "FACILITY_GONE", "SEATS_CHANGED", "SEAT_TOTAL_CHANGED", "AGE_CLASS_CHANGED", "SEATS_UNEXPLAINED") else []
                if code == "TRANSFERS_GONE":
                    compared = ["--previous", transfers]
                if code == "SEATS_SWAPPED":
                    compared = ["--previous", before_swap]
                for language in ["en", "ja"]:
                    done = run("run", case, "--out", out, *compared, "--lang", language, status=2)
                    self.assertIn(code, done.stderr)
                    self.assertFalse(out.exists())
                run("run", case, "--out", out, *compared, "--accept", code)
                self.assertEqual(json.loads((out / "run.json").read_text())["warningsAccepted"], [code])
                self.assertIn(code, (out / "report.html").read_text(encoding="utf-8"))

    def test_a_previous_case_shows_what_has_gone(self):
        previous, case = self.city("previous"), self.city()
        lines = (case / "facilities.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        header = lines[0].strip().split(",")
        fewest = [index for index, name in enumerate(header) if name.startswith("seats_")]
        # The accident of a published case: one facility's seats are nearly all left out.
        richest = max(range(1, len(lines)), key=lambda row: sum(
            int(cell or 0) for index, cell in enumerate(lines[row].strip().split(",")) if index in fewest))
        cells = lines[richest].rstrip("\n").split(",")
        self.assertGreaterEqual(sum(int(cells[index] or 0) for index in fewest), 12)
        for index in fewest:
            cells[index] = "0" if cells[index] else ""
        lines[richest] = ",".join(cells) + "\n"
        (case / "facilities.csv").write_text("".join(lines), encoding="utf-8")
        done = run("run", case, "--out", self.folder / "out", "--previous", previous, status=2)
        self.assertIn(f"SEATS_CHANGED: row {richest + 1}, \"facility_id\" (A{richest + 1}): {cells[0]} has", done.stderr)
        run("check", case, "--previous", self.folder / "nowhere", status=65)
        run("check", previous, "--previous", previous)

    def test_sound_cities_and_examples_need_no_acceptance(self):
        for seed in [1, 2, 3]:
            case = self.folder / f"city-{seed}"
            run("generate", case, "--children", 8000, "--facilities", 300, "--seed", seed)
            run("check", case)
        run("check", self.folder / "city-2", "--previous", self.folder / "city-2")
        for case in sorted(path.parent for path in (ROOT / "examples").glob("*/case.yaml")):
            # One example is about a pin that exceeds a limit, which is meant to be accepted.
            run("check", case, status=2 if case.name == "pins" else 0)
