"""What families and the public are told of other families.

The outsider of the class Outsiders is written from Sources/Explaining/Explaining.docc/Publishing.md alone: he knows what is
published and the totals, puts all of it into a linear program, and asks which values each small number can have.
"""

import json
import os
import random
import re

import highspy
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from browser import open_browser
from program import IS_LONG, ROOT, Folder, SharedFolder, rows, run, write_rows

DOUBTS = ["ZERO_SEATS", "SEATS_CHANGED", "FACILITY_GONE", "NOBODY_ELIGIBLE", "NO_JOINT_OUTCOME", "POINTS_ALL_EQUAL", "DRAW_DECIDES_MUCH",
          "CHILDREN_ALIKE", "AGE_FOR_ANOTHER_CLASS"]


def generate(path, children, facilities, seed, *options):
    run("generate", path, "--children", children, "--facilities", facilities, "--seed", seed, *options)


class Truth:
    """A round as it was."""

    def __init__(self, case, result):
        self.case, self.result = case, result
        self.cells = {(row["facility_id"], int(row["age_class"])): row for row in rows(result / "borders.csv")}
        self.public = {(row["facility_id"], int(row["age_class"])): row for row in rows(result / "borders_public.csv")}
        self.shared = {(row["facility_id"], age) for row in rows(case / "seat_limits.csv")
                       for age in range(6)} if (case / "seat_limits.csv").exists() else set()
        message = json.loads(run("publish-vacancies", case, result, "--out", result.with_suffix(".csv"), "--json")
                             .stdout.splitlines()[-1])
        self.vacancies = {row["facility_id"]: row for row in rows(result.with_suffix(".csv"))}
        self.secret_facilities = set(message["secretFacilityTotals"])
        self.secret_classes = set(message["secretClassTotals"])
        self.is_city_secret = message["isCityTotalSecret"]

    def number(self, cell, name):
        row = self.cells[cell]
        return int(row["applicants"]) - int(row["placed"]) if name == "refused" else int(row[name])


class Outsider:
    """All that follows from what is published of two rounds."""

    def __init__(self, first, second, has_transfers):
        self.rounds, self.has_transfers = [first, second], has_transfers
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.variables = {}
        # For each variable the least and the largest value in any solution so far.
        self.least, self.most = None, None
        for index, truth in enumerate(self.rounds):
            for cell in truth.cells:
                for name in ["seats", "applicants", "placed", "left", "refused"]:
                    self.variables[index, cell, name] = self.solver.addVariable(lb=0, ub=10_000)
            self.read(index, truth)
            self.add_totals(index, truth)
        self.add_months()

    def equal(self, *terms, value=0):
        self.solver.addConstr(sum(factor * variable for factor, variable in terms) == value)

    def fix(self, variable, text):
        if text not in ("*", ""):
            self.equal((1, variable), value=int(text))

    def read(self, index, truth):
        for cell, row in truth.public.items():
            seats, applicants, placed, left, refused = (
                self.variables[index, cell, name] for name in ["seats", "applicants", "placed", "left", "refused"])
            for variable, name in [(seats, "seats"), (applicants, "applicants"), (placed, "placed"), (left, "left")]:
                self.fix(variable, row[name])
            self.fix(left, truth.vacancies[cell[0]][f"vacancies_{cell[1]}"])
            if index == 0:
                # Announced before people apply.
                self.fix(seats, truth.cells[cell]["seats"])
            self.equal((1, placed), (1, refused), (-1, applicants))
            if truth.cells[cell]["seats"] == "":
                continue
            if not self.has_transfers or truth.number(cell, "placed") <= truth.number(cell, "seats"):
                self.solver.addConstr(placed - seats <= 0)
            if cell not in truth.shared:
                moved = self.solver.addVariable(lb=0, ub=10_000 if self.has_transfers else 0)
                self.equal((1, left), (-1, seats), (1, placed), (-1, moved))
            elif not self.has_transfers:
                self.solver.addConstr(left - seats + placed <= 0)

    def add_totals(self, index, truth):
        facilities = {cell[0] for cell in truth.cells} - truth.secret_facilities
        classes = set(range(6)) - truth.secret_classes
        groups = [[cell for cell in truth.cells if cell[0] == facility] for facility in sorted(facilities)]
        groups += [[cell for cell in truth.cells if cell[1] == age] for age in sorted(classes)]
        for group in groups + ([] if truth.is_city_secret else [list(truth.cells)]):
            for name in ["placed", "applicants"]:
                if group:
                    self.equal(*((1, self.variables[index, cell, name]) for cell in group),
                               value=sum(truth.number(cell, name) for cell in group))

    def add_months(self):
        first, second = self.rounds
        for cell in first.cells:
            if not all(cell in truth.cells and truth.cells[cell]["seats"] != "" for truth in self.rounds):
                continue
            moved = self.solver.addVariable(lb=0, ub=10_000 if self.has_transfers else 0)
            self.equal((1, self.variables[1, cell, "seats"]), (-1, self.variables[0, cell, "seats"]),
                       (1, self.variables[0, cell, "placed"]), (-1, moved))
            if cell not in first.shared:
                self.equal((1, self.variables[0, cell, "left"]), (-1, self.variables[1, cell, "seats"]))

    def values(self, index, cell, name):
        """The least and the largest whole number that the outsider must think possible."""
        variable = self.variables[index, cell, name]
        ends = []
        for sense in [self.solver.minimize, self.solver.maximize]:
            sense(variable)
            assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, self.solver.getModelStatus()
            ends.append(self.solver.val(variable))
            solution = self.solver.getSolution().col_value
            self.least = list(map(min, self.least or solution, solution))
            self.most = list(map(max, self.most or solution, solution))
        return ends

    def some_values(self, index, cell, name, value):
        """Ends between which the outsider must think every whole number possible.

        They are those of the solutions that other questions had, if these say enough already: that a number other than
        `value` is possible, on either side of it. Else they are those of `values`.
        """
        place = self.variables[index, cell, name].index
        if self.least and self.least[place] - 1e-6 < value < self.most[place] + 1e-6:
            if not is_one_number(self.least[place], self.most[place]):
                return self.least[place], self.most[place]
        return self.values(index, cell, name)


def is_one_number(least, most):
    """Whether there is only one whole number between the ends."""
    return int(most + 1e-6) - int(least + 1 - 1e-6) < 1


@pytest.mark.slow
class Outsiders(Folder):
    CITIES = 50 if IS_LONG else 6

    def two_rounds(self, number):
        """A city of one round, and of the next with new children."""
        random_numbers = random.Random(number)
        children, facilities = random_numbers.randint(60, 400), random_numbers.randint(5, 20)
        home = self.folder / str(number)
        inbox, ledger, results = home / "inbox", home / "ledger.sqlite", home / "results"
        inbox.mkdir(parents=True)
        options = ["--transfer-share", "0" if number % 2 else "0.1", *(["--pooled"] if number % 5 == 0 else [])]
        generate(inbox / "one", children, facilities, number, *options)
        accept = [word for code in DOUBTS for word in ("--accept", code)]
        run("batch", inbox, "--ledger", ledger, "--out", results, *accept)
        generate(home / "new", children // 2, facilities, number + 1000, "--transfer-share", "0")
        offered = {row["facility_id"] for row in rows(inbox / "one/facilities.csv")}
        columns = rows(inbox / "one/children.csv")[0].keys()
        table = []
        for row in rows(home / "new/children.csv"):
            row = {column: row.get(column, "") for column in columns}
            for column in row:
                if column.startswith("wish_") and row[column] not in offered:
                    row[column] = ""
            row["child_id"], row["household_id"], row["sibling_facility_ids"] = "N" + row["child_id"], "N" + row["household_id"], ""
            table.append(row)
        write_rows(inbox / "one/new_children.csv", table)
        month = re.search(r"month: (\d{4})-(\d{2})", (inbox / "one/case.yaml").read_text(encoding="utf-8"))
        following = f"{month[1]}-{int(month[2]) + 1:02d}"
        run("next", inbox / "one", ledger, "--month", following, "--out", home / "two")
        found = []
        for case in [inbox / "one", home / "two"]:
            run("run", case, "--out", home / f"result-{case.name}", "--sufficient", "0", *accept)
            found.append(Truth(case, home / f"result-{case.name}"))
        return found, number % 2 == 0

    def test_no_small_number_can_be_computed(self):
        small, single, open_cells, cells = 0, [], 0, 0
        for number in range(1, self.CITIES + 1):
            rounds, has_transfers = self.two_rounds(number)
            outsider = Outsider(*rounds, has_transfers)
            for index, truth in enumerate(rounds):
                for cell, row in truth.public.items():
                    cells += 1
                    open_cells += row["placed"] != "*"
                    for name in ["placed", "applicants", "refused"]:
                        value = truth.number(cell, name)
                        if value not in (1, 2):
                            continue
                        small += 1
                        self.assertEqual([row[column] for column in ["seats", "applicants", "placed", "left", "lowest_key"]],
                                         ["*"] * 5, (number, index, cell))
                        least, most = outsider.some_values(index, cell, name, value)
                        self.assertLess(least - 1e-6, value)
                        self.assertGreater(most + 1e-6, value)
                        if is_one_number(least, most):
                            single.append((number, index, cell, name, value))
        print(f"\n{small} small numbers, {len(single)} with one possible value; {open_cells} of {cells} cells open")
        self.assertGreater(small, 20 * self.CITIES)
        self.assertEqual(single, [])
        self.assertGreater(open_cells, cells / 6)

    def test_the_outsider_finds_what_is_not_protected(self):
        # The attack works where nothing is hidden but the small cells themselves.
        rounds, has_transfers = self.two_rounds(3)
        for truth in rounds:
            truth.secret_facilities, truth.secret_classes, truth.is_city_secret = set(), set(), False
            for cell, row in truth.public.items():
                for name in ["seats", "applicants", "placed", "left"]:
                    row[name] = truth.cells[cell][name]
                if truth.number(cell, "placed") in (1, 2):
                    for name in ["placed", "left"]:
                        row[name] = "*"
                        truth.vacancies[cell[0]][f"vacancies_{cell[1]}"] = "*"
        outsider = Outsider(*rounds, has_transfers)
        cells = [cell for cell in rounds[0].cells if rounds[0].number(cell, "placed") in (1, 2)]
        found = [cell for cell in cells
                 if [round(end, 6) for end in outsider.values(0, cell, "placed")] == [rounds[0].number(cell, "placed")] * 2]
        self.assertGreater(len(found), len(cells) * 0.8)


class Letters(SharedFolder):
    """The letters of a city of 2,000 children."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case, cls.result, cls.out = cls.folder / "city", cls.folder / "result", cls.folder / "letters"
        generate(cls.case, 2000, 80, 9)
        run("run", cls.case, "--out", cls.result, "--sufficient", "0")
        run("notices", cls.case, cls.result, "--out", cls.out)
        cls.reasons = rows(cls.result / "reasons.csv")
        cls.families = {}
        ages = {}
        for row in rows(cls.result / "placements.csv"):
            ages[row["child_id"]] = row["age_class"]
            if row["outcome"] == "placed":
                cls.families.setdefault((row["facility_id"], row["age_class"]), set()).add(row["household_id"])
        cls.age = ages

    def test_no_value_of_another_family_stands_in_a_letter_unless_it_is_public(self):
        told = {}
        for row in rows(self.out / "notices.csv", "cp932"):
            told[row["児童番号"]] = row
        hidden = shown = 0
        for reason in self.reasons:
            text = told[reason["child_id"]][f"第{reason['wish_rank']}希望の理由"]
            numbers = re.findall(r"\d+(?:[./]\d+)?", text)
            if reason["reason"] != "seats":
                continue
            if text.startswith("きょうだいの条件("):
                # No combination with the wish is accepted: then nothing else is told.
                self.assertEqual(numbers, [])
                continue
            kept = re.match(r"募集 (\d+) 人＋転園申込者の在園枠 (\d+) 人", text)
            allowed = [reason["seats"], reason["ahead"]]
            if kept:
                allowed = [kept[1], kept[2], reason["ahead"]]
                self.assertEqual(int(kept[1]) + int(kept[2]), int(reason["seats"]))
            if "本人" in text:
                allowed.append(reason["own_value"])
            if "最後に内定した児童" in text:
                self.assertEqual(reason["deciding_key"], "points", text)
                allowed.append(reason["last_admitted_value"])
                shown += 1
            elif reason["deciding_key"] in ("tax", "category", "tier"):
                hidden += 1
            self.assertEqual(numbers, allowed, text)
        self.assertGreater(hidden, 100)
        self.assertGreater(shown, 100)
        letters = "".join(path.read_text(encoding="utf-8") for path in self.out.glob("*.html"))
        own = {value for row in rows(self.case / "children.csv") for value in [row["tax"]]}
        for reason in self.reasons:
            value = reason["last_admitted_value"]
            if reason["deciding_key"] == "tax" and len(value) > 3:
                self.assertNotIn(f"児童 {value}", letters)
        self.assertGreater(len(own), 100)

    def test_the_page_that_is_used_at_the_counter_has_none_either(self):
        page = (self.result / "report.html").read_text(encoding="utf-8")
        data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
        wishes = {child[0]: child[6] for child in data["children"]}
        checked = 0
        for reason in self.reasons:
            if reason["reason"] == "seats" and reason["deciding_key"] in ("tax", "category", "tier"):
                wish = wishes[reason["child_id"]][int(reason["wish_rank"]) - 1]
                if wish[1] < data["tellings"]:
                    self.assertEqual(wish[4], "", reason)
                    checked += 1
        self.assertGreater(checked, 100)
        self.assertTrue(all(re.fullmatch(r"(指数 [0-9./]+)?", border[6] and border[6][0]) for border in data["borders"]))
        self.assertNotRegex(page, r"points=\d+;|tax=\d|category=\d|tier=\d|税額 \d|類型 \d|区分 \d")

    def test_published_keys_are_public_ones(self):
        keys = [row["lowest_key"] for row in rows(self.result / "borders_public.csv")]
        self.assertGreater(sum(key.startswith("points=") for key in keys), 50)
        self.assertTrue(all(re.fullmatch(r"|\*|points=\d+", key) for key in keys))

    def test_the_counter_proposes_only_values_of_public_keys_that_some_child_has(self):
        case, result = ROOT / "examples/small-town", self.folder / "town"
        run("run", case, "--out", result)
        children = rows(case / "children.csv")
        points = {row[column] for row in children for column in row if column.startswith("points") and row[column]}
        # Those with answers of other keys than the points, and some more.
        answers = [row for row in rows(result / "sufficient.csv") if row["key"]]
        answers.sort(key=lambda row: row["key"] == "points")
        self.assertNotEqual(answers[0]["key"], "points")
        plain = staff = ""
        for child in list(dict.fromkeys(row["child_id"] for row in answers))[:8]:
            plain += run("explain", case, result, child).stdout
            staff += run("explain", case, result, child, "--staff").stdout
        pattern = r"→ (\S+)が \S+ でなく (\S+) なら"
        for name, value in re.findall(pattern, plain):
            self.assertEqual(name, "指数")
            self.assertIn(value, points)
        self.assertGreater(len({name for name, _ in re.findall(pattern, staff)}), 1)

    def test_the_numbers_of_staff_add_up(self):
        waiting = {(row["facility_id"], row["child_id"]): row["position"] for row in rows(self.result / "waiting.csv")}
        households = {row["child_id"]: row["household_id"] for row in rows(self.result / "placements.csv")}
        outcome = {row["child_id"]: row["outcome"] for row in rows(self.result / "placements.csv")}
        wanted = [row for row in self.reasons if row["reason"] == "seats" and outcome[row["child_id"]] != "placed"]
        self.assertGreater(len(wanted), 100)
        for row in wanted[::len(wanted) // 4]:
            lines = run("explain", self.case, self.result, row["child_id"], "--staff", "--no-sufficient").stdout.splitlines()
            start = next(i for i, line in enumerate(lines) if line.startswith(f"第{row['wish_rank']}希望 "))
            part = lines[start:start + 5]
            named = re.search(r"上位の申込児童: (.*)", "\n".join(part))[1].split(", ")
            others = [child for child in named if child != "-" and households[child] != households[row["child_id"]]]
            rest = re.search(r"上位 (\d+) 人 = 申込児童 (\d+) 人 \+ .* (\d+) 人", "\n".join(part))
            self.assertEqual(len(others) + (int(rest[3]) if rest else 0), int(row["ahead"]), part)
            self.assertIn(f"待機順位 {waiting[row['facility_id'], row['child_id']]}(", "\n".join(part))


UNSTABLE = {
    "case.yaml": """municipality: 縁結市
round: first
month: 2027-04
priority:
  - {key: points, order: descending}
drawSeed: 1
""",
    "children.csv": """child_id,household_id,age_class,wish_1,wish_2,points,points_1,points_2
c1,C,1,A,,50,50,
c2,C,1,B,,10,10,
x,X,1,A,B,20,20,20
""",
    "households.csv": """household_id,timing,facility
C,together,rankFirst
""",
    "facilities.csv": """facility_id,name,seats_1
A,青葉,1
B,ばら,1
""",
}


class Claims(Folder):
    def test_letters_that_tell_of_a_claim_stop_until_somebody_accepts_it(self):
        case, result = self.folder / "case", self.folder / "result"
        case.mkdir()
        for name, text in UNSTABLE.items():
            (case / name).write_text(text, encoding="utf-8")
        run("run", case, "--out", result)
        claims = rows(result / "claims.csv")
        kinds = {row["reason"] for row in rows(result / "reasons.csv")} & {"priorityClaim", "vacantClaim"}
        self.assertEqual(len(kinds), 1)
        code = {"priorityClaim": "PRIORITY_INVERSION", "vacantClaim": "VACANT_SEAT"}[kinds.pop()]
        refused = run("notices", case, result, "--out", self.folder / "letters", status=2)
        self.assertFalse((self.folder / "letters").exists())
        self.assertIn(code, refused.stderr)
        self.assertIn(f": {claims[0]['household_id']}\n", refused.stderr)
        message = json.loads(run("notices", case, result, "--out", self.folder / "letters", "--json", status=2).stdout)
        self.assertEqual(message, {"message": "unaccepted", "code": code, "households": [claims[0]["household_id"]]})
        run("notices", case, result, "--out", self.folder / "letters", "--accept", "OTHER", status=64)
        run("notices", case, result, "--out", self.folder / "letters", "--accept", code)
        words = "このような例が一件も残らない割り当ては存在せず"
        self.assertIn(words, (self.folder / "letters/notices-001.html").read_text(encoding="utf-8"))
        self.assertIn(words, run("explain", case, result, claims[0]["child_id"]).stdout)
        # A result of which more is not known says no more.
        cut = self.folder / "cut"
        run("run", case, "--out", cut, "--time-limit", "0", status=3)
        text = run("explain", case, cut, "x").stdout
        self.assertNotIn(words, text)
        self.assertIn("確かめられていません", text)

    def test_a_household_that_accepts_nothing_is_told_so(self):
        case, result = self.folder / "case", self.folder / "result"
        case.mkdir()
        for name, text in UNSTABLE.items():
            (case / name).write_text(text.replace("rankFirst", "sameOnly"), encoding="utf-8")
        run("run", case, "--out", result, "--accept", "NOBODY_ELIGIBLE", "--accept", "NO_JOINT_OUTCOME")
        text = run("explain", case, result, "c2").stdout
        self.assertIn("組み合わせが、世帯の希望の中に一つもありません", text)
        self.assertNotIn("第 1 位", text)
        self.assertNotIn("決め手", text)


class Templates(Folder):
    def test_a_template_with_a_hole_is_refused_before_anything_is_written(self):
        case, result, template = ROOT / "examples/small-town", self.folder / "result", self.folder / "own.mustache"
        run("run", case, "--out", result)
        for text, word in [
                ("{{#letters}}\n{{nosuch}}\n{{/letters}}", "line 2"), ("{{#letters}}{{>part}}{{/letters}}", "part"), ("", "letters"),
                ("{{#letters}}{{}}{{/letters}}", "line 1"), ("{{#letters}}\n{{{household}}}{{/letters}}", "line 2")]:
            template.write_text(text, encoding="utf-8")
            refused = run("notices", case, result, "--out", self.folder / "letters", "--template", template, status=65)
            self.assertIn(word, refused.stderr)
            self.assertFalse((self.folder / "letters").exists())
        template.write_text(run("notices", case, result, "--print-template").stdout, encoding="utf-8")
        run("notices", case, result, "--out", self.folder / "letters", "--template", template)
        page = (self.folder / "letters/notices-001.html").read_text(encoding="utf-8")
        self.assertEqual(page.count("Content-Security-Policy"), 1)


class Distribution(Folder):
    def test_the_distribution_of_points_is_on_no_page_but_the_report(self):
        case, result = ROOT / "examples/cities/nagoya", self.folder / "result"
        run("run", case, "--out", result)
        run("notices", case, result, "--out", self.folder / "letters")
        run("publish-vacancies", case, result, "--out", self.folder / "vacancies.csv")
        run("batch", ROOT / "examples/cities", "--ledger", self.folder / "ledger", "--out", self.folder / "batch", status=None)
        words = ["点数の分布", "Distribution of points", "同点の児童"]
        found = [path.name for path in self.folder.rglob("*")
                 if path.is_file() and path.suffix in (".html", ".csv", ".json")
                 and any(word in path.read_text(encoding="utf-8", errors="replace") for word in words)]
        self.assertGreater(found.count("report.html"), 1)
        self.assertEqual(set(found), {"report.html"})


class Search(SharedFolder):
    """The search of report.html at a counter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.result = cls.folder / "result"
        run("run", ROOT / "examples/small-town", "--out", cls.result)
        cls.browser = open_browser()
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.get((self.result / "report.html").as_uri())

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def search(self, text, wanted):
        self.find("#q").clear()
        self.find("#q").send_keys(text)
        WebDriverWait(self.browser, 10).until(lambda _: wanted in self.find("#count").text)

    def test_nothing_of_the_family_before_stays_on_the_screen(self):
        placements = rows(self.result / "placements.csv")
        first = placements[0]["child_id"]
        households = [row["household_id"] for row in placements]
        siblings = next(name for name in households if households.count(name) == 2 and name != households[0])
        for query, wanted in [("ZZZ", "0 件"), (siblings, "2 件")]:
            self.search(first, "1 件")
            self.assertIn(first, self.find("#card").text)
            # At once, not only when the search has ended.
            self.browser.execute_script(
                "const q = document.getElementById('q'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))", query)
            self.assertEqual(self.find("#card").text, "")
            WebDriverWait(self.browser, 10).until(lambda _: wanted in self.find("#count").text)
            self.assertEqual(self.find("#card").text, "")
            self.assertNotIn(first, self.find("#found").text)
            self.find("#en").click()
            self.assertEqual(self.find("#card").text, "")
            self.find("#ja").click()
        self.search(first, "1 件")
        self.find("#en").click()
        self.assertIn(f"Child {first}", self.find("#card").text)

    def test_a_facility_lists_other_children_only_for_staff(self):
        waiting = rows(self.result / "waiting.csv")
        facility = waiting[0]["facility_id"]
        self.search(facility, "1 件")
        self.assertNotIn(waiting[0]["child_id"], self.find("#card").text)
        self.find("#staff").click()
        self.assertIn(waiting[0]["child_id"], self.find("#card").text)
