"""The service from a trial to the next month: the queue, what goes wrong, the ledger, what is handed out."""

import os
import pathlib
import signal
import threading
import time
import unittest
import urllib.request

from program import Folder, run
from service import Service

ROUND = "/api/v1/rounds/1"


def ended(visitor, number, seconds=120):
    """A run once it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = visitor.get(f"{ROUND}/runs/{number}").json
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.1)
    raise AssertionError(f"run {number} does not end")


def children_of(process):
    """The processes that it started and that go on."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == process.pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


class Section(Folder):
    """A service with a small city and people of every role that is needed."""

    def setUp(self):
        super().setUp()
        self.city = self.folder / "city"
        run("generate", self.city, "--children", 60, "--facilities", 8)
        self.data = self.folder / "data"
        self.service = Service(self.data).start()
        self.addCleanup(self.service.stop)
        self.operator = self.service.person("suzuki", "鈴木", "operator")
        answer = self.operator.post("/api/v1/rounds", {"municipality": "えんむすび市", "month": "2027-04", "name": "一次"})
        self.assertEqual(answer.status, 201, answer.text)
        for number, file in enumerate(sorted(self.city.iterdir())):
            answer = self.operator.ask(
                "POST", f"{ROUND}/upload?name={file.name}&expecting={number + 1}", file.read_bytes())
            self.assertIn(answer.status, (200, 201), answer.text)

    def start(self, **fields):
        answer = self.operator.post(f"{ROUND}/run", {"timeLimit": "600", **fields})
        self.assertEqual(answer.status, 202, answer.text)
        return answer.json["id"]

    def child(self):
        """The process of the run that goes on."""
        for _ in range(200):
            found = children_of(self.service.process)
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError("no run is a process")


class Queue(Section):
    def test_what_ends_a_run_early_ends_nothing_else(self):
        first = self.start()
        self.assertEqual(self.start(), first, "a double click began two runs")
        events = []
        self.hear(first, events)
        os.kill(self.child(), signal.SIGKILL)
        killed = ended(self.operator, first)
        self.assertEqual(killed["state"], "failed")
        self.assertIn("止められました", killed["japanese"])
        self.assertIn("止められました", self.operator.get("/rounds/1/run").text)
        self.wait_for(lambda: events and '"failed"' in events[-1])

        # It may run again, and is stopped while it runs or waits.
        second = self.start()
        self.child()
        third = self.start(timeLimit="601")
        for number in (third, second):
            self.assertEqual(self.operator.post(f"{ROUND}/runs/{number}/stop").status, 200)
            self.assertEqual(ended(self.operator, number)["state"], "stopped")
        self.assertEqual(list((self.data / "trials").iterdir()), [])

        # A service that is killed takes its runs with it; they run again after the next start, once.
        fourth = self.start()
        process = self.child()
        self.service.stop(kill=True)
        self.wait_for(lambda: not os.path.exists(f"/proc/{process}") or " Z " in self.stat(process))
        self.assertFalse((self.data / f"trials/{fourth}").exists())
        self.service.start()
        self.assertEqual(ended(self.operator, fourth)["state"], "done")
        self.assertEqual([each.name for each in (self.data / "trials").iterdir()], [str(fourth)])
        self.assertIn("試行", (self.data / f"trials/{fourth}/report.html").read_text())
        self.assertEqual(len(self.operator.get(f"{ROUND}/runs").json), 4)

        # What is wrong with the files is a sentence, and so is a limit that is no number.
        self.assertEqual(self.operator.post(f"{ROUND}/run", {"timeLimit": "soon"}).status, 422)
        version = self.operator.get("/api/v1/rounds").json[0]["version"]
        broken = (self.city / "children.csv").read_bytes().replace(b",F00", b",X00")
        self.operator.ask("POST", f"{ROUND}/upload?name=children.csv&expecting={version}", broken)
        wrong = ended(self.operator, self.start())
        self.assertEqual(wrong["state"], "failed")
        self.assertIn("点検", wrong["japanese"])

    def stat(self, process):
        try:
            return pathlib.Path(f"/proc/{process}/stat").read_text()
        except OSError:
            return " Z "

    def hear(self, number, events):
        request = urllib.request.Request(
            f"{self.service.address}/rounds/1/runs/{number}/events", headers={"Cookie": self.operator.cookie})

        def read():
            with urllib.request.urlopen(request, timeout=60) as stream:
                events.extend(line.decode() for line in stream if line.startswith(b"data:"))

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 10)

    def wait_for(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, "it did not come about")
            time.sleep(0.1)


class Month(Section):
    def test_a_result_goes_from_hand_to_hand_to_the_next_month(self):
        both = self.service.person("both", "両方", "operator", "approver")
        approver = self.service.person("tanaka", "田中", "approver")
        viewer = self.service.person("mori", "森", "viewer")
        number = self.start()
        self.assertEqual(both.post(f"{ROUND}/runs/{number}/hand-in").status, 409, "a run was handed in before it ended")
        self.assertEqual(ended(self.operator, number)["state"], "done")
        trial, result = self.data / f"trials/{number}", self.data / "results/round-1/revision-1"
        # A trial that is not what the files give is refused, and one handed in again counts once, also across a kill.
        placements = (trial / "placements.csv").read_bytes()
        (trial / "placements.csv").write_bytes(placements + b"C99999,H1,1,held,,,,0,no\n")
        self.assertEqual(self.hand_in(both, number)["state"], "failed")
        self.assertIn("placements.csv", both.get("/rounds/1/run").text)
        self.assertEqual(both.get(f"{ROUND}/results").json, [])
        (trial / "placements.csv").write_bytes(placements)
        both.post(f"{ROUND}/runs/{number}/hand-in", {"why": "一次の結果"})
        self.child()
        self.service.stop(kill=True)
        self.service.start()
        self.assertEqual(self.hand_in(both, number)["state"], "done")
        self.hand_in(both, number)
        results = both.get(f"{ROUND}/results").json
        self.assertEqual([(each["state"], each["history"][0]["why"]) for each in results], [("computed", "一次の結果")])
        self.assertNotIn("試行", (result / "report.html").read_text())
        self.assertEqual((trial / "placements.csv").read_bytes(), (result / "placements.csv").read_bytes())

        self.assertEqual(self.operator.post(f"{ROUND}/notices").status, 409, "a letter before the approval")
        self.assertEqual(self.operator.get("/rounds/1/files/borders").status, 409)
        self.assertEqual(self.operator.post(f"{ROUND}/notices/sample").status, 201)
        self.sign(approver, "approve", 409, "before the review")
        self.sign(viewer, "review", 403)
        self.sign(self.operator, "review", 200)
        self.sign(both, "approve", 403, "who handed it in")
        self.sign(approver, "approve", 200)
        self.sign(approver, "withdraw", 422, "without a reason")
        self.sign(approver, "withdraw", 200, why="確かめ直す")
        self.assertEqual(self.operator.post(f"{ROUND}/notices").status, 409, "a letter after the withdrawal")
        self.sign(approver, "approve", 200)

        made = self.operator.post(f"{ROUND}/notices", {"only": "held", "date": "2027-02-01"})
        self.assertEqual(made.status, 201, made.text)
        page = self.operator.get(f"/rounds/1/prints/{made.json['id']}/notices-001.html")
        self.assertTrue("結果通知書（保留）" in page.text and "結果通知書（内定）" not in page.text)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        self.assertEqual(viewer.get(f"/rounds/1/prints/{made.json['id']}/notices.csv").status, 403)
        self.assertEqual(self.operator.get(f"/rounds/1/prints/{made.json['id']}/..%2Frun.json").status, 404)
        self.assertEqual(self.operator.post(f"{ROUND}/notices", {"household": "nobody"}).status, 422)
        self.assertEqual(self.operator.post(f"{ROUND}/vacancies").status, 201)
        workbook = self.operator.get("/rounds/1/files/workbook")
        self.assertTrue(workbook.body.startswith(b"PK") and "attachment" in workbook.headers["Content-Disposition"])
        self.sign(self.operator, "publish", 200)
        self.sign(approver, "withdraw", 409, "what is published", why="x")

        self.go_on(result)
        verified = run("ledger", "verify", self.data / "ledger.sqlite")
        self.assertIn("nothing was altered", verified.stdout)
        self.assertEqual(self.operator.get("/api/v1/ledger/verification").json["faults"], [])
        (result / "placements.csv").write_text("x")
        self.assertTrue(self.operator.get("/api/v1/ledger/verification").json["faults"])
        self.assertIn('role="alert"', self.operator.get("/rounds/1/approve?verify=1").text)

    def hand_in(self, visitor, number, seconds=120):
        """Hands a trial in and waits for the end."""
        visitor.post(f"{ROUND}/runs/{number}/hand-in", {"why": "二度目"})
        end = time.monotonic() + seconds
        while (found := visitor.get(f"{ROUND}/hand-ins").json[0])["state"] in ("waiting", "running"):
            self.assertLess(time.monotonic(), end, "the handing in does not end")
            time.sleep(0.1)
        return found

    def sign(self, visitor, step, status, what="", **fields):
        answer = visitor.post(f"{ROUND}/results/1/{step}", fields)
        self.assertEqual(answer.status, status, f"{step} {what}: {answer.text}")

    def go_on(self, result):
        fates = [line.split(",") for line in (result / "placements.csv").read_text().splitlines()]
        placed = next(row[0] for row in fates if row[3] == "placed")
        self.put("child_id,date,reason\nC9,2027-04-10,\n")
        refused = self.operator.post(f"{ROUND}/next", {"month": "2027-05", "name": "月次"})
        self.assertEqual(refused.status, 422)
        self.assertIn("A2", refused.json["japanese"])
        self.assertIn("A2", self.operator.get("/rounds/1/next").text)
        self.assertEqual(len(self.operator.get("/api/v1/rounds").json), 1)
        self.put(f"child_id,date,reason\n{placed},2027-04-10,転居\n")
        made = self.operator.post(f"{ROUND}/next", {"month": "2027-05", "name": "月次"})
        self.assertEqual(made.status, 201, made.text)
        self.assertEqual(self.operator.post(f"{ROUND}/next", {"month": "2027-05", "name": "月次"}).status, 409)
        changes = self.operator.get(f"/rounds/{made.json['id']}/changes?kind=declined").text
        self.assertIn(placed, changes)
        self.assertNotIn(next(row[0] for row in fates if row[3] == "placed" and row[0] != placed), changes)

    def put(self, text):
        answer = self.operator.ask("POST", f"{ROUND}/next/files/declines?name=jitai.csv", text.encode())
        self.assertEqual(answer.status, 200, answer.text)


if __name__ == "__main__":
    unittest.main()
