"""Made-up cities as a section has them: workbooks with titles and headers of its own."""

import csv
import subprocess
import os

import openpyxl

CHILDREN = {
    "child_id": "児童番号", "household_id": "世帯番号", "birth_date": "生年月日", "points": "指数",
    "current_facility_id": "在籍施設番号", "sibling_rule": "きょうだい条件",
}


def generate(folder, children=200, facilities=10, seed=1, *options):
    subprocess.run(
        [os.environ["ENMUSUBI"], "generate", str(folder), "--children", str(children), "--facilities", str(facilities),
         "--seed", str(seed), *options], check=True, capture_output=True)
    return folder


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def workbook(path, table, headers=None, title=None, blank=None):
    """A CSV as a workbook: with a title above, headers of the city's own, and a sign in empty cells of wishes."""
    header, *body = rows(table)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "申込者"
    if title:
        sheet.append([title])
    named = [(headers or {}).get(name, name) for name in header]
    named = [f"第{name[5:]}希望" if name.startswith("wish_") and headers else name for name in named]
    sheet.append(named)
    for row in body:
        sheet.append([blank if blank is not None and not cell and name.startswith("wish_") else cell for name, cell in zip(header, row)])
    book.save(path)
    return path
