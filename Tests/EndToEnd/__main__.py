"""Runs the end-to-end tests: all, or those named, such as batch_test or batch_test.Year. ENMUSUBI names the binary."""

import pathlib
import signal
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

# A shell that starts this in the background leaves Ctrl-C ignored, and so would every command that is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)
names = sys.argv[1:] or sorted({path.stem for path in FOLDER.glob("*.py")} - {"__main__", "browser"})
unittest.main(module=None, argv=["end-to-end", "--verbose", *(f"Tests.EndToEnd.{name}" for name in names)])
