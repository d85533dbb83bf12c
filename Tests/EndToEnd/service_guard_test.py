"""The service as it is started, reached, spied on and saved."""

import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time
import unittest

import pytest

from program import Folder, call
from service import PASSWORD, Service, Visitor, certificate


class Guarded(Folder):
    def refused(self, status, sentence, *options):
        done = call("serve", *options, cwd=self.folder, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        self.assertIn(sentence, done.stderr.decode())
        self.assertEqual(done.stdout, b"")


class Starts(Guarded):
    def test_what_would_be_unprotected_or_cannot_work_is_refused_with_a_sentence(self):
        self.refused(64, "--behind-proxy", "--data", "d", "--address", "0.0.0.0:0")
        self.refused(64, "--unix-socket", "--data", "d", "--sso-header", "X-User")
        self.refused(64, "HOST:PORT", "--data", "d", "--address", "8080")
        self.refused(64, "two files", "--data", "d", "--tls", "chain.pem")
        self.refused(65, "PEM", "--data", "d", "--tls", "no.pem", "no.key")
        self.refused(74, "folder of data", "--data", "/proc/none")
        (self.folder / "file").write_text("")
        self.refused(74, "folder of data", "--data", "file")
        with Service(self.folder / "data") as service:
            self.refused(74, "Another service", "--data", "data")
            self.refused(74, "already in use", "--data", "other", "--address", service.address.removeprefix("http://"))

    def test_a_signal_ends_it_in_order_and_it_starts_again(self):
        service = Service(self.folder / "data").start()
        service.process.terminate()
        self.assertEqual(service.process.wait(30), 0)
        self.assertEqual(service.process.stdout.read(), "")
        service.stop()
        with Service(self.folder / "data") as service:
            self.assertNotIn("/join/", "".join(service.lines))
            service.administrator.log_in()

    def test_it_speaks_https_with_a_certificate_of_its_own(self):
        chain, key = certificate(self.folder)
        process = subprocess.Popen(
            [os.environ["ENMUSUBI"], "serve", "--data", "data", "--address", "127.0.0.1:0", "--tls", str(chain), str(key),
             "--lang", "en"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)
        self.assertIn("https://127.0.0.1:", process.stdout.readline())
        port = int(re.search(r"https://127\.0\.0\.1:(\d+)", process.stdout.readline()).group(1))
        trusting = ssl.create_default_context(cafile=str(chain))
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=30)
        connection.request("GET", "/login")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertIn("ログイン", answer.read().decode())
        connection.close()
        with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
            plain.sendall(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertNotIn(b"200 OK", plain.recv(1000))


class OnSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Proxies(Guarded):
    def test_the_city_s_single_sign_on_names_who_asks_on_a_unix_socket_alone(self):
        data = self.folder / "data"
        with Service(data) as service:
            service.person("sato", "佐藤", "viewer")
        # The path of a socket has a hundred bytes at most.
        path = pathlib.Path("/tmp") / f"enmusubi-{os.getpid()}.socket"
        self.addCleanup(path.unlink, missing_ok=True)
        process = subprocess.Popen(
            [os.environ["ENMUSUBI"], "serve", "--data", str(data), "--unix-socket", str(path), "--sso-header", "X-Remote-User",
             "--lang", "en"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)
        self.assertIn(str(path), process.stdout.readline())
        self.assertEqual(path.stat().st_mode & 0o777, 0o660)

        def ask(page, headers):
            connection = OnSocket(path)
            connection.request("GET", page, headers={"X-Forwarded-For": "10.9.8.7, 192.0.2.55", **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            return answer, text

        answer, text = ask("/account", {"X-Remote-User": "sato"})
        self.assertEqual(answer.status, 200, text)
        self.assertIn("佐藤", text)
        self.assertIn("192.0.2.55", text)
        self.assertIn("Secure", answer.headers["Set-Cookie"])
        answer, text = ask("/account", {"X-Remote-User": "tanaka"})
        self.assertEqual(answer.status, 403)
        self.assertIn("招待", text)
        answer, text = ask("/account", {})
        self.assertEqual(answer.status, 403)


class Clients(Guarded):
    def test_floods_of_headers_and_broken_requests_end_their_connection_and_nothing_else(self):
        with Service(self.folder / "data") as service:
            host, port = service.address.removeprefix("http://").split(":")
            floods = [
                b"GET /login HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(5000)) + b"\r\n",
                b"GET /login HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n",
                b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                b"GET /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"\x16\x03\x01\x00\xff" + bytes(range(256)),
                b"GET http://elsewhere.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
            ]
            for flood in floods:
                with socket.create_connection((host, int(port)), timeout=30) as client:
                    answer = b""
                    try:
                        client.sendall(flood)
                        client.shutdown(socket.SHUT_WR)
                        answer = client.recv(12)
                    except (ConnectionResetError, BrokenPipeError):
                        pass
                    self.assertNotIn(answer[9:12], [b"200", b"500"], flood[:60])
            self.assertEqual(service.administrator.get("/people").status, 200)

    @pytest.mark.alone
    def test_a_client_that_never_ends_its_head_is_cut_off(self):
        with Service(self.folder / "data") as service:
            host, port = service.address.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port)), timeout=60) as client:
                client.sendall(b"GET /login HTTP/1.1\r\n")
                start, answer = time.monotonic(), None
                client.settimeout(1)
                # A byte every second, so that it is never idle.
                while answer is None and time.monotonic() - start < 50:
                    try:
                        client.sendall(b"a")
                        answer = client.recv(10)
                    except socket.timeout:
                        pass
                    except (ConnectionResetError, BrokenPipeError):
                        answer = b""
                self.assertEqual(answer, b"")


class Secrets(Guarded):
    def test_no_log_holds_a_password_a_token_an_invitation_or_a_child(self):
        service = Service(self.folder / "data").start()
        self.addCleanup(service.stop)
        administrator = service.administrator
        invited = administrator.post("/api/v1/people", {"login": "sato", "name": "佐藤", "roles": "entry,operator,approver"})
        invitation = invited.json["invitation"]
        sato = Visitor(service, "sato").join(invitation)
        token = administrator.post("/api/v1/tokens", {"name": "core", "roles": "viewer"}).json["token"]
        self.assertEqual(sato.post("/login", {"login": "sato", "password": "a wrong password"}).status, 401)
        round_ = sato.post("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": "一次"}).json["id"]
        for method, path in [("GET", f"/rounds/{round_}/children/HIDDEN-7"), ("GET", "/%00%ff"), ("GET", "/join/" + "A" * 43),
                             ("POST", f"/rounds/{round_}/upload?name=HIDDEN-7.csv&expecting=1")]:
            self.assertLess(sato.ask(method, path, b"HIDDEN-7" if method == "POST" else None).status, 500)
        tool = Visitor(service, "tool")
        self.assertEqual(tool.get("/api/v1/rounds", headers={"Authorization": "Bearer " + token}).status, 200)
        self.assertEqual(tool.get("/api/v1/rounds", headers={"Authorization": "Bearer x" + token}).status, 401)
        self.assertEqual(tool.get("/api/v1/people", headers={"Authorization": "Bearer " + token}).status, 403)
        # A token is for programs alone.
        self.assertEqual(tool.get("/", headers={"Authorization": "Bearer " + token}).status, 303)
        service.process.terminate()
        log = service.process.stdout.read()
        service.process.wait(30)
        self.assertNotIn("HIDDEN-7", log)
        secrets = [PASSWORD, "a wrong password", token, invitation.split("/")[-1], sato.cookie.split("=")[1], sato.form_token]
        stored = {path: path.read_bytes() for path in (self.folder / "data").glob("*.sqlite*")}
        self.assertGreaterEqual(len(stored), 2)
        for secret in secrets:
            self.assertNotIn(secret, log)
            for path, content in stored.items():
                # A form token is no secret on its own, and must be put into pages.
                if secret != sato.form_token or path.name.startswith("access"):
                    self.assertNotIn(secret.encode(), content, path)


class Saving(Guarded):
    def done(self, *arguments, status=0):
        done = call(*arguments, cwd=self.folder, timeout=120)
        self.assertEqual(done.returncode, status, done.stdout.decode() + done.stderr.decode())
        return done.stdout.decode() + done.stderr.decode()

    def test_a_backup_while_people_work_is_sound_and_comes_back(self):
        with Service(self.folder / "data") as service:
            sato = service.person("sato", "佐藤", "entry")
            round_ = sato.post("/api/v1/rounds", {"municipality": "試験市", "month": "2027-04", "name": "一次"}).json["id"]
            ended, answered = threading.Event(), [1]

            def work():
                while not ended.is_set():
                    body = b"a\n%d\n" % answered[0]
                    path = f"/api/v1/rounds/{round_}/upload?name=%E8%A1%A8.csv&expecting={answered[0]}"
                    answer = sato.ask("POST", path, body, {"Content-Type": "application/octet-stream"})
                    assert answer.status == 201, answer.text
                    answered[0] = answer.json["version"]

            worker = threading.Thread(target=work)
            worker.start()
            for number in range(3):
                before = answered[0]
                self.assertIn("verified", self.done("backup", "--data", "data", "--out", f"saved-{number}"))
                self.assertGreaterEqual(answered[0], before)
            ended.set()
            worker.join()
        self.assertIn("saved-2", self.done("backup", "--data", "data", "--out", "saved-2", status=74))
        self.assertIn("no data", self.done("backup", "--data", "nowhere", "--out", "x", status=65))
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith(".")], [])
        self.done("restore", "saved-2", "--data", "again")
        self.done("restore", "saved-2", "--data", "again", status=74)
        with Service(self.folder / "again") as service:
            # Log-ins have ended; passwords are as they were.
            old = Visitor(service, "sato")
            old.cookie = sato.cookie
            self.assertEqual(old.get("/").status, 303)
            sato = Visitor(service, "sato").log_in()
            version = sato.get("/api/v1/rounds").json[0]["version"]
            self.assertTrue(before <= version <= answered[0], (before, version, answered[0]))
        self.done("ledger", "verify", "again/access.sqlite")

        for number, damage in enumerate([self.lose_blob, self.alter_blob, self.alter_log]):
            damage(self.folder / f"saved-{number}")
            self.done("restore", f"saved-{number}", "--data", f"damaged-{number}", status=4)
            self.assertFalse((self.folder / f"damaged-{number}").exists())

    def lose_blob(self, saved):
        next(path for path in (saved / "blobs").rglob("*") if path.is_file()).unlink()

    def alter_blob(self, saved):
        next(path for path in (saved / "blobs").rglob("*") if path.is_file()).write_bytes(b"x")

    def alter_log(self, saved):
        path = saved / "access.sqlite"
        content = path.read_bytes()
        place = content.rindex(b'"who":"sato"')
        path.write_bytes(content[:place] + b'"who":"soto"' + content[place + 12:])

    def test_the_access_log_is_verified_by_the_command_while_the_service_runs(self):
        with Service(self.folder / "data") as service:
            for number in range(25):
                service.administrator.get("/access")
            self.assertIn("one chain", self.done("ledger", "verify", "data/access.sqlite"))
            found = json.loads(self.done("ledger", "verify", "data/access.sqlite", "--json"))
            self.assertTrue(found["isSound"] and found["entries"] >= 25 and found["anchors"] >= 1, found)
        path = self.folder / "data/access.sqlite"
        content = path.read_bytes()
        place = content.index(b'"who":"admin"')
        path.write_bytes(content[:place] + b'"who":"nobod"' + content[place + 13:])
        self.assertIn("altered", self.done("ledger", "verify", "data/access.sqlite", status=4))


if __name__ == "__main__":
    unittest.main()
