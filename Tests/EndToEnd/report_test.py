"""report.html in a real browser, and the commands that explain."""

import csv
import json
import re
import shutil

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from browser import CONTRAST, open_browser, requests_that_leave, sheets
from program import ROOT, Folder, SharedFolder, rows, run, write_rows


class Browser(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case, cls.result = cls.folder / "city", cls.folder / "result"
        run("generate", cls.case, "--children", 8000, "--facilities", 300, "--seed", 72)
        run("run", cls.case, "--out", cls.result)
        cls.browser = open_browser()
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.get((self.result / "report.html").as_uri())

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def search(self, text):
        box = self.find("#q")
        box.clear()
        box.send_keys(text)
        WebDriverWait(self.browser, 10).until(
            lambda _: any(heading.text.split(" ")[text[0] == "C"] == text for heading in self.all("#card h3")))

    @pytest.mark.alone
    def test_it_opens_at_once_and_no_request_leaves_the_page(self):
        self.search("C00001")
        timing = self.browser.execute_script(
            "const t = performance.getEntriesByType('navigation')[0]; return t.domContentLoadedEventEnd")
        self.assertLess(timing, 5000)
        self.assertEqual(requests_that_leave(self.browser), [])
        self.assertEqual([entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"], [])

    def test_a_child_is_found_with_the_reasons_of_the_table(self):
        reasons = rows(self.result / "reasons.csv")
        for kind in ["seats", "siblingSeat", "placed"]:
            child = next(row["child_id"] for row in reasons if row["reason"] == kind)
            own = [row for row in reasons if row["child_id"] == child]
            self.search(child)
            shown = self.all("#card table tbody tr")
            self.assertEqual(len(shown), len(own))
            for line, row in zip(shown, own):
                self.assertIn(row["facility_id"], line.text)
                if row["reason"] == "seats" and row["deciding_key"] not in ("draw", "presentSeat"):
                    self.assertIn(f"優先順位が上の児童が {row['ahead']} 人", line.text)
                    counted = re.search(r"(?:受入枠|募集) (\d+) 人(?:＋転園申込者の在園枠 (\d+) 人)?に対し", line.text)
                    self.assertEqual(int(counted[1]) + int(counted[2] or 0), int(row["seats"]))
                    if "本人" in line.text:
                        self.assertIn(f"本人 {row['own_value']}", line.text)
                    if "最後に内定した児童" in line.text:
                        self.assertEqual(row["deciding_key"], "points")
                        self.assertIn(f"最後に内定した児童 {row['last_admitted_value']}", line.text)
            self.assertNotIn("{", self.find("#card").text)

    def test_a_facility_is_found_with_who_waits_in_order(self):
        waiting = rows(self.result / "waiting.csv")
        facility = waiting[0]["facility_id"]
        self.search(facility)
        expected = [row["child_id"] for row in waiting if row["facility_id"] == facility]
        self.find("#staff").click()
        buttons = [button.text.split(" ")[0] for button in self.all("#card button")]
        self.assertEqual(buttons[-len(expected):], expected)

    def test_the_language_switches_everywhere(self):
        title = self.find("#summary")
        self.assertEqual(title.text, "結果の概要")
        self.search("C00001")
        self.find("#en").click()
        self.assertEqual(title.text, "The result at a glance")
        self.assertEqual(self.browser.execute_script("return document.documentElement.lang"), "en")
        self.assertIn("Child C00001", self.find("#card").text)
        hidden = self.browser.execute_script(
            "return [...document.querySelectorAll('span[lang=ja]')].every(e => e.offsetParent === null)")
        self.assertTrue(hidden)
        self.find("#ja").click()
        self.assertEqual(title.text, "結果の概要")

    def test_tables_sort_by_number_and_by_text_and_say_so(self):
        table = self.find("section[aria-labelledby=facilities] table.sortable")
        headings = table.find_elements(By.CSS_SELECTOR, "thead button")
        def column(index):
            return self.browser.execute_script(
                "return [...arguments[0].tBodies[0].rows].map(r => r.cells[arguments[1]].textContent.trim())", table, index)
        placed = [int(value) for value in column(6)]
        for direction, reverse in [("descending", True), ("ascending", False)]:
            self.browser.execute_script("arguments[0].click()", headings[6])
            self.assertEqual([int(value) for value in column(6)], sorted(placed, reverse=reverse))
            heading = headings[6].find_element(By.XPATH, "..")
            self.assertEqual(heading.get_attribute("aria-sort"), direction)
        self.browser.execute_script("arguments[0].click()", headings[0])
        self.assertEqual(column(0), sorted(column(0)))

    def test_the_numbers_are_those_of_the_files(self):
        counts = json.loads((self.result / "run.json").read_text(encoding="utf-8"))["counts"]
        tiles = [int(tile.text) for tile in self.all(".tiles strong")]
        self.assertEqual(tiles, [counts[name] for name in ["children", "placed", "stays", "held", "claims"]])
        claims = self.find("#fairness ~ .scroll").find_elements(By.CSS_SELECTOR, "tbody tr")
        self.assertEqual(len(claims), counts["claims"])
        limits = self.all("section[aria-labelledby=limits] tbody tr")
        self.assertGreater(len(limits), 1500)

    def test_it_can_be_read_by_a_screen_reader(self):
        self.assertEqual(self.all("table:not(:has(caption))"), [])
        self.assertEqual(self.all("thead th:not([scope=col])"), [])
        self.assertEqual(self.all("tbody th:not([scope=row])"), [])
        self.assertEqual(len(self.all(".bars[role=img]")), len(self.all("figure")))
        for chart in self.all(".bars"):
            label = self.browser.execute_script(
                "return document.getElementById(arguments[0].getAttribute('aria-labelledby')).textContent", chart)
            self.assertRegex(label, r"\d")
        levels = [int(heading.tag_name[1]) for heading in self.all("h1, h2, h3")]
        self.assertEqual(levels[0], 1)
        self.assertTrue(all(after - before <= 1 for before, after in zip(levels, levels[1:])))
        faint = self.browser.execute_script(CONTRAST)
        self.assertEqual(faint, [])

    def test_the_distribution_of_points_counts_every_child_once(self):
        children = {row["child_id"]: row for row in rows(self.case / "children.csv")}
        outcomes = {row["child_id"]: row["outcome"] for row in rows(self.result / "placements.csv")}
        wishes = {}
        for row in rows(self.result / "reasons.csv"):
            wishes.setdefault(row["child_id"], []).append(row)
        expected, elsewhere = {}, 0
        for child, row in children.items():
            eligible = [wish for wish in wishes.get(child, []) if wish["reason"] not in ("notOffered", "tooYoung", "notEligible")]
            points = row["points"]
            if wish := (eligible or wishes.get(child, []))[:1]:
                column = next(name for name in row if name.startswith("wish_") and row[name] == wish[0]["facility_id"])
                at_wish = row.get(column.replace("wish", "points"))
                elsewhere += at_wish not in (None, "", points)
                points = at_wish or points
            count = expected.setdefault(int(points), {"placed": 0, "stays": 0, "held": 0})
            count[outcomes[child]] += 1
        self.assertGreater(elsewhere, 100)
        table = self.find("section[aria-labelledby=points] table")
        cells = self.browser.execute_script(
            "return [...arguments[0].tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText))", table)
        seen = set()
        for name, *counts in cells:
            numbers = [int(number) for number in name.replace("〜", " ").replace(" to ", " ").split()]
            least, most = numbers[0], numbers[-1]
            inside = [value for value in expected if least <= value <= most]
            seen.update(inside)
            by_outcome = [sum(expected[value][outcome] for value in inside) for outcome in ("placed", "stays", "held")]
            self.assertEqual([int(count) for count in counts], by_outcome + [sum(by_outcome)], name)
        self.assertEqual(seen, set(expected))

    def test_the_distribution_can_be_read_on_a_telephone(self):
        device = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
        try:
            chart = self.find("#chart-points .bars")
            size, left, right = self.browser.execute_script(
                "const box = arguments[0].getBoundingClientRect();"
                "return [parseFloat(getComputedStyle(arguments[0]).fontSize), box.left, box.right]", chart)
            self.assertGreater(size, 14)
            self.assertGreaterEqual(left, 0)
            self.assertLessEqual(right, 390)
        finally:
            self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_nothing_covers_the_heading_that_the_contents_lead_to(self):
        for width, height in [(390, 844), (1280, 900)]:
            device = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width == 390}
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
            try:
                self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), width)
                covered = self.browser.execute_script(
                    "const bar = document.querySelector('nav');"
                    "return [...document.querySelectorAll('nav a')].map(a => a.hash.slice(1)).filter(id => {"
                    "  document.getElementById(id).scrollIntoView();"
                    "  return document.getElementById(id).getBoundingClientRect().top < bar.getBoundingClientRect().bottom - 1; })")
                self.assertEqual(covered, [])
            finally:
                self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_it_prints_on_a4(self):
        pages = []
        for long in [False, True]:
            if long:
                self.browser.execute_script("document.getElementById('all').click()")
            pages.append(sheets(self.browser))
        self.assertLessEqual(pages[0], 8)
        self.assertGreater(pages[1], pages[0])


class Commands(Folder):
    def test_the_payoff_table_of_the_rules_comes_out_cell_for_cell(self):
        printed = run("table", ROOT / "examples/two-nurseries", "X", "Y").stdout
        table = [line for line in printed.splitlines() if line.startswith("|")]
        rules = (ROOT / "Sources/Admissions/Admissions.docc/Rules.md").read_text(encoding="utf-8").splitlines()
        start = rules.index("| X \\ Y | AA | BB | AB | BA |")
        self.assertEqual([line.replace(" ", "") for line in table],
                         [line.replace(" ", "") for line in rules[start:start + 6]])

    def test_what_would_have_sufficed_really_does(self):
        case, result = ROOT / "examples/small-town", self.folder / "result"
        run("run", case, "--out", result)
        held = next(row["child_id"] for row in rows(result / "placements.csv") if row["outcome"] == "held")
        text = run("explain", case, result, held, "--staff", "--lang", "en").stdout
        self.assertIn("confirmed by solving again", text)
        self.assertIn("confirmed", text.splitlines()[-1])
        self.assertIn("再計算で確認", run("explain", case, result, held).stdout)

    def test_each_answer_of_sufficient_csv_holds_for_a_case_that_is_changed_by_hand(self):
        case, result = ROOT / "examples/small-town", self.folder / "result"
        run("run", case, "--out", result)
        asked = json.loads((result / "run.json").read_text(encoding="utf-8"))["sufficient"]
        answers = rows(result / "sufficient.csv")
        self.assertEqual(asked["confirmed"], len({(row["child_id"], row["wish_rank"]) for row in answers}))
        self.assertIn(f"{asked['confirmed']} 件", (result / "report.html").read_text(encoding="utf-8"))
        kinds = {"key": 0, "seats": 0}
        for number, answer in enumerate(answers):
            if number % 3:
                continue
            changed, again = self.folder / f"case-{number}", self.folder / f"result-{number}"
            shutil.copytree(case, changed)
            if answer["key"]:
                kinds["key"] += 1
                table = rows(changed / "children.csv")
                for row in table:
                    if row["child_id"] != answer["child_id"]:
                        continue
                    if answer["key"] == "points":
                        more = int(answer["needed_value"]) - int(answer["own_value"])
                        for column in row:
                            if (column == "points" or column.startswith("points_")) and row[column]:
                                row[column] = str(int(row[column]) + more)
                    else:
                        row[answer["key"]] = answer["needed_value"]
                write_rows(changed / "children.csv", table)
            elif answer["ages"] in list("012345"):
                kinds["seats"] += 1
                table = rows(changed / "facilities.csv")
                for row in table:
                    if row["facility_id"] == answer["facility_id"]:
                        column = f"seats_{answer['ages']}"
                        row[column] = str(int(row[column]) + int(answer["more_seats"]))
                write_rows(changed / "facilities.csv", table)
            else:
                continue
            run("run", changed, "--out", again, "--sufficient", "0")
            self.assertFalse((again / "sufficient.csv").exists())
            got = next(row for row in rows(again / "placements.csv") if row["child_id"] == answer["child_id"])
            self.assertEqual(got["outcome"], "placed", answer)
            self.assertLessEqual(int(got["wish_rank"]), int(answer["wish_rank"]), answer)
        self.assertGreater(min(kinds.values()), 5)

    def test_without_staff_no_other_child_is_named(self):
        case, result = ROOT / "examples/small-town", self.folder / "result"
        run("run", case, "--out", result)
        households = {row["child_id"]: row["household_id"] for row in rows(result / "placements.csv")}
        named = 0
        for child in list(households)[:40]:
            plain = run("explain", case, result, child, "--no-sufficient").stdout
            staff = run("explain", case, result, child, "--staff", "--no-sufficient", "--lang", "en").stdout
            others = [other for other in households if households[other] != households[child]]
            self.assertEqual([other for other in others if other in plain], [], child)
            named += any(other in staff for other in others)
        self.assertGreater(named, 0)
        run("explain", case, result, "nobody", status=64)

    def test_notices_are_a_sheet_a_household_and_a_cp932_table(self):
        case, result, out = ROOT / "examples/small-town", self.folder / "result", self.folder / "out"
        run("run", case, "--out", result)
        run("notices", case, result, "--out", out)
        households = {row["household_id"] for row in rows(result / "placements.csv")}
        page = (out / "notices-001.html").read_text(encoding="utf-8")
        self.assertEqual(page.count("<article"), len(households))
        with open(out / "notices.csv", newline="", encoding="cp932") as file:
            self.assertEqual(len(list(csv.reader(file))), 201)
        template = self.folder / "own.mustache"
        template.write_text("{{#letters}}{{household}}:{{#children}}{{outcome}},{{/children}}\n{{/letters}}", encoding="utf-8")
        run("notices", case, result, "--out", self.folder / "own", "--template", template)
        own = (self.folder / "own/notices-001.html").read_text(encoding="utf-8")
        self.assertEqual(len(own.splitlines()), len(households))
        template.write_text("{{#letters}}", encoding="utf-8")
        run("notices", case, result, "--out", self.folder / "bad", "--template", template, status=65)

    def test_a_trial_and_earlier_results_stand_on_the_page_and_are_verified(self):
        case, before, result = ROOT / "examples/small-town", self.folder / "before", self.folder / "result"
        run("run", case, "--out", before, "--sufficient", 0)
        run("run", case, "--out", result, "--sufficient", 0, "--trial", "--compare-with", before)
        record = json.loads((result / "run.json").read_text(encoding="utf-8"))
        first = sum(row["wish_rank"] == "1" for row in rows(before / "placements.csv"))
        self.assertEqual((record["trial"], record["earlier"][0]["firstWish"]), (True, first))
        page = (result / "report.html").read_text(encoding="utf-8")
        for text in ("試行 この結果は決定ではありません", "前の回との比較", "±0.0 ポイント"):
            self.assertIn(text, page)
        run("verify", case, result)
        record["earlier"][0]["held"] += 1
        (result / "run.json").write_text(json.dumps(record), encoding="utf-8")
        self.assertIn("report.html", run("verify", case, result, status=4).stderr)
        run("run", ROOT / "examples/two-nurseries", "--out", self.folder / "other", "--compare-with", before, status=65)

    def test_a_changed_report_is_found(self):
        case, result = ROOT / "examples/two-nurseries", self.folder / "result"
        run("run", case, "--out", result)
        page = (result / "report.html").read_bytes()
        (result / "report.html").write_bytes(page.replace(b"<strong>4</strong>", b"<strong>5</strong>"))
        run("verify", case, result, status=4)


class Spelling(Folder):
    def test_an_id_is_found_as_it_is_spelled_and_as_it_is_compared(self):
        case, result = self.folder / "case", self.folder / "result"
        shutil.copytree(ROOT / "examples/two-nurseries", case, ignore=shutil.ignore_patterns("README*"))
        for name, old, new in [("children.csv", "\n1,", "\n００１,"), ("facilities.csv", "\nA,", "\nｶﾞｸ〜園,"),
                               ("children.csv", ",A,", ",ガク～園,")]:
            text = (case / name).read_text(encoding="utf-8")
            self.assertIn(old, text)
            (case / name).write_text(text.replace(old, new), encoding="utf-8")
        run("run", case, "--out", result)
        browser = open_browser()
        self.addCleanup(browser.quit)
        browser.get((result / "report.html").as_uri())
        box = browser.find_element(By.CSS_SELECTOR, "#q")
        for texts, told in [(("001", "００１"), "００１"), (("ガク~園", "ｶﾞｸ〜園", "ガク～園"), "ｶﾞｸ〜園")]:
            for text in texts:
                box.clear()
                box.send_keys(text)
                WebDriverWait(browser, 10).until(
                    lambda _, told=told: any(
                        told in heading.text for heading in browser.find_elements(By.CSS_SELECTOR, "#card h3")))
