"""Open an address in Chromium and print what is there as JSON: title, scheduler, rectangles of the task stream.

A script of its own, since it has to run on the laptop: `python look.py URL [SCREENSHOT]`. With `python look.py PORT
[SCREENSHOT]` it looks at what a Chromium that runs already, with that debugging port, has open.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

# Until then something has hung: on a busy machine Chromium alone takes a minute to start.
SECONDS = 300
# Bokeh draws on a canvas; what it draws is in its models.
RECTANGLES = """
if (typeof Bokeh === "undefined") return 0;
let most = 0;
for (const document of Bokeh.documents)
  for (const model of document._all_models.values())
    if (model.title && model.title.text === "Task Stream")
      for (const one of model.renderers)
        if (one.data_source) most = Math.max(most, (one.data_source.data["start"] || []).length);
return most;
"""
IDENTITY = """
const found = text => (text.match(/Scheduler +([a-z]+:[^ <]+)/) || [null, null])[1];
return fetch("/info/main/workers.html").then(answer => answer.text()).then(found);
"""


def look(what: str, picture: str) -> dict[str, object]:
    """What a fresh Chromium sees, or one that runs; the picture is taken once the task stream is there, or in vain."""
    options = webdriver.ChromeOptions()
    profile = tempfile.mkdtemp(prefix="pegconf-chromium-")
    if what.isdigit():
        options.debugger_address = f"127.0.0.1:{what}"
    else:
        options.binary_location = shutil.which("chromium") or "chromium"
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--window-size=1400,900", f"--user-data-dir={profile}"):  # fmt: skip
            options.add_argument(word)
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver") or "chromedriver"))
    try:
        browser.set_page_load_timeout(SECONDS)
        try:
            if not what.isdigit():
                browser.get(what)
        except WebDriverException as error:
            return {"title": "", "scheduler": None, "rectangles": 0, "error": str(error.msg)}
        rectangles = 0
        try:
            rectangles = WebDriverWait(browser, SECONDS).until(lambda one: one.execute_script(RECTANGLES))
        except TimeoutException:
            rectangles = 0
        if picture:
            browser.save_screenshot(picture)
        title = browser.title
        who = browser.execute_script(IDENTITY)
        return {"title": title, "scheduler": who, "rectangles": rectangles, "url": browser.current_url}
    finally:
        browser.quit()
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    print(json.dumps(look(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")))
