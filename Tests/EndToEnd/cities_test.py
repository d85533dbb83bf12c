"""The points tables of examples/cities: every child's points and place must be what was worked out by hand."""

import json
import re
from fractions import Fraction

import pytest

from program import EXAMPLES, ROOT, rows, run


CITIES = sorted(path.parent for path in EXAMPLES.glob("cities/*/case.yaml"))


@pytest.fixture(params=CITIES, ids=[city.name for city in CITIES])
def city(request):
    return request.param


def points(case, child):
    """The points of a child as `check` computes them: apart from any wish, and at each wish."""
    lines = [json.loads(line) for line in run("check", case, "--points", child, "--json").stdout.splitlines()]
    report = next(line for line in lines if "wishes" in line)
    return Fraction(report["points"]), [Fraction(wish["points"]) for wish in report["wishes"]]


def test_there_are_ten_cities():
    assert len(CITIES) == 10


def test_points_are_what_was_worked_out_by_hand(city):
    expected = {}
    for row in rows(city / "expected-points.csv"):
        expected.setdefault(row["child_id"], {})[row["wish"]] = Fraction(row["points"])
    assert list(expected) == [row["児童番号"] for row in rows(city / "children.csv")]
    for child, by_wish in expected.items():
        own, at_wishes = points(city, child)
        by_hand = [by_wish.get(str(rank), by_wish[""]) for rank in range(1, len(at_wishes) + 1)]
        assert set(by_wish) <= {"", *(str(rank) for rank in range(1, len(at_wishes) + 1))}, child
        assert (own, at_wishes) == (by_wish[""], by_hand), child


def test_placements_are_what_was_worked_out_by_hand(city, tmp_path):
    result = tmp_path / "result"
    run("run", city, "--out", result)
    placed = [(row["child_id"], row["facility_id"]) for row in rows(result / "placements.csv")]
    assert placed == [(row["child_id"], row["facility_id"]) for row in rows(city / "expected-placements.csv")]
    run("verify", city, result)


CHILDREN = """\
child_id,household_id,age_class,父の月時間,母の月時間,母の出産予定,ひとり親,滞納,事由,所得割額,居住区,sibling_facility_ids,wish_1,wish_2
c1,h1,1,160,120,,,,就労,100000,北区,本園,分園,本園
c2,h1,2,160,120,,,,就労,100000,北区,,分園,
c3,h2,1,,160,,はい,,就労,0,南区,,本園,
c4,h3,1,160,,2027-05-20,,,疾病,50000,南区,,本園,分園
c5,h4,1,160,160,,,はい,災害,90000,南区,,本園,
"""
FACILITIES = "facility_id,ward,seats_1,seats_2\n本園,北区,1,1\n分園,南区,1,1\n"
# Worked out by hand from the table of the page: the lower parent, then at each wish what is added.
BY_HAND = {
    "c1": (17 + 1, [17 + 1 + 2, 17 + 1 + 3]),
    "c2": (17 + 1, [17 + 1 + 2]),
    "c3": (20 + 6, [20 + 6 + 2]),
    "c4": (20, [20 + 2, 20]),
    "c5": (20, [20 + 2]),
}


def test_the_table_and_the_order_of_the_japanese_page_work_as_written(tmp_path):
    page = (ROOT / "docs/ja/points.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert [block.split(":")[0] for block in blocks] == ["pointsTable", "priority"]
    head = 'municipality: 縁結市\nround: 一次\nmonth: 2027-04\ndrawSeed: "1"\n'
    (tmp_path / "case.yaml").write_text(head + "".join(blocks), encoding="utf-8")
    (tmp_path / "children.csv").write_text(CHILDREN, encoding="utf-8")
    (tmp_path / "facilities.csv").write_text(FACILITIES, encoding="utf-8")
    assert {child: points(tmp_path, child) for child in BY_HAND} == BY_HAND
    result = tmp_path / "result"
    run("run", tmp_path, "--out", result)
    reasons = {row["child_id"]: row["reason"] for row in rows(result / "reasons.csv")}
    assert reasons["c5"] == "notEligible"


def test_every_key_of_the_japanese_page_is_read(tmp_path):
    page = (ROOT / "docs/ja/points.md").read_text(encoding="utf-8")
    keys = re.findall(r"\| `(\{key: .*?\})` \|", page) + re.findall(r"`(\{key: 距離.*?\})`", page)
    assert len(keys) == 5
    table = re.search(r"```yaml\n(pointsTable:.*?)```", page, re.DOTALL).group(1)
    lines = CHILDREN.splitlines()
    extra = ["ランク,距離,距離_1", "A,1,2", "I,2,1", "B,3,", "C,4,4", "D,5,1"]
    (tmp_path / "children.csv").write_text(
        "\n".join(f"{line},{more}" for line, more in zip(lines, extra, strict=True)) + "\n", encoding="utf-8")
    (tmp_path / "facilities.csv").write_text(FACILITIES, encoding="utf-8")
    head = 'municipality: 縁結市\nround: 一次\nmonth: 2027-04\ndrawSeed: "1"\npriority:\n'
    (tmp_path / "case.yaml").write_text(
        head + "".join(f"  - {key}\n" for key in [*keys, "{key: points, order: descending}"]) + table, encoding="utf-8")
    said = run("check", tmp_path)
    assert "no errors" in said.stdout, said.stdout
    assert "KEY_OF_WISH_RANK" in said.stdout + said.stderr
