"""Faults that happen: the process is killed, the disk is full, somebody asks a thousand times."""

import http.client
import pathlib
import random
import resource
import threading
import time
import urllib.error
import urllib.parse

import pytest

import cities
from program import IS_LONG, Folder, call
from service import Service

# How many times the service is killed.
KILLS = 200 if IS_LONG else 20


class Worker:
    """Somebody who changes things until the service is gone, and remembers what was answered."""

    def __init__(self, visitor, number):
        self.visitor, self.number = visitor, number
        self.rounds, self.versions, self.made = {}, {}, 0

    def work(self, ended):
        while not ended.is_set():
            try:
                self.step()
            except (urllib.error.URLError, ConnectionError, http.client.HTTPException, TimeoutError):
                return

    def step(self):
        self.made += 1
        if self.made % 5 == 1:
            name = f"{self.number}-{self.made}"
            answer = self.visitor.post("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": name})
            # A round that was made before the kill, and not answered, is there already.
            if answer.status == 409:
                return
            assert answer.status == 201, answer.text
            self.round = answer.json["id"]
            self.rounds[name], self.versions[self.round] = self.round, {1: None}
            return
        content = f"number,{self.number}\nmade,{self.made}\n".encode()
        known = self.visitor.get(f"/api/v1/rounds/{self.round}/files").json["version"]
        answer = self.visitor.ask(
            "POST", f"/api/v1/rounds/{self.round}/upload?" + urllib.parse.urlencode({"name": "x.csv", "expecting": known}),
            content, {"Content-Type": "application/octet-stream"})
        assert answer.status == 201, answer.text
        assert answer.json["version"] == known + 1
        self.versions[self.round][known + 1] = content


@pytest.mark.slow
class Kills(Folder):
    def test_what_was_answered_is_there_once_after_any_kill(self):
        data = self.folder / "data"
        chance = random.Random(23)
        service = Service(data).start()
        self.addCleanup(lambda: service.stop())
        workers = [Worker(service.person(f"clerk{number}", f"係{number}", "entry", "operator"), number) for number in range(3)]
        for kill in range(KILLS):
            ended = threading.Event()
            threads = [threading.Thread(target=worker.work, args=(ended,)) for worker in workers]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.01, 0.5))
            service.stop(kill=True)
            ended.set()
            for thread in threads:
                thread.join()
            service = Service(data).start()
            for worker in workers:
                worker.visitor.service = service
                if kill % 10 == 9 or kill == KILLS - 1:
                    self.check(worker)
        self.assertGreater(sum(len(worker.rounds) for worker in workers), KILLS // 4)
        done = call("ledger", "verify", data / "access.sqlite")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        # Every database, every content, every reference.
        done = call("backup", "--data", data, "--out", self.folder / "saved")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        # Uploads that were cut off are gone.
        self.assertEqual(list((data / "incoming").iterdir()), [])

    def check(self, worker):
        listed = [(row["name"], row["id"]) for row in worker.visitor.get("/api/v1/rounds").json]
        for name, id in worker.rounds.items():
            self.assertEqual([found for found, _ in listed].count(name), 1, name)
            self.assertIn((name, id), listed)
        round_, versions = max(worker.versions.items())
        for version, content in versions.items():
            if content:
                answer = worker.visitor.get(f"/rounds/{round_}/versions/{version}/files/x.csv")
                self.assertEqual((answer.status, answer.body), (200, content))

    def test_a_run_that_was_asked_for_is_done_once_after_the_service_was_killed_while_it_ran(self):
        data = self.folder / "data"
        service = Service(data).start()
        self.addCleanup(lambda: service.stop())
        clerk = service.person("sato", "佐藤", "entry", "operator")
        city = cities.generate(self.folder / "city", 300, 12)
        round_ = clerk.post("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": "一次"}).json["id"]
        for path in sorted(city.iterdir()):
            version = clerk.get(f"/api/v1/rounds/{round_}/files").json["version"]
            query = urllib.parse.urlencode({"name": path.name, "expecting": version})
            answer = clerk.ask("POST", f"/api/v1/rounds/{round_}/upload?{query}", path.read_bytes())
            self.assertEqual(answer.status, 201, answer.text)
        chance, runs = random.Random(7), []
        for _ in range(4):
            answer = clerk.post(f"/api/v1/rounds/{round_}/run")
            self.assertEqual(answer.status, 202, answer.text)
            runs.append(answer.json["id"])
            time.sleep(chance.uniform(0, 1))
            service.stop(kill=True)
            service = Service(data).start()
            clerk.service = service
        for _ in range(600):
            rows = clerk.get(f"/api/v1/rounds/{round_}/runs").json
            if all(row["state"] not in ("waiting", "running") for row in rows):
                break
            time.sleep(0.1)
        self.assertEqual({row["state"] for row in rows}, {"done"}, rows)
        self.assertTrue(set(runs) <= {row["id"] for row in rows})
        for row in rows:
            done = call("verify", data / f"cases/{round_}/{row['version']}", data / f"trials/{row['id']}")
            self.assertEqual(done.returncode, 0, done.stderr.decode())


class Disk(Folder):
    def test_a_full_disk_is_told_and_leaves_sound_data(self):
        """A limit on the size of a file stands for the disk: writing beyond it fails likewise."""
        data = self.folder / "data"
        service = Service(data).start()
        self.addCleanup(lambda: service.stop())
        clerk = service.person("sato", "佐藤", "entry")
        round_ = clerk.post("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": "一次"}).json["id"]
        limit = 300_000
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        answer = clerk.ask("POST", f"/api/v1/rounds/{round_}/upload?name=x.csv&expecting=1", b"a\n" * limit)
        self.assertIn(answer.status, (500, 503, 507), answer.text)
        self.assertRegex(answer.json["japanese"], "ディスク|保存")
        # The databases reach the limit too.
        statuses = set()
        for number in range(400):
            answer = clerk.ask(
                "POST", f"/api/v1/rounds/{round_}/upload?name=y.csv&expecting=1", b"a\n%d\n" % number)
            statuses.add(answer.status)
            if answer.status >= 500:
                break
        self.assertTrue(statuses <= {201, 409, 500, 503, 507}, statuses)
        service.stop(kill=True)
        service = Service(data).start()
        clerk.service = service
        version = clerk.get(f"/api/v1/rounds/{round_}/files").json["version"]
        answer = clerk.ask("POST", f"/api/v1/rounds/{round_}/upload?name=z.csv&expecting={version}", b"a\n1\n")
        self.assertEqual(answer.status, 201, answer.text)
        self.assertEqual([path for path in (data / "incoming").iterdir()], [])
        self.assertEqual(call("ledger", "verify", data / "access.sqlite").returncode, 0)
        done = call("backup", "--data", data, "--out", self.folder / "saved")
        self.assertEqual(done.returncode, 0, done.stderr.decode())


class Growth(Folder):
    def test_a_thousand_requests_take_neither_memory_nor_files(self):
        with Service(self.folder / "data") as service:
            clerk = service.person("sato", "佐藤", "entry")
            process = pathlib.Path(f"/proc/{service.process.pid}")

            def memory():
                status = (process / "status").read_text()
                return int(status.split("VmRSS:")[1].split()[0])

            def ask(count):
                for number in range(count):
                    self.assertEqual(clerk.get("/").status, 200)
                    self.assertEqual(clerk.get("/nowhere").status, 404)
                    if number % 10 == 0:
                        clerk.post("/api/v1/rounds", {"municipality": "", "month": "x", "name": "x"})

            ask(250)
            before, files = memory(), len(list((process / "fd").iterdir()))
            ask(250)
            middle = memory()
            ask(500)
            after = memory()
            self.assertLessEqual(len(list((process / "fd").iterdir())), files + 4)
            # What caches and the allocator keep grows at first, not for ever.
            self.assertLess(after - middle, 12_000, (before, middle, after))
