#!/usr/bin/env python3
"""Makes the workbooks of this folder: python3 make.py, with openpyxl 3.1, msoffcrypto-tool 6.1 and LibreOffice's soffice.

* excel.xlsx: the parts as Excel writes them, since no library writes furigana: shared texts with readings and runs, a
  header of two rows with merged cells, serial dates of several formats, ids formatted 0000, a hidden row and column, a
  formula with and one without its value, an error, a number that lost digits.
* openpyxl.xlsx, openpyxl-1904.xlsx: written by openpyxl, in both date systems.
* libreoffice.ods, libreoffice.xlsx: openpyxl.xlsx, opened and saved by LibreOffice.
* old.xls: the same in the old form.
* encrypted.xlsx: openpyxl.xlsx behind a password, in the container that Excel writes (ECMA-376, agile).
* repeats.ods: comments, blanks, repeated cells and rows, written by LibreOffice.
* bomb.xlsx: a sheet of 20 MB of blanks.
"""

import datetime
import pathlib
import subprocess
import tempfile
import zipfile

import msoffcrypto.format.ooxml
import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = pathlib.Path(__file__).parent
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def pack(name, parts):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as file:
        for part, text in parts.items():
            info = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, HEAD + text)


def relationships(*entries):
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(entries, 1))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'


def parts(sheet, strings="", formats="", styles="0"):
    return {
        "[Content_Types].xml":
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")),
        "xl/workbook.xml":
            f'<workbook {MAIN} xmlns:r="{RELATIONS}"><workbookPr defaultThemeVersion="166925"/><sheets>'
            '<sheet name="申込者" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml":
            f'<styleSheet {MAIN}><numFmts>{formats}</numFmts><fonts count="1"><font/></fonts><cellXfs>'
            + "".join(f'<xf numFmtId="{number}" fontId="0" applyNumberFormat="1"/>' for number in styles.split())
            + "</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        "xl/worksheets/sheet1.xml":
            f'<worksheet {MAIN} xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">{sheet}</worksheet>',
    }


def excel():
    strings = [
        "<t>児童</t><rPh sb=\"0\" eb=\"2\"><t>ジドウ</t></rPh><phoneticPr fontId=\"1\"/>", "<t>番号</t>", "<t>氏名</t>",
        "<t>生年月日</t>", "<t>希望</t><rPh sb=\"0\" eb=\"2\"><t>キボウ</t></rPh>",
        "<t>第1</t>", "<t>第2</t>", "<t>受付</t>",
        "<t>山田 花子</t><rPh sb=\"0\" eb=\"2\"><t>ヤマダ</t></rPh><rPh sb=\"3\" eb=\"5\"><t>ハナコ</t></rPh><phoneticPr fontId=\"1\"/>",
        "<r><rPr><b/></rPr><t xml:space=\"preserve\">佐藤 </t></r><r><rPr><i/></rPr><t>次郎</t></r>",
        "<t>鈴木_x000D_\n三郎</t>",
    ]
    rows = [
        '<c r="A1" s="1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c><c r="C1"/><c r="D1" t="s"><v>4</v></c><c r="E1"/>'
        '<c r="F1" t="s"><v>7</v></c><c r="G1" t="inlineStr"><is><t>点</t></is></c>',
        '<c r="B2" t="s"><v>2</v></c><c r="C2" t="s"><v>3</v></c><c r="D2" t="s"><v>5</v></c><c r="E2" t="s"><v>6</v></c>',
        '<c r="A3" s="1"><v>12</v></c><c r="B3" t="s"><v>8</v></c><c r="C3" s="2"><v>45749</v></c><c r="D3" s="1"><v>7</v></c>'
        '<c r="E3"><v>0</v></c><c r="F3" s="4"><v>45962.5625</v></c><c r="G3"><f>SUM(1,2)</f><v>3</v></c>',
        '<c r="A4" s="1"><v>345</v></c><c r="B4" t="s"><v>9</v></c><c r="C4" s="3"><v>45383</v></c>'
        '<c r="D4" s="1"><v>3</v></c><c r="G4"><f>G3+1</f></c>',
        '<c r="A5"><v>1234567890123450</v></c><c r="B5" t="s"><v>10</v></c><c r="C5" s="5"><v>45017</v></c>'
        '<c r="G5" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    ]
    hidden = 'hidden="1"'
    sheet = (
        '<dimension ref="A1:G5"/><cols><col min="5" max="5" width="9" hidden="1" customWidth="1"/></cols><sheetData>'
        + "".join(
            f'<row r="{number}" spans="1:7" {hidden if number == 4 else ""} x14ac:dyDescent="0.4">{cells}</row>'
            for number, cells in enumerate(rows, 1))
        + '</sheetData><mergeCells count="3"><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>'
        '<phoneticPr fontId="1"/>')
    formats = (
        '<numFmt numFmtId="176" formatCode="0000"/><numFmt numFmtId="177" formatCode="[$-411]ge\\.m\\.d;@"/>'
        '<numFmt numFmtId="178" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>')
    pack("excel.xlsx", parts(
        sheet, "".join(f"<si>{text}</si>" for text in strings), formats, "0 176 177 178 22 14"))


def by_openpyxl(name, epoch=None):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.active
    sheet.title = "施設"
    sheet.append(["施設番号", "施設名", "開設日", "開所", "緯度", "定員"])
    sheet.append([3, "あおぞら保育園", datetime.date(2001, 4, 1), datetime.time(7, 30), 35.861699999999999, 90])
    sheet.append([42, "にじ\n保育園", datetime.datetime(2024, 2, 29, 9, 15), datetime.time(7, 0, 30), 35.5, None])
    sheet.append([1410051018778, "  ほし, \"保育園\" ", datetime.date(1999, 12, 31), None, 1e-7, True])
    for row in sheet.iter_rows(min_row=2):
        row[0].number_format = "000000"
    sheet["A2"].number_format = "\"F\"000000"
    sheet.merge_cells("E4:E5")
    sheet.column_dimensions["D"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("空").sheet_state = "hidden"
    book.properties.created = book.properties.modified = datetime.datetime(2025, 1, 1)
    book.save(HERE / name)


FODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:body><office:spreadsheet><table:table table:name="児童">
<table:table-row><table:table-cell office:value-type="string"><text:p>名前<text:s text:c="2"/>と</text:p><text:p>読み</text:p></table:table-cell>
<table:table-cell office:value-type="string" table:number-columns-repeated="3"><text:p>同じ</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>山田</text:p>
<office:annotation><dc:date>2025-01-01T00:00:00</dc:date><text:p>注</text:p></office:annotation></table:table-cell>
<table:table-cell/><table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document>
"""


def convert(source, kind, target):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", "--headless", "--convert-to", kind, "--outdir", folder, source], check=True, capture_output=True)
        made = next(pathlib.Path(folder).iterdir())
        (HERE / target).write_bytes(made.read_bytes())


def main():
    excel()
    by_openpyxl("openpyxl.xlsx")
    by_openpyxl("openpyxl-1904.xlsx", CALENDAR_MAC_1904)
    convert(HERE / "openpyxl.xlsx", "ods", "libreoffice.ods")
    convert(HERE / "openpyxl.xlsx", "xlsx", "libreoffice.xlsx")
    convert(HERE / "openpyxl.xlsx", "xls", "old.xls")
    with open(HERE / "openpyxl.xlsx", "rb") as plain, open(HERE / "encrypted.xlsx", "wb") as protected:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("password", protected)
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "repeats.fods"
        source.write_text(FODS)
        convert(source, "ods", "repeats.ods")
    pack("bomb.xlsx", parts(f"<sheetData>{' ' * 20_000_000}</sheetData>"))


if __name__ == "__main__":
    main()
