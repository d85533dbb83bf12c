"""Ids come out of every command as they went in, and every command takes them in either spelling."""

import json
import re
import shutil
import unicodedata

from program import ROOT, SharedFolder, call, record, rows, run, write_rows

# How some ids are spelled; all others of the town have full-width letters and digits.
SPECIAL = {"C048": "００１", "C055": "=1+1", "F03": "ｶﾞｸ園", "F04": "〜園"}
ID_COLUMNS = re.compile(r"(child|household|facility)_ids?$|^wish_\d+$")
# An id as it is compared, where none may stand. Digests and colours have such letters too.
FOLDED = re.compile(r"(?<![0-9A-Za-z#.])[CHF][0-9]{2,3}(?![0-9A-Za-z])|ガク園|~園")


def spelled(text):
    if text in SPECIAL:
        return SPECIAL[text]
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


def folded(text):
    """The text with its ids as they are compared."""
    return unicodedata.normalize("NFKC", text).replace("\u301C", "~")


def respell(case, spelling, but=()):
    """Spells the ids in the tables of a case anew, but for some columns."""
    for path in case.glob("*.csv"):
        table = rows(path)
        for row in table:
            for column in row.keys() - set(but):
                if ID_COLUMNS.search(column):
                    row[column] = ";".join(spelling(part) if part else "" for part in row[column].split(";"))
        write_rows(path, table)


class Spelling(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case, cls.plain = cls.folder / "case", cls.folder / "plain"
        for case in (cls.case, cls.plain):
            shutil.copytree(ROOT / "examples/small-town", case, ignore=shutil.ignore_patterns("expected", "README*"))
        # A wish is in another spelling than its facility in facilities.csv.
        respell(cls.case, spelled, but=["wish_2"])
        respell(cls.case, lambda text: folded(spelled(text)) if re.fullmatch(r"F\d\d", text) else text)
        respell(cls.plain, lambda text: folded(spelled(text)))
        cls.result, cls.other = cls.folder / "result", cls.folder / "other"
        for case, result in ((cls.case, cls.result), (cls.plain, cls.other)):
            run("run", case, "--out", result, "--sufficient", 20)

    def look(self, text, *ids):
        """The ids stand in the text, and none as it is compared."""
        # The cell of a spreadsheet, such as (C17), is no id.
        text = re.sub(r'\([A-Z]+[0-9]+\)|"cell":"[A-Z]+[0-9]+"', "", text)
        found = FOLDED.search(text)
        self.assertIsNone(found, text[max(0, found.start() - 100):found.end() + 100] if found else "")
        for one in ids:
            self.assertIn(one, text)

    def look_at(self, folder, *ids):
        """Every file of a folder has ids as they are spelled only, and the ids stand in one of them at least."""
        texts = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                encoding = "cp932" if path.name == "notices.csv" else "utf-8"
                texts[path] = path.read_bytes().decode(encoding).replace("～", "〜")
                self.look(texts[path])
        for one in ids:
            self.assertTrue(any(one in text for text in texts.values()), one)
        for path, text in texts.items():
            if path.suffix == ".csv":
                cells = {cell for row in rows(path, "cp932" if path.name == "notices.csv" else "utf-8")
                         for column, cell in row.items() if column and ID_COLUMNS.search(column)}
                self.assertNotIn("001", cells, path.name)
        return texts

    def test_a_result_has_the_ids_as_they_are_spelled(self):
        texts = self.look_at(self.result, "００１", "=1+1", "ｶﾞｸ園", "〜園", spelled("H001"))
        for name in ("placements.csv", "borders.csv", "borders_public.csv", "waiting.csv", "reasons.csv", "report.html"):
            self.assertIn("ｶﾞｸ園" if name.startswith("b") else "００１", texts[self.result / name], name)
        # But for the spelling it is the result of the case whose ids are spelled as they are compared.
        self.assertEqual(record(self.result)["caseDigest"], record(self.other)["caseDigest"])
        for path in sorted(self.other.iterdir()):
            if path.name != "run.json":
                # The report names the input files by their hashes.
                texts = [re.sub("<code>[0-9a-f]{64}</code>", "", folded((one / path.name).read_text(encoding="utf-8")))
                         for one in (self.other, self.result)]
                self.assertEqual(*texts, path.name)

    def test_it_verifies_and_so_does_the_result_of_a_copy_in_the_other_spelling(self):
        self.look(run("verify", self.case, self.result).stdout)
        for case, result in ((self.case, self.other), (self.plain, self.result)):
            run("verify", case, result, "--other-copy")
            run("verify", case, result, status=4)
        out = self.folder / "cp932"
        run("run", self.case, "--out", out, "--encoding", "cp932")
        run("verify", self.case, out)
        self.assertIn("ｶﾞｸ園".encode("cp932"), (out / "borders.csv").read_bytes())

    def test_a_child_is_explained_by_either_spelling(self):
        for one, other in (("００１", "001"), ("=1+1", "＝１＋１")):
            texts = [run("explain", self.case, self.result, name, "--lang", "en").stdout for name in (one, other)]
            self.assertEqual(texts[0], texts[1])
            self.look(texts[0], one)
        told = json.loads(run("explain", self.case, self.result, "001", "--json").stdout.splitlines()[-1])
        self.assertEqual(told["child"], "００１")
        self.look(run("explain", self.case, self.result, "001", "--staff", "--no-sufficient").stdout)

    def test_households_and_changes_are_named_in_either_spelling(self):
        texts = [run("table", self.case, spell("H001"), spell("H002")).stdout for spell in (spelled, str)]
        self.assertEqual(texts[0], texts[1])
        texts = []
        for number, change in enumerate(("seats:ガク園:1:+2", "seats:ｶﾞｸ園:1:+2")):
            out = self.folder / f"what-if-{number}"
            texts.append(run("what-if", self.case, "--change", change, "--out", out).stdout.replace(str(out), "OUT"))
            self.look(texts[-1] + (out / "changes.csv").read_text(encoding="utf-8"), "ｶﾞｸ園")
        self.assertEqual(texts[0], texts[1])

    def test_checks_name_what_is_spelled(self):
        for more in ([], ["--json"], ["--lang", "ja"]):
            done = call("check", self.case, *more)
            self.look((done.stdout + done.stderr).decode())
        report = run("compare-runs", self.result, self.other, "--case", self.case, "--out", self.folder / "same").stdout
        self.look(report)
        self.assertEqual(rows(self.folder / "same/changes.csv"), [])

    def test_a_manual_result_is_compared(self):
        placements = rows(self.result / "placements.csv")
        manual = [
            {"child_id": row["child_id"], "facility_id": "" if row["outcome"] == "stays" else row["facility_id"]}
            for row in placements]
        # In the folded spelling, as somebody typed it, and with the apostrophe that the result has.
        self.assertIn("'=1+1", [row["child_id"] for row in manual])
        self.assertIn("００１", [row["child_id"] for row in manual])
        for row in manual[::2]:
            row["child_id"], row["facility_id"] = folded(row["child_id"]), folded(row["facility_id"])
        file = self.folder / "manual.csv"
        write_rows(file, manual)
        run("compare", self.case, self.result, "--manual", file, "--out", self.folder / "agreed")
        # Two who were placed are held.
        placed = [index for index, row in enumerate(placements) if row["outcome"] == "placed"]
        for index in placed[3:5]:
            manual[index]["facility_id"] = ""
        write_rows(file, manual)
        out = self.folder / "compared"
        done = run("compare", self.case, self.result, "--manual", file, "--out", out, status=4)
        self.look(done.stdout + done.stderr)
        self.look_at(out, *(placements[index]["child_id"] for index in placed[3:5]))

    def test_letters_and_vacancies(self):
        out = self.folder / "notices"
        self.look(run("notices", self.case, self.result, "--out", out).stdout.replace("notices-001", ""))
        self.look_at(out, "００１", "=1+1", "ｶﾞｸ園", spelled("H001"))
        for encoding in ("utf-8", "cp932"):
            done = call("publish-vacancies", self.case, self.result, "--encoding", encoding.replace("-", ""))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.look(done.stdout.decode(encoding).replace("～", "〜"), "ｶﾞｸ園", "〜園")
            self.look(done.stderr.decode())

    def test_the_next_month_has_the_same_spelling(self):
        inbox, ledger = self.folder / "inbox", self.folder / "ledger.sqlite"
        shutil.copytree(self.case, inbox / "2027-04")
        run("batch", inbox, "--ledger", ledger, "--out", self.folder / "results", "--quiet-time", 0)
        # Copied from the result, apostrophes and all, or typed.
        placements = rows(self.result / "placements.csv")
        placed = [row["child_id"] for row in placements if row["outcome"] == "placed"]
        held = [row["child_id"] for row in placements if row["outcome"] == "held"]
        special = ["００１", "'=1+1"]
        self.assertLessEqual(set(special), set(placed))
        declines = [*special, folded(next(one for one in placed if one not in special))]
        write_rows(
            inbox / "2027-04/declines.csv", [{"child_id": one, "date": "2027-03-20", "reason": ""} for one in declines])
        write_rows(
            inbox / "2027-04/withdrawals.csv", [{"child_id": folded(held[0]), "date": "2027-03-20", "reason": ""}])
        # A new sibling whose household is written in another form.
        new = {"child_id": "Ｎ１", "household_id": "H001", "birth_date": "2026-05-01", "wish_1": "ガク園", "points": "20", "tier": "1"}
        write_rows(inbox / "2027-04/new_children.csv", [new])
        out = self.folder / "2027-05"
        done = run("next", inbox / "2027-04", ledger, "--month", "2027-05", "--out", out, "--children")
        self.look(done.stdout + done.stderr)
        texts = self.look_at(out, "ｶﾞｸ園", "〜園", "Ｎ１")
        self.assertNotIn("H001", texts[out / "children.csv"])
        households = {row["child_id"]: row["household_id"] for row in rows(out / "children.csv")}
        self.assertEqual(households["Ｎ１"], spelled("H001"))
        self.assertLessEqual(set(households) - {"Ｎ１"}, {row["child_id"].lstrip("'") for row in placements})
        run("run", out, "--out", self.folder / "may", "--accept", "NO_JOINT_OUTCOME")
        run("verify", out, self.folder / "may")
        self.look_at(self.folder / "may", "ｶﾞｸ園", "〜園")
