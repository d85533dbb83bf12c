"""What holds for all Python tests: those of Tests/EndToEnd and of Tests/Attack. See pytest.ini for the marks."""

import os
import pathlib
import signal

import pytest

HERE = pathlib.Path(__file__).resolve().parent


def pytest_configure(config):
    if not os.path.isabs(os.environ.get("ENMUSUBI", "")):
        raise pytest.UsageError(
            "ENMUSUBI must name the binary by its whole path; scripts/end-to-end builds one and sets it")
    # A shell that starts this in the background leaves Ctrl-C ignored, and so would every command that is tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session):
    strays = sorted(
        str(path.relative_to(HERE)) for folder in ("EndToEnd", "Attack") for path in (HERE / folder).rglob("*.py")
        if not path.name.endswith("_test.py"))
    if strays:
        raise pytest.UsageError(
            f"not named *_test.py, so no test in it would run: {', '.join(strays)}; what is no test belongs to Tests/Support")


def pytest_collection_modifyitems(items):
    for item in items:
        # A test that opens a browser or solves with HiGHS says so by what its module imports.
        for name, mark in [
            ("open_browser", pytest.mark.browser), ("chromium", pytest.mark.browser), ("highspy", pytest.mark.highs)]:
            if hasattr(item.module, name):
                item.add_marker(mark)
