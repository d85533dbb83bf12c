"""April in a city of 2,000, played in a browser by three people; every page that is passed is looked at by the axe rules."""

import csv
import io
import re
import unittest

import cities
from axe_playwright_python.sync_playwright import Axe
from pictures import chromium, page_of
from program import Folder, call
from service import Service

CHILDREN, FACILITIES = 2_000, 60


class April(Folder):
    def setUp(self):
        super().setUp()
        self.city = cities.generate(self.folder / "city", CHILDREN, FACILITIES, 4)
        self.service = Service(self.folder / "data").start()
        self.addCleanup(self.service.stop)
        self.clerk = self.service.person("sato", "佐藤 花子", "entry")
        self.operator = self.service.person("suzuki", "鈴木 次郎", "operator")
        self.approver = self.service.person("tanaka", "田中 一郎", "approver")
        opened = chromium()
        self.browser = opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
        self.windows = {}

    # MARK: Tools

    def window(self, who):
        if who.login not in self.windows:
            page = page_of(self.browser, who)
            page.on("pageerror", lambda error: self.errors.append(str(error)))
            page.on("request", lambda request: self.requests.append(request.url))
            self.windows[who.login] = page
        return self.windows[who.login]

    def look(self, page):
        """What every page must be: right by the axe rules, without escaped markup, and no wider than a telephone."""
        found = Axe().run(page).response["violations"]
        self.assertEqual(
            [(each["id"], each["nodes"][0]["html"]) for each in found], [], page.url)
        self.assertNotRegex(page.content(), r"&lt;/?(t[dr]|li|p|a|div|span)\b", page.url)
        page.set_viewport_size({"width": 390, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.set_viewport_size({"width": 1280, "height": 900})
        self.assertLessEqual(wide, 0, f"{page.url} is wider than 390 pixels")

    def go(self, who, path):
        page = self.window(who)
        answer = page.goto(self.service.address + path)
        self.assertEqual(answer.status, 200, path)
        self.look(page)
        return page

    def files_with_faults(self):
        """The city's facilities with two cells that cannot be read and a column that looks like one that is read."""
        header, *body = cities.rows(self.city / "facilities.csv")
        seats = header.index("seats_1")
        self.right = [(body[0][0], body[0][seats]), (body[1][0], body[1][seats])]
        body[0][seats], body[1][seats] = "若干名", "三人"
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header + ["seat_1"]] + [row + ["0"] for row in body])
        return text.getvalue().encode()

    # MARK: The month

    def test_april_and_may(self):
        self.errors, self.requests = [], []
        self.prepare()
        self.check()
        run = self.try_out()
        self.pin(run)
        self.approve()
        self.hand_out()
        self.follow()
        self.assertEqual(self.errors, [])
        host = self.service.address
        self.assertEqual([url for url in self.requests if not url.startswith((host, "data:", "blob:"))], [])
        self.audit()

    def prepare(self):
        page = self.go(self.clerk, "/")
        page.get_by_role("link", name="新しい回をつくる").click()
        self.look(page)
        page.get_by_label("自治体").fill("えんむすび市")
        page.get_by_label("入所月").fill("令和9年4月")
        page.get_by_label("回の名前").fill("一次")
        page.get_by_role("button", name="つくる").click()
        page.wait_for_url("**/rounds/1/files")
        book = cities.workbook(
            self.folder / "申込者.xlsx", self.city / "children.csv", cities.CHILDREN, "令和9年4月 申込者一覧", 0)
        files = [
            {"name": path.name, "mimeType": "application/octet-stream", "buffer": path.read_bytes()}
            for path in sorted(self.city.iterdir()) if path.name not in ("children.csv", "facilities.csv")
        ] + [{"name": "申込者.xlsx", "mimeType": "application/octet-stream", "buffer": book.read_bytes()},
             {"name": "facilities.csv", "mimeType": "text/csv", "buffer": self.files_with_faults()}]
        with page.expect_navigation(timeout=120_000):
            page.set_input_files("#choose", files)
        self.look(page)
        page.get_by_role("link", name="列を確かめる").click()
        page.wait_for_url("**/columns")
        self.look(page)
        # 0 in a wish: asked, and answered.
        for question in page.locator("input[type=radio][value=yes]").all():
            question.check()
        page.get_by_role("button", name="この対応を保存する").click()
        page.wait_for_url("**/rounds/1/files")

    def check(self):
        page = self.go(self.clerk, "/rounds/1/check")
        for (facility, seats) in self.right:
            page.locator("form.cell input[name=value]").first.fill(seats)
            page.locator("form.cell button").first.click()
            page.wait_for_load_state()
            self.look(page)
        self.assertEqual(page.locator("form.cell input[name=value]").count(), 0, page.content())
        # Whoever enters data cannot accept a doubt; the operator does, by name and with a reason.
        self.assertEqual(page.locator("form.accept").count(), 0)
        page = self.go(self.operator, "/rounds/1/check")
        count = page.locator("form.accept").count()
        self.assertGreater(count, 0)
        for _ in range(count):
            page.locator("form.accept input[name=reason]").first.fill("旧様式の列で、使いません")
            page.locator("form.accept button").first.click()
            page.wait_for_load_state()
        self.assertEqual(page.locator("form.accept").count(), 0)
        self.look(page)

    def wait_for_run(self, number):
        for _ in range(600):
            run = self.operator.get(f"/api/v1/rounds/1/runs/{number}").json
            if run["state"] not in ("waiting", "running"):
                self.assertEqual(run["state"], "done", run)
                return
            self.window(self.operator).wait_for_timeout(200)
        self.fail("the run did not end")

    def try_out(self):
        page = self.go(self.operator, "/rounds/1/run")
        page.get_by_role("button", name="試行を始める").click()
        self.wait_for_run(1)
        page = self.go(self.operator, "/rounds/1/review")
        self.assertIn("試行", page.content())
        self.go(self.operator, "/rounds/1/runs/1/attention")
        self.go(self.operator, "/rounds/1/runs/1/overview")
        self.go(self.operator, "/rounds/1/runs/1/children")
        return 1

    def pin(self, run):
        """A child without a place gets a pin to its first wish; the run after it says so."""
        children = self.operator.get(f"/api/v1/rounds/1/runs/{run}/children?outcome=held").json
        child = children["rows"][0]
        self.pinned = child["child"]
        page = self.go(self.operator, f"/rounds/1/runs/{run}/households/{child['household']}")
        card = page.locator("details.pin").first
        card.locator("summary").click()
        card.locator("input[value=facility]").check()
        card.locator("input[name=reason]").fill("会議で決めた配慮")
        card.get_by_role("button", name="固定する").click()
        page.wait_for_load_state()
        self.look(page)
        page = self.go(self.operator, "/rounds/1/check")
        for _ in range(page.locator("form.accept").count()):
            page.locator("form.accept input[name=reason]").first.fill("会議のとおり")
            page.locator("form.accept button").first.click()
            page.wait_for_load_state()
        page = self.go(self.operator, "/rounds/1/run")
        page.get_by_role("button", name="試行を始める").click()
        self.wait_for_run(2)
        page = self.go(self.operator, "/rounds/1/compare?a=1&b=2")
        self.assertIn(self.pinned, page.content())

    def approve(self):
        page = self.go(self.operator, "/rounds/1/run")
        page.get_by_role("button", name="この結果を提出する").first.click()
        for _ in range(600):
            if self.operator.get("/api/v1/rounds/1/runs/2").json.get("handedIn"):
                break
            page.wait_for_timeout(200)
        # Whoever handed in may not approve, and is told.
        page = self.go(self.operator, "/rounds/1/approve")
        self.assertEqual(page.get_by_role("button", name=re.compile("^承認する")).count(), 0)
        reviewer = self.service.person("yamada", "山田 三郎", "approver")
        page = self.go(reviewer, "/rounds/1/approve")
        page.get_by_role("button", name=re.compile("^確認")).first.click()
        page.wait_for_load_state()
        page = self.go(self.approver, "/rounds/1/approve")
        page.get_by_role("button", name=re.compile("^承認")).first.click()
        page.wait_for_load_state()
        self.look(page)
        self.assertIn("田中 一郎", page.content())

    def hand_out(self):
        page = self.go(self.approver, "/rounds/1/notices")
        page.get_by_role("button", name="通知書を作る").click()
        for _ in range(600):
            page = self.go(self.approver, "/rounds/1/notices")
            links = page.locator("a[href*='/prints/'], a[href*='/notices/']").all()
            if links and "作っています" not in page.content():
                break
            page.wait_for_timeout(200)
        self.assertTrue(links, page.content())
        answer = page.goto(self.service.address + links[0].get_attribute("href"))
        self.assertEqual(answer.status, 200)
        self.assertRegex(page.content(), r"1／\d")
        page = self.go(self.approver, "/rounds/1/approve")
        page.get_by_role("button", name=re.compile("^公表")).first.click()
        page.wait_for_load_state()

    def follow(self):
        """May: one child declined."""
        placed = self.operator.get("/api/v1/rounds/1/runs/2/children?outcome=placed").json
        self.declined = next(child["child"] for child in placed["rows"] if child["child"] != self.pinned)
        page = self.go(self.operator, "/rounds/1/next")
        slot = page.locator(".next-slot").first
        with page.expect_navigation(timeout=60_000):
            slot.locator("input[type=file]").set_input_files(
                {"name": "内定辞退.csv", "mimeType": "text/csv", "buffer": f"児童番号,date,reason\n{self.declined},2027-03-10,転居\n".encode()})
        page.get_by_role("button", name="次の回をつくる").click()
        page.wait_for_load_state()
        # The doubts that the new round would have are asked about by name, and accepted.
        page = self.go(self.operator, "/rounds/1/next")
        for doubt in page.locator("input[name=accept]").all():
            doubt.check()
        page.get_by_role("button", name="次の回をつくる").click()
        page.wait_for_load_state()
        for _ in range(50):
            rounds = self.operator.get("/api/v1/rounds").json
            if len(rounds) == 2:
                break
            page.wait_for_timeout(200)
        self.assertEqual(len(rounds), 2, self.go(self.operator, "/rounds/1/next").inner_text("main"))
        page = self.go(self.operator, "/rounds/1/next")
        self.assertIn("5月", page.content())
        self.go(self.operator, "/rounds/2/check")

    def audit(self):
        """The ledger and the access log verify, and the books balance."""
        data = self.folder / "data"
        for name in ["ledger.sqlite", "access.sqlite"]:
            done = call("ledger", "verify", data / name)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        figures = self.operator.get("/api/v1/rounds/1/progress").json["figures"]
        self.assertEqual(figures["children"], CHILDREN)
        self.assertEqual(figures["placed"] + figures["stays"] + figures["held"], CHILDREN)


if __name__ == "__main__":
    unittest.main()
