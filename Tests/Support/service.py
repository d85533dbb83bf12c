"""The service as a section uses it: started in a folder of its own, with people, asked as a program or in a browser."""

import json
import os
import pathlib
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

PASSWORD = "a long sentence of the tests"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Visitor:
    """Somebody with a log-in."""

    def __init__(self, service, login):
        self.service, self.login, self.cookie, self.form_token = service, login, "", ""

    def ask(self, method, path, body=None, headers=None, form=True):
        """Asks; a dict is sent as JSON to the API and as a form to a page."""
        headers = dict(headers or {})
        if self.cookie:
            headers["Cookie"] = self.cookie
        if isinstance(body, dict):
            if path.startswith("/api/"):
                body, kind = json.dumps(body).encode(), "application/json"
            else:
                body, kind = urllib.parse.urlencode(body).encode(), "application/x-www-form-urlencoded"
            headers["Content-Type"] = kind
        if method == "POST" and form and self.form_token:
            headers.setdefault("X-Form-Token", self.form_token)
        request = urllib.request.Request(self.service.address + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, {} if body is None else body, **more)

    def take(self, answer):
        cookie = answer.headers.get("Set-Cookie", "")
        assert answer.status == 303 and cookie, (answer.status, answer.text)
        self.cookie = cookie.split(";")[0]
        found = re.search(r'name="formToken" value="([^"]+)"', self.get("/").text)
        assert found
        self.form_token = found.group(1)
        return self

    def join(self, path):
        return self.take(self.post(path, {"password": PASSWORD, "again": PASSWORD}))

    def log_in(self, password=PASSWORD):
        return self.take(self.post("/login", {"login": self.login, "password": password}))


class Service:
    """`enmusubi serve` in a folder; `with` starts and ends it. `administrator` has joined after the first start."""

    def __init__(self, folder, *options):
        self.folder, self.options, self.process = pathlib.Path(folder), options, None
        self.administrator = Visitor(self, "admin")

    def start(self):
        self.process = subprocess.Popen(
            [os.environ["ENMUSUBI"], "serve", "--data", str(self.folder), "--address", "127.0.0.1:0", "--lang", "en",
             *self.options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"Serving at (\S+?)\. ", line)
            if found:
                self.address = found.group(1)
                break
        else:
            raise AssertionError("the service did not start: " + "".join(self.lines))
        invitation = re.search(r"(/join/\S+)", "".join(self.lines))
        if invitation:
            self.administrator.join(invitation.group(1))
        return self

    def stop(self, kill=False):
        if self.process:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(30)
            self.process.stdout.close()
            self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def person(self, login, name, *roles):
        """Somebody who was invited and has joined."""
        answer = self.administrator.post("/api/v1/people", {"login": login, "name": name, "roles": ",".join(roles)})
        assert answer.status == 201, answer.text
        return Visitor(self, login).join(answer.json["invitation"])


def certificate(folder):
    """A certificate that a machine made for itself, and its key."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True)
    return chain, key
