"""Runs the end-to-end tests: all of them, or the files and tests that are named. ENMUSUBI names the binary."""

import pathlib
import signal
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A shell that starts this in the background leaves Ctrl-C ignored, and so would every command that is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)
files = [path for path in (ROOT / "Tests/EndToEnd").glob("*.py") if path.name not in ("__main__.py", "browser.py")]
names = sys.argv[1:] or sorted(str(path.relative_to(ROOT)) for path in files)
unittest.main(module=None, argv=["end-to-end", "--verbose", *names])
