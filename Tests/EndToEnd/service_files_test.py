"""The first step of a round: files are uploaded, versions kept, columns chosen."""

import socket
import unittest
import urllib.parse
import zipfile

import cities
from program import Folder, call
from service import Service


class Files(Folder):
    def setUp(self):
        super().setUp()
        self.service = Service(self.folder / "data").start()
        self.addCleanup(self.service.stop)
        self.clerk = self.service.person("sato", "佐藤", "entry")
        self.make_round()

    def make_round(self, month="2027-04"):
        answer = self.clerk.post("/api/v1/rounds", {"municipality": "試験市", "month": month, "name": "一次"})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json["id"]

    def version(self, round_=1):
        return self.clerk.get(f"/api/v1/rounds/{round_}/files").json["version"]

    def names(self):
        return [file["name"] for file in self.clerk.get("/api/v1/rounds/1/files").json["files"]]

    def upload(self, name, body, expecting=None, who=None, round_=1):
        query = urllib.parse.urlencode({"name": name, "expecting": expecting or self.version(round_)})
        return (who or self.clerk).ask(
            "POST", f"/api/v1/rounds/{round_}/upload?{query}", body, {"Content-Type": "application/octet-stream"})

    def upload_city(self, city, *without):
        for path in sorted(city.iterdir()):
            if path.name not in without:
                self.assertEqual(self.upload(path.name, path.read_bytes()).status, 201)


class Columns(Files):
    def test_a_workbook_with_a_title_headers_of_the_city_and_0_for_no_wish_is_read_after_its_columns_are_saved(self):
        city = cities.generate(self.folder / "city", 120, 8)
        book = cities.workbook(
            self.folder / "申込者.xlsx", city / "children.csv", cities.CHILDREN, "令和9年4月 申込者一覧", 0)
        self.upload_city(city, "children.csv")
        self.assertEqual(self.upload("申込者.xlsx", book.read_bytes()).status, 201)
        page = self.clerk.get("/rounds/1/columns")
        self.assertEqual(page.status, 200)
        self.assertIn("「0」が", page.text)
        self.assertNotIn("&lt;t", page.text)
        # The question must be answered.
        fields = {"expecting": self.version(), "table.3": "children"}
        refused = self.clerk.post("/rounds/1/columns", dict(fields))
        self.assertEqual(refused.status, 422)
        for name, header in [("child_id", "児童番号"), ("household_id", "世帯番号"), ("birth_date", "生年月日"),
                             ("points", "指数"), ("wish_N", "第N希望"), ("current_facility_id", "在籍施設番号"),
                             ("age_class", "age_class"), ("group", "group"), ("due_date", "due_date"),
                             ("sibling_facility_ids", "sibling_facility_ids"), ("points_N", "points_N")]:
            fields[f"column.3.{name}"] = header
        fields["blank.3.0"] = "yes"
        saved = self.clerk.post("/api/v1/rounds/1/columns", fields)
        self.assertEqual(saved.status, 200, saved.text)
        version = saved.json["version"]
        self.assertIn('wish_N: ["0"]', self.clerk_profile(version))
        # The case is the one that the city's own files make, read by the command.
        self.clerk.get("/rounds/1/check")
        done = call("check", self.folder / "data" / "cases" / "1" / str(version), "--json")
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())
        self.assertIn(b'"children":120', done.stdout.replace(b" ", b""))

    def test_what_was_saved_is_where_choosing_begins_again_and_nothing_else_of_the_profile_is_lost(self):
        city = cities.generate(self.folder / "city", 60, 6)
        self.upload_city(city)
        profile = ("children: {points: points}\nblank: [\"-\"]\nvalues:\n  sibling_rule: {一緒: together}\n"
                   "declines: {date: 辞退日}\n")
        self.upload("columns.yaml", profile.encode())
        settings = (city / "case.yaml").read_text() + "columns: columns.yaml\n"
        self.upload("case.yaml", settings.encode())
        page = self.clerk.get("/rounds/1/columns").text
        self.assertIn("保存した対応です", page)
        # Nothing is said of the form: everything stays as it is proposed.
        saved = self.clerk.post("/api/v1/rounds/1/columns", {"expecting": self.version()})
        self.assertEqual(saved.status, 200, saved.text)
        text = self.clerk_profile(saved.json["version"])
        for kept in ["一緒", "辞退日", '"-"', 'points: "points"']:
            self.assertIn(kept, text)
        again = self.clerk.post("/api/v1/rounds/1/columns", {"expecting": saved.json["version"]})
        self.assertEqual(again.json["version"], saved.json["version"], "the same again is no new version")

    def test_of_two_files_of_one_kind_one_is_taken(self):
        city = cities.generate(self.folder / "city", 60, 6)
        self.upload_city(city)
        self.upload("old.csv", (city / "children.csv").read_bytes())
        page = self.clerk.get("/rounds/1/columns").text
        self.assertIn("もう一つの表と同じ", page)
        number = page.split("<h2>old.csv</h2>")[1].split('name="table.')[1].split('"')[0]
        both = self.clerk.post(
            "/api/v1/rounds/1/columns", {"expecting": self.version(), f"table.{number}": "children",
                                         f"column.{number}.child_id": "child_id"})
        self.assertEqual(both.status, 422, both.text)
        self.assertIn("使わない", both.json["japanese"])
        one = self.clerk.post("/api/v1/rounds/1/columns", {"expecting": self.version()})
        self.assertEqual(one.status, 200, one.text)
        self.assertNotIn("old.csv", self.clerk_profile(one.json["version"]))

    def clerk_profile(self, version):
        operator = self.service.person(f"suzuki{version}", "鈴木", "operator")
        return operator.get(f"/rounds/1/versions/{version}/files/columns.yaml").text


class Versions(Files):
    def test_every_upload_is_a_version_and_an_earlier_one_comes_back_as_a_new_one(self):
        self.assertEqual(self.upload("表.csv", b"a,b\n1,2\n").json["version"], 2)
        self.assertEqual(self.upload("表.csv", b"a,b\n3,4\n").json["version"], 3)
        operator = self.service.person("suzuki", "鈴木", "operator")
        path = "/rounds/1/versions/{}/files/" + urllib.parse.quote("表.csv")
        self.assertEqual(operator.get(path.format(2)).body, b"a,b\n1,2\n")
        restored = self.clerk.post("/api/v1/rounds/1/restore", {"version": "2", "expecting": "3"})
        self.assertEqual(restored.json["version"], 4)
        self.assertEqual(operator.get(path.format(4)).body, b"a,b\n1,2\n")
        self.assertEqual(operator.get(path.format(3)).body, b"a,b\n3,4\n")
        # Whoever may not take files out does not get them.
        self.assertEqual(self.clerk.get(path.format(4)).status, 403)

    def test_two_versions_are_compared_file_by_file(self):
        for name, body in [("a.csv", b"a\n1\n"), ("b.csv", b"b\n1\n"), ("a.csv", b"a\n2\n")]:
            self.upload(name, body)
        self.clerk.post("/api/v1/rounds/1/remove-file", {"name": "b.csv", "expecting": "4"})
        page = self.clerk.get("/rounds/1/versions/5?against=2").text
        rows = {row.split("</th>")[0].split(">")[-1]: row for row in page.split("<tr>")}
        self.assertIn("入れ替え", rows["a.csv"])
        self.assertIn("同じ", rows["case.yaml"])
        self.assertNotIn("b.csv", rows)
        self.assertIn("なくなった", self.clerk.get("/rounds/1/versions/5").text)
        self.assertEqual(self.clerk.get("/rounds/1/versions/6").status, 404)
        sizes = {row["number"]: (row["files"], row["size"]) for row in self.clerk.get("/api/v1/rounds/1/versions").json}
        self.assertEqual(sizes[3][0], 3)
        self.assertEqual(sizes[3][1] - sizes[2][1], 4)

    def test_the_second_of_two_is_told_and_changes_nothing(self):
        other = self.service.person("kato", "加藤", "entry")
        self.assertEqual(self.upload("a.csv", b"a\n1\n", expecting=1).status, 201)
        told = self.upload("b.csv", b"b\n1\n", expecting=1, who=other)
        self.assertEqual(told.status, 409)
        self.assertIn("sato", told.json["japanese"])
        self.assertEqual(self.names(), ["a.csv", "case.yaml"])

    def test_the_rules_and_columns_of_another_round_are_copied_without_its_tables(self):
        city = cities.generate(self.folder / "city", 60, 6)
        self.upload_city(city)
        answer = self.clerk.post(
            "/api/v1/rounds", {"municipality": "試験市", "month": "令和9年5月", "name": "一次", "template": "1"})
        self.assertEqual(answer.status, 201, answer.text)
        files = self.clerk.get("/api/v1/rounds/2/files").json["files"]
        self.assertEqual([file["name"] for file in files], ["case.yaml"])
        operator = self.service.person("suzuki", "鈴木", "operator")
        text = operator.get("/rounds/2/versions/1/files/case.yaml").text
        self.assertIn("2027-05", text)
        self.assertIn("drawSeed", text)


class Hostile(Files):
    def test_names_that_could_lead_elsewhere_are_refused(self):
        for name in ["../case.yaml", "a/b.csv", "a\\b.csv", ".hidden.csv", "~$a.xlsx", "a\0.csv", "x" * 300 + ".csv", "",
                     "a.exe", "a.xls", "con\n.csv", "a:b.csv", "\u202egpj.csv"]:
            answer = self.upload(name, b"a\n1\n")
            self.assertEqual(answer.status, 422, (name, answer.text))
        self.assertEqual(self.names(), ["case.yaml"])

    def test_two_spellings_of_a_name_are_one_file(self):
        self.upload("が.csv", b"a\n1\n")
        self.upload("が.csv", b"a\n2\n")
        self.assertEqual(self.names(), ["case.yaml", "が.csv"])

    def test_an_upload_that_is_cut_off_leaves_nothing(self):
        host, port = self.service.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            head = (f"POST /api/v1/rounds/1/upload?name=a.csv&expecting=1 HTTP/1.1\r\nHost: {host}:{port}\r\n"
                    f"Cookie: {self.clerk.cookie}\r\nX-Form-Token: {self.clerk.form_token}\r\n"
                    "Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n")
            line.sendall(head.encode() + b"a" * 1000)
        self.assertEqual(self.names(), ["case.yaml"])
        self.assertEqual(self.version(), 1)

    def test_a_file_over_the_limit_is_refused_in_words(self):
        answer = self.upload("a.csv", b"a" * (101 << 20))
        self.assertEqual(answer.status, 413)
        self.assertIn("100 MB", answer.json["japanese"])
        self.assertEqual(self.names(), ["case.yaml"])
        self.assertEqual(list((self.folder / "data" / "incoming").iterdir()), [])

    def test_a_workbook_that_is_none_gives_a_sentence_on_the_page(self):
        self.assertEqual(self.upload("a.xlsx", b"PK\x03\x04 no zip").status, 201)
        for path in ["/rounds/1/columns", "/rounds/1/check", "/rounds/1/files"]:
            self.assertEqual(self.clerk.get(path).status, 200, path)

    def test_a_workbook_that_unpacks_to_much_more_than_any_table_gives_one_sentence(self):
        bomb = self.folder / "bomb.xlsx"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("[Content_Types].xml", "<Types/>")
            book.writestr("xl/workbook.xml", "<workbook>" + " " * (1 << 30) + "</workbook>")
        self.assertLess(bomb.stat().st_size, 2 << 20)
        self.assertEqual(self.upload("children.xlsx", bomb.read_bytes()).status, 201)
        page = self.clerk.get("/rounds/1/columns").text
        self.assertEqual(page.count('<p class="warn">children.xlsx'), 1)
        for path in ["/rounds/1/check", "/rounds/1/files"]:
            self.assertEqual(self.clerk.get(path).status, 200, path)

    def test_settings_whose_aliases_multiply_end_in_a_sentence(self):
        lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
        self.upload("columns.yaml", "\n".join(lines).encode())
        text = "format: 1\nmunicipality: 試験市\nround: 一次\nmonth: 2027-04\npriority: [points]\ncolumns: columns.yaml\n"
        self.upload("case.yaml", text.encode())
        for path in ["/rounds/1/columns", "/rounds/1/check", "/rounds/1/files", "/rounds/1/rules"]:
            self.assertEqual(self.clerk.get(path).status, 200, path)


if __name__ == "__main__":
    unittest.main()
