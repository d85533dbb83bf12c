"""A browser for the pages of the service: Debian's Chromium, driven by Playwright."""

import contextlib
import urllib.parse

from playwright.sync_api import sync_playwright


@contextlib.contextmanager
def chromium():
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


def page_of(opened, visitor, width=1280, height=900, language="ja"):
    """A window in which a visitor of service.py has logged in."""
    context = opened.new_context(viewport={"width": width, "height": height}, locale=language)
    host = urllib.parse.urlsplit(visitor.service.address).hostname
    name, value = visitor.cookie.split("=", 1)
    context.add_cookies(
        [{"name": name, "value": value, "domain": host, "path": "/"},
         {"name": "language", "value": language, "domain": host, "path": "/"}])
    return context.new_page()
