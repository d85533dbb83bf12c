"""The enmusubi binary as its users meet it."""

import collections
import csv
import json
import os
import pathlib
import random
import shutil
import subprocess

import pytest

from program import EACH_SOLVER, ENMUSUBI, IS_LONG, ROOT, SOLVERS, Folder, interrupted_at, rehash, run, start

VARIABLE = ("timings", "solver", "inputs")


def result(folder):
    """What a result folder says, without what may differ between two runs."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    record = json.loads(files.pop("run.json"))
    for name in VARIABLE:
        del record[name]
    return files, record


def shuffled(case, target, seed):
    """The same case with rows and columns in another order."""
    chance = random.Random(seed)
    shutil.copytree(case, target)
    for path in target.glob("*.csv"):
        with open(path, newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        order = list(range(len(header)))
        chance.shuffle(order)
        chance.shuffle(rows)
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerows([row[index] for index in order] for row in [header, *rows])


class Examples(Folder):
    def test_every_way_gives_the_same_bytes(self):
        for example in ["two-nurseries", "small-town"]:
            case = ROOT / "examples" / example
            results = []
            for index, way in enumerate([[], *EACH_SOLVER, ["--no-reduction"]]):
                out = self.folder / f"{example}-{index}"
                run("run", case, "--out", out, *way)
                run("verify", case, out)
                results.append(result(out))
            shuffled(case, self.folder / f"{example}-shuffled", seed=7)
            run("run", self.folder / f"{example}-shuffled", "--out", self.folder / f"{example}-other")
            results.append(result(self.folder / f"{example}-other"))
            for other in results[1:]:
                self.assertEqual(results[0], other)

    def test_x_is_at_a_and_y_at_b(self):
        run("run", ROOT / "examples/two-nurseries", "--out", self.folder / "out")
        with open(self.folder / "out/placements.csv", encoding="utf-8") as file:
            places = {row["child_id"]: row["facility_id"] for row in csv.DictReader(file)}
        self.assertEqual(places, {"1": "A", "2": "B", "3": "B", "4": "A"})

    def test_the_readme_of_an_example_shows_its_real_output(self):
        run("run", ROOT / "examples/two-nurseries", "--out", self.folder / "out")
        written = (self.folder / "out/placements.csv").read_text(encoding="utf-8")
        self.assertIn(written, (ROOT / "examples/two-nurseries/README.md").read_text(encoding="utf-8"))

    def test_the_library_example_prints_what_its_readme_shows(self):
        binary = pathlib.Path(ENMUSUBI).parent / "library-example"
        printed = subprocess.run([binary], capture_output=True, text=True, check=True).stdout
        self.assertIn(printed, (ROOT / "examples/library/README.md").read_text(encoding="utf-8"))

    def test_results_can_be_cp932(self):
        run("run", ROOT / "examples/small-town", "--out", self.folder / "out", "--encoding", "cp932")
        self.assertIn(b"\r\n", (self.folder / "out/placements.csv").read_bytes())
        run("verify", ROOT / "examples/small-town", self.folder / "out")


class Rounds(Folder):
    """Phases, pins, pooled and reserved places, transfers: each example has its result worked out by hand."""

    EXAMPLES = {
        "support-first": [], "pooled-classes": [], "reserved-places": [], "transfer-cycle": [],
        "pins": ["--accept", "PIN_EXCEEDS_LIMIT"],
    }

    def test_each_example_has_the_result_that_its_readme_explains(self):
        for example, accepted in self.EXAMPLES.items():
            case = ROOT / "examples" / example
            results = []
            for index, way in enumerate([[], *EACH_SOLVER, ["--no-reduction"]]):
                out = self.folder / f"{example}-{index}"
                run("run", case, "--out", out, *accepted, *way)
                run("verify", case, out)
                results.append(result(out))
            shuffled(case, self.folder / f"{example}-shuffled", seed=5)
            run("run", self.folder / f"{example}-shuffled", "--out", self.folder / f"{example}-other", *accepted)
            results.append(result(self.folder / f"{example}-other"))
            for other in results[1:]:
                self.assertEqual(results[0], other)
            for expected in sorted((case / "expected").iterdir()):
                self.assertEqual(results[0][0][expected.name].decode(), expected.read_text(), (example, expected.name))
            self.assertEqual(results[0][1]["status"], "optimal")

    def test_pins_that_exceed_a_limit_must_be_accepted(self):
        case = ROOT / "examples/pins"
        self.assertIn("PIN_EXCEEDS_LIMIT", run("run", case, "--out", self.folder / "out", status=2).stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_run_json_has_the_phases_and_the_pins(self):
        run("run", ROOT / "examples/support-first", "--out", self.folder / "phases")
        record = json.loads((self.folder / "phases/run.json").read_text())
        self.assertEqual([phase["name"] for phase in record["phases"]], ["support first", "general"])
        for phase in record["phases"]:
            self.assertEqual((phase["status"], phase["claimants"]), ("optimal", []))
            self.assertTrue(all(level["proved"] for level in phase["levels"]))
        self.assertEqual((record["counts"]["claims"], record["counts"]["phaseClaims"]), (0, 1))
        run("run", ROOT / "examples/pins", "--out", self.folder / "pins", *self.EXAMPLES["pins"])
        record = json.loads((self.folder / "pins/run.json").read_text())
        self.assertEqual(
            record["pins"][0], {"child": "a1", "facility": "A", "by": "Sato", "reason": "child protection"}
        )
        self.assertEqual((record["counts"]["pinned"], record["counts"]["overriddenClaims"]), (3, 2))

    def test_changed_results_are_found(self):
        for example, name, old, new in [
            ("support-first", "placements.csv", b"no,support first", b"no,general"),
            ("support-first", "placements.csv", b"g1,H1,1,placed,A,1,1,40,no,general", b"g1,H1,1,placed,A,1,1,40,no,"),
            ("support-first", "placements.csv", b"no,general", b"no,support first"),
            ("support-first", "placements.csv", b",phase", b",phases"),
            ("support-first", "claims.csv", b",phase,", b",priority,"),
            ("reserved-places", "placements.csv", b"o4,H4,3,held,,,3,30,no,", b"o4,H4,3,placed,B,2,2,30,no,general"),
            ("reserved-places", "run.json", b'"phaseClaims" : 2', b'"phaseClaims" : 1'),
            ("pins", "placements.csv", b"a2,H2,1,placed,C,,,2", b"a2,H2,1,placed,B,1,1,2"),
            ("pins", "placements.csv", b"e1,H3,2,placed,B,2,2", b"e1,H3,2,placed,A,1,1"),
            ("pins", "claims.csv", b"H4,q1,A,1,overridden,a1\n", b""),
            ("pins", "run.json", b'"by" : "Sato"', b'"by" : "Ito"'),
        ]:
            case, out, changed = ROOT / "examples" / example, self.folder / example, self.folder / "changed"
            if not out.exists():
                run("run", case, "--out", out, *self.EXAMPLES[example])
            shutil.rmtree(changed, ignore_errors=True)
            shutil.copytree(out, changed)
            text = (changed / name).read_bytes()
            self.assertIn(old, text)
            (changed / name).write_bytes(text.replace(old, new, 1))
            run("verify", case, changed, status=4)

    def test_a_phase_is_exported_as_a_program_of_its_own(self):
        case = ROOT / "examples/support-first"
        run("export", case, "--lp", self.folder / "none.lp", status=64)
        run("export", case, "--lp", self.folder / "none.lp", "--phase", "later", status=64)
        run("export", ROOT / "examples/two-nurseries", "--lp", self.folder / "none.lp", "--phase", "general", status=64)
        self.assertFalse((self.folder / "none.lp").exists())
        for phase in ["support first", "general"]:
            run("export", case, "--lp", self.folder / f"{phase}.lp", "--phase", phase)
            self.assertGreater((self.folder / f"{phase}.lp").stat().st_size, 100)

    def test_a_city_in_phases_with_pins_is_the_same_by_both_solvers(self):
        city = self.folder / "city"
        run("generate", city, "--children", 2000, "--facilities", 80, "--seed", 5)
        with open(city / "case.yaml", "a") as file:
            file.write("phases:\n  - {name: first, who: chosen}\n  - {name: rest, who: all}\n")
        with open(city / "children.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for index, row in enumerate(rows):
            row["group"] = ";".join(filter(None, [row.get("group", ""), "chosen" if index % 7 == 0 else ""]))
        with open(city / "children.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        with open(city / "pins.csv", "w", encoding="utf-8") as file:
            file.write("child_id,facility_id,by,reason\n")
            file.writelines(f"{row['child_id']},{row['wish_1']},staff,decided\n" for row in rows[3:2000:400])
        results = []
        for index, solver in enumerate(["auto", *SOLVERS]):
            run("run", city, "--out", self.folder / f"out-{index}", "--solver", solver, *self.EXAMPLES["pins"])
            results.append(result(self.folder / f"out-{index}"))
        run("verify", city, self.folder / "out-0")
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[0], results[2])
        self.assertGreater(results[0][1]["counts"]["phaseClaims"], 0)


@pytest.mark.slow
class Cities(Folder):
    def test_a_city_of_8000_is_the_same_by_both_solvers_and_in_any_order(self):
        for seed in [1, 72]:  # In the second nothing is stable.
            city = self.folder / f"city-{seed}"
            run("generate", city, "--children", 8000, "--facilities", 300, "--seed", seed)
            shuffled(city, self.folder / f"shuffled-{seed}", seed)
            results = []
            for index, (case, solver) in enumerate(
                [(city, "auto"), *((city, solver) for solver in SOLVERS), (self.folder / f"shuffled-{seed}", "auto")]
            ):
                out = self.folder / f"out-{seed}-{index}"
                run("run", case, "--out", out, "--solver", solver)
                results.append(result(out))
            run("verify", city, self.folder / f"out-{seed}-3", status=4)
            run("verify", city, self.folder / f"out-{seed}-3", "--other-copy")
            self.assertIn("solved it again", run("verify", city, self.folder / f"out-{seed}-0", "--deep").stdout)
            advice = (self.folder / f"out-{seed}-0/advice.csv").read_text(encoding="utf-8").splitlines()
            self.assertEqual(len(advice) > 1, seed != 1)
            self.assertEqual(results[0][1]["status"], "optimal")
            self.assertEqual(results[0][1]["counts"]["claims"], 0 if seed == 1 else 1)
            for other in results[1:]:
                self.assertEqual(results[0], other)

    def test_a_forged_proof_is_found(self):
        city, out = self.folder / "city", self.folder / "out"
        run("generate", city, "--children", 8000, "--facilities", 300, "--seed", 22)
        run("run", city, "--out", out)
        self.assertIn("steps replayed", run("verify", city, out).stdout)
        written = (out / "run.json").read_bytes()
        record = json.loads(written)

        def forged(change):
            copy = json.loads(json.dumps(record))
            change(copy, copy["solver"]["proof"])
            (out / "run.json").write_text(json.dumps(copy))
            return run("verify", city, out, status=4).stderr

        def drop_word(proof):
            proof["steps"][0] = proof["steps"][0].split(" ", 1)[1]

        self.assertIn("proof: strikes", forged(lambda _, proof: drop_word(proof)))
        self.assertIn("proof: strikes", forged(lambda _, proof: proof["steps"].reverse()))
        self.assertIn("proof: strikes", forged(lambda _, proof: proof["steps"].pop()))
        self.assertIn("malformed", forged(lambda _, proof: proof["steps"].append("x")))
        self.assertIn("claimants: the cores need 0", forged(lambda _, proof: proof["cores"].pop()))
        self.assertIn("proof: core 1", forged(lambda _, proof: proof["cores"][0]["households"].pop()))
        self.assertIn("proof: core 1", forged(lambda _, proof: proof["cores"][0]["steps"].clear()))
        self.assertIn("marked otherwise", forged(lambda _, proof: proof.update(claims="search" if proof["claims"] == "logic" else "logic")))
        self.assertIn("no steps", forged(lambda _, proof: proof.update(whole=True)))
        self.assertIn("unexpected", forged(lambda record, _: record["solver"].update(reduction=False)))
        self.assertIn("does not reach", forged(lambda _, proof: proof.pop("steps")))
        (out / "run.json").write_bytes(written)
        advice = (out / "advice.csv").read_bytes()
        (out / "advice.csv").write_bytes(advice[: advice.rindex(b"\n", 0, -1) + 1])
        # The report shows the advice, and is found to differ before anything is solved again.
        self.assertIn("fault: report.html", run("verify", city, out, "--deep", status=4).stderr)
        # Where both are forged alike, only solving again tells.
        report = (out / "report.html").read_text(encoding="utf-8")
        *rest, placed, changed = advice.decode().splitlines()[-1].split(",")
        cell = f'<td class="n">{placed}</td><td class="n">{changed}</td></tr>'
        self.assertEqual(report.count(cell), 1)
        (out / "advice.csv").write_bytes(
            advice[: advice.rindex(b"\n", 0, -1) + 1] + ",".join([*rest, str(int(placed) + 1), changed]).encode() + b"\n")
        (out / "report.html").write_text(
            report.replace(cell, cell.replace(f">{placed}<", f">{int(placed) + 1}<")), encoding="utf-8")
        rehash(out, "advice.csv", "report.html")
        run("verify", city, out)
        self.assertIn("other advice", run("verify", city, out, "--deep", status=4).stderr)
        (out / "report.html").write_text(report, encoding="utf-8")
        (out / "advice.csv").write_bytes(advice[1:])
        run("verify", city, out, status=4)

    @pytest.mark.highs
    def test_highs_finds_as_many_claims_on_the_exported_program(self):
        import highspy

        hard = ["--sibling-share", 0.7, "--random-priorities"]
        rules = ["wish-keys", "shared-limits", "closed-seats", "over-full"]
        every = [word for rule in rules for word in ("--rule", rule)]
        # The cities of 40 have no stable allocation, each under other rules.
        cities = [
            (600, 30, 1, []), (400, 20, 1, ["--points", "table", *every]), (40, 4, 2, hard), (40, 4, 18, hard),
            (40, 4, 2, [*hard, "--rule", "wish-keys"]), (40, 4, 46, [*hard, "--rule", "shared-limits"]),
            (40, 4, 61, [*hard, "--rule", "shared-limits"]), (40, 4, 2, [*hard, "--rule", "closed-seats"]),
            (40, 4, 18, [*hard, "--rule", "over-full"]), (40, 4, 25, hard + every), (40, 4, 63, hard + every),
        ]
        # One city of each kind is enough for every change.
        for number, (children, facilities, seed, harder) in enumerate(cities if IS_LONG else [*cities[:3], cities[-1]]):
            city, out, program = (self.folder / f"{name}-{number}" for name in ["city", "out", "program"])
            run("generate", city, "--children", children, "--facilities", facilities, "--seed", seed, *harder)
            run("run", city, "--out", out)
            run("export", city, "--lp", f"{program}.lp")
            highs = highspy.Highs()
            highs.setOptionValue("output_flag", False)
            self.assertEqual(highs.readModel(f"{program}.lp"), highspy.HighsStatus.kOk)
            highs.run()
            self.assertEqual(highs.getModelStatus(), highspy.HighsModelStatus.kOptimal)
            claims = json.loads((out / "run.json").read_text())["counts"]["claims"]
            self.assertEqual(round(highs.getInfo().objective_function_value), claims)
            self.assertEqual(claims > 0, children == 40)

    def test_an_exported_program_grows_with_the_outcomes_and_not_with_their_square(self):
        # Some households of four have tens of thousands of outcomes.
        run("generate", self.folder / "city", "--children", 1000, "--facilities", 38)
        run("export", self.folder / "city", "--lp", self.folder / "city.lp")
        self.assertLess((self.folder / "city.lp").stat().st_size, 20_000_000)

    def test_a_city_can_have_households_of_four_with_as_many_wishes_each(self):
        run(
            "generate", self.folder / "city", "--children", 200, "--facilities", 60, "--sibling-share", 1,
            "--household-sizes", "0,0,1", "--wishes", 12, "--random-priorities")
        with open(self.folder / "city/children.csv", newline="", encoding="utf-8") as file:
            children = list(csv.DictReader(file))
        sizes = collections.Counter(collections.Counter(child["household_id"] for child in children).values())
        self.assertEqual(sizes, {4: 50})
        self.assertEqual({sum(1 for number in range(1, 13) if child[f"wish_{number}"]) for child in children}, {12})
        run("generate", self.folder / "other", "--household-sizes", "1,many", status=64)

    def test_generating_twice_gives_the_same_bytes(self):
        for name in ["a", "b"]:
            run("generate", self.folder / name, "--children", 500, "--facilities", 20, "--seed", 9)
        for path in (self.folder / "a").iterdir():
            self.assertEqual(path.read_bytes(), (self.folder / "b" / path.name).read_bytes())


class BadInput(Folder):
    def spoil(self, name, old, new):
        case = self.folder / "case"
        shutil.rmtree(case, ignore_errors=True)
        shutil.copytree(ROOT / "examples/two-nurseries", case)
        text = (case / name).read_bytes()
        self.assertIn(old, text)
        (case / name).write_bytes(text.replace(old, new, 1))
        return case

    def test_each_mistake_ends_with_65_and_its_place_and_nothing_written(self):
        for name, old, new, place in [
            ("children.csv", b"household_id", b"house", "children.csv:1:1: error MISSING_COLUMN"),
            ("children.csv", b"A,B,40", b"A,Z,40", "children.csv:2:18: error FACILITY_UNKNOWN"),
            ("children.csv", b"\n2,Y", b"\n1,Y", "children.csv:3:1: error CHILD_TWICE"),
            ("households.csv", b"Y,tog", b"X,any,sameFirst\nY,tog", "households.csv:3:1: error HOUSEHOLD_TWICE"),
            ("facilities.csv", b",2\nB", b",200000\nB", "facilities.csv:2:16: error SEATS_TOO_MANY"),
            ("children.csv", b"2025-04-10", b"2025-02-30", "children.csv:2:5: error NOT_A_DATE"),
            ("children.csv", b"2025-04-10", b"2025\xff04-10", "children.csv:2:9: error INVALID_ENCODING"),
            ("children.csv", b"A,B,40", b"A," + b"B" * (10 << 20) + b",40", "children.csv:2:1: error ROW_TOO_LONG"),
            ("case.yaml", b"month:", b"mont:", "case.yaml:3:1: error SETTING_UNKNOWN"),
        ]:
            case = self.spoil(name, old, new)
            for command in [["run", case, "--out", self.folder / "out"], ["check", case]]:
                done = run(*command, status=65)
                self.assertIn(place, done.stderr)
                self.assertFalse((self.folder / "out").exists())
            problem = json.loads(run("check", case, "--json", status=65).stdout.splitlines()[0])
            self.assertIn(problem["problem"]["code"], place)
        case = self.spoil("households.csv", b"timing,facility\nX,together,sameFirst", b"timing,facility,lead_child_id\nX,lead,sameFirst,2")
        self.assertIn("CHILD_NOT_IN_HOUSEHOLD", run("check", case, status=65).stderr)
        for name in ["children.csv", "case.yaml"]:
            case = self.spoil(name, b"\n", b"\n")
            (case / name).write_bytes(b"")
            self.assertIn(f"{name}:1:1: error EMPTY_FILE", run("check", case, status=65).stderr)
            (case / name).unlink()
            self.assertIn(f"{name}: error FILE_MISSING", run("check", case, status=65).stderr)

    def test_a_wish_for_a_class_that_is_not_offered_is_located_and_skipped(self):
        case = self.spoil("facilities.csv", b"B,Bara Nursery,2", b"B,Bara Nursery,")
        self.assertIn("children.csv:2:18: warning WISH_NOT_OFFERED", run("check", case).stderr)

    def test_folders_that_cannot_be_written_end_with_74(self):
        case = ROOT / "examples/two-nurseries"
        full = self.folder / "full"
        full.mkdir()
        (full / "mine").write_text("kept")
        run("run", case, "--out", full, status=74)
        self.assertEqual([path.name for path in full.iterdir()], ["mine"])
        run("run", case, "--out", full / "mine" / "below", status=74)
        run("run", case, "--out", "/proc/enmusubi", status=74)
        run("generate", full, "--children", 50, "--facilities", 5, status=74)
        run("export", case, "--lp", full / "mine", status=74)
        run("export", case, "--lp", self.folder / "no" / "x.lp", status=74)

    def test_wrong_usage_ends_with_64(self):
        for arguments in [["fly"], ["run", "x"], ["run", "x", "--out", "y", "--solver", "best"],
                          ["run", "x", "--out", "y", "--time-limit", "-1"], ["generate", "x", "--children", "0"]]:
            run(*arguments, status=64)
        for command in [[], ["run"], ["check"], ["verify"], ["generate"], ["export"]]:
            self.assertIn("EXAMPLES", run(*command, "--help").stdout)

    def test_results_of_another_case_and_changed_results_are_found(self):
        case, out = ROOT / "examples/two-nurseries", self.folder / "out"
        run("run", case, "--out", out)
        self.assertIn("another case", run("verify", ROOT / "examples/small-town", out, status=65).stderr)
        for name, old, new in [
            ("placements.csv", b"1,X,1,placed,A,1,1,40", b"1,X,1,held,,,1,40"),
            ("placements.csv", b"2,Y,1,placed,B,2", b"2,Y,1,placed,A,1"),
            ("placements.csv", b",36,", b",35,"),
            ("claims.csv", b"\n", b"\nX,1,A,1,priority,\n"),
            ("borders.csv", b"points=34", b"points=33"),
            ("advice.csv", b"changed_children\n", b"changed_children\nseat,A,1,,+1,0,4,0\n"),
            ("run.json", b'"held" : 0', b'"held" : 1'),
            ("run.json", b'"claimants" : [', b'"claimants" : ["X"'),
        ]:
            changed = self.folder / "changed"
            shutil.rmtree(changed, ignore_errors=True)
            shutil.copytree(out, changed)
            text = (changed / name).read_bytes()
            self.assertIn(old, text)
            (changed / name).write_bytes(text.replace(old, new, 1))
            run("verify", case, changed, status=4)
        (changed / "run.json").write_text("{}")
        run("verify", case, changed, status=65)


class Limits(Folder):
    def test_a_household_of_three_hundred_with_a_table_is_judged_like_any_other(self):
        case = self.folder / "case"
        case.mkdir()
        (case / "case.yaml").write_text(
            "municipality: T\nround: r\nmonth: 2027-04\ndrawSeed: 1\n"
            "priority: [{key: points, order: descending}]\n")
        (case / "facilities.csv").write_text("facility_id,seats_1\nA,300\nB,300\n")
        # One child comes before the last of the three hundred at A, so that they are left with the second rank.
        (case / "children.csv").write_text(
            "child_id,household_id,age_class,points,wish_1,wish_2\n"
            + "".join(f"c{child:03},h,1,{child},A,B\n" for child in range(300)) + "single,s,1,50,A,\n")
        (case / "joint_wishes.csv").write_text("household_id,rank,child_id,facility_id\n" + "".join(
            f"h,{rank},c{child:03},{place}\n" for rank, place in ((1, "A"), (2, "B")) for child in range(300)))
        results = []
        for options in ([], ["--no-reduction"]):
            out = self.folder / f"out{len(results)}"
            run("run", case, "--out", out, *options)
            run("verify", case, out)
            with open(out / "placements.csv", newline="") as file:
                results.append([(row["facility_id"], row["outcome"]) for row in csv.DictReader(file)])
        self.assertEqual(results[0], [("B", "placed")] * 300 + [("A", "placed")])
        self.assertEqual(results[1], results[0])

    def test_a_joint_table_of_four_children_with_twenty_wishes_runs_in_bounded_memory(self):
        facilities = [f"F{index:02}" for index in range(20)]
        for name in ["answer", "table"]:
            case = self.folder / name
            case.mkdir()
            (case / "case.yaml").write_text(
                "municipality: T\nround: r\nmonth: 2027-04\ndrawSeed: 1\n"
                "priority: [{key: points, order: descending}]\nsiblings: {timing: any, facility: rankFirst}\n"
            )
            with open(case / "facilities.csv", "w") as file:
                file.write("facility_id,seats_0,seats_1,seats_2,seats_3\n")
                file.writelines(f"{facility},1,1,1,1\n" for facility in facilities)
            with open(case / "children.csv", "w") as file:
                wishes = ",".join(f"wish_{index + 1}" for index in range(20))
                file.write(f"child_id,household_id,age_class,points,{wishes}\n")
                for household in range(3):
                    for child in range(4):
                        file.write(f"c{household}{child},h{household},{child},{household},{','.join(facilities)}\n")
        with open(self.folder / "table/joint_wishes.csv", "w") as file:
            file.write("household_id,rank,child_id,facility_id\n")
            options = facilities + [""]
            rank = 0
            for a in options:
                for b in options:
                    for c in options:
                        for d in options:
                            rank += 1
                            for child, place in enumerate((a, b, c, d)):
                                file.write(f"h0,{rank},c0{child},{place}\n")
        for name in ["answer", "table"]:
            out = self.folder / f"out-{name}"
            for arguments in [("run", self.folder / name, "--out", out), ("verify", self.folder / name, out)]:
                # Each command by itself: other tests of this process have had children too.
                command = start(*arguments)
                _, status, used = os.wait4(command.pid, 0)
                command.returncode = status
                self.assertEqual(status, 0, arguments)
                self.assertLess(used.ru_maxrss / 1024, 2048, f"MiB of {arguments[0]}")

    def test_with_no_time_the_result_is_the_baseline_and_says_so(self):
        case, out = ROOT / "examples/small-town", self.folder / "out"
        run("run", case, "--out", out, "--time-limit", 0, status=3)
        record = json.loads((out / "run.json").read_text())
        self.assertEqual((record["status"], record["counts"]["placed"]), ("feasible", 0))
        self.assertIn("optimality was not checked", run("verify", case, out, status=3).stdout.splitlines()[-1])

    def test_ctrl_c_writes_the_best_checked_result_and_marks_it(self):
        case, out = self.folder / "hard", self.folder / "out"
        run(
            "generate", case, "--children", 2000, "--facilities", 60, "--sibling-share", 1, "--random-priorities",
            "--seed", 1
        )
        status, _, _ = interrupted_at("deciding by logic", "run", case, "--out", out)
        self.assertEqual(status, 130)
        self.assertEqual(json.loads((out / "run.json").read_text())["status"], "interrupted")
        run("verify", case, out, status=3)
