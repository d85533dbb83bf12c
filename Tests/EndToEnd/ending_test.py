"""Why a search ended is said alike on the console, in run.json, in the report and by a batch. ENMUSUBI names the binary."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENMUSUBI = os.environ["ENMUSUBI"]


def run(*arguments, status=0):
    done = subprocess.run([ENMUSUBI, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", timeout=600)
    if done.returncode != status:
        raise AssertionError(f"{arguments}: status {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}")
    return done


class Ending(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def ended(self, case, *options, status):
        out = self.folder / "out"
        said = run("run", case, "--out", out, *options, status=status).stdout
        return said, json.loads((out / "run.json").read_text()), (out / "report.html").read_text(encoding="utf-8"), out

    def test_proved(self):
        said, record, report, _ = self.ended(ROOT / "examples/two-nurseries", status=0)
        self.assertIn("result proved", said)
        self.assertEqual((record["status"], record["termination"]), ("optimal", {"reason": "proved"}))
        self.assertIn("This is proved to be the one result", report)

    def test_time(self):
        for example in ["small-town", "support-first"]:
            with self.subTest(example):
                case = ROOT / "examples" / example
                said, record, report, out = self.ended(case, "--time-limit", 0, status=3)
                self.assertIn("not proved: the time ended\n", said)
                self.assertEqual(record["status"], "feasible")
                self.assertEqual(record["termination"], {"reason": "stopped", "limit": "time"})
                for phase in record.get("phases", []):
                    self.assertEqual((phase["status"], phase["termination"]), ("feasible", record["termination"]))
                self.assertIn("The time ended. This is the best checked result so far", report)
                run("verify", case, out, status=3)
                shutil.rmtree(out)

    def test_a_contradiction_is_a_fault_and_an_earlier_record_is_read(self):
        case = ROOT / "examples/small-town"
        _, _, _, out = self.ended(case, "--time-limit", 0, status=3)
        file = out / "run.json"
        original = file.read_text(encoding="utf-8")
        written = """  "termination" : {
    "limit" : "time",
    "reason" : "stopped"
  },
"""
        self.assertEqual(original.count(written), 1)

        def verify(changed, status):
            file.write_text(original.replace(written, changed), encoding="utf-8")
            return run("verify", case, out, status=status).stderr

        verify(written, 3)
        verify("", 3)
        # The report says what ended the search as well.
        self.assertIn("report.html", verify(written.replace("time", "size"), 4))
        for limit in ["interrupted", "work", "claims"]:
            self.assertIn("run.json", verify(written.replace("time", limit), 4))
        self.assertIn("run.json", verify('  "termination" : {\n    "reason" : "proved"\n  },\n', 4))
        verify(written.replace("stopped", "proved"), 65)

    def test_batch_and_ledger(self):
        inbox, ledger = self.folder / "inbox", self.folder / "ledger.sqlite"
        shutil.copytree(ROOT / "examples/small-town", inbox / "town")
        out = self.folder / "results"
        run("batch", inbox, "--ledger", ledger, "--out", out, "--quiet-time", 0, "--time-limit", 0, status=3)
        self.assertIn("not proved: the time ended", (out / "batch.html").read_text(encoding="utf-8"))
        self.assertIn("feasible: the time ended", run("ledger", "show", ledger, "1").stdout)


if __name__ == "__main__":
    unittest.main()
