"""A headless Chromium for the tests of pages, and what is asked of every page."""

import base64
import json

from selenium import webdriver
from selenium.webdriver.common.print_page_options import PrintOptions


def open_browser():
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--window-size=1280,900"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    # A loaded machine may take long to print; that is no fault of the page.
    browser.set_page_load_timeout(300)
    browser.set_script_timeout(300)
    return browser


def requests_that_leave(browser):
    """Addresses asked for since the last call that are neither files nor inside the page."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if not url.startswith(("file:", "data:"))]


def sheets(browser):
    """How many sheets of A4 the page takes."""
    options = PrintOptions()
    options.page_width, options.page_height = 21.0, 29.7
    pdf = base64.b64decode(browser.print_page(options))
    assert pdf.startswith(b"%PDF")
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") + pdf.count(b"/Type /Page ")


# Text whose contrast with what is behind it is below 4.5 (WCAG 2.2, 1.4.3), at most ten.
CONTRAST = r"""
const channel = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const parse = c => c.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
const faint = [];
for (const e of [...document.querySelectorAll('main *, header *, nav *')].filter((e, i) => i < 3000)) {
  if (e.closest('svg') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.offsetParent) continue;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) faint.push(e.tagName + ' ' + e.textContent.slice(0, 30));
}
return faint.slice(0, 10);
"""
