"""A city's own tables stay the city's, month after month; and the ways out of what went wrong."""

import json
import shutil

from own_city import FILES, TIMING, make_city, save
from program import Folder, call, rows, run


class OwnTables(Folder):
    """Three months of a city with files of its own."""

    def city(self):
        case = self.folder / "inbox/2027-04"
        self.children_header = make_city(
            self.folder / "standard", case, "--children", 90, "--facilities", 7, "--seed", 5, "--sibling-share", "0.4",
            settings="excel: true\n")
        return case

    def batch(self):
        return run(
            "batch", self.folder / "inbox", "--ledger", self.folder / "ledger.sqlite", "--out", self.folder / "results",
            "--quiet-time", 0, "--accept", "NOBODY_ELIGIBLE", "--accept", "ZERO_SEATS", "--accept", "NO_JOINT_OUTCOME",
            "--accept", "SEATS_CHANGED", "--accept", "COLUMN_OF_IDS",
            "--accept", "MANY_WITHOUT_WISHES")

    def test_headers_words_and_encoding_are_the_same_in_every_month(self):
        case = self.city()
        for number, month in enumerate(["2027-05", "2027-06", "2027-07"]):
            self.batch()
            result = self.folder / f"results/{case.name}/revision-1"
            fates = rows(result / "placements.csv")
            # In later months there may be nobody left who could be placed.
            placed = next((row["child_id"] for row in fates if row["outcome"] == "placed"), None)
            self.assertTrue(placed or number)
            held = next(row["child_id"] for row in fates if row["outcome"] == "held")
            save(case / FILES["declines"], ["宛名番号", "届出日", "事由"], [[placed, "2027/4/20", "転居"]] if placed else [])
            save(case / FILES["withdrawals"], ["宛名番号", "届出日", "事由"], [[held, "令和9年4月20日", ""]])
            if number == 0:
                self.compare_by_hand(case, result, fates)
            before = rows(case / FILES["children"], "cp932")
            new = {name: "" for name in self.children_header}
            new.update({
                "宛名番号": f"Ｎ{number}", "世帯番号": f"NH{number}", "生年月日": "R7.6.1", "第1希望": before[0]["第1希望"],
                "指数合計": "20", "備考欄": "新しい人"})
            for name in ("tier", "category", "tax"):
                new[name] = "1"
            save(case / FILES["new_children"], new, [new.values()])
            following = self.folder / "inbox" / month
            done = run("next", case, self.folder / "ledger.sqlite", "--month", month, "--out", following)
            self.assertIn("changes.csv", done.stdout)
            self.compare(case, following, placed, held, number)
            case = following
        self.batch()

    def compare_by_hand(self, case, result, fates):
        """What staff decided, with a title and the city's headers: what was found is told."""
        save(case / "manual.csv", ["職員の決定", ""], [
            ["宛名番号", "施設番号"], *([row["child_id"], row["facility_id"]] for row in fates)])
        done = run("compare", case, result, "--out", self.folder / "compared")
        self.assertIn("manual.csv:2:1: warning LAYOUT_FOUND", done.stderr)
        (case / "manual.csv").unlink()

    def compare(self, case, following, placed, held, number):
        names = {path.name for path in case.iterdir()} - {"changes.csv"}
        self.assertEqual(names, {path.name for path in following.iterdir()} - {"changes.csv"})
        settings = [(folder / "case.yaml").read_bytes().decode("cp932").split("\r\n") for folder in (case, following)]
        different = [(old, new) for old, new in zip(*settings, strict=True) if old != new]
        self.assertTrue(all(old.startswith(("month:", "round:")) for old, _ in different), different)
        for name in FILES.values():
            first, second = ((folder / name).read_bytes().decode("cp932") for folder in (case, following))
            self.assertEqual(first.split("\r\n")[0], second.split("\r\n")[0], name)
            self.assertNotIn("\n", second.replace("\r\n", ""))
        old = {row["宛名番号"]: row for row in rows(case / FILES["children"], "cp932")}
        new = {row["宛名番号"]: row for row in rows(following / FILES["children"], "cp932")}
        self.assertNotIn(placed, new)
        self.assertNotIn(held, new)
        self.assertEqual(new[f"Ｎ{number}"]["備考欄"], "新しい人")
        self.assertEqual(new[f"Ｎ{number}"]["生年月日"], "R7.6.1")
        kept = set(old) & set(new)
        self.assertGreater(len(kept), 5)
        for child in kept:
            changed = {name for name in old[child] if old[child][name] != new[child][name]}
            self.assertLessEqual(changed, {"待機月数", "きょうだい在園施設", *(f"第{n}希望" for n in range(1, 30))})
            self.assertEqual(int(new[child]["待機月数"]), int(old[child]["待機月数"] or 0) + 1)
        words = {row["同時入所の条件"] for row in rows(following / FILES["households"], "cp932")}
        self.assertLessEqual(words, {*TIMING.values(), ""})
        for row in rows(following / FILES["facilities"], "cp932"):
            self.assertEqual(row["園の電話"], "048-000")
        changes = rows(following / "changes.csv", "cp932")
        self.assertEqual(list(changes[0]), ["宛名番号", "世帯番号", "変わること", "前", "後", "理由"])
        told = {(row["宛名番号"], row["変わること"].split("（")[0]) for row in changes}
        declined = {(placed, "内定辞退")} if placed else set()
        self.assertLessEqual(declined | {(held, "申込取下げ"), (f"Ｎ{number}", "新しい申込み")}, told)
        self.assertLessEqual({(child, "待機月数") for child in kept}, told)

    def test_a_workbook_stays_a_workbook_and_what_the_month_means_is_asked(self):
        case = self.folder / "inbox/2027-04"
        run("generate", case, "--children", 40, "--facilities", 5, "--seed", 2)
        run("run", case, "--out", self.folder / "result", "--excel", "--accept", "NOBODY_ELIGIBLE")
        shutil.copy(self.folder / "result/result.xlsx", case / "children.xlsx")
        (case / "children.csv").unlink()
        settings = case / "case.yaml"
        settings.write_text(
            settings.read_text(encoding="utf-8") + "columns:\n  files: {children: {file: children.xlsx, sheet: 児童}}\n",
            encoding="utf-8")
        self.batch()
        refused = run(
            "next", case, self.folder / "ledger.sqlite", "--month", "2027-04", "--out", self.folder / "x", status=65)
        self.assertIn("--round", refused.stderr)
        following = self.folder / "inbox/2027-05"
        run("next", case, self.folder / "ledger.sqlite", "--month", "2027-05", "--out", following)
        self.assertTrue((following / "children.xlsx").exists())
        self.batch()


class WaysOut(Folder):
    def test_an_altered_folder_and_a_wrong_approval_have_a_way_out(self):
        inbox, ledger, results = self.folder / "inbox", self.folder / "台帳 1.sqlite", self.folder / "results"
        run("generate", inbox / "2027-04", "--children", 30, "--facilities", 4, "--seed", 1)

        def batch(*more, status=0):
            return run("batch", inbox, "--ledger", ledger, "--out", results, "--quiet-time", 0, *more, status=status)

        def sign(step, number, by, status=0):
            return run("ledger", step, ledger, number, "--by", by, "--why", "順に", status=status)

        accepted = ["--accept", "NOBODY_ELIGIBLE", "--accept", "ZERO_SEATS"]
        batch(*accepted)
        # What must come first is said as a command that can be copied.
        self.assertIn(f"enmusubi ledger review '{ledger}' 1 --by", sign("approve", 1, "k-001", status=64).stderr)
        sign("review", 1, "k-012")
        self.assertIn("two people", sign("approve", 1, "k-012", status=64).stderr)
        sign("approve", 1, "k-001")
        self.assertIn("3 is no run but an entry about run 1", sign("publish", 3, "k-001", status=64).stderr)
        sign("withdraw", 1, "k-001")
        run("ledger", "verify", ledger)
        # A spreadsheet has saved a table.
        file = results / "2027-04/revision-1/placements.csv"
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
        way = f"enmusubi ledger set-aside '{ledger}' 1 --by"
        stopped = batch(*accepted, status=4)
        self.assertIn(way, stopped.stdout + stopped.stderr)
        self.assertIn(way, run("ledger", "verify", ledger, status=4).stderr)
        altered = file.read_bytes()
        sign("set-aside", 1, "k-012")
        self.assertIn("computed, revision 2", batch(*accepted).stdout)
        runs = run("ledger", "list", ledger, "--all", "--json").stdout.splitlines()
        self.assertEqual([json.loads(line).get("setAside") for line in runs], [5, None])
        self.assertEqual(file.read_bytes(), altered)
        checked = run("ledger", "verify", ledger)
        self.assertIn("set aside by k-012 (entry 5)", checked.stderr)
        events = [json.loads(json.loads(line)["body"])["state"] for line in
                  run("ledger", "export", ledger).stdout.splitlines()]
        self.assertEqual(events, ["computed", "reviewed", "approved", "withdrawn", "set aside", "computed"])
        self.assertEqual(call("ledger", "withdraw", ledger, "6", "--by", "k-1", "--why", "x").returncode, 64)
        # A ledger that was begun otherwise.
        other = self.folder / "other.sqlite"
        run("batch", inbox, "--ledger", other, "--out", self.folder / "r", "--quiet-time", 0, "--one-person", *accepted)
        for step in ("review", "approve"):
            run("ledger", step, other, 1, "--by", "k-1", "--why", "x", "--wait")
