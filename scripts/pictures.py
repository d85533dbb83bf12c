"""Takes the pictures of the service's pages; see scripts/pictures."""

import io
import pathlib
import sys
import tempfile
import time
import urllib.parse

import PIL.Image

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Support"))

import cities
from pictures import chromium, page_of
from service import Service

IMAGES = ROOT / "docs/images"


def upload(visitor, name, content):
    version = visitor.get("/api/v1/rounds/1/files").json["version"]
    query = urllib.parse.urlencode({"name": name, "expecting": version})
    answer = visitor.ask(
        "POST", f"/api/v1/rounds/1/upload?{query}", content, {"Content-Type": "application/octet-stream"})
    assert answer.status == 201, answer.text


def take(opened, visitor, path, name, width=1280, most=1500, opens=()):
    """One picture, in few colours, so that it is small."""
    page = page_of(opened, visitor, width)
    answer = page.goto(visitor.service.address + path)
    assert answer.status == 200, (path, answer.status)
    for selector in opens:
        page.locator(selector).first.click()
    picture = PIL.Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, most)))
    picture.quantize(64).save(IMAGES / f"{name}.png", optimize=True)
    page.context.close()


def main():
    with tempfile.TemporaryDirectory() as folder, chromium() as opened:
        folder = pathlib.Path(folder)
        city = cities.generate(folder / "city", 2_000, 74, 1)
        book = cities.workbook(folder / "申込者.xlsx", city / "children.csv", cities.CHILDREN, "令和9年4月 申込者一覧", 0)
        with Service(folder / "data") as service:
            operator = service.person("sato", "佐藤 花子", "entry", "operator")
            approver = service.person("tanaka", "田中 一郎", "approver")
            operator.post("/api/v1/rounds", {"municipality": "えんむすび市", "month": "2027-04", "name": "一次"})
            for path in sorted(city.iterdir()):
                if path.name != "children.csv":
                    upload(operator, path.name, path.read_bytes())
            upload(operator, book.name, book.read_bytes())
            take(opened, operator, "/rounds/1/columns", "service-columns", most=2_000)
            # The same children with the standard names, two cells of which cannot be read.
            version = operator.get("/api/v1/rounds/1/files").json["version"]
            operator.post("/api/v1/rounds/1/remove-file", {"name": book.name, "expecting": version})
            children = (city / "children.csv").read_text(encoding="utf-8")
            broken = children.replace(",2026-03-08,", ",2026-33-08,", 1)
            upload(operator, "children.csv", broken.encode())
            take(opened, operator, "/rounds/1/check", "service-check")
            upload(operator, "children.csv", children.encode())
            for doubt in operator.get("/api/v1/rounds/1/check").json.get("doubts", []):
                operator.post("/api/v1/rounds/1/doubts", {
                    "code": doubt["code"], "fingerprint": doubt["fingerprint"], "reason": "確かめました"})
            started = operator.post("/api/v1/rounds/1/run", {"timeLimit": "300"})
            assert started.status == 202, started.text
            while operator.get("/api/v1/rounds/1/runs/1").json["state"] in ("waiting", "running"):
                time.sleep(0.3)
            take(opened, operator, "/rounds/1/review", "service-review")
            take(opened, operator, "/rounds/1/runs/1/attention", "service-attention", most=1_300)
            household = operator.get("/api/v1/rounds/1/runs/1/children?outcome=held").json["rows"][0]["household"]
            take(opened, operator, f"/rounds/1/runs/1/households/{household}", "service-household")
            take(opened, operator, f"/rounds/1/runs/1/households/{household}", "service-household-mobile", 390)
            operator.post("/rounds/1/runs/1/hand-in", {"why": "2月5日の調整会議のため"})
            while not operator.get("/api/v1/rounds/1/runs/1").json.get("handedIn"):
                time.sleep(0.3)
            take(opened, approver, "/rounds/1/approve", "service-approve")
            take(opened, approver, "/", "service-rounds")


if __name__ == "__main__":
    main()
