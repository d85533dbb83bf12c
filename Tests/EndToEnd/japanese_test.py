"""What people read, with ENMUSUBI_LANG=ja: no English line in any command; and the examples of the help, as they are written."""

import json
import os
import re
import shutil
import subprocess

from program import ENMUSUBI, EXAMPLES, Folder, call, run
from service import Service, certificate

JAPANESE = {**os.environ, "ENMUSUBI_LANG": "ja"}
# Words of case.yaml, of tables and of the command line, which are the same in every language.
CODES = set(
    "enmusubi serve backup restore run check verify explain compare calibrate what if table notices generate export suggest columns batch next ledger publish "
    "vacancies list show review approve guide help case yaml csv json children facilities households pins manual report html result xlsx "
    "utf auto glpk native ja en ok true false any lead elder younger together independent first proof points tier tax category support "
    "partner graduates out of priority placements ranks timing facility steps column adjustments wish keys shared limits closed seats over "
    "full info debug warning error sha id band yes no town city hash previous body sha".split())


def english(line):
    """The words of a line that are English and neither codes nor parts of paths, options, ids, settings or templates."""
    line = re.sub(r"\S*[/_=:<>{}|\\#$@0-9.*]\S*|--?[a-z-]+|[A-Z]{2,}\w*", " ", line)
    return [word for word in re.findall(r"(?<![A-Za-z])[A-Za-z][a-z']+(?![A-Za-z])", line) if word.lower() not in CODES]


class Japanese(Folder):
    """Runs commands in Japanese and keeps what they show."""

    def setUp(self):
        super().setUp()
        self.failures = []

    def say(self, *arguments, status=0, **options):
        done = call(*arguments, cwd=self.folder, env=JAPANESE, **options)
        shown = (done.stdout + done.stderr).decode()
        if status is not None:
            self.assertEqual(done.returncode, status, f"{arguments}\n{shown}")
        for line in shown.splitlines():
            # The log is for machines; examples of the help and the lines of suggest-columns are to be copied.
            if re.match(r"\d{4}-\d\d-\d\dT", line) or line.startswith("  enmusubi ") or "<!--" in line:
                continue
            if len(english(line)) >= 3:
                self.failures.append(f"{' '.join(map(str, arguments))}: {line}")
        return shown

    def test_the_heuristic_finds_english(self):
        self.assertEqual(english("nothing was written; look at claims.csv"), ["nothing", "was", "written", "look", "at"])
        self.assertEqual(english("enmusubi: --out に別の名前を指定してください。<folder> C00001 sameFirst=1 SEATS_CHANGED"), [])

    def test_no_line_of_any_command_is_english(self):
        say = self.say
        say("generate", "city", "--children", 60, "--facilities", 5, "--seed", 3, "--month", "令和9年4月",
            "--manual-mistakes", 2, "--transfer-share", 0.2)
        say("generate", "city", status=74)
        say("generate", "none", "--children", 0, "--held-share", 0.9, "--wishes", 0, status=64)
        say("generate", "none", "--facilities", "missing.csv", status=65)
        say("check", "city")
        say("check", "city", "--points", "c1")
        say("check", "city", "--points", "nobody", status=64)
        say("run", "city", "-o", "result", "--excel")
        say("run", "city", "-o", "result", status=74)
        say("run", "nowhere", "-o", "other", status=65)
        say("verify", "city", "result")
        say("verify", "city", "result", "--quick", status=None)
        say("verify", "city", "city", status=65)
        forged = self.folder / "forged"
        shutil.copytree(self.folder / "result", forged)
        table = forged / "waiting.csv"
        table.write_text(table.read_text(encoding="utf-8") + "x\n", encoding="utf-8")
        record = json.loads((forged / "run.json").read_text(encoding="utf-8"))
        record["counts"]["held"] += 1
        (forged / "run.json").write_text(json.dumps(record), encoding="utf-8")
        (forged / "more.txt").write_text("more", encoding="utf-8")
        say("verify", "city", "forged", status=4)
        held = next(line for line in (self.folder / "result/placements.csv").read_text().splitlines() if ",held," in line)
        say("explain", "city", "result", held.split(",")[0])
        say("explain", "city", "result", held.split(",")[1], "--no-sufficient", "--staff")
        say("explain", "city", "result", "nobody", status=64)
        say("compare", "city", "result", "-o", "comparison", status=None)
        say("compare", "city", "result", "--manual", "missing.csv", "-o", "other", status=65)
        say("calibrate", "city", "--roots", 1, "--most", 2, "--out", "proposed.yaml")
        say("calibrate", "city", "--learn", "adjustments", status=65)
        say("calibrate", "city", "--out", "proposed.yaml", status=74)
        say("what-if", "city", "--change", "seats:F001:1:+1", "--draws", 2)
        say("what-if", "city", "--change", "seats:F999:1:+1", status=64)
        say("what-if", "city", "--change", "more", status=64)
        say("compare-runs", "result", "result", "--case", "city")
        say("compare-runs", "result", "city", status=65)
        one, two = sorted({line.split(",")[1] for line in (self.folder / "result/placements.csv").read_text().splitlines()[1:]})[:2]
        say("table", "city", one, two, "--most", 2)
        say("table", "city", one, "nobody", status=64)
        say("table", "city", one, one, status=64)
        say("notices", "city", "result", "-o", "notices", status=None)
        say("notices", "city", "result", "-o", "notices", status=None)
        say("publish-vacancies", "city", "result", "-o", "vacancies.csv")
        say("export", "city", "--lp", "city.lp")
        say("export", "city", "--lp", "city.lp", status=74)
        say("export", "city", "--lp", "other.lp", "--phase", "x", status=64)
        say("suggest-columns", "missing", status=None)

    def test_no_line_of_batch_ledger_and_next_is_english(self):
        say = self.say
        inbox = self.folder / "inbox"
        say("generate", inbox / "april", "--children", 60, "--facilities", 5, "--seed", 3)
        say("batch", inbox / "april", "--ledger", "l", "-o", "out", status=64)
        say("batch", "nowhere", "--ledger", "l", "-o", "out", status=65)
        shutil.copytree(inbox / "april", inbox / "twin")
        say("batch", inbox, "--ledger", "l", "-o", "out", "--quiet-time", 0, status=65)
        shutil.rmtree(inbox / "twin")
        (inbox / "bad").mkdir()
        say("batch", inbox, "--ledger", "l", "-o", "out", "--quiet-time", 0, status=65)
        shutil.rmtree(inbox / "bad")
        say("batch", inbox, "--ledger", "l", "-o", "out", "--quiet-time", 0)
        say("next", inbox / "april", "l", "--month", "2027/5", "-o", inbox / "may", "--children")
        say("next", inbox / "april", "l", "--month", "2028-05", "-o", inbox / "late", status=65)
        say("next", inbox / "april", "l", "--month", "2027-04", "-o", inbox / "late", status=65)
        say("ledger", "list", "l")
        say("ledger", "show", "l", "令和9年4月")
        say("ledger", "show", "l", 9, status=64)
        say("ledger", "show", "missing", 1, status=65)
        say("ledger", "review", "l", 1, "--by", "k-1", "--why", "確認")
        say("ledger", "approve", "l", 1, "--by", "k-2", "--why", "会議")
        say("ledger", "approve", "l", 1, "--by", "k-2", "--why", "会議", status=64)
        say("ledger", "withdraw", "l", 1, "--by", "k-2", "--why", "誤り")
        say("ledger", "approve", "l", 1, "--by", "k-1", "--why", "会議", status=64)
        say("ledger", "publish", "l", 1, "--by", "k-1", "--why", "発送", status=64)
        say("ledger", "publish", "l", 2, "--by", "k-1", "--why", "発送", status=64)
        say("ledger", "verify", "l")
        placements = self.folder / "out/april/revision-1/placements.csv"
        placements.write_text(placements.read_text() + "x\n")
        say("ledger", "verify", "l", status=4)
        say("batch", inbox, "--ledger", "l", "-o", "out", "--quiet-time", 0, status=4)
        say("ledger", "set-aside", "l", 1, "--by", "k-1", "--why", "表計算ソフトで保存した")
        say("ledger", "review", "l", 1, "--by", "k-1", "--why", "確認", status=64)
        say("ledger", "list", "l")
        say("ledger", "show", "l", 1)
        say("ledger", "verify", "l")
        # May may have warnings to accept.
        say("batch", inbox, "--ledger", "l", "-o", "out", "--quiet-time", 0, status=None)

    def tearDown(self):
        self.assertEqual(self.failures, [])
        super().tearDown()

    def test_no_line_of_help_and_usage_errors_is_english(self):
        tree = json.loads(call("--experimental-dump-help").stdout)["command"]

        def words(command, path):
            yield path
            for child in command.get("subcommands", []):
                yield from words(child, [*path, child["commandName"]])

        for path in words(tree, []):
            shown = self.say(*path, "--help")
            self.assertIn("概要: ", shown)
            if path != ["help"]:
                self.assertEqual(shown, run("help", *path, "--lang", "ja", env=dict(os.environ)).stdout, path)
        for arguments in [
            ["Run"], ["wlak"], ["ledger", "lst"], ["run"], ["run", "a", "--ou", "b"], ["run", "a", "--out"], ["check", "a", "b", "c"],
            ["check", "a", "--nonsense"], ["run", "a", "-o", "b", "--encoding", "x"], ["run", "a", "-o", "b", "--time-limit", "x"],
            ["run", "a", "-o", "b", "--sufficient", "-1"], ["run", "a", "--json=3"], ["verify", "a", "b", "--deep", "--quick"],
            ["next", "a", "b", "--month", "13", "-o", "c"], ["notices", "a", "b"], ["check", "--accept", "X", "a"],
            ["ledger", "review", "l", "1", "--by", " ", "--why", "x"], ["batch", "a", "--ledger", "l", "-o", "o", "--interval", "0"],
        ]:
            shown = self.say(*arguments, status=64)
            self.assertTrue(shown.startswith("エラー: "), shown)
        self.assertIn("「run」のことですか", self.say("Run", "x", status=64))
        self.assertIn("「--out」のことですか", self.say("run", "x", "--ou", "y", status=64))


class Languages(Folder):
    def test_files_and_json_do_not_depend_on_the_language(self):
        case = EXAMPLES / "small-town"
        written = {}
        for language in ("ja", "en"):
            home = self.folder / language
            home.mkdir()
            environment = {**os.environ, "ENMUSUBI_LANG": language}
            shown = [
                run(*arguments, cwd=home, env=environment, status=None).stdout
                for arguments in (
                    ["check", case, "--json"], ["verify", case, "result", "--json"], ["explain", case, "result", "C1", "--json"],
                    ["publish-vacancies", case, "result"], ["table", case, "x", "y", "--json"],
                    ["what-if", case, "--change", "objective:placements", "--json", "--out", "policy"])
                if arguments[0] == "check" or run("run", case, "-o", "result", cwd=home, env=environment, status=None)
            ]
            files = {path.relative_to(home): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
            written[language] = shown, {
                name: re.sub(rb'"\w+Seconds"\s*:\s*[0-9.e-]+', b"", data) for name, data in files.items()}
        self.assertEqual(written["ja"], written["en"])


class HelpExamples(Folder):
    """Every example of the help, run as it is written in a folder that has what it names."""

    def do(self, *arguments, **options):
        return run(*arguments, cwd=self.folder, **options)

    def small(self, name, *more, children=40):
        self.do("generate", name, "--children", children, "--facilities", 6, *more)

    def prepare(self, command):
        """Makes what the examples of a command take for granted."""
        (self.folder / "examples").symlink_to(EXAMPLES)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/enmusubi").symlink_to(ENMUSUBI)
        first = command.split()[0]
        if first == "what-if":
            self.do("generate", "city", "--children", 200, "--facilities", 20, "--sibling-share", 1)
        elif first in ("serve", "backup", "restore"):
            with Service(self.folder / "data"):
                certificate(self.folder)
            self.do("backup", "--data", "data", "--out", "saved")
        elif first not in ("enmusubi", "generate"):
            # An example of notices names the 200th household.
            self.small("city", "--manual-mistakes", 1, children=260 if first == "notices" else 120)
            self.do("run", "city", "--out", "result")
            shutil.copy(self.folder / "city/manual.csv", self.folder / "staff.csv")
        if first == "check":
            self.small("last-month", children=120)
        if first == "compare-runs":
            for name in ("result-with-more-seats", "other"):
                shutil.copytree(self.folder / "result", self.folder / name)
        if first == "calibrate":
            for year in (2024, 2025, 2026):
                self.small(
                    f"city-{year}", "--manual-mistakes", 1, "--seed", year, "--points", "table", "--month", f"{year}-04",
                    children=60)
        if first == "suggest-columns":
            for name, table in (("申込者", "children"), ("募集数", "facilities"), ("きょうだい", "households")):
                shutil.copy(self.folder / f"city/{table}.csv", self.folder / f"{name}.csv")
            shutil.copytree(self.folder / "city", self.folder / "case")
        if first in ("enmusubi", "batch"):
            self.small("inbox/one")
        if command == "ledger verify":
            with Service(self.folder / "data"):
                pass
        if first in ("next", "ledger", "publish-vacancies"):
            self.small("inbox/2027-04")
            batch = ["batch", "inbox", "--ledger", "ledger.sqlite", "--out", "results", "--quiet-time", 0]
            self.do(*batch)
            second = ["--month", "2027-04", "--round", "2027-04 second", "--out", "inbox/2027-04-second"]
            self.do("next", "inbox/2027-04", "ledger.sqlite", *second)
            self.do(*batch)
            self.do(
                "next", "inbox/2027-04-second", "ledger.sqlite", "--month", "2027-05", "--out", "inbox/2027-05")
            self.do(*batch)
            for state, person in (("computed", ""), ("reviewed", "k-012"), ("approved", "k-001")):
                if person:
                    self.do("ledger", state.removesuffix("ed").replace("approv", "approve"), "ledger.sqlite", 3, "--by", person,
                            "--why", "seen")
                shutil.copy(self.folder / "ledger.sqlite", self.folder / f"ledger.{state}")
            shutil.copy(self.folder / "ledger.computed", self.folder / "ledger.sqlite")

    def put_ledger(self, line):
        """Gives the ledger the state that an example of `ledger` needs: what one example does is no part of the next."""
        needed = {"approve": "reviewed", "publish": "approved", "withdraw": "approved"}.get(line.split()[2], "computed")
        shutil.copy(self.folder / f"ledger.{needed}", self.folder / "ledger.sqlite")

    def run_examples(self, command, examples):
        self.prepare(command)
        # 2, 3: a warning to accept, not proved; 4: what is compared differs; 124: the end of a watch.
        fine = {"compare": (0, 4), "verify": (0, 3), "calibrate": (0, 2), "batch": (0, 124, 130), "serve": (124,)}.get(command, (0,))
        for line in examples:
            for target in re.findall(r"--(?:out|lp) (\S+)", line) if command not in ("batch", "enmusubi") else []:
                path = self.folder / target
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            if line.startswith("enmusubi ledger "):
                self.put_ledger(line)
            words = f"timeout -s INT 5 {line}" if "--watch" in line or command == "serve" else line
            done = subprocess.run(
                ["sh", "-c", words], cwd=self.folder, capture_output=True, text=True, timeout=600,
                env={**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"})
            if done.returncode == 64 and "has no GLPK" in done.stderr:
                continue
            self.assertIn(done.returncode, fine, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")

    def test_every_example_of_the_help_works_as_it_is_written(self):
        tree = json.loads(call("--experimental-dump-help").stdout)["command"]

        def all_of(command, path):
            yield " ".join(path) or "enmusubi", command.get("discussion", "")
            for child in command.get("subcommands", []):
                yield from all_of(child, [*path, child["commandName"]])

        count = 0
        for command, discussion in all_of(tree, []):
            if "EXAMPLES:\n" not in discussion:
                self.assertEqual(command, "help")
                continue
            examples = [line.strip() for line in discussion.split("EXAMPLES:\n")[1].split("\n\n")[0].splitlines()]
            with self.subTest(command):
                self.run_examples(command, examples)
            count += len(examples)
            for path in self.folder.iterdir():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        self.assertGreater(count, 50)
