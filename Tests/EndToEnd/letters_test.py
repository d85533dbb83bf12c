"""The letters to households: what a clerk edits, whom they are for, and the sheets that a browser prints."""

import json
import random
import re
import shutil

from browser import open_browser, requests_that_leave, sheets
from program import ROOT, Folder, SharedFolder, rows, run, write_rows

SECRET = "ひみつ町"

LETTER = """文書番号: |
  〇保第{番号}号
  {発信日}
宛名: |
  〒{郵便番号}
  {住所}
  {方書?}
  {保護者氏名}　様
発信者: |
  縁結市長　縁結 一郎
内定の案内: |
  ■ 入所の手続き
  ・2月15日までに手続きをしてください。
仮内定の案内: ""
保留の案内: |
  ・年度末まで有効です。
転園保留の案内: ""
問合せ先: |
  保育課　電話 000-000-0000
"""


def add_addresses(case, seed=1):
    """Gives the children's table columns that only letters have, some of them long."""
    numbers = random.Random(seed)
    table = rows(case / "children.csv")
    homes = {}
    for row in table:
        home = homes.setdefault(row["household_id"], {
            "郵便番号": f"{numbers.randint(100, 999)}-{numbers.randint(1000, 9999)}",
            "住所": f"{SECRET}{numbers.randint(1, 99)}番{numbers.randint(1, 99)}号" + "大字" * numbers.choice([0, 0, 0, 12]),
            "方書": numbers.choice(["", "", f"{SECRET}マンション{numbers.randint(101, 999)}号室"]),
            "保護者氏名": f"{SECRET[:3]} {numbers.randint(1, 10 ** 6)}郎",
        })
        row.update(home)
        row["児童氏名"] = f"{SECRET[:3]} {row['child_id']}子"
    write_rows(case / "children.csv", table)
    return homes


class Letters(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case, cls.result = cls.folder / "city", cls.folder / "result"
        run("generate", cls.case, "--children", 60, "--facilities", 6, "--seed", 5, "--sibling-share", "0.4", "--transfer-share", "0.1")
        cls.homes = add_addresses(cls.case)
        facilities = rows(cls.case / "facilities.csv")
        for index, row in enumerate(facilities):
            row["name"] = "社会福祉法人えんむすび会" * (index % 3) + row["name"]
        write_rows(cls.case / "facilities.csv", facilities)
        (cls.case / "letter.yaml").write_text(LETTER, encoding="utf-8")
        cls.done = run("run", cls.case, "--out", cls.result)
        cls.outcomes = {}
        for row in rows(cls.result / "placements.csv"):
            cls.outcomes.setdefault(row["household_id"], set()).add(row["outcome"])

    def notices(self, name, *options, status=0):
        out = self.folder / name
        done = run("notices", self.case, self.result, "--out", out, "--date", "2027-02-01", *options, status=status)
        pages = sorted(out.glob("notices-*.html")) if out.exists() else []
        return done, "".join(page.read_text(encoding="utf-8") for page in pages), out

    def test_every_sheet_is_one_of_the_printed_sheets_and_says_which(self):
        _, _, out = self.notices("all", "--lang", "en")
        browser = open_browser()
        self.addCleanup(browser.quit)
        sample = self.folder / "sample"
        run("notices", self.case, self.result, "--test-print", "--out", sample)
        longest = 0
        for path in [out, sample]:
            browser.get((path / "notices-001.html").as_uri())
            # Bottom of the last part above the foot, the height, the foot; in millimetres.
            found = browser.execute_script("""
                const mm = px => px * 25.4 / 96;
                return [...document.querySelectorAll('.sheet')].map(s => {
                  const box = s.getBoundingClientRect(), foot = s.querySelector('footer');
                  const inside = [...s.children].filter(e => e !== foot && getComputedStyle(e).position !== 'absolute');
                  return [mm(foot.getBoundingClientRect().top - Math.max(...inside.map(e => e.getBoundingClientRect().bottom))),
                          mm(box.height), foot.firstElementChild.textContent, foot.lastElementChild.textContent]});""")
            self.assertEqual(sheets(browser), len(found))
            for room, height, household, mark in found:
                self.assertGreater(room, 0, (household, mark))
                self.assertLess(height, 297, (household, mark))
            self.assertEqual(requests_that_leave(browser), [])
            marks = [(household, *map(int, mark.split("／"))) for _, _, household, mark in found]
            expected = [(household, number, last) for household, first, last in marks if first == 1
                        for number in range(1, last + 1)]
            self.assertEqual(marks, expected)
            longest = max(longest, *(last for _, _, last in marks))
        self.assertGreater(longest, 1)

    def test_each_family_reads_its_own_address_alone_and_nothing_else_does(self):
        _, page, out = self.notices("addresses")
        letters = page.split("<article>")[1:]
        self.assertEqual(len(letters), len(self.homes))
        for letter, (household, home) in zip(letters, sorted(self.homes.items())):
            self.assertIn(f"世帯番号 {household}<", letter)
            for name, text in home.items():
                self.assertIn(text, letter)
            others = {other["保護者氏名"] for other in self.homes.values()} - {home["保護者氏名"]}
            self.assertEqual([other for other in others if other in letter], [])
            self.assertIn("令和9年4月入所", letter)
            self.assertIn("令和9年2月1日", letter)
        self.assertNotIn("下書き", page)
        said = [self.done.stdout, self.done.stderr]
        child = rows(self.result / "placements.csv")[0]["child_id"]
        for arguments in [("check", self.case), ("check", self.case, "--json"), ("verify", self.case, self.result),
                          ("explain", self.case, self.result, child, "--staff", "--no-sufficient", "--json"),
                          ("notices", self.case, self.result, "--out", self.folder / "json", "--json")]:
            done = run(*arguments)
            said += [done.stdout, done.stderr]
        inbox, ledger = self.folder / "inbox", self.folder / "ledger.sqlite"
        shutil.copytree(self.case, inbox / "city")
        done = run("batch", inbox, "--ledger", ledger, "--out", self.folder / "results", "--json")
        following = self.folder / "next"
        run("next", inbox / "city", ledger, "--month", "2027-05", "--out", following)
        self.assertEqual((following / "letter.yaml").read_text(encoding="utf-8"), LETTER)
        said += [done.stdout, done.stderr, ledger.read_bytes().decode(errors="replace"),
                 run("ledger", "export", ledger).stdout]
        for path in [*self.result.rglob("*"), *(self.folder / "results").rglob("*"), out / "notices.csv"]:
            # A batch keeps the tables that it read.
            if path.is_file() and path.name != "children.csv":
                encoding = "cp932" if path.name == "notices.csv" else "utf-8"
                said.append(path.read_text(encoding=encoding, errors="replace"))
        for text in said:
            for secret in [SECRET, SECRET[:3] + " "]:
                self.assertNotIn(secret, text)

    def test_one_household_a_range_or_one_result_can_be_asked_for(self):
        order = sorted(self.homes)

        def of(name, *options):
            _, page, out = self.notices(name, *options)
            found = re.findall(r"世帯番号 ([^<]*)<", page)
            self.assertEqual({row["世帯番号"] for row in rows(out / "notices.csv", "cp932")}, set(found))
            return list(dict.fromkeys(found)), page

        found, page = of("one", "--household", order[6], "--first-number", 101)
        self.assertEqual(found, [order[6]])
        self.assertIn("〇保第107号", page)
        self.assertEqual(of("two", "--household", order[9], "--household", order[2])[0], [order[2], order[9]])
        self.assertEqual(of("range", "--from", 3, "--to", order[7])[0], order[2:8])
        placed = [household for household in order if "placed" in self.outcomes[household]]
        self.assertEqual(of("placed", "--only", "placed")[0], placed)
        self.assertEqual(of("held", "--only", "held")[0], [household for household in order if household not in placed])
        for number, options in enumerate([("--household", "none"), ("--from", "0"), ("--to", len(order) + 1),
                                          ("--from", 9, "--to", 3), ("--only", "x")]):
            done, _, out = self.notices(f"no{number}", *options, status=64)
            self.assertFalse(out.exists())
            self.assertTrue(done.stderr)

    def test_a_sample_tells_of_no_child(self):
        out = self.folder / "test-print"
        run("notices", self.case, self.result, "--out", out, "--test-print")
        page = (out / "notices-001.html").read_text(encoding="utf-8")
        for word in ["（内定）", "（保留）", "（転園保留）", "（仮内定）", "（内定・保留）", "見本"]:
            self.assertIn(word, page)
        self.assertEqual(page.count("class=\"sample\""), page.count("class=\"sheet\""))
        self.assertNotIn(SECRET, page)
        table = (out / "notices.csv").read_text(encoding="cp932")
        for row in rows(self.case / "children.csv"):
            self.assertNotIn(row["child_id"], page + table)


class Texts(Folder):
    def setUp(self):
        super().setUp()
        self.case, self.result = ROOT / "examples/two-nurseries", self.folder / "result"
        run("run", self.case, "--out", self.result)

    def test_the_usual_texts_make_the_usual_letters_and_tell_what_nobody_filled_in(self):
        texts, pages = self.folder / "letter.yaml", []
        texts.write_text(run("notices", self.case, self.result, "--print-texts").stdout, encoding="utf-8")
        for name, options in [("usual", []), ("printed", ["--texts", texts])]:
            done = run("notices", self.case, self.result, "--out", self.folder / name, *options)
            pages.append((self.folder / name / "notices-001.html").read_text(encoding="utf-8"))
            for blank in ["〔市区町村長名〕", "〔発信日〕", "〔住所〕", "〔担当課〕"]:
                self.assertIn(blank, done.stderr)
        self.assertEqual(*pages)
        self.assertIn("下書き", pages[0])
        lines = run("notices", self.case, self.result, "--out", self.folder / "json", "--json").stdout.splitlines()
        messages = [json.loads(line) for line in lines]
        self.assertIn("〔市区町村長名〕", sum((message.get("blanks", []) for message in messages), []))
        self.assertEqual(messages[-1]["message"], "notices")

    def test_what_is_misspelt_is_refused_with_its_line_before_anything_is_written(self):
        texts = self.folder / "own.yaml"
        for text, words in [
                ("\n宛名: |\n  {世帯番号}\n  {世帯番} 様\n", ["own.yaml:4", "{世帯番}", "{世帯番号}"]),
                ("\n問合わせ先: |\n  電話\n", ["own.yaml:2", "問合わせ先", "問合せ先"]), ("宛名: {世帯番号}\n", ["own.yaml:1", "「名前: |」"])]:
            texts.write_text(text, encoding="cp932")
            done = run("notices", self.case, self.result, "--texts", texts, "--out", self.folder / "out", status=65)
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertFalse((self.folder / "out").exists())
        run("notices", self.case, self.result, "--texts", self.folder / "none.yaml", "--out", self.folder / "out", status=65)
