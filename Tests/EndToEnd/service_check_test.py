"""点検 and 規則 in the service: cells corrected in place by two people, doubts accepted, papers, rules as a form."""

import re

import pytest

from program import EXAMPLES, run
from service import Service

API = "/api/v1/rounds/1"


@pytest.fixture
def section(tmp_path):
    with Service(tmp_path / "data") as service:
        service.sato = service.person("sato", "佐藤", "entry")
        service.suzuki = service.person("suzuki", "鈴木", "operator")
        service.home = tmp_path / "data"
        answer = service.sato.post("/api/v1/rounds", {"municipality": "縁結市", "month": "2027-04", "name": "一次"})
        assert answer.status == 201, answer.text
        yield service


def upload(section, name, data):
    answer = section.sato.post(f"{API}/upload?name={name}", data)
    assert answer.status == 201, answer.text
    return answer.json["version"]


def settings(section, text, who=None):
    version = section.suzuki.get(f"{API}/readiness").json["version"]
    return (who or section.suzuki).post(f"{API}/settings/yaml", {"expecting": version, "yaml": text})


def case_of(section):
    """The newest version as a folder."""
    version = section.suzuki.get(f"{API}/readiness").json["version"]
    return section.home / "cases" / "1" / str(version)


def example(section, name, change=lambda name, data: data):
    for file in sorted((EXAMPLES / name).glob("*.csv")):
        if not file.name.startswith("expected"):
            upload(section, file.name, change(file.name, file.read_bytes()))
    answer = settings(section, (EXAMPLES / name / "case.yaml").read_text())
    assert answer.status == 200, answer.text


def ready(section):
    return section.suzuki.get(f"{API}/readiness").json


def test_two_bad_cells_are_corrected_in_place_by_two_people_and_the_round_is_ready_once_a_doubt_is_accepted(section):
    rows = (EXAMPLES / "small-town" / "children.csv").read_bytes().split(b"\n")
    whole = b"\r\n".join(rows)
    bad = whole.replace(b"\r\nC003,H002,2025-01-17,", b"\r\nC003,H002,2025-13-17,").replace(
        b",F10,F12,F11,", b',"F99",F12,F11,', 1)
    assert bad != whole
    # A row beside which another of the same birth date and wishes raises a doubt.
    like = b"C001,H001,2024-05-27,,,,,,1,34,7,6,F10,F12,F11,F09,F07,,,,,,"
    twin = like.replace(b"C001,H001", b"C991,H991")
    assert like in rows
    bad = bad.rstrip() + b"\r\n" + twin + b"\r\n"
    example(section, "small-town", lambda name, data: bad if name == "children.csv" else data)
    state = ready(section)
    assert (state["isReady"], state["errors"]) == (False, 2)

    problems = section.sato.get(f"{API}/problems").json["problems"]
    cells = {problem["cell"]: problem for problem in problems if problem["severity"] == "error"}
    assert sorted(cells) == ["C4", "M2"]
    page = section.sato.get("/rounds/1/check").text
    assert 'value="2025-13-17"' in page and 'value="F99"' in page

    seen = state["version"]
    def correct(who, cell, value, expecting):
        row, column = int(re.search(r"\d+", cell).group()), ord(cell[0]) - 64
        return who.post(f"{API}/cells", {
            "expecting": expecting, "file": "children.csv", "row": row, "column": column, "value": value})
    first = correct(section.sato, "C4", "2025-01-17", seen)
    assert first.status == 200 and first.json["version"] == seen + 1
    # The other saw the same version, and corrects another row.
    second = correct(section.suzuki, "M2", "F10", seen)
    assert second.status == 200 and second.json["version"] == seen + 2
    # Who corrects what somebody else has corrected meanwhile is told, and by whom.
    third = correct(section.suzuki, "C4", "2025-02-17", seen)
    assert third.status == 409 and third.json["code"] == "changedMeanwhile"
    assert ready(section)["version"] == seen + 2

    # Everything else is as it was, byte for byte; the quotes went with the cell.
    assert (case_of(section) / "children.csv").read_bytes() == whole.rstrip() + b"\r\n" + twin + b"\r\n"

    state = ready(section)
    assert (state["errors"], state["isReady"]) == (0, False)
    doubt, = [doubt for doubt in state["doubts"] if "acceptance" not in doubt]
    assert doubt["code"] == "CHILDREN_ALIKE"
    body = {"code": doubt["code"], "fingerprint": doubt["fingerprint"], "reason": "別の児童と保護者に確かめた"}
    assert section.sato.post(f"{API}/doubts", body).status == 403
    assert section.suzuki.post(f"{API}/doubts", {**body, "fingerprint": "0" * 64}).status == 409
    assert section.suzuki.post(f"{API}/doubts", {**body, "reason": " "}).status == 422
    accepted = section.suzuki.post(f"{API}/doubts", body)
    assert accepted.status == 200 and accepted.json["isReady"]
    page = section.sato.get("/rounds/1/check").text
    assert "鈴木" in page and "別の児童と保護者に確かめた" in page

    # The program, with the same doubt accepted, agrees.
    run("check", case_of(section), "--accept", "CHILDREN_ALIKE")
    # Another child in the same row is another doubt.
    assert correct(section.sato, f"A{len(rows)}", "C992", seen + 2).status == 200
    state = ready(section)
    assert not state["isReady"] and [doubt["wasAccepted"] for doubt in state["doubts"]] == [True]


def test_a_setting_changed_by_the_form_gives_the_yaml_that_the_program_reads_and_keeps_its_comments(section):
    example(section, "small-town")
    before = (EXAMPLES / "small-town" / "case.yaml").read_text()
    version = ready(section)["version"]
    form = {"expecting": str(version), "siblings.timing": "any", "siblings.nearKilometres": "2.5", "excel": "true",
            "priority[0].order": "ascending", "priority[3].blank": "last", "move": "2:1"}
    answer = section.suzuki.post("/rounds/1/rules", form)
    assert answer.status == 303, answer.text
    text = (case_of(section) / "case.yaml").read_text()
    assert "timing: any        # for blank answers" in text and "nearKilometres: 2.5" in text
    assert text.splitlines()[0] == before.splitlines()[0] and text.endswith("excel: true\n")
    order = [line.split("key: ")[1].split(",")[0] for line in text.splitlines() if "{key: " in line]
    assert order == ["tier", "waiting_months", "points", "tax"]
    run("check", case_of(section))
    assert len(text.splitlines()) == len(before.splitlines()) + 1

    # A second clerk with the page from before, a wrong value and a wrong YAML change nothing.
    assert section.suzuki.post("/rounds/1/rules", form).status == 409
    version = ready(section)["version"]
    wrong = section.suzuki.post("/rounds/1/rules", {"expecting": str(version), "siblings.nearKilometres": "far"})
    assert wrong.status == 422 and 'value="far"' in wrong.text
    bad = settings(section, text.replace("month: 2027-04", "month: soon"))
    assert bad.status == 422 and "line 4" in bad.json["title"]
    assert settings(section, "a: [").status == 422
    assert settings(section, text, section.sato).status == 403
    assert ready(section)["version"] == version


def test_points_tried_on_a_child_are_those_of_check_points_before_and_after_the_table_is_saved(section):
    example(section, "points-table")
    child = (EXAMPLES / "points-table" / "children.csv").read_text().splitlines()[1].split(",")[0]
    def printed():
        lines = run("check", case_of(section), "--points", child, "--lang", "ja").stdout.splitlines()
        start = next(index for index, line in enumerate(lines) if line.startswith("児童 "))
        return lines[start:]
    kept = section.sato.post(f"{API}/points/try", {"child": child}).json
    assert not kept["isChanged"] and kept["japanese"] == printed()[:len(kept["japanese"])]
    change = {f"pointsTable[{row}].points": "11" for row in range(6)}
    tried = section.sato.post(f"{API}/points/try", {"child": child, **change}).json
    assert tried["isChanged"] and tried["japanese"] != kept["japanese"] and tried["keptJapanese"] == kept["japanese"][0]
    assert ready(section)["version"] == section.suzuki.get(f"{API}/settings").json["version"]
    version = ready(section)["version"]
    assert section.suzuki.post(f"{API}/settings", {"expecting": version, **change}).status == 200
    assert tried["japanese"] == printed()[:len(tried["japanese"])]
    page = section.sato.post("/rounds/1/rules/try", {"child": child, **change})
    assert page.status == 200 and tried["japanese"][0] in page.text


def test_missing_papers_are_a_doubt_until_they_came_in_or_somebody_decides_and_a_child_in_two_households_is_shown(section):
    def twice(name, data):
        if name != "children.csv":
            return data
        row = data.split(b"\n")[3]
        return data.rstrip() + b"\n" + row.replace(b"C003,H002", b"C993,H993") + b"\n"
    example(section, "small-town", twice)
    assert section.sato.post(f"{API}/papers", {"child": "C9999", "missing": "就労証明書"}).status == 422
    # A double click is one.
    section.sato.post(f"{API}/papers", {"child": "C003", "missing": "就労証明書"})
    papers = section.sato.post(f"{API}/papers", {"child": "Ｃ００３", "missing": "就労証明書"})
    assert [paper["child"] for paper in papers.json] == ["C003"]
    state = ready(section)
    assert not state["isReady"] and state["errors"] == 0 and state["waitingForPapers"] == 1
    assert [doubt["code"] for doubt in state["doubts"] if "acceptance" not in doubt] == ["PAPERS_MISSING"]
    paper = papers.json[0]["id"]
    assert section.sato.post(f"{API}/papers/{paper}", {"missing": "就労証明書（父）"}).status == 200
    page = section.sato.get("/rounds/1/check").text
    alike = page[page.index('id="alike"'):]
    assert "C003" in alike and "C993" in alike and "就労証明書（父）" in page
    # Whoever may not see children sees how the round stands, and no child.
    analyst = section.person("ono", "小野", "analyst")
    page = analyst.get("/rounds/1/check")
    assert page.status == 200 and "C003" not in page.text and analyst.get(f"{API}/papers").status == 403
    assert section.sato.post(f"{API}/papers/{paper}/end").status == 200
    assert ready(section)["isReady"]
    assert section.sato.post(f"{API}/papers/{paper}/end").status == 404
