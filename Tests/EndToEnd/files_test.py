"""Files as cities have them: workbooks, titles, headers of two rows, sums below, separators, UTF-16."""

import csv
import datetime
import json
import re
import shutil
import subprocess
import zipfile

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from program import ROOT, Folder, run

RUBY = "<rPh sb=\"0\" eb=\"1\"><t>フリガナ</t></rPh><phoneticPr fontId=\"1\"/>"


def table(path, encoding="utf-8"):
    with open(path, newline="", encoding=encoding) as file:
        return list(csv.reader(file))


def write(path, lines, separator=",", encoding="utf-8"):
    with open(path, "w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=separator, lineterminator="\n").writerows(lines)


def rewrite(path, change):
    """Changes the XML parts of a workbook: `change` gets the name and the text of each."""
    with zipfile.ZipFile(path) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts:
            new.writestr(name, change(name, content.decode()) if name.endswith((".xml", ".rels")) else content)


class Copy(Folder):
    """A test that puts an example into other files and demands the same result."""

    def copy(self, example, name="case"):
        case = self.folder / name
        shutil.rmtree(case, ignore_errors=True)
        shutil.copytree(ROOT / "examples" / example, case)
        return case

    def columns(self, case, text):
        with open(case / "case.yaml", "a", encoding="utf-8") as file:
            file.write(f"\ncolumns: {text}\n")

    def problems(self, case):
        done = run("check", case, "--json", status=None)
        messages = [json.loads(line) for line in done.stdout.splitlines()]
        return [message["problem"] for message in messages if message["message"] == "problem"]

    def same(self, example, case, *more):
        """The placements of the case are those of the example, byte by byte; gives the codes of what is remarkable."""
        plain, out = self.folder / f"plain-{example}", self.folder / "out"
        if not plain.exists():
            run("run", ROOT / "examples" / example, "--out", plain)
        shutil.rmtree(out, ignore_errors=True)
        run("run", case, "--out", out, *more)
        self.assertEqual((out / "placements.csv").read_bytes(), (plain / "placements.csv").read_bytes())
        run("verify", case, out)
        known = {problem["code"] for problem in self.problems(ROOT / "examples" / example)}
        return sorted({problem["code"] for problem in self.problems(case)} - known)


class Texts(Copy):
    def facilities(self, change, columns=None):
        case = self.copy("small-town")
        lines = table(case / "facilities.csv")
        change(case / "facilities.csv", lines)
        if columns:
            self.columns(case, columns)
        return case

    def test_titles_and_separators_are_found_and_told_unless_a_setting_says_them(self):
        def titled(path, lines):
            write(path, [["令和9年4月 募集数"] + [""] * 13, [], *lines])

        self.assertEqual(self.same("small-town", self.facilities(titled)), ["LAYOUT_FOUND"])
        self.assertEqual(
            self.same("small-town", self.facilities(titled, "{files: {facilities: {header: 3}}}")), [])
        for separator, word in [(";", "semicolon"), ("\t", "tab")]:
            def parted(path, lines):
                write(path, [["募集数一覧"], *lines], separator)

            self.assertEqual(self.same("small-town", self.facilities(parted)), ["LAYOUT_FOUND"])
            setting = f"{{files: {{facilities: {{header: 2, separator: {word}}}}}}}"
            self.assertEqual(self.same("small-town", self.facilities(parted, setting)), [])

    def test_unicode_text_of_excel(self):
        case = self.copy("small-town")
        write(case / "children.csv", table(case / "children.csv"), "\t", "utf-16")
        self.assertEqual(self.same("small-town", case), ["LAYOUT_FOUND"])
        record = json.loads((self.folder / "out/run.json").read_text(encoding="utf-8"))
        self.assertIn("utf16", [entry["encoding"] for entry in record["inputs"]])

    def test_a_header_of_two_rows(self):
        def two(path, lines):
            upper = ["募集" if name == "seats_0" else "" if name.startswith("seats_") else name for name in lines[0]]
            lower = [f"{name[-1]}歳児\n(人)" if name.startswith("seats_") else "" for name in lines[0]]
            write(path, [upper, lower, *lines[1:]])

        case = self.facilities(two, '{facilities: {seats_N: "募集 N歳児(人)"}}')
        self.assertEqual(self.same("small-town", case), ["LAYOUT_FOUND"])

    def test_sums_and_notes_are_asked_about_or_left_out_by_name(self):
        def summed(path, lines):
            write(path, lines + [["合　計"] + [""] * 5 + ["1"] * 6 + ["", ""]])

        def noted(path, lines):
            summed(path, lines)
            with open(path, "a", encoding="utf-8") as file:
                file.write("更新日：2026-05-01\n※ 0は募集なし\n")

        self.assertEqual(
            [(problem["code"], problem["needsAcceptance"]) for problem in self.problems(self.facilities(summed))
             if problem["code"] == "NOTE_ROW"], [("NOTE_ROW", True)])
        run("check", self.facilities(noted), status=65)
        left = self.facilities(noted, "{files: {facilities: {leaveOut: [合計, 更新日*, ※*]}}}")
        self.assertEqual(self.same("small-town", left), ["ROWS_LEFT_OUT"])

    def test_text_formulas_and_zeros_for_no_wish(self):
        case = self.copy("small-town")
        lines = table(case / "children.csv")
        wishes = [index for index, name in enumerate(lines[0]) if name.startswith("wish_")]
        for line in lines[1:]:
            for index in wishes:
                line[index] = line[index] or "0"
        write(case / "children.csv", lines)
        text = (case / "children.csv").read_text(encoding="utf-8")
        (case / "children.csv").write_text(re.sub(r"^(C\d+)", r'="\1"', text, flags=re.M), encoding="utf-8")
        self.columns(case, '{blank: {children: {wish_N: ["0"]}}}')
        self.assertEqual(self.same("small-town", case), [])


class Workbooks(Copy):
    def sheet(self, book, title, lines, dates=(), numbers=()):
        """Puts lines into a sheet: dates as serial numbers, ids of `numbers` as numbers with the format of their digits."""
        sheet = book.create_sheet(title)
        for row, line in enumerate(lines, 1):
            for column, text in enumerate(line, 1):
                if text == "":
                    continue
                cell = sheet.cell(row, column, text)
                name = lines[0][column - 1]
                if row > 1 and name in dates:
                    cell.value = datetime.date.fromisoformat(text)
                    cell.number_format = '[$-411]ggge"年"m"月"d"日"'
                elif row > 1 and name in numbers:
                    cell.value, cell.number_format = int(text), "0" * len(text)
        return sheet

    def test_a_case_in_workbooks_of_every_kind(self):
        dates = ("birth_date", "due_date")
        for name in ["xlsx", "xlsm", "ods"]:
            with self.subTest(name):
                case = self.copy("small-town")
                for path in sorted(case.glob("*.csv")):
                    book = openpyxl.Workbook()
                    book.remove(book.active)
                    self.sheet(book, "表", table(path), dates)
                    book.save(case / f"{path.stem}.xlsx")
                    path.unlink()
                    if name == "xlsm":
                        (case / f"{path.stem}.xlsx").rename(case / f"{path.stem}.xlsm")
                if name == "ods":
                    books = sorted(case.glob("*.xlsx"))
                    subprocess.run(
                        ["soffice", "--headless", f"-env:UserInstallation=file://{self.folder}/office", "--convert-to",
                         "ods", "--outdir", case, *books], check=True, capture_output=True, timeout=300)
                    for book in books:
                        book.unlink()
                self.assertEqual(self.same("small-town", case), [])
                record = json.loads((self.folder / "out/run.json").read_text(encoding="utf-8"))
                kinds = {entry["file"]: entry["encoding"] for entry in record["inputs"]}
                self.assertEqual(kinds[f"children.{name}"], "workbook")

    def test_three_tables_of_the_published_allocator_in_one_workbook(self):
        case = self.copy("chilmai")
        book = openpyxl.Workbook()
        book.active.title = "説明"
        book.active["A1"] = "この表の使い方"
        for path in sorted(case.glob("*.csv")):
            self.sheet(book, path.stem, table(path), (), ("申請者番号", "世帯番号", "保育所ID"))
        self.sheet(book, "総当たり", [["ファミリーコード", "総当たり順位", "宛名コード1", "希望施設1"]])
        book.save(case / "データ.xlsx")
        for path in case.glob("*.csv"):
            path.unlink()
        text = (case / "case.yaml").read_text(encoding="utf-8")
        text = re.sub(r"  files: .*", "  files: {children: データ.xlsx, facilities: データ.xlsx, joint_wishes: データ.xlsx}", text)
        (case / "case.yaml").write_text(text, encoding="utf-8")
        self.same("chilmai", case)
        book["説明"].append(["申請者番号", "世帯番号", "年齢", "希望保育園ID_1"])
        book.save(case / "データ.xlsx")
        problem = self.problems(case)[0]
        self.assertEqual(problem["code"], "SHEET_UNKNOWN")
        self.assertIn("申込者データ", problem["message"])

    def test_furigana_merged_headers_serial_dates_the_1904_system_and_lost_zeros(self):
        plain, case = self.copy("small-town", "plain"), self.copy("small-town")
        # Ids are numbers with leading zeros, names have furigana, seats stand below a name of two columns and more.
        lines = {name: table(plain / f"{name}.csv") for name in [
            "children", "facilities", "households", "joint_wishes", "seat_limits"]}

        def zeros(text):
            return re.sub(r"\b[CHF](\d+)\b", lambda match: match[1].zfill(5), text)

        for name, content in lines.items():
            lines[name] = [[zeros(cell) for cell in line] for line in content]
            write(plain / f"{name}.csv", lines[name])
            (case / f"{name}.csv").unlink()
        ids = {"child_id", "household_id", "current_facility_id", "facility_id", "lead_child_id", "prefer_child_id"}
        ids |= {f"wish_{number}" for number in range(1, 11)}
        for name, content in lines.items():
            book = openpyxl.Workbook()
            book.epoch = CALENDAR_MAC_1904
            book.remove(book.active)
            one = [line for line in content if not any(";" in cell for cell in line)]
            self.assertEqual(len(one), len(content) - sum(any(";" in cell for cell in line) for line in content))
            sheet = self.sheet(book, "Sheet1", content, ("birth_date", "due_date"), ids if one == content else set())
            sheet.insert_rows(1, 3)
            sheet["A1"] = "令和9年4月入所 " + name
            if name == "facilities":
                first = content[0].index("seats_0") + 1
                for column, title in enumerate(content[0], 1):
                    if title.startswith("seats_"):
                        sheet.cell(3, column).value = "募集数" if title == "seats_0" else None
                        sheet.cell(4, column).value = f"{title[-1]}歳児"
                    else:
                        sheet.cell(3, column).value, sheet.cell(4, column).value = title, None
                        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
                sheet.merge_cells(start_row=3, end_row=3, start_column=first, end_column=first + 5)
                sheet.row_dimensions[6].hidden = True
            book.save(case / f"{name}.xlsx")
            rewrite(case / f"{name}.xlsx", lambda part, text: text.replace(
                "</t></si>", f"</t>{RUBY}</si>") if part.endswith("sharedStrings.xml") else text)
        self.columns(case, '{facilities: {seats_N: "募集数 N歳児"}}')
        out = self.folder / "zeros"
        run("run", plain, "--out", out)
        run("run", case, "--out", self.folder / "books")
        self.assertEqual(
            (self.folder / "books/placements.csv").read_bytes(), (out / "placements.csv").read_bytes())
        self.assertNotIn("フリガナ", (self.folder / "books/report.html").read_text(encoding="utf-8"))
        digests = [json.loads((path / "run.json").read_text(encoding="utf-8"))["caseDigest"] for path in [
            out, self.folder / "books"]]
        self.assertEqual(digests[0], digests[1])
        codes = [problem["code"] for problem in self.problems(case)]
        self.assertIn("HIDDEN_CELLS", codes)
        self.assertIn("LAYOUT_FOUND", codes)

    def test_what_is_told_to_be_written_down_ends_the_remarks(self):
        case = self.copy("small-town")
        book = openpyxl.Workbook()
        book.active.title = "説明"
        sheet = self.sheet(book, "4月", table(case / "facilities.csv"))
        sheet.insert_rows(1, 2)
        sheet["A1"] = "募集数"
        book.save(case / "facilities.xlsx")
        (case / "facilities.csv").unlink()
        self.assertEqual(self.same("small-town", case), ["LAYOUT_FOUND", "SHEET_FOUND"])
        told = {re.search(r"files: (\{.*\})", problem["message"])[1] for problem in self.problems(case)
                if problem["code"] in ["LAYOUT_FOUND", "SHEET_FOUND"]}
        self.assertEqual(len(told), 1)
        self.columns(case, f"{{files: {told.pop()}}}")
        self.assertEqual(self.same("small-town", case), [])

    def test_places_are_sheet_and_cell(self):
        case = self.copy("small-town")
        lines = table(case / "children.csv")
        lines[4][lines[0].index("wish_1")] = "F99"
        book = openpyxl.Workbook()
        book.active.title = "申込者"
        for line in lines:
            book.active.append(line)
        book.active["C3"] = "=1/0"
        book.save(case / "children.xlsx")
        (case / "children.csv").unlink()
        done = run("check", case, status=65).stderr
        self.assertIn("children.xlsx:申込者!M5: error FACILITY_UNKNOWN", done)
        self.assertIn("children.xlsx:申込者!C3: error CELL_FORMULA_WITHOUT_VALUE", done)
        found = {problem["code"]: problem for problem in self.problems(case)}
        problem = found["FACILITY_UNKNOWN"]
        self.assertEqual(
            [problem[name] for name in ["file", "sheet", "cell", "line", "column"]],
            ["children.xlsx", "申込者", "M5", 5, 13])

    def test_what_is_no_workbook_that_can_be_read_is_one_error(self):
        case = self.copy("small-town")
        (case / "children.csv").unlink()
        path = case / "children.xlsx"
        book = openpyxl.Workbook()
        book.active.append(["child_id"])
        book.save(path)
        sound = path.read_bytes()
        for content, code in [
                (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "WORKBOOK_"), (sound[:-200], "WORKBOOK_DAMAGED"),
                (b"PK\x03\x04" + bytes(100), "WORKBOOK_DAMAGED")]:
            path.write_bytes(content)
            problems = [problem for problem in self.problems(case) if problem["file"] == "children.xlsx"]
            self.assertEqual(len(problems), 1)
            self.assertTrue(problems[0]["code"].startswith(code), problems)

    def test_a_workbook_beside_the_table_is_not_passed_over(self):
        case = self.copy("small-town")
        openpyxl.Workbook().save(case / "children.xlsx")
        self.assertIn("FILE_SIMILAR", [problem["code"] for problem in self.problems(case)])

    def test_merged_cells_among_data_are_asked_about(self):
        case = self.copy("two-nurseries")
        book = openpyxl.Workbook()
        for line in table(case / "children.csv"):
            book.active.append(line)
        book.active.merge_cells("B2:B3")
        book.save(case / "children.xlsx")
        (case / "children.csv").unlink()
        asked = [problem for problem in self.problems(case) if problem["code"] == "MERGED_CELLS"]
        self.assertEqual([(problem["cell"], problem["needsAcceptance"]) for problem in asked], [("B2", True)])

    def test_what_staff_decided_and_who_declined_may_be_workbooks(self):
        case = self.copy("compare")
        book = openpyxl.Workbook()
        book.active.append(["決定一覧"])
        for line in table(case / "manual.csv"):
            book.active.append(line)
        book.save(self.folder / "決定.xlsx")
        result = self.folder / "result"
        run("run", case, "--out", result)
        run("compare", case, result, "--manual", case / "manual.csv", "--out", self.folder / "csv", status=4)
        run("compare", case, result, "--manual", self.folder / "決定.xlsx", "--out", self.folder / "book", status=4)
        for name in ["differences.csv", "roots.csv", "faults.csv", "agreement.csv"]:
            self.assertEqual(
                (self.folder / "csv" / name).read_bytes(), (self.folder / "book" / name).read_bytes())
        book.active.merge_cells("B3:B4")
        book.save(self.folder / "決定.xlsx")
        refused = run(
            "compare", case, result, "--manual", self.folder / "決定.xlsx", "--out", self.folder / "no", status=65)
        self.assertIn("決定.xlsx:Sheet!B3: error MERGED_CELLS", refused.stderr)
