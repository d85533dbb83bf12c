"""確認: what a run came to, in the service: search, households, lists, sums without ids, pins and two runs compared."""

import html
import json
import re
import subprocess
import time

import pytest

from program import ENMUSUBI
from service import Service


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city of 300 in the service, run once."""
    home = tmp_path_factory.mktemp("service-result")
    case = home / "city"
    subprocess.run(
        [ENMUSUBI, "generate", str(case), "--children", "300", "--facilities", "12", "--seed", "3", "--points", "table"],
        check=True, capture_output=True)
    with Service(home / "data") as service:
        operator = service.person("suzuki", "鈴木一郎", "operator")
        made = operator.post("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": "一次"})
        assert made.status == 201, made.text
        for file in sorted(case.iterdir()):
            if file.is_file():
                version = operator.get("/api/v1/rounds/1/files").json["version"]
                sent = operator.ask("POST", f"/api/v1/rounds/1/upload?name={file.name}&expecting={version}", file.read_bytes())
                assert sent.status in (200, 201), sent.text
        yield City(service, operator, case)


class City:
    def __init__(self, service, operator, case):
        self.service, self.operator, self.case = service, operator, case
        self.first = self.run()

    def run(self):
        started = self.operator.post("/api/v1/rounds/1/run")
        assert started.status == 202, started.text
        for _ in range(600):
            run = self.operator.get(f"/api/v1/rounds/1/runs/{started.json['id']}").json
            if run["state"] not in ("waiting", "running"):
                assert run["state"] == "done", run
                return run["id"]
            time.sleep(0.1)
        raise AssertionError("the run does not end")

    @property
    def version(self):
        return self.operator.get("/api/v1/rounds/1/files").json["version"]

    def query(self, path, who=None):
        answer = (who or self.operator).get(f"/api/v1/rounds/1/{path}")
        assert answer.status == 200, answer.text
        return answer.json

    def children(self, query=""):
        rows, page = [], 1
        while True:
            part = self.query(f"runs/{self.first}/children?page={page}&{query}")
            rows += part["rows"]
            if page == part["pages"]:
                assert len(rows) == part["total"]
                return rows
            page += 1


def text(page):
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def plain(line):
    return re.sub(r"\s+", " ", line).strip()


def test_search_finds_an_id_as_it_is_typed(city):
    for typed in ("%EF%BC%A3%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%97", "c7", "C00007", "%20c00007%20"):
        answer = city.operator.get(f"/rounds/1/runs/{city.first}/search?q={typed}")
        assert answer.status == 303, (typed, answer.text)
        page = city.operator.get(answer.headers["Location"])
        assert page.status == 200 and "C00007" in page.text
    missing = city.operator.get(f"/rounds/1/runs/{city.first}/search?q=zzz")
    assert missing.status == 200 and "C00000" in missing.text
    assert city.operator.get(f"/api/v1/rounds/1/runs/{city.first}/search?q=zzz").status == 404


def test_a_household_says_what_explain_says(city):
    result = city.service.folder / "trials" / str(city.first)
    families = {}
    for row in city.children():
        families.setdefault(row["household"], []).append(row)
    siblings = next(rows for rows in families.values() if len(rows) > 1 and any(r["outcome"] == "held" for r in rows))
    alone = next(rows for rows in families.values() if len(rows) == 1 and rows[0]["outcome"] == "held")
    for household in (siblings[0]["household"], alone[0]["household"]):
        page = text(city.operator.get(f"/rounds/1/runs/{city.first}/households/{household}").text)
        said = subprocess.run(
            [ENMUSUBI, "explain", str(city.case), str(result), household, "--staff", "--no-sufficient"],
            check=True, capture_output=True, text=True).stdout
        lines = [plain(line) for line in said.splitlines() if line.strip()]
        # The two lines that begin a child stand on the page as its heading and facts.
        lines = [line for line in lines if not line.startswith(("えんむすび市 ", "結果: "))]
        assert len(lines) > 5
        for line in lines:
            assert line in page, line


def test_the_counter_is_told_of_no_other_family(city):
    ids = {row["child"] for row in city.children()}
    held = city.children("outcome=held")[:20]
    assert held and all(row["outcome"] == "held" for row in held)
    staff = counter = 0
    for row in held:
        path = f"/rounds/1/runs/{city.first}/households/{row['household']}"
        own = {r["child"] for r in city.children() if r["household"] == row["household"]}
        staff += len(set(re.findall(r"C\d{5}", city.operator.get(path).text)) - own)
        counter += len(set(re.findall(r"C\d{5}", city.operator.get(path + "?view=counter").text)) - own)
    assert counter == 0 < staff and len(ids) == 300


def test_lists_are_filtered_and_paged(city):
    all_children = city.children()
    assert len(all_children) == 300
    facility = next(row["facility"] for row in all_children if row["outcome"] == "placed")
    there = city.children(f"outcome=placed&facility={facility}&class=1")
    assert there == [
        row for row in all_children
        if row["outcome"] == "placed" and row.get("facility") == facility and row["ageClass"] == 1]
    page = city.operator.get(f"/rounds/1/runs/{city.first}/children?page=2").text
    assert page.count('<tr><th scope="row"') == 100 and "C00101" in page and "C00100" not in page


def test_children_to_look_at(city):
    found = city.query(f"runs/{city.first}/attention")
    assert 0 < found["total"] < 60
    weights = [row["weight"] for row in found["rows"]]
    assert weights == sorted(weights, reverse=True) and all(row["marks"] for row in found["rows"])
    page = text(city.operator.get(f"/rounds/1/runs/{city.first}/attention").text)
    for row in found["rows"][:5]:
        assert row["child"]["child"] in page and plain(row["marks"][0]["japanese"]) in page


def test_the_overview_holds_no_id_and_no_small_number(city):
    analyst = city.service.person("bunseki", "分析", "analyst")
    page = analyst.get(f"/rounds/1/runs/{city.first}/overview")
    assert page.status == 200
    api = analyst.get(f"/api/v1/rounds/1/runs/{city.first}/overview")
    for answer in (page.text, api.text):
        for row in city.children():
            assert row["child"] not in answer and row["household"] not in answer
    overview = api.json
    cells = [cell for facility in overview["facilities"] for cell in facility["cells"]]
    assert any(cell["isHidden"] for cell in cells)
    for cell in cells:
        for name in ("placed", "applicants", "waiting"):
            assert cell.get(name) not in (1, 2), cell
    for sums in overview["classes"] + overview["reasons"]:
        assert not {1, 2} & {sums.get(name) for name in ("placed", "held", "stays", "wishes")}


def test_who_may_see_what(city):
    run = f"/rounds/1/runs/{city.first}"
    records = [f"{run}/children", f"{run}/attention", f"{run}/search?q=c7", f"{run}/households/H00007", f"{run}/report",
               "/rounds/1/compare", "/rounds/1/pins"]
    analyst = city.service.person("bunseki2", "分析二", "analyst")
    viewer = city.service.person("etsuran", "閲覧", "viewer")
    for path in records:
        assert analyst.get(path).status == 403, path
        assert viewer.get(path).status in (200, 303), path
        if "report" not in path:
            assert analyst.get("/api/v1" + path).status == 403, path
    assert analyst.get("/rounds/1/review").status == viewer.get("/rounds/1/review").status == 200
    assert viewer.get(f"{run}/files/run.json").status == 403
    assert json.loads(city.operator.get(f"{run}/files/run.json").text)["trial"] is True
    for name in ("..%2F..%2Fservice.sqlite", "case%2Fchildren.csv", "none.csv"):
        assert city.operator.get(f"{run}/files/{name}").status == 404
    pin = {"child": "C00007", "decision": "held", "reason": "x", "expecting": str(city.version)}
    assert viewer.post("/api/v1/rounds/1/pins", pin).status == 403
    assert "name=\"decision\"" not in viewer.get(f"{run}/households/H00007").text
    assert city.operator.get("/rounds/1/runs/99/children").status == 404
    assert city.operator.get(f"/rounds/2/runs/{city.first}/children").status == 404


def test_a_pin_makes_a_version_and_the_next_run_shows_it(city):
    row = next(row for row in city.children("outcome=held"))
    household = f"/rounds/1/runs/{city.first}/households/{row['household']}"
    page = city.operator.get(household).text
    wished = re.search(r'<optgroup[^>]*>\s*<option value="([^"]+)"', page).group(1)
    version = city.version
    pin = {"child": row["child"], "decision": "facility", "facility": wished, "reason": "医師の意見書", "expecting": str(version)}
    answer = city.operator.post("/rounds/1/pins", {**pin, "formToken": city.operator.form_token})
    assert answer.status == 303 and answer.headers["Location"] == f"/rounds/1/pins?changed={version + 1}"
    told = text(city.operator.get(answer.headers["Location"]).text)
    assert "鈴木一郎" in told and "医師の意見書" in told and "もう一度実行してください" in told
    # Somebody who saw the version before is told, and nothing is lost.
    second = city.operator.post("/api/v1/rounds/1/pins", {**pin, "decision": "held", "reason": "別の理由"})
    assert second.status == 409 and second.json["code"] == "changedMeanwhile"
    for wrong in ({"reason": ""}, {"reason": "=1+1"}, {"child": "C99999"}, {"facility": "nowhere"}, {"decision": "maybe"}):
        refused = city.operator.post("/api/v1/rounds/1/pins", {**pin, "expecting": str(version + 1), **wrong})
        assert refused.status == 422, (wrong, refused.text)
    assert city.query("pins")["pins"] == [
        {"child": row["child"], "facility": wished, "by": "鈴木一郎", "reason": "医師の意見書"}]

    second_run = city.run()
    compared = city.query(f"compare?a={city.first}&b={second_run}")
    change = next(c for c in compared["changes"]["rows"] if c["child"] == row["child"])
    assert change["before"] == {"outcome": "held"} and change["after"]["facility"] == wished and change["isPinned"]
    assert compared["files"] == ["pins.csv"] and [pin["change"] for pin in compared["pins"]] == ["added"]
    told = text(city.operator.get(f"/rounds/1/compare?a={city.first}&b={second_run}").text)
    assert row["child"] in told and "固定配置を1件付けました" in told and "医師の意見書" in told

    removed = city.operator.post("/api/v1/rounds/1/pins/remove", {"child": row["child"], "expecting": str(version + 1)})
    assert removed.status == 200 and removed.json["pins"] == [] and removed.json["version"] == version + 2


def test_looking_is_logged(city):
    log = city.service.administrator.get("/api/v1/access")
    assert log.status == 200 and "/households/" in log.text


@pytest.mark.slow
def test_an_approved_result_is_no_trial_any_more(city):
    run = city.first
    household = f"/rounds/1/runs/{run}/households/H00007"
    assert "class=\"is-trial\"" in city.operator.get(household).text
    handed = city.operator.post(f"/api/v1/rounds/1/runs/{run}/hand-in")
    assert handed.status in (200, 201, 202), handed.text
    for _ in range(1200):
        number = city.operator.get(f"/api/v1/rounds/1/runs/{run}").json.get("handedIn")
        if number:
            break
        time.sleep(0.1)
    assert "class=\"is-trial\"" in city.operator.get(household).text
    reviewer = city.service.person("kakaricho", "係長", "approver")
    approver = city.service.person("kacho", "課長", "approver")
    for step, who in (("review", reviewer), ("approve", approver)):
        signed = who.post(f"/api/v1/rounds/1/results/{number}/{step}")
        assert signed.status == 200, signed.text
    for page in (household, f"/rounds/1/review?run={run}"):
        told = approver.get(page).text
        assert "is-trial" not in told and "承認された結果です" in told
