"""The points tables of examples/cities: every child's points and place must be what was worked out by hand."""

import json
from fractions import Fraction

import pytest

from program import EXAMPLES, rows, run


CITIES = sorted(path.parent for path in EXAMPLES.glob("cities/*/case.yaml"))


@pytest.fixture(params=CITIES, ids=[city.name for city in CITIES])
def city(request):
    return request.param


def points(case, child):
    """The points of a child as `check` computes them: apart from any wish, and at each wish."""
    report = json.loads(run("check", case, "--points", child, "--json").stdout.splitlines()[0])
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
