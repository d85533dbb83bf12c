"""The cases to measure with, each by its name and how to generate it."""

import csv
import shutil
import zipfile

from measure import ROOT, WORK, demand, digest, say

SIZES = [1_000, 8_000, 20_000, 100_000, 1_000_000]

# Cities of 8,000 children that are far worse than a real one.
HARD = {
    "random priorities, half siblings": ["--random-priorities", "--sibling-share", 0.5],
    "siblings 18 %": ["--sibling-share", 0.18],
    "siblings 30 %": ["--sibling-share", 0.3],
    "siblings 50 %": ["--sibling-share", 0.5],
    "many bonuses": ["--enrolled-sibling-share", 0.6, "--sibling-bonus", 10],
    "pooled everywhere": ["--pooled"],
    **{f"nothing stable, seed {seed}": ["--seed", seed] for seed in (22, 45, 72, 111)},
}

# Every household has four children with 20 wishes each, and every facility an order of its own.
ADVERSARY = ["--sibling-share", 1, "--household-sizes", "0,0,1", "--wishes", 20, "--random-priorities"]
# Children, and the time limit in seconds: long enough for verifying a result twice, which no limit can shorten.
ADVERSARIES = {400: 10, 2_000: 45, 8_000: 180}


class Cities:
    def __init__(self, enmusubi):
        self.enmusubi = enmusubi
        self.folder = WORK / "cities"
        stamp = self.folder / "made-by"
        made_by = digest(enmusubi)
        if stamp.exists() and stamp.read_text() == made_by:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        stamp.write_text(made_by)

    def _make(self, name, make):
        """The folder of this name, made unless it is there; one half made is made again."""
        folder = self.folder / name.replace(" ", "-").replace(",", "").replace("%", "percent")
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            say(f"making the city {name}")
            make(folder)
            done.touch()
        return folder

    def generated(self, name, children, options=(), least=1):
        facilities = max(least, children * 3 // 80)
        return self._make(
            name, lambda folder: demand(
                [self.enmusubi, "generate", folder, "--children", children, "--facilities", facilities, *options]))

    def size(self, children):
        return self.generated(str(children), children)

    def hard(self, name):
        return self.generated(name, 8_000, HARD[name])

    def adversary(self, children):
        # Enough facilities for 20 wishes, however few the children.
        return self.generated(f"adversary {children}", children, ADVERSARY, least=60)

    def by_hand(self, children, mistakes):
        """A city with the round as staff did it, with so many mistakes."""
        return self.generated(f"{children} by hand", children, ["--manual-mistakes", mistakes])

    def tables(self, *sizes, columns=60):
        """A folder with a children's table of so many rows as a text and as a workbook, for each size: `ROWS.csv`, `ROWS.xlsx`."""
        return self._make(
            f"tables {' '.join(map(str, sizes))}", lambda folder: [self._table(folder, rows, columns) for rows in sizes])

    @staticmethod
    def _table(folder, rows, columns):
        """Ids, days as serial numbers, numbers, and texts that Excel shares, as it writes them."""
        folder.mkdir(parents=True, exist_ok=True)
        letters = []
        for column in range(columns):
            letters.append((chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26))
        header = ["child_id", "household_id", "birth_date"] + [f"wish_{number}" for number in range(1, 21)]
        header += [f"column_{number}" for number in range(len(header), columns)]
        # Every text stands once in the list and is named by its place.
        places = {}

        def cell(row, column):
            if column == 0:
                return f"C{row:07}", None
            if column == 1:
                return f"H{row // 2:07}", None
            if column == 2:
                return f"20{20 + row % 6}-04-01", 43922 + [0, 365, 730, 1095, 1461, 1826][row % 6]
            if column < 23:
                return ("", "") if column > 3 + row % 7 else (f"F{(row * 7 + column) % 300:03}", None)
            if column % 3:
                return str(row * column % 100), row * column % 100
            return ["あり", "なし", "在宅", "就労", ""][row * column % 5], None

        with zipfile.ZipFile(folder / f"{rows}.xlsx", "w", zipfile.ZIP_DEFLATED) as book, open(
                folder / f"{rows}.csv", "w", newline="", encoding="utf-8") as text:
            main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(header)
            with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
                sheet.write(f"<worksheet {main}><sheetData>".encode())
                for row in range(rows + 1):
                    cells = [(name, None) for name in header] if row == 0 else [cell(row, at) for at in range(columns)]
                    if row:
                        writer.writerow([written for written, _ in cells])
                    line = [f'<row r="{row + 1}" spans="1:{columns}">']
                    for at, (written, number) in enumerate(cells):
                        if written == "":
                            continue
                        place = f"{letters[at]}{row + 1}"
                        if number is None:
                            index = places.setdefault(written, len(places))
                            line.append(f'<c r="{place}" t="s"><v>{index}</v></c>')
                        else:
                            style = ' s="1"' if at == 2 else ""
                            line.append(f'<c r="{place}"{style}><v>{number}</v></c>')
                    sheet.write(("".join(line) + "</row>").encode())
                sheet.write(b"</sheetData></worksheet>")
            shared = "".join(f"<si><t>{written}</t></si>" for written in places)
            book.writestr("xl/sharedStrings.xml", f"<sst {main}>{shared}</sst>")
            book.writestr(
                "xl/styles.xml", f'<styleSheet {main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')
            office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
            kinds = {"rId1": "worksheets/sheet1.xml", "rId2": "sharedStrings.xml", "rId3": "styles.xml"}
            names = {"rId1": "worksheet", "rId2": "sharedStrings", "rId3": "styles"}
            book.writestr("xl/_rels/workbook.xml.rels", f"<Relationships {package}>" + "".join(
                f'<Relationship Id="{key}" Type="{office}/{names[key]}" Target="{target}"/>' for key, target in kinds.items()
            ) + "</Relationships>")
            book.writestr(
                "xl/workbook.xml",
                f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>')
            book.writestr(
                "_rels/.rels", f'<Relationships {package}><Relationship Id="rId1" Type="{office}/officeDocument" '
                'Target="xl/workbook.xml"/></Relationships>')
            types = "http://schemas.openxmlformats.org/package/2006/content-types"
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
            book.writestr("[Content_Types].xml", (
                f'<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>'))

    def points(self, children, kind):
        """A city whose points a table computes (`table`); the same with what it computes in columns, and without the columns
        from which it does (`column`); or with all of them (`given`)."""
        if kind != "given":
            return self.generated(f"{children} {kind}", children, ["--points", kind])
        table, column = self.points(children, "table"), self.points(children, "column")
        return self._make(f"{children} given", lambda folder: self._give(folder, table, column))

    @staticmethod
    def _give(folder, table, column):
        """The city of the table with the columns and the settings of the one that gives its points."""
        shutil.copytree(table, folder)
        shutil.copy(column / "case.yaml", folder)
        with open(table / "children.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with open(column / "children.csv", newline="", encoding="utf-8") as file:
            for row, given in zip(rows, csv.DictReader(file), strict=True):
                assert row["child_id"] == given["child_id"]
                row.update({name: value for name, value in given.items() if name not in row})
        with open(folder / "children.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def plain(self, name, case):
        """The case with class limits only."""
        program = ROOT / "Benchmarks" / "peers" / "plain.py"
        return self._make(f"{name} plain", lambda folder: demand(["python3", program, case, folder]))

    def program(self, name, case):
        """The case's whole integer program as an LP file."""
        path = self.folder / f"{name.replace(' ', '-').replace(',', '')}.lp"
        done = path.with_suffix(".lp.done")
        if not done.exists():
            path.unlink(missing_ok=True)
            say(f"exporting the program of {name}")
            demand([self.enmusubi, "export", case, "--lp", path])
            done.touch()
        return path
