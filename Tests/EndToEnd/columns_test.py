"""No column is lost in silence: headers, cells, settings and files that nothing reads."""

import csv
import json
import shutil
import time

import pytest

from program import ROOT, Folder, run


# Every spelling of the second wish that was tried in an attack; "wish_" stands for what comes before its number.
SPELLINGS = [
    "wish_02", "wish2", "wish_0", "Wish_2", "wish-2", "wish 2", "WISH_2", "wihs_2", "第2希望", "第２希望", "希望2", "第2希望施設",
]
EXAMPLES = [
    "chilmai", "compare", "cp932-profile", "pins", "points-table", "pooled-classes", "reserved-places", "small-town",
    "support-first", "transfer-cycle", "two-nurseries",
]


class Copy(Folder):
    """A test that changes a copy of an example or of a city."""

    def copy(self, example):
        case = self.folder / "case"
        shutil.rmtree(case, ignore_errors=True)
        shutil.copytree(ROOT / "examples" / example, case)
        return case

    def city(self, *more):
        case = self.folder / "case"
        shutil.rmtree(case, ignore_errors=True)
        run("generate", case, "--children", 600, "--facilities", 30, "--seed", 4, *more)
        return case

    def replace(self, case, name, old, new):
        text = (case / name).read_text(encoding="utf-8")
        self.assertIn(old, text)
        (case / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def refused(self, case):
        """The problems that keep a run from writing anything."""
        out = self.folder / "refused"
        done = run("run", case, "--out", out, "--json", status=None)
        self.assertIn(done.returncode, (2, 65), done.stdout + done.stderr)
        self.assertFalse(out.exists())
        messages = [json.loads(line) for line in done.stdout.splitlines()]
        problems = [message["problem"] for message in messages if message["message"] == "problem"]
        return [problem for problem in problems if problem["severity"] == "error" or problem["needsAcceptance"]]


class Wishes(Copy):
    def test_a_wish_column_of_any_spelling_stops_the_run_at_its_header(self):
        for spelling in SPELLINGS:
            case = self.copy("two-nurseries")
            self.replace(case, "children.csv", "wish_2", spelling)
            problems = self.refused(case)
            self.assertEqual(len(problems), 1, (spelling, problems))
            place = [problems[0][key] for key in ("file", "line", "column")]
            self.assertEqual(place, ["children.csv", 1, 41], spelling)
            self.assertIn(spelling, problems[0]["message"])
            japanese = run("check", case, "--lang", "ja", status=65 if problems[0]["severity"] == "error" else 2).stderr
            self.assertIn(f"列「{spelling}」", japanese)

    def test_a_third_wish_column_of_any_spelling_does_so_too(self):
        for spelling in [name.replace("2", "3").replace("２", "３") for name in SPELLINGS]:
            case = self.copy("two-nurseries")
            with open(case / "facilities.csv", "a", encoding="utf-8") as file:
                file.write("C,Chigusa Nursery,2\n")
            lines = (case / "children.csv").read_text(encoding="utf-8").splitlines()
            lines = [line + ("," + spelling if index == 0 else ",C") for index, line in enumerate(lines)]
            (case / "children.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
            self.assertEqual(len(self.refused(case)), 1, spelling)

    def test_what_is_accepted_is_recorded_and_the_column_named(self):
        case, out = self.copy("two-nurseries"), self.folder / "out"
        self.replace(case, "children.csv", "wish_2", "wihs_2")
        run("run", case, "--out", out, "--accept", "COLUMN_OF_IDS", status=2)
        done = run("run", case, "--out", out, "--accept", "COLUMN_SIMILAR")
        self.assertIn("columns that nothing reads: children.csv: wihs_2", done.stderr)
        record = json.loads((out / "run.json").read_text(encoding="utf-8"))
        self.assertEqual(record["warningsAccepted"], ["COLUMN_SIMILAR"])
        self.assertEqual(record["unreadColumns"], {"children.csv": ["wihs_2"]})
        page = (out / "report.html").read_text(encoding="utf-8")
        self.assertIn("どこにも使われなかった列: children.csv: wihs_2", page)
        self.assertIn("Columns that nothing read: children.csv: wihs_2", page)
        run("verify", case, out)


class Tables(Copy):
    def test_a_renamed_column_of_present_facilities_is_doubted_by_name_or_by_its_cells(self):
        for header, code in [
            ("current_facility", "COLUMN_SIMILAR"), ("在園施設番号", "COLUMN_SIMILAR"), ("attends", "COLUMN_OF_IDS"),
        ]:
            case = self.city()
            self.replace(case, "children.csv", "current_facility_id", header)
            self.assertEqual([problem["code"] for problem in self.refused(case)], [code])
        case = self.city()
        self.replace(case, "children.csv", "sibling_facility_ids", "sibling_facilities")
        self.assertEqual([problem["code"] for problem in self.refused(case)], ["COLUMN_SIMILAR"])
        case = self.city()
        self.replace(case, "households.csv", "timing", "条件")
        # By the default that fills the answers in, some siblings have no outcome.
        codes = {problem["code"] for problem in self.refused(case)}
        self.assertEqual(codes - {"NO_JOINT_OUTCOME"}, {"COLUMN_SIMILAR"})

    def test_transfer_applicants_that_are_gone_and_children_without_wishes_are_doubted(self):
        before = self.folder / "before"
        self.city().rename(before)
        case = self.city()
        with open(case / "children.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        column = rows[0].index("current_facility_id")
        self.assertGreater(sum(bool(row[column]) for row in rows[1:]), 5)

        def write(rows):
            with open(case / "children.csv", "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)

        write([row[:column] + row[column + 1:] for row in rows])
        self.assertIn("TRANSFERS_GONE", run("check", case, "--previous", before, status=2).stderr)
        run("check", case)
        wishes = [index for index, name in enumerate(rows[0]) if name.startswith(("wish_", "points_"))]
        empty = [[("" if index in wishes else cell) for index, cell in enumerate(row)] for row in rows]
        write(rows[:1] + empty[1:32] + rows[32:])
        self.assertIn("warning MANY_WITHOUT_WISHES: 31 of 600", run("check", case, status=2).stderr)
        write(rows[:1] + empty[1:3] + rows[3:])
        run("check", case)

    def test_a_class_that_no_table_has_and_a_table_that_nothing_reads_are_told(self):
        for header in ["seats_6", "seats_00", "seats_0歳", "0歳募集"]:
            case = self.copy("two-nurseries")
            lines = (case / "facilities.csv").read_text(encoding="utf-8").splitlines()
            lines = [line + ("," + header if index == 0 else ",1") for index, line in enumerate(lines)]
            (case / "facilities.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
            self.assertEqual(len(self.refused(case)), 1, header)
        case = self.copy("two-nurseries")
        (case / "households.csv").rename(case / "household.csv")
        self.assertEqual([problem["code"] for problem in self.refused(case)], ["FILE_SIMILAR"])

    def test_a_setting_that_lost_its_indent_is_an_error(self):
        for name in ["phases", "pointsTable", "columns", "siblings"]:
            case = self.copy("two-nurseries")
            text = (case / "case.yaml").read_text(encoding="utf-8")
            lines = [line for line in text.splitlines() if not line.startswith(name)]
            (case / "case.yaml").write_text("\n".join(lines + [f"{name}:"]) + "\n", encoding="utf-8")
            problems = self.refused(case)
            self.assertEqual([problem["code"] for problem in problems], ["SETTING_INVALID"])
            self.assertEqual(problems[0]["line"], len(lines) + 1)

    def test_examples_and_cities_raise_no_doubt_about_a_column(self):
        for example in EXAMPLES:
            done = run("check", ROOT / "examples" / example, status=None)
            self.assertIn(done.returncode, (0, 2), done.stderr)
            self.assertNotIn(" COLUMN_", done.stderr)
            self.assertNotIn(" ID_SIMILAR", done.stderr)
            self.assertNotIn("nothing reads", done.stdout)
        for seed in range(1, 6):
            run("generate", self.folder / f"g{seed}", "--children", 300, "--facilities", 15, "--seed", seed)
            self.assertNotIn("COLUMN_", run("check", self.folder / f"g{seed}").stderr)


class Characters(Copy):
    def test_invisible_characters_part_no_siblings(self):
        for character in ["\ufeff", "\u00ad", "\u200d", "\u2060", "\u034f", "\ufe0f", "\U000e0100", "\x7f", "\u009b"]:
            case = self.copy("two-nurseries")
            self.replace(case, "children.csv", "\n3,Y", f"\n3,{character}Y")
            problems = self.refused(case)
            self.assertEqual([problem["line"] for problem in problems], [4], (hex(ord(character)), problems))
            self.assertIn(problems[0]["code"], ["ID_CLASH", "CONTROL_CHARACTER", "BYTE_ORDER_MARK"])
        for household in ["y", "Υ", "У"]:
            case = self.copy("two-nurseries")
            self.replace(case, "children.csv", "\n3,Y", f"\n3,{household}")
            self.assertEqual([problem["code"] for problem in self.refused(case)], ["ID_SIMILAR"])

    def test_no_control_or_direction_character_is_printed(self):
        for character in ["\x1b", "\x7f", "\u009b", "\u202e", "\u2066", "\u200f"]:
            case = self.copy("two-nurseries")
            self.replace(case, "facilities.csv", "Bara", f"Ba{character}ra")
            problems = self.refused(case)
            self.assertEqual([problem["code"] for problem in problems], ["CONTROL_CHARACTER"])
            self.assertEqual((problems[0]["line"], problems[0]["column"]), (3, 5))
            self.assertNotIn(character, run("check", case, status=65).stderr)

    @pytest.mark.alone
    def test_100000_columns_end_at_once_with_one_sentence(self):
        case = self.copy("two-nurseries")
        lines = (case / "children.csv").read_text(encoding="utf-8").splitlines()
        lines[0] += "".join(f",c{index}" for index in range(100_000))
        lines[1:] = [line + "," * 100_000 for line in lines[1:]]
        (case / "children.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        start = time.monotonic()
        done = run("check", case, status=65)
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(done.stderr.count("children.csv"), 1)
        self.assertIn("error TOO_MANY_COLUMNS: row 1 (BXY1): The header has 100006 columns", done.stderr)
        # As many as a table may have are all read and named.
        lines[0] = ",".join(lines[0].split(",")[:2_000])
        lines[1:] = [",".join(line.split(",")[:2_000]) for line in lines[1:]]
        (case / "children.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        start = time.monotonic()
        done = run("run", case, "--out", self.folder / "out")
        self.assertLess(time.monotonic() - start, 60)
        self.assertIn("and 1964 more, which run.json names", done.stderr)
        record = json.loads((self.folder / "out/run.json").read_text(encoding="utf-8"))
        self.assertEqual(len(record["unreadColumns"]["children.csv"]), 1_994)

    def test_files_that_are_no_csv_are_called_what_they_are(self):
        case = self.copy("two-nurseries")
        (case / "children.csv").write_bytes(b"PK\x03\x04\x14\x00\x06\x00")
        self.assertIn("WORKBOOK_DAMAGED", run("check", case, status=65).stderr)
        (case / "children.csv").write_bytes("child_id,household_id\n".encode("utf-16")[:-1])
        self.assertIn("UTF-16", run("check", case, status=65).stderr)
        (case / "children.csv").rename(case / "children.xls")
        self.assertIn("Is children.xls meant?", run("check", case, status=65).stderr)


class Suggestions(Copy):
    def test_the_dangerous_columns_are_proposed_and_several_files_give_one_map(self):
        names = {
            "children.csv": {
                "child_id": "児童番号", "household_id": "世帯番号", "birth_date": "生年月日", "due_date": "出産予定日",
                "age_class": "クラス年齢", "current_facility_id": "在園施設番号", "sibling_facility_ids": "兄弟在園施設番号",
                "points": "指数", "group": "優先枠",
            },
            "facilities.csv": {"facility_id": "施設番号", "name": "施設名"},
            "households.csv": {
                "household_id": "世帯番号", "timing": "同時入所条件", "facility": "施設条件",
                "lead_child_id": "優先児童番号", "prefer_child_id": "希望優先児童番号",
            },
            "seat_limits.csv": {
                "facility_id": "施設番号", "ages": "対象年齢", "group": "対象区分", "seats": "枠数", "opens": "開設",
            },
        }
        plain = self.city()
        own = self.folder / "own"
        shutil.copytree(plain, own)
        for table, headers in names.items():
            with open(own / table, newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))
            header = []
            for name in rows[0]:
                number = name.rpartition("_")[2]
                numbered = {"wish": f"第{number}希望", "points": f"第{number}希望加点後指数", "seats": f"{number}歳児募集数"}
                header.append(headers.get(name) or numbered.get(name.rpartition("_")[0], name))
            rows[0] = header
            with open(own / f"市の{table}", "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
            (own / table).unlink()
        tables = sorted(own.glob("市の*.csv"))
        proposal = run("suggest-columns", *tables).stdout
        self.assertEqual(proposal, run("suggest-columns", own).stdout)
        self.assertEqual(proposal.count("columns:\n"), 1)
        with open(own / "case.yaml", "a", encoding="utf-8") as file:
            file.write(proposal)
        run("run", plain, "--out", self.folder / "a")
        run("run", own, "--out", self.folder / "b")
        self.assertEqual(
            (self.folder / "a/placements.csv").read_bytes(), (self.folder / "b/placements.csv").read_bytes())

    def test_a_title_above_the_header_is_passed_over_and_said(self):
        case = self.city()
        text = (case / "children.csv").read_text(encoding="utf-8")
        (case / "children.csv").write_text("令和9年度 申込一覧,,,\n" + text, encoding="utf-8")
        done = run("suggest-columns", case / "children.csv")
        self.assertIn('files: {children: {file: "children.csv", header: 2}}', done.stdout)
        with open(case / "case.yaml", "a", encoding="utf-8") as file:
            file.write(done.stdout)
        self.assertNotIn("LAYOUT_FOUND", run("check", case).stderr)
