"""The API against its own description: schemathesis asks every operation with values of all kinds."""

import html
import json
import pathlib
import re
import subprocess
import sys

import pytest

from program import IS_LONG, Folder
from service import Service, Visitor


@pytest.mark.slow
class Description(Folder):
    def setUp(self):
        super().setUp()
        self.service = Service(self.folder / "data").start()
        self.addCleanup(self.service.stop)
        administrator = self.service.administrator
        # The token in use is none of the first, whose numbers are tried.
        for number in range(8):
            made = administrator.post("/api/v1/tokens", {
                "name": f"tool {number}", "roles": "viewer,entry,operator,approver,analyst,administrator"})
            self.assertEqual(made.status, 201)
        self.token = made.json["token"]
        self.tool = Visitor(self.service, "tool")
        self.tool.cookie = ""
        self.ask("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": "一次"})

    def ask(self, path, body=None):
        headers = {"Authorization": "Bearer " + self.token}
        return self.tool.post(path, body, headers=headers) if body is not None else self.tool.get(path, headers=headers)

    def test_no_operation_fails_and_every_answer_is_as_described(self):
        arguments = [
            "run", self.service.address + "/api/v1/openapi.json", "--header", "Authorization:Bearer " + self.token,
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
            "--phases", "examples,coverage,fuzzing", "--max-examples", "200" if IS_LONG else "4", "--seed", "1",
            "--exclude-path-regex", "/events$", "--generation-database", "none", "--suppress-health-check", "all",
            "--warnings", "off", "--request-timeout", "60", "--no-color", "--continue-on-failure", "--workers", "2"]
        done = subprocess.run(
            [str(pathlib.Path(sys.executable).parent / "schemathesis"), *arguments], capture_output=True, text=True,
            timeout=3600 if IS_LONG else 300, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        # It still serves, and has logged nothing but kinds.
        self.assertEqual(self.ask("/api/v1/rounds").status, 200)
        self.assertTrue(self.ask("/api/v1/access/check").json["isSound"])

    def test_a_refusal_is_a_problem_with_a_word_for_programs_and_a_sentence_in_both_languages(self):
        refused = self.ask("/api/v1/rounds", {"municipality": "試験市", "month": "april", "name": "一次"})
        self.assertEqual(refused.status, 422)
        self.assertTrue(refused.headers["Content-Type"].startswith("application/problem+json"))
        self.assertEqual(refused.json["code"], "invalid")
        self.assertRegex(refused.json["japanese"], "入所月")
        self.assertRegex(refused.json["title"], "2027-04")

    def test_the_examples_of_the_page_ask_for_what_is_there(self):
        page = self.service.administrator.get("/api").text
        operations = json.loads(self.ask("/api/v1/openapi.json").body)["paths"]
        count = sum(len(methods) for methods in operations.values())
        lines = re.findall(r"curl -H [^<]*", page)
        self.assertEqual(len(lines), count)
        lines = [html.unescape(line) for line in lines]
        line = next(line for line in lines if line.endswith("/api/v1/people'"))
        done = subprocess.run(
            ["sh", "-c", line.replace("$TOKEN", self.token) + " --silent --fail"], capture_output=True, text=True, timeout=60)
        self.assertIn('"login":"admin"', done.stdout, done.stderr)
