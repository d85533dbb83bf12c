"""A whole month in Japanese, with a city's own headers in CP932; what is shown stands in the guide, docs/ja/month-played.md.

ENMUSUBI_WRITE_GUIDE=1 scripts/end-to-end Tests/EndToEnd/month_played_test.py writes that page anew.
"""

import csv
import difflib
import os
import re
import shlex

from own_city import FILES, make_city, save
from program import ROOT, Folder, call, rows

PAGE = ROOT / "docs/ja/month-played.md"
BEGIN = """# 一か月の記録

架空の市「えんむすび市」の四月一次の利用調整から、五月の案件を作るまでを、実際に行った記録です。市の表はこの市の列名のまま、CP932 の CSV です。
この頁は自動の検査で毎回演じ直され、表示が一文字でも変われば検査に落ちます(時刻、秒数、版とハッシュ値は伏せてあります)。

"""


class Month(Folder):
    """Plays the month and writes down what is shown."""

    def say(self, text):
        self.page.append(text)

    def play(self, command, status=0):
        """Runs the command as a clerk types it, in the folder of the city, and writes down what it shows."""
        words = shlex.split(command)
        self.assertEqual(words[0], "enmusubi")
        done = call(*words[1:], cwd=self.folder, env={**os.environ, "ENMUSUBI_LANG": "ja", "TZ": "Asia/Tokyo"})
        shown = (done.stderr + done.stdout).decode()
        self.assertEqual(done.returncode, status, (command, shown))
        shown = re.sub(r"\d+(\.\d+)? 秒", "… 秒", shown)
        shown = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( ?[+-]\d\d:?\d\d)?", "〔時刻〕", shown)
        shown = re.sub(r"\b[0-9a-f]{64}\b", "〔ハッシュ値〕", shown)
        shown = re.sub(r"\b\d+\.\d+\.\d+(\+[0-9a-f]{7})?(-dirty)?( \([0-9a-f]{40}(-dirty)?\))?", "〔版〕", shown)
        self.assertNotIn(str(self.folder), shown)
        lines = shown.rstrip("\n").split("\n")
        if len(lines) > 14:
            lines[10:-2] = [f"（{len(lines) - 12} 行略）"]
        self.page.append("```\n" + "\n".join([f"$ {command}", *lines]).rstrip() + f"\n```\n")
        return shown

    def edit(self, case, row, column, value):
        """Writes a cell of the children's table, in the row of this number."""
        path = self.folder / case / FILES["children"]
        table = rows(path, "cp932")
        table[row - 2][column] = value
        save(path, table[0], (line.values() for line in table))

    def test_a_month_in_japanese_is_as_the_guide_shows_it(self):
        self.page = []
        header = make_city(
            self.folder / "standard", self.folder / "受付/2027-04", "--children", 300, "--facilities", 20, "--seed", 3,
            "--sibling-share", "0.3")
        case, result = "受付/2027-04", "結果/2027-04/revision-1"
        # Two households have children who are alike in everything; that is asked about.
        path = self.folder / case / FILES["children"]
        table = rows(path, "cp932")
        alike = max((row for row in table if row["生年月日"]), key=lambda row: sum("希望" in name and bool(row[name]) for name in row))
        save(path, header, (row.values() for row in [*table, {**alike, "宛名番号": "C80001", "世帯番号": "H80001"}]))
        before = rows(self.folder / case / FILES["children"], "cp932")
        self.edit(case, 18, "第2希望", "F999")
        self.edit(case, 40, "生年月日", "2025/13/1")
        self.say("## 点検\n\n届いた表を点検すると、直すところが二つあります。場所は行、見出し、Excel のセルで示されます。\n")
        self.play(f"enmusubi check {case}", status=65)
        self.say("二つのセルを直し、もう一度点検します。\n")
        self.edit(case, 18, "第2希望", before[16]["第2希望"])
        self.edit(case, 40, "生年月日", before[38]["生年月日"])
        shown = self.play(f"enmusubi check {case}", status=2)
        codes = sorted(set(re.findall(r"--accept ([A-Z_]+)", shown)))
        accept = "".join(f" --accept {code}" for code in codes)
        self.assertGreater(len(codes), 0)
        self.say("## 実行\n\n承認が必要な注意があるので、そのままでは何も書き出されません。\n")
        self.play("enmusubi batch 受付 --ledger 台帳.sqlite --out 結果 --quiet-time 0", status=65)
        self.say("別の世帯に、すべてが同じ児童がいます。申込書を見て別の児童だと確かめたので、承認するコードを付けて実行します。\n")
        self.play(f"enmusubi batch 受付 --ledger 台帳.sqlite --out 結果 --quiet-time 0{accept}")
        self.say("別の検証プログラムで、書き出した結果を確かめます。\n")
        self.play(f"enmusubi verify {case} {result}")
        self.say("## 確認と承認\n\n担当者が確認を、承認者が承認を記録します。確認した人は承認できません。\n")
        self.play("enmusubi ledger list 台帳.sqlite")
        self.play("enmusubi ledger review 台帳.sqlite 1 --by k-012 --why 募集数と照合した")
        self.play("enmusubi ledger approve 台帳.sqlite 1 --by k-012 --why 調整会議", status=64)
        self.play("enmusubi ledger approve 台帳.sqlite 1 --by k-001 --why 2月5日の調整会議")
        self.say("## 窓口で説明する\n\n番号は小文字でも全角でも探せます。\n")
        outcomes = rows(self.folder / result / "placements.csv")
        held = next(row for row in outcomes if row["outcome"] == "held")
        self.play(f"enmusubi explain {case} {result} {held['child_id'].lower()} --no-sufficient")
        self.say("## 通知と公表\n")
        self.play(f"enmusubi notices {case} {result} --out 通知")
        self.play(f"enmusubi publish-vacancies {case} {result} --out 空き状況.csv")
        self.play("enmusubi ledger publish 台帳.sqlite 1 --by k-012 --why 通知を発送した")
        self.say("## 翌月\n\n辞退一人、取下げ一人、新しい申込み一人を、市の列名のまま置きます。\n")
        placed = next(row for row in outcomes if row["outcome"] == "placed")
        save(self.folder / case / FILES["declines"], ["宛名番号", "届出日", "事由"], [[placed["child_id"], "令和9年4月20日", "転居"]])
        save(self.folder / case / FILES["withdrawals"], ["宛名番号", "届出日", "事由"], [[held["child_id"], "R9.4.20", ""]])
        new = {name: "" for name in header}
        new.update({"宛名番号": "C90001", "世帯番号": "H90001", "生年月日": "令和7年6月1日", "第1希望": before[0]["第1希望"],
                    "指数合計": "20"})
        new.update({name: "1" for name in ("tier", "category", "tax") if name in new})
        save(self.folder / case / FILES["new_children"], new, [new.values()])
        self.play(f"enmusubi next {case} 台帳.sqlite --month 令和9年5月 --out 受付/2027-05")
        self.say("五月の案件も市の列名と CP932 のままです。\n")
        with open(self.folder / "受付/2027-05" / FILES["children"], encoding="cp932", newline="") as file:
            self.assertEqual(next(csv.reader(file)), header)
        self.play("enmusubi check 受付/2027-05 --previous 受付/2027-04")
        self.say("## 台帳を確かめる\n")
        self.play("enmusubi ledger verify 台帳.sqlite")
        played = BEGIN + "\n".join(self.page)
        if "ENMUSUBI_WRITE_GUIDE" in os.environ:
            PAGE.write_text(played, encoding="utf-8")
        different = list(difflib.unified_diff(
            PAGE.read_text(encoding="utf-8").split("\n"), played.split("\n"), "docs/ja/month-played.md", "played", lineterm=""))
        self.assertEqual(different, [], "\n".join(different) + "\nENMUSUBI_WRITE_GUIDE=1 writes the page anew")
