"""compare.html in a real browser."""

import collections
import contextlib
import random
import pathlib
import tempfile

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from browser import CONTRAST, open_browser, requests_that_leave, sheets
from program import ROOT, SharedFolder, rows, run, write_table


def manual(case, placements, count):
    """The result after so many children without siblings went to another wish or to nobody, whoever comes before them."""
    chooser = random.Random(7)
    children = {row["child_id"]: row for row in rows(case / "children.csv")}
    sizes = collections.Counter(row["household_id"] for row in placements)
    alone = [row for row in placements if sizes[row["household_id"]] == 1 and row["outcome"] != "stays"]
    changed = {}
    for row in chooser.sample(alone, count):
        wishes = [value for key, value in children[row["child_id"]].items() if key.startswith("wish_") and value]
        changed[row["child_id"]] = chooser.choice([wish for wish in [*wishes, ""] if wish != row["facility_id"]])
    write_table(case / "pins.csv", ["child_id", "facility_id", "by", "reason"],
          [(child, facility, "staff", "test") for child, facility in changed.items()])
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result"
        run("run", case, "--out", result, "--sufficient", 0, "--accept", "PIN_EXCEEDS_LIMIT")
        (case / "pins.csv").unlink()
        return [(row["child_id"], "" if row["outcome"] == "stays" else row["facility_id"])
                for row in rows(result / "placements.csv")]


class Page(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = open_browser()
        cls.addClassCleanup(cls.browser.quit)

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        """What the elements say that are not filtered out, read at once."""
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].filter(e => !e.closest('[hidden]'))"
            ".map(e => e.textContent.trim())", selector)

    def choose(self, id, value):
        self.browser.execute_script(
            "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event('input', {bubbles: true}))", id, value)

    def settle(self, roots):
        """Waits until so many decisions are shown."""
        WebDriverWait(self.browser, 10).until(
            lambda _: len(self.texts(".root h3")) == roots, f"{len(self.texts('.root h3'))} decisions, not {roots}")


@pytest.mark.slow
class City(Page):
    """8,000 children, 300 facilities, 300 decisions of staff and what followed from them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case, result = cls.folder / "city", cls.folder / "result"
        run("generate", case, "--children", 8000, "--facilities", 300, "--seed", 72)
        run("run", case, "--out", result, "--sufficient", 0)
        cls.lines = manual(case, rows(result / "placements.csv"), 300)
        cls.out = cls.folder / "comparison"
        write_table(cls.folder / "manual.csv", ["child_id", "facility_id"], cls.lines)
        run("compare", case, result, "--manual", cls.folder / "manual.csv", "--out", cls.out, status=4)
        cls.case, cls.result = case, result
        cls.differences, cls.moves = rows(cls.out / "differences.csv"), rows(cls.out / "roots.csv")
        cls.roots = {row["root"] for row in cls.moves if row["root"]}

    def setUp(self):
        self.browser.get("about:blank")
        self.browser.get((self.out / "compare.html").as_uri())

    def expected(self, isShown):
        """Decisions and children that a filter lets through."""
        moves = [row for row in self.moves if isShown(row)]
        children = {row["child_id"] for row in self.differences} & {row["child_id"] for row in moves}
        return {row["root"] for row in moves if row["root"]}, children

    def check(self, isShown):
        roots, children = self.expected(isShown)
        shown = lambda: (
            {text.split()[0] for text in self.texts(".root h3")},
            set(self.texts("section[aria-labelledby=differences] tbody th")))
        with contextlib.suppress(TimeoutException):
            WebDriverWait(self.browser, 10).until(lambda _: shown() == (roots, children))
        self.assertEqual(shown(), (roots, children))
        return roots, children

    def test_it_opens_at_once_and_no_request_leaves_the_page(self):
        self.choose("q", self.differences[0]["child_id"])
        timing = self.browser.execute_script(
            "return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        self.assertLess(timing, 5000)
        self.assertEqual(requests_that_leave(self.browser), [])
        self.assertEqual([entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"], [])

    def test_the_numbers_are_those_of_the_files(self):
        agreement = {(row["by"], row["of"], row["basis"]): row for row in rows(self.out / "agreement.csv")}
        notes = self.texts(".tiles .note")
        for note, key in zip(notes, [("child", "", "outcome"), ("household", "", "outcome"), ("child", "", "placed")]):
            self.assertIn(f"{agreement[key]['count']} のうち {agreement[key]['agreed']}", note)
        numbers = self.texts(".tiles strong")[3:]
        self.assertEqual(numbers, [str(len(part)) for part in [self.differences, self.roots, rows(self.out / "faults.csv")]])
        cells = self.browser.execute_script(
            "return [...document.querySelectorAll('section[aria-labelledby=agreement] table.sortable tbody tr')]"
            ".map(row => [...row.cells].slice(0, 3).map(cell => cell.textContent.split(' ')[0]))")
        facilities = [row for key, row in agreement.items() if key[0] == "facility" and key[2] == "outcome"]
        self.assertEqual(cells, [[row["of"], row["count"], row["agreed"]] for row in facilities])
        self.assertGreater(len(self.roots), 200)
        self.assertEqual(len(self.texts("section[aria-labelledby=differences] tbody tr")), len(self.differences))

    def test_the_trees_are_those_of_the_table(self):
        shown = self.browser.execute_script(r"""
            return [...document.querySelectorAll('.tree li')].map(line => {
              let depth = 0;
              for (let up = line.parentElement; !up.classList.contains('tree'); up = up.parentElement) depth += up.tagName === 'UL';
              return [line.closest('.root').id.slice(5), String(depth), line.querySelector('.move').childNodes[1].data.trim()];
            })""")
        following = collections.Counter(row["root"] for row in self.moves if row["depth"] != "0")
        expected = [[row["root"], row["depth"], row["child_id"]] for row in self.moves if following[row["root"]] and row["root"]]
        self.assertEqual(shown, expected)
        self.assertGreater(max(int(depth) for _, depth, _ in shown), 3)

    def test_a_tree_opens_and_all_open_and_close(self):
        details = self.find(".root details")
        self.assertIsNone(details.get_attribute("open"))
        self.browser.execute_script("arguments[0].firstElementChild.click()", details)
        self.assertIsNotNone(details.get_attribute("open"))
        count = len(self.all(".root details"))
        for button, opened in [("open-all", count), ("close-all", 0)]:
            self.find(f"#{button}").click()
            self.assertEqual(len(self.all(".root details[open]")), opened)

    def test_each_cause_stands_with_its_evidence(self):
        self.find("#en").click()
        evidence = {row["root"]: row["evidence"] for row in self.moves if row["evidence"]}
        cards = dict(self.browser.execute_script(
            "return [...document.querySelectorAll('.root')].map(card => [card.id.slice(5), card.textContent])"))
        for root, text in evidence.items():
            self.assertIn(text, cards[root])
        self.assertGreater(len(evidence), 0)

    def test_a_search_leads_to_the_child_in_its_tree(self):
        deep = max((row for row in self.moves if row["root"]), key=lambda row: int(row["depth"]))
        child = deep["child_id"]
        self.choose("q", child.lower())
        self.check(lambda row: child in (row["child_id"], row["household_id"]))
        hit = self.find(".root:not([hidden]) .hit > .move")
        self.assertTrue(hit.is_displayed())
        self.assertIn(child, hit.text)
        facility = deep["manual_facility_id"] or deep["computed_facility_id"]
        self.choose("q", facility)
        self.check(lambda row: facility in (row["manual_facility_id"], row["computed_facility_id"]))
        self.find("button[type=reset]").click()
        self.settle(len(self.roots))

    def test_each_filter_lets_through_what_it_says(self):
        kinds = ["other_facility", "placed_against_held", "held_against_placed", "siblings_split", "stay_against_move"]
        kind = {row["child_id"]: row["kind"] for row in self.differences}
        age = {row["child_id"]: row["age_class"] for row in rows(self.result / "placements.csv")}
        departure = {row["root"]: row["departure"] for row in self.moves if row["departure"]}
        for value in sorted(set(kind.values())):
            self.choose("kind", str(kinds.index(value)))
            self.check(lambda row: kind.get(row["child_id"]) == value)
        self.choose("kind", "")
        for value in sorted(set(departure.values())):
            self.choose("departure", value)
            roots, _ = self.check(lambda row: departure.get(row["root"]) == value)
            self.assertLess(len(roots), len(self.roots))
        self.choose("departure", "")
        cause = {row["root"]: row["likely_cause"] for row in self.moves if row["likely_cause"]}
        for value in sorted(set(cause.values())):
            self.choose("cause", value)
            self.check(lambda row: cause.get(row["root"]) == value)
        self.choose("cause", "")
        value = departure["1"]
        self.choose("departure", value)
        self.choose("age", "1")
        self.check(lambda row: departure.get(row["root"]) == value and age[row["child_id"]] == "1")

    def test_a_facility_of_the_picture_leads_to_its_rows(self):
        facilities = [row["facility_id"] for row in rows(self.case / "facilities.csv")]
        places = collections.Counter()
        for row in self.differences:
            for facility in (row["manual_facility_id"], row["computed_facility_id"]):
                places[facility, row["age_class"]] += bool(facility)
        facility = max(places, key=lambda place: places[place])[0]
        tile = self.find(f"#heat button[data-place='{facilities.index(facility)}']")
        numbers = [int(text.text) for text in tile.find_elements(By.CSS_SELECTOR, "svg text")]
        self.assertEqual(numbers, [places[facility, age] for age in "012345" if places[facility, age]])
        self.browser.execute_script("arguments[0].click()", tile)
        self.check(lambda row: facility in (row["manual_facility_id"], row["computed_facility_id"]))
        self.assertEqual(tile.get_attribute("aria-pressed"), "true")
        computed = {row["child_id"]: row for row in rows(self.result / "placements.csv")}
        ends = {child: row["facility_id"] for child, row in computed.items()}
        by_hand = {**ends, **{row["child_id"]: row["manual_facility_id"] for row in self.differences}}
        shown = 0
        for line in self.all("#seats .class"):
            age = line.text[0]
            here = [{child for child, place in part.items() if place == facility and computed[child]["age_class"] == age}
                    for part in (by_hand, ends)]
            label = line.find_element(By.CSS_SELECTOR, "svg").get_attribute("aria-label")
            self.assertIn(f"両方 {len(here[0] & here[1])}、手作業のみ {len(here[0] - here[1])}、規則のみ {len(here[1] - here[0])}", label)
            for child in here[0] ^ here[1]:
                self.assertIn(child, line.text)
            shown += 1
        self.assertGreater(shown, 0)
        self.browser.execute_script("arguments[0].click()", tile)
        self.settle(len(self.roots))

    def test_a_link_opens_its_decision_though_it_is_filtered_out(self):
        link = self.find("section[aria-labelledby=differences] tbody a")
        number = link.text
        other = next(row for row in self.moves if row["root"] not in ("", number) and row["depth"] == "0")
        self.choose("q", other["child_id"])
        WebDriverWait(self.browser, 10).until(lambda _: not self.find(f"#root-{number}").is_displayed())
        self.browser.execute_script("location.hash = arguments[0]", f"root-{number}")
        WebDriverWait(self.browser, 10).until(lambda _: self.find(f"#root-{number}").is_displayed())
        self.assertEqual(self.browser.execute_script("return document.activeElement.id"), f"root-{number}")

    def test_the_order_is_of_households_or_of_consequences(self):
        numbers = lambda: [int(text.split()[0]) for text in self.texts(".root h3")]
        self.assertEqual(numbers(), sorted(numbers()))
        moved = collections.Counter(
            int(row["root"]) for row in self.moves
            if row["root"] and row["manual_facility_id"] != row["computed_facility_id"])
        self.browser.execute_script(
            "const e = document.getElementById('order'); e.value = 'most'; e.dispatchEvent(new Event('change'))")
        self.assertEqual(numbers(), sorted(numbers(), key=lambda number: (-moved[number], number)))

    def test_the_differences_sort_and_say_so(self):
        heading = self.all("section[aria-labelledby=differences] thead button")[6]
        self.browser.execute_script("arguments[0].click()", heading)
        numbers = [int(text) for text in self.texts("section[aria-labelledby=differences] tbody td:last-child") if text]
        # Numbers begin with the largest.
        self.assertEqual(numbers, sorted(numbers, reverse=True))
        self.assertEqual(heading.find_element(By.XPATH, "..").get_attribute("aria-sort"), "descending")
        self.choose("q", self.differences[-1]["child_id"])
        WebDriverWait(self.browser, 10).until(
            lambda _: self.texts("section[aria-labelledby=differences] tbody th") == [self.differences[-1]["child_id"]])

    def test_the_language_switches_everywhere(self):
        self.assertEqual(self.find("#summary").text, "比較の概要")
        self.find("#en").click()
        self.assertEqual(self.find("#summary").text, "The comparison at a glance")
        self.assertIn("decisions", self.find("#count-roots").text)
        self.assertEqual(self.find("#departure option").text, "all")
        japanese = self.browser.execute_script(
            "return [...document.querySelectorAll('main *, option')].filter(e => e.offsetParent && !e.closest('small, h3, p, [title]')"
            " && [...e.childNodes].some(n => n.nodeType === 3 && /[ぁ-んァ-ヶ]/.test(n.data)))"
            ".map(e => e.textContent.slice(0, 40)).filter(t => !/^F\\d+ /.test(t)).slice(0, 5)")
        self.assertEqual(japanese, [])
        self.find("#ja").click()
        self.assertEqual(self.find("#departure option").text, "すべて")

    def test_it_can_be_read_by_a_screen_reader_and_used_by_hand(self):
        self.assertEqual(self.all("table:not(:has(caption))"), [])
        self.assertEqual(self.all("thead th:not([scope=col])"), [])
        self.assertEqual(self.all("tbody th:not([scope=row])"), [])
        unsaid = self.browser.execute_script(
            "return [...document.querySelectorAll('svg')].filter(e => e.getAttribute('aria-hidden') !== 'true' && !"
            "/\\d/.test(e.getAttribute('aria-label') ?? document.getElementById(e.getAttribute('aria-labelledby'))?.textContent ?? '')).length")
        self.assertEqual(unsaid, 0)
        nameless = self.browser.execute_script(
            "return [...document.querySelectorAll('button, input, select')].filter(e => !(e.labels?.length || e.textContent.trim())).length")
        self.assertEqual(nameless, 0)
        levels = self.browser.execute_script(
            "return [...document.querySelectorAll('h1, h2, h3, h4')].map(e => +e.tagName[1])")
        self.assertEqual(levels[0], 1)
        self.assertTrue(all(after - before <= 1 for before, after in zip(levels, levels[1:])))
        self.find("#open-all").click()
        self.assertEqual(self.browser.execute_script(CONTRAST), [])
        small = self.browser.execute_script(
            "return [...document.querySelectorAll('button, select, summary, input:not([type=checkbox])')].filter(e => e.offsetParent)"
            ".map(e => [e.textContent.slice(0, 20), e.getBoundingClientRect()])"
            ".filter(([, box]) => box.width < 24 || box.height < 24).map(([text, box]) => `${text} ${box.width} ${box.height}`).slice(0, 5)")
        self.assertEqual(small, [])

    def test_it_fits_a_narrow_window(self):
        size = {"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        self.assertEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 320)

    def test_it_prints_on_a4(self):
        short = sheets(self.browser)
        self.browser.execute_script("document.getElementById('all').click()")
        self.assertGreater(sheets(self.browser), short)
        self.assertLess(short, 80)

    def test_the_order_of_rows_changes_nothing(self):
        shuffled = self.lines[:]
        random.Random(3).shuffle(shuffled)
        write_table(self.folder / "shuffled.csv", ["child_id", "facility_id"], shuffled)
        run("compare", self.case, self.result, "--manual", self.folder / "shuffled.csv", "--out", self.folder / "again",
            "--threads", 1, status=4)
        for file in self.out.iterdir():
            self.assertEqual((self.folder / "again" / file.name).read_bytes(), file.read_bytes(), file.name)


class Example(Page):
    """examples/compare, whose roots a person can work out."""

    CASE = ROOT / "examples/compare"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.result, cls.out = cls.folder / "result", cls.folder / "comparison"
        run("run", cls.CASE, "--out", cls.result)
        run("compare", cls.CASE, cls.result, "--out", cls.out, status=4)

    def test_the_files_are_those_of_the_example(self):
        expected = sorted((self.CASE / "expected").iterdir())
        self.assertEqual(len(expected), 4)
        for file in expected:
            self.assertEqual((self.out / file.name).read_text(encoding="utf-8"), file.read_text(encoding="utf-8"), file.name)
        readme = (self.CASE / "README.md").read_text(encoding="utf-8")
        self.assertIn((self.CASE / "expected/roots.csv").read_text(encoding="utf-8"), readme)

    def test_a_few_decisions_stand_open_with_their_reasons(self):
        self.browser.get((self.out / "compare.html").as_uri())
        cards = [card.text for card in self.all(".root")]
        self.assertEqual(len(cards), 3)
        for card, household, words in [
                (cards[0], "H7", ["規則 3", "s2", "t1"]), (cards[1], "H1", ["H2, H3", "a3", "a4", "a5"]), (cards[2], "H9", ["H10", "u2"])]:
            self.assertIn(household, card)
            for word in words:
                self.assertIn(word, card)
        self.assertEqual([heading.text for heading in self.all(".place h3")],
                         ["A 青葉保育園", "B ばら保育園", "C クローバー保育園", "D どんぐりこども園", "E えのき保育園"])
        self.assertLessEqual(sheets(self.browser), 6)

    def test_the_command_says_what_the_page_says_of_the_proof(self):
        self.browser.get((self.out / "compare.html").as_uri())
        said = self.texts("#summary ~ p:not([class]) span[lang=ja]")
        printed = run("compare", self.CASE, self.result, "--out", self.folder / "japanese", "--lang", "ja", status=None).stdout
        self.assertIn(said[-1], printed)
        self.assertIn("証明しました", said[-1])

    def test_a_manual_result_that_agrees_has_nothing_to_tell(self):
        file = self.folder / "same.csv"
        write_table(file, ["child_id", "facility_id"],
              [(row["child_id"], row["facility_id"]) for row in rows(self.result / "placements.csv")])
        run("compare", self.CASE, self.result, "--manual", file, "--out", self.folder / "same")
        self.browser.get((self.folder / "same/compare.html").as_uri())
        self.assertEqual(self.texts(".tiles strong"), ["100.0%", "100.0%", "100.0%", "0", "0", "0"])
        self.assertEqual(self.all(".root"), [])
        self.assertEqual([entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"], [])
