"""Results that go back to the city: the workbook, read by LibreOffice and openpyxl, and the table for the core system."""

import csv
import io
import os
import re
import shutil
import subprocess
import time

import openpyxl
import pytest

from program import EXAMPLES, Folder, SharedFolder, record, rehash, rows, run, write_table

SHEETS = ["児童", "施設", "最低指数", "待機順", "保留", "世帯", "実行内容"]
# Columns that the result adds beside those of the children's table.
FOUND = ["結果", "施設番号", "施設名", "希望順位", "指数", "理由"]
OUTCOMES = {"placed": "内定", "stays": "転園保留(在園継続)", "held": "保留"}


def converted(workbook, folder):
    """The sheets of a workbook as LibreOffice shows them, by name: rows of cells."""
    out = folder / "sheets"
    # All sheets, each as a file, in UTF-8, with the cells as they are shown.
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", form,
         "--outdir", out, workbook], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    sheets = {}
    for path in out.iterdir():
        with open(path, newline="", encoding="utf-8") as file:
            sheets[path.stem.removeprefix(workbook.stem + "-")] = list(csv.reader(file))
    return sheets


def decoded(text):
    """The text of a cell that openpyxl gives as it is written in the file: it leaves codes of characters alone."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def shown(cell):
    """A cell of openpyxl as it is shown."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return decoded(value)
    if hasattr(value, "year"):
        form = cell.number_format.replace("\\", "")
        parts = {"yyyy": f"{value.year:04}", "mm": f"{value.month:02}", "dd": f"{value.day:02}", "m": str(value.month),
                 "d": str(value.day)}
        return re.sub("yyyy|mm|dd|m|d", lambda match: parts[match[0]], form)
    return str(int(value)) if value == int(value) else repr(value)


def table(path, encoding="utf-8"):
    """The rows of a table, header first, without lines that have no content."""
    with open(path, newline="", encoding=encoding) as file:
        return [row for row in csv.reader(file) if any(cell.strip() for cell in row)]


def plain(cell):
    """A cell of our tables without the apostrophe that stands before what a spreadsheet would run."""
    return cell[1:] if re.match("'+[-=+@]", cell) else cell


def in_words(cell):
    """A cell as a workbook has it: its lines end with LF."""
    return cell.replace("\r\n", "\n").replace("\r", "\n")


class Workbook(SharedFolder):
    """What holds for every workbook; the classes below say of which case."""

    __test__ = False
    children, encoding = "children.csv", "utf-8"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make()
        cls.result = cls.folder / "result"
        run("run", cls.path, "--out", cls.result, "--excel")
        cls.sheets = converted(cls.result / "result.xlsx", cls.folder)
        cls.book = openpyxl.load_workbook(cls.result / "result.xlsx")
        cls.input = table(cls.path / cls.children, cls.encoding)
        cls.placements = rows(cls.result / "placements.csv")

    @classmethod
    def make(cls):
        cls.path = EXAMPLES / cls.case

    def test_both_readers_find_the_sheets(self):
        self.assertEqual(set(self.sheets), set(SHEETS))
        self.assertEqual(self.book.sheetnames, SHEETS)

    def test_both_readers_find_the_same_cells(self):
        for name in SHEETS:
            other = [[shown(cell) for cell in row] for row in self.book[name].iter_rows()]
            self.assertEqual(self.sheets[name], other, name)

    def test_the_first_sheet_is_the_childrens_table_with_the_result_beside_it(self):
        sheet = self.sheets["児童"]
        width = len(self.input[0])
        self.assertEqual([row[:width] for row in sheet], [[in_words(cell) for cell in row[:width]] for row in self.input])
        self.assertEqual(len(sheet[0]), width + len(FOUND))
        found = sorted((row[width], row[width + 1], row[width + 3], row[width + 4]) for row in sheet[1:])
        words = {True: "仮内定", False: "内定"}
        expected = sorted(
            (words[row["conditional"] == "yes"] if row["outcome"] == "placed" else OUTCOMES[row["outcome"]],
             plain(row["facility_id"]), row["wish_rank"], row["points"])
            for row in self.placements)
        self.assertEqual(found, expected)
        self.assertTrue(all(row[width + 5].startswith("第1希望") for row in sheet[1:]))

    def test_nothing_is_a_formula_or_a_link(self):
        for sheet in self.book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertIn(cell.data_type, "snd", (sheet.title, cell.coordinate))
                    self.assertIsNone(cell.hyperlink, (sheet.title, cell.coordinate))

    def test_the_other_sheets_say_what_the_tables_say(self):
        def columns(name, *names):
            header = self.sheets[name][0]
            return [tuple(row[header.index(column)] for column in names) for row in self.sheets[name][1:]]

        facility, child = self.sheets["待機順"][0][0], self.sheets["待機順"][0][4]
        self.assertEqual(
            columns("待機順", facility, "クラス", "待機順位", child),
            [(plain(row["facility_id"]), row["age_class"], row["position"], row["child_id"])
             for row in rows(self.result / "waiting.csv")])
        self.assertEqual(
            columns("最低指数", facility, "クラス", "募集", "申込", "内定", "残り"),
            [tuple(plain(row[name]) for name in ["facility_id", "age_class", "seats", "applicants", "placed", "left"])
             for row in rows(self.result / "borders.csv")])
        unplaced = {row["child_id"] for row in self.placements if row["outcome"] != "placed"}
        self.assertEqual(
            columns("保留", child, "希望順位", facility),
            [(row["child_id"], row["wish_rank"], plain(row["facility_id"]))
             for row in rows(self.result / "reasons.csv") if row["child_id"] in unplaced])
        self.assertEqual(
            sorted(columns("世帯", child, facility)),
            sorted((row["child_id"], plain(row["facility_id"])) for row in self.placements))
        self.assertEqual(len(self.sheets["施設"]) - 1, len({row["facility_id"] for row in rows(self.result / "borders.csv")}))

    def test_it_says_what_was_run(self):
        said = dict(row[:2] for row in self.sheets["実行内容"])
        recorded = record(self.result)
        self.assertEqual(said["ケースのダイジェスト"], recorded["caseDigest"])
        self.assertEqual(said["プログラム"], recorded["solver"]["program"])
        self.assertIn("証明されています", said["証明"])
        for file in recorded["inputs"]:
            self.assertTrue(said[file["file"]].startswith(file["sha256"]), file)

    def test_every_sheet_can_be_worked_with_and_printed(self):
        for sheet in self.book:
            self.assertTrue(sheet.freeze_panes, sheet.title)
            self.assertEqual(bool(sheet.auto_filter.ref), sheet.title != "実行内容", sheet.title)
            self.assertEqual(sheet.page_setup.orientation, "landscape")
            self.assertEqual(sheet.page_setup.paperSize, 9)
            self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
            self.assertEqual(sheet.page_setup.fitToHeight, 0)
            self.assertIn("$1:$1", sheet.print_title_rows)
            self.assertIn(record(self.result)["municipality"], sheet.oddFooter.left.text)

    def test_it_is_recorded_and_verified(self):
        self.assertIn("result.xlsx", [file["file"] for file in record(self.result)["files"]])
        done = run("verify", self.path, self.result)
        self.assertNotIn("result.xlsx", done.stdout)


class SmallTown(Workbook):
    __test__ = True
    case = "small-town"


class PointsTable(Workbook):
    __test__ = True
    case = "points-table"


class Chilmai(Workbook):
    __test__ = True
    case, children = "chilmai", "申込者データ.csv"

    def test_headers_are_those_of_the_profile(self):
        self.assertEqual(self.sheets["世帯"][0][0], "世帯番号")
        self.assertEqual(self.sheets["世帯"][0][5], "申請者番号")
        self.assertEqual(self.sheets["施設"][0][:2], ["保育所ID", "保育所名"])
        self.assertIn("3歳募集人数", self.sheets["施設"][0])


class Shift_JIS(Workbook):
    __test__ = True
    case, children, encoding = "cp932-profile", "申込児童.csv", "cp932"


class Nasty(Workbook):
    """Cells that a spreadsheet would make something else of."""

    __test__ = True
    texts = [
        "=1+1", "+1", "-5", "@SUM(A1)", "００１", "0012", 'say "a, b"', "two\nlines", "two\r\nlines", "_x0041_", "1E5", "3/4",
        "2027-04-01", "TRUE", "http://example.jp/", "mailto:a@example.jp", "<&>'", "𠮷野", "ｶﾞｸ園", "1234567890123", "#N/A",
    ]

    @classmethod
    def make(cls):
        cls.path = cls.folder / "case"
        cls.path.mkdir()
        shutil.copy(EXAMPLES / "two-nurseries" / "case.yaml", cls.path)
        facilities = [["=A", "=cmd()", 2], ["-B", "+ばら", len(cls.texts) // 2], ["0003", "'さくら", 1]]
        write_table(cls.path / "facilities.csv", ["facility_id", "name", "seats_1"], facilities)
        lines = []
        for number, text in enumerate(cls.texts):
            # The other way round than results are sorted.
            child = 9999999999999 - number
            birth = ["2025-05-07", "2025/5/7", "2025/05/07", "令和7年5月7日"][number % 4]
            points = ["{}", "{}.5", "0{}", "+{}", "{}.0"][number % 5].format(60 - number)
            lines.append([text, child, f"0{number}", birth, "=A", "-B", "0003", points, f" {text} "])
        write_table(
            cls.path / "children.csv",
            ["備考", "child_id", "household_id", "birth_date", "wish_1", "wish_2", "wish_3", "points", "結果"], lines)

    def test_a_column_of_the_city_with_the_name_of_ours_keeps_it(self):
        self.assertEqual(self.sheets["児童"][0][8:10], ["結果", "結果(今回)"])

    def test_days_and_numbers_are_such_and_texts_are_texts(self):
        sheet = self.book["児童"]
        kinds = [
            [sheet.cell(number + 2, column).data_type for column in range(1, 10)] for number in range(len(self.texts))]
        for number, row in enumerate(kinds):
            day, points = "ddds"[number % 4], "nnsss"[number % 5]
            self.assertEqual("".join(row), f"sss{day}sss{points}s", self.texts[number])


class SameBytes(Folder):
    def test_the_same_case_gives_the_same_bytes_wherever_and_whenever(self):
        case = EXAMPLES / "small-town"
        run("run", case, "--out", self.folder / "a", "--excel", "--threads", 1)
        scratch = self.folder / "scratch"
        scratch.mkdir()
        # The clock of files in a container has steps of two seconds.
        time.sleep(2.1)
        surroundings = {
            **os.environ, "TZ": "America/St_Johns", "USER": "somebody", "LOGNAME": "somebody", "LANG": "de_DE.UTF-8",
            "LC_ALL": "de_DE.UTF-8", "HOME": str(scratch), "TMPDIR": str(scratch)}
        run("run", case, "--out", self.folder / "b", "--excel", "--threads", 4, env=surroundings)
        self.assertEqual((self.folder / "a/result.xlsx").read_bytes(), (self.folder / "b/result.xlsx").read_bytes())
        self.assertEqual(list(scratch.iterdir()), [], "a temporary file was left")

    def test_without_the_wish_for_it_there_is_no_workbook(self):
        run("run", EXAMPLES / "two-nurseries", "--out", self.folder / "a")
        self.assertFalse((self.folder / "a/result.xlsx").exists())


class Copy(Folder):
    """A test with a copy of a case of its own."""

    def copy(self, *settings):
        case = self.folder / "case"
        shutil.copytree(EXAMPLES / "small-town", case)
        with open(case / "case.yaml", "a", encoding="utf-8") as file:
            file.write("\n".join(settings) + "\n")
        return case


class Wishes(Copy):
    def test_the_first_sheet_read_back_gives_the_same_result(self):
        case = self.copy("columns:", "  files:", "    children: {file: result.xlsx, sheet: 児童}")
        run("run", EXAMPLES / "small-town", "--out", self.folder / "a", "--excel")
        (case / "children.csv").unlink()
        shutil.copy(self.folder / "a/result.xlsx", case)
        # What the result added is of no use to the next one.
        run("run", case, "--out", self.folder / "b", "--accept", "COLUMN_OF_IDS")
        for name in ["placements.csv", "reasons.csv", "borders.csv", "waiting.csv"]:
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)

    def test_case_yaml_and_a_batch_can_ask_for_it(self):
        case = self.copy("excel: true")
        run("run", case, "--out", self.folder / "result")
        plain = (self.folder / "result/result.xlsx").read_bytes()
        shutil.copytree(case, self.folder / "inbox/case")
        run("batch", self.folder / "inbox", "--ledger", self.folder / "ledger", "--out", self.folder / "results",
            "--quiet-time", 0)
        self.assertEqual((self.folder / "results/case/revision-1/result.xlsx").read_bytes(), plain)
        shutil.copytree(EXAMPLES / "two-nurseries", self.folder / "inbox/other")
        run("batch", self.folder / "inbox", "--ledger", self.folder / "ledger", "--out", self.folder / "results",
            "--quiet-time", 0, "--excel")
        self.assertTrue((self.folder / "results/other/revision-1/result.xlsx").exists())

    def test_a_cell_that_excel_cannot_hold_is_refused_before_the_search(self):
        case = self.copy()
        children = table(case / "children.csv")
        children[0].append("備考")
        for row in children[1:]:
            row.append("")
        children[3][-1] = "あ" * 32_768
        write_table(case / "children.csv", children[0], children[1:])
        done = run("run", case, "--out", self.folder / "result", "--excel", status=65)
        self.assertIn("児童!", done.stderr)
        self.assertIn("32768", done.stderr)
        self.assertNotIn("あああ", done.stderr)
        self.assertFalse((self.folder / "result").exists())
        run("run", case, "--out", self.folder / "result")

    def test_a_character_that_no_workbook_can_hold_is_refused_before_the_search(self):
        case = self.copy()
        text = (case / "facilities.csv").read_text(encoding="utf-8")
        name = rows(case / "facilities.csv")[1]["name"]
        (case / "facilities.csv").write_text(text.replace(name, name + "\uffff"), encoding="utf-8")
        done = run("run", case, "--out", self.folder / "result", "--excel", status=65)
        self.assertIn("施設!B3", done.stderr)
        self.assertIn("U+FFFF", done.stderr)
        self.assertFalse((self.folder / "result").exists())

    def test_an_altered_workbook_is_a_fault(self):
        case = self.copy()
        result = self.folder / "result"
        run("run", case, "--out", result, "--excel")
        book = openpyxl.load_workbook(result / "result.xlsx")
        book["児童"].cell(2, 1).value = "C999"
        book.save(result / "result.xlsx")
        done = run("verify", case, result, status=4)
        self.assertIn("result.xlsx: the sheet 児童 is not what the case and the placements imply", done.stderr)
        # Whoever forges the hash too is found out by the cells.
        rehash(result, "result.xlsx")
        done = run("verify", case, result, status=4)
        self.assertIn("result.xlsx: the sheet 児童 is not what the case and the placements imply", done.stderr)
        # Other libraries write the same cells in other bytes.
        shutil.rmtree(result)
        run("run", case, "--out", result, "--excel")
        openpyxl.load_workbook(result / "result.xlsx").save(result / "result.xlsx")
        done = run("verify", case, result, status=4)
        self.assertIn("result.xlsx: the file is not the one that run.json names", done.stderr)
        rehash(result, "result.xlsx")
        self.assertIn("result.xlsx says what it should", run("verify", case, result).stdout)
        (result / "result.xlsx").unlink()
        run("verify", case, result, status=4)


LAYOUT = [
    "columns:", "  result:", "    file: 結果取込.csv", "    encoding: cp932", "    columns:", "      児童番号: child_id",
    "      年度: {text: \"2027\"}", "      結果コード: outcome", "      施設コード: facility_id", "      施設名: facility_name",
    "      希望順位: wish_rank", "      入所年月: {month: YYYYMM}", "      生年月日: {column: birth_date}", "      予備: null",
    "    outcomes: {placed: \"1\", held: \"2\", stays: \"3\"}",
]


class CoreSystem(Copy):
    def setUp(self):
        super().setUp()
        self.case, self.result = self.copy(*LAYOUT), self.folder / "result"
        run("run", self.case, "--out", self.result)
        self.file = self.result / "結果取込.csv"

    def test_it_is_in_the_layout_of_the_core_system(self):
        births = {row["child_id"]: row["birth_date"] for row in rows(self.case / "children.csv")}
        names = {row["facility_id"]: row["name"] for row in rows(self.case / "facilities.csv")}
        codes = {"placed": "1", "held": "2", "stays": "3"}
        expected = "児童番号,年度,結果コード,施設コード,施設名,希望順位,入所年月,生年月日,予備\r\n" + "".join(
            ",".join([row["child_id"], "2027", codes[row["outcome"]], row["facility_id"],
                      names.get(row["facility_id"], ""), row["wish_rank"], "202704", births[row["child_id"]], ""])
            + "\r\n" for row in rows(self.result / "placements.csv"))
        self.assertEqual(self.file.read_bytes(), expected.encode("cp932"))
        self.assertEqual(record(self.result)["resultTable"], "結果取込.csv")

    def test_the_order_of_the_input_does_not_matter(self):
        children = table(self.case / "children.csv")
        write_table(self.case / "children.csv", children[0], reversed(children[1:]))
        run("run", self.case, "--out", self.folder / "other")
        self.assertEqual((self.folder / "other/結果取込.csv").read_bytes(), self.file.read_bytes())

    def test_verify_judges_it_by_its_cells(self):
        run("verify", self.case, self.result)
        text = self.file.read_bytes().decode("cp932")
        cells = list(csv.reader(io.StringIO(text, newline="")))
        quoted = io.StringIO(newline="")
        csv.writer(quoted, quoting=csv.QUOTE_ALL).writerows(cells)
        self.file.write_bytes(quoted.getvalue().encode("cp932"))
        run("verify", self.case, self.result, status=4)
        rehash(self.result, "結果取込.csv")
        run("verify", self.case, self.result)
        forged = text.replace(",2027,2,", ",2027,1,", 1)
        self.assertNotEqual(forged, text)
        self.file.write_bytes(forged.encode("cp932"))
        rehash(self.result, "結果取込.csv")
        done = run("verify", self.case, self.result, status=4)
        self.assertIn("結果取込.csv:", done.stderr)
        self.file.unlink()
        run("verify", self.case, self.result, status=4)

    def test_another_copy_without_the_setting_is_judged_by_the_hash(self):
        other = self.folder / "plain"
        shutil.copytree(EXAMPLES / "small-town", other)
        done = run("verify", other, self.result, "--other-copy")
        self.assertIn("結果取込.csv", done.stdout)
        self.file.write_bytes(self.file.read_bytes() + b"x")
        run("verify", other, self.result, "--other-copy", status=4)

    def test_another_copy_that_asks_for_more_is_judged_by_what_was_written(self):
        other = self.folder / "more"
        shutil.copytree(self.case, other)
        with open(other / "case.yaml", "a", encoding="utf-8") as file:
            file.write("excel: true\n")
        run("verify", other, self.result, "--other-copy")
        # The case itself would have had one.
        shutil.copy(other / "case.yaml", self.case / "case.yaml")
        done = run("verify", self.case, self.result, status=4)
        self.assertIn("result.xlsx", done.stderr)

    def test_a_character_that_cp932_lacks_is_an_error_with_its_place(self):
        text = (self.case / "facilities.csv").read_text(encoding="utf-8")
        name = rows(self.case / "facilities.csv")[0]["name"]
        (self.case / "facilities.csv").write_text(text.replace(name, "𠮷野園"), encoding="utf-8")
        done = run("run", self.case, "--out", self.folder / "other", status=65)
        self.assertIn("結果取込.csv cannot be written in CP932", done.stderr)
        self.assertIn("in the name of facility", done.stderr)
        self.assertIn("encoding: utf8 in columns.result", done.stderr)
        self.assertFalse((self.folder / "other").exists())


@pytest.mark.slow
class City(Folder):
    def test_a_city_of_8000_children_is_written_with_little_more_memory(self):
        case = self.folder / "city"
        run("generate", case, "--children", 8000, "--facilities", 300, "--seed", 1)
        run("run", case, "--out", self.folder / "result", "--excel", "--sufficient", 0)
        book = openpyxl.load_workbook(self.folder / "result/result.xlsx", read_only=True)
        self.assertEqual(sum(1 for _ in book["児童"].iter_rows()), 8001)
        self.assertLess((self.folder / "result/result.xlsx").stat().st_size, 10 << 20)
