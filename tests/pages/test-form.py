# SPDX-License-Identifier: GPL-3.0-or-later
"""forslag.html in headless Chromium, from a file and without network: filled in by keyboard, at 320 px, checked by axe-core."""
import json
import pathlib
import subprocess
import sys
import tempfile
import traceback

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

RENDER, DATA = sys.argv[1], pathlib.Path(sys.argv[2])
AXE = pathlib.Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="samspill-form-"))
FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --hide-scrollbars --proxy-server=127.0.0.1:9""".split()


def browser(width=900, dark=False, script=True):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS + [f"--window-size={max(width, 500)},900", f"--user-data-dir={tempfile.mkdtemp(dir=WORK)}"]:
        options.add_argument(flag)
    if dark:
        options.add_argument("--force-dark-mode")
    preferences = {"download.default_directory": str(WORK / "downloads"), "download.prompt_for_download": False}
    if not script:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    # A real window is never narrower than some 500 px: a telephone's screen is asked for.
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions",
                           {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0})
    return driver


def form(name="need"):
    output = WORK / f"{name}.html"
    subprocess.run([RENDER, "form", DATA / f"{name}.json", output], check=True, timeout=60)
    return output.as_uri()


def field(driver, name):
    return driver.find_element(By.NAME, name)


def type_by_keyboard(driver, values):
    """Walks the page by Tab from the top and writes where a value is given, as one without a mouse does."""
    left = dict(values)
    for _ in range(80):
        active = driver.switch_to.active_element
        name = active.get_attribute("name")
        if name in left:
            active.send_keys(left.pop(name))
        if not left:
            return
        active.send_keys(Keys.TAB)
    raise AssertionError(f"not reached by Tab: {left}")


def press_save(driver):
    for _ in range(80):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if driver.switch_to.active_element.get_attribute("type") == "submit":
            driver.switch_to.active_element.send_keys(Keys.ENTER)
            return
    raise AssertionError("the save button is not reached by Tab")


def saved(driver):
    file = WORK / "downloads" / "forslag.json"
    WebDriverWait(driver, 20).until(lambda _: file.exists() and not file.with_suffix(".json.crdownload").exists())
    reply = json.loads(file.read_text())
    file.unlink()
    return reply


VALUES = {
    "title": "Vi lytter på rørene hele året",
    "problem": "Lekkasjer som ingen hører, æøå ÆØÅ </script> \"&",
    "how": "Små mikrofoner på kumlokkene hører etter suset.",
    "references": "Fagerdal kommune",
    "supplier.name": "Rørlytt AS",
    "supplier.email": "post@rorlytt.example",
}


def test_filled_in_by_keyboard_gives_a_file():
    driver = browser()
    try:
        driver.get(form())
        driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        type_by_keyboard(driver, VALUES)
        press_save(driver)
        reply = saved(driver)
        assert reply["samspill"] == "reply" and reply["version"] == 1, reply
        assert reply["need"] == "need:302353875:019a0000-0000-7000-8000-000000000001", reply
        assert reply["pitch"]["title"] == VALUES["title"] and reply["pitch"]["problem"] == VALUES["problem"], reply
        assert reply["pitch"]["references"] == ["Fagerdal kommune"], reply
        assert reply["pitch"]["supplier"] == {"name": "Rørlytt AS", "email": "post@rorlytt.example"}, reply
        assert json.loads(driver.find_element(By.ID, "text").get_attribute("value")) == reply
        assert not [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    finally:
        driver.quit()


def test_what_is_missing_is_said_and_focused():
    driver = browser()
    try:
        driver.get(form())
        field(driver, "title").send_keys("Noe")
        field(driver, "supplier.orgnr").send_keys("123456789")
        field(driver, "supplier.email").send_keys("feil")
        driver.find_element(By.CSS_SELECTOR, "[type=submit]").click()
        assert driver.switch_to.active_element.get_attribute("name") == "problem"
        for name in ("problem", "how", "supplier.name", "supplier.orgnr", "supplier.email"):
            assert field(driver, name).get_attribute("aria-invalid") == "true", name
            assert driver.find_element(By.ID, f"e-{name}").text, name
        assert field(driver, "title").get_attribute("aria-invalid") is None
        assert not (WORK / "downloads" / "forslag.json").exists()
    finally:
        driver.quit()


def test_what_was_written_is_there_after_a_reload():
    driver = browser()
    try:
        driver.get(form())
        field(driver, "how").send_keys("Halvveis skrevet")
        driver.refresh()
        assert field(driver, "how").get_attribute("value") == "Halvveis skrevet"
    finally:
        driver.quit()


def test_three_languages():
    driver = browser()
    try:
        driver.get(form())
        seen = set()
        for language in ("nb", "nn", "en"):
            driver.find_element(By.CSS_SELECTOR, f"[data-lang={language}]").click()
            seen.add(driver.find_element(By.CSS_SELECTOR, "[type=submit]").text)
            assert driver.find_element(By.ID, "form-part").get_attribute("lang") == language
        assert len(seen) == 3, seen
    finally:
        driver.quit()


def test_telephone_320_px_does_not_scroll_sideways():
    for dark in (False, True):
        driver = browser(width=320, dark=dark)
        try:
            driver.get(form())
            width = driver.execute_script("return document.documentElement.scrollWidth")
            assert width <= 320, width
            for element in driver.find_elements(By.CSS_SELECTOR, "button, input, textarea, select"):
                if element.is_displayed():
                    assert element.rect["height"] >= 24, element.get_attribute("outerHTML")
        finally:
            driver.quit()


def test_axe_finds_nothing():
    for name, width in (("need", 900), ("need", 320), ("hostile", 900)):
        driver = browser(width=width)
        try:
            driver.get(form(name))
            driver.execute_script(AXE.read_text())
            result = driver.execute_async_script("axe.run().then(arguments[0])")
            assert not result["violations"], [(v["id"], [n["html"] for n in v["nodes"]]) for v in result["violations"]]
        finally:
            driver.quit()


def test_script_in_every_field_does_not_run():
    driver = browser()
    try:
        driver.get(form("hostile"))
        assert "alert" in driver.title
        assert driver.execute_script("return document.querySelectorAll('img, svg').length") == 0
        assert driver.execute_script("return document.querySelectorAll('script').length") == 2
        assert field(driver, "title").is_displayed()
    finally:
        driver.quit()


def test_without_script_the_need_can_be_read():
    driver = browser(script=False)
    try:
        driver.get(form())
        assert "Hvordan kan vi finne lekkasjer" in driver.find_element(By.TAG_NAME, "h1").text
        assert driver.find_element(By.CSS_SELECTOR, "noscript").text
    finally:
        driver.quit()


TESTS = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
print(f"1..{len(TESTS)}")
failed = 0
for number, test in enumerate(TESTS, 1):
    try:
        test()
        print(f"ok {number} {test.__name__}", flush=True)
    except Exception:
        failed += 1
        print(f"not ok {number} {test.__name__}")
        print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
sys.exit(1 if failed else 0)
