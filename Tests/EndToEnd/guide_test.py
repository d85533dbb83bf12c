"""The guide inside the program is what docs/ja says, and stands alone."""

import re
import subprocess
import sys

from program import ROOT, Folder, call

GUIDE = ROOT / "Sources/Guide/guide.html"


class Guide(Folder):
    def test_it_is_what_the_pages_say(self):
        done = subprocess.run([sys.executable, ROOT / "scripts/guide.py", "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_command_writes_it(self):
        self.assertEqual(call("guide").stdout, GUIDE.read_bytes())
        self.assertEqual(call("guide", "-o", self.folder / "手引き.html").returncode, 0)
        self.assertEqual((self.folder / "手引き.html").read_bytes(), GUIDE.read_bytes())

    def test_it_needs_nothing_else(self):
        text = GUIDE.read_text(encoding="utf-8")
        self.assertLessEqual(set(re.findall(r' (?:src|href)="([^#"]{0,5})', text)), {"data:", ""})
        ids = set(re.findall(r'id="([\w-]+)"', text))
        links = set(re.findall(r'href="#([\w-]+)"', text))
        self.assertGreater(len(links), 10)
        self.assertEqual(links - ids, set())
