# SPDX-License-Identifier: GPL-3.0-or-later
"""A founder fills in forslag.html on a telephone: headless Chromium, without network, by keyboard."""
import os
import subprocess
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from display import until

ANSWER = {
    'title': 'Vi lytter på rørene hele året',
    'problem': 'Dere hører om lekkasjen først når vegen synker. Vi hører den når den begynner.',
    'for_whom': 'Driftsvakta i kommuner med gamle rør og få folk.',
    'how': 'Små mikrofoner på kumlokkene hører etter suset og sier fra til vakta. De går på batteri i fem år.',
    'evidence': 'To vintrer i Fagerdal: 31 av 36 lekkasjer funnet, fire varsler var feil.',
    'pilot': 'Tjue mikrofoner i én sone i tolv uker. Dere trenger én person en halv dag i uka.',
    'price': '90 000 kroner for prøven, deretter 600 kroner måneden for hvert lokk.',
    'supplier.name': 'Rørlytt AS',
    'supplier.email': 'post@rorlytt.example',
}


def open_phone(folder, width=390, height=844):
    # Chromium talks to no desktop here; programs that are started after it do.
    env = {name: value for name, value in os.environ.items() if name != 'DBUS_SESSION_BUS_ADDRESS'}
    options = webdriver.ChromeOptions()
    options.binary_location = '/usr/bin/chromium'
    for flag in ('--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
                 '--disable-component-update', '--disable-sync', '--hide-scrollbars', '--proxy-server=127.0.0.1:9',
                 f'--window-size={max(width, 500)},{height}', f'--user-data-dir={tempfile.mkdtemp(dir=folder)}'):
        options.add_argument(flag)
    options.add_experimental_option('prefs', {'download.default_directory': str(folder), 'download.prompt_for_download': False})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService('/usr/bin/chromedriver', env=env))
    driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride',
                           {'width': width, 'height': height, 'deviceScaleFactor': 2, 'mobile': True})
    driver.execute_cdp_cmd('Network.enable', {})
    driver.execute_cdp_cmd('Network.emulateNetworkConditions', {'offline': True, 'latency': 0, 'downloadThroughput': 0, 'uploadThroughput': 0})
    return driver


def fill_in(form, answer=None, folder=None, pictures=()):
    """Answer the form in the file `form` and return the path of the reply that it gave. `pictures`: up to two paths, of
    the form when it is opened and when it is filled in."""
    folder = Path(folder or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    left = dict(ANSWER if answer is None else answer)
    driver = open_phone(folder)
    try:
        driver.get(Path(form).as_uri())
        if pictures:
            driver.save_screenshot(str(pictures[0]))
        driver.find_element(By.TAG_NAME, 'body').send_keys(Keys.TAB)
        for _ in range(120):
            here = driver.switch_to.active_element
            name = here.get_attribute('name')
            if name in left:
                here.send_keys(left.pop(name))
            elif not left and here.get_attribute('type') == 'submit':
                break
            here.send_keys(Keys.TAB)
        else:
            raise AssertionError(f'Tab does not reach {", ".join(left) or "the button that saves"}')
        if len(pictures) > 1:
            driver.save_screenshot(str(pictures[1]))
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        return until(lambda: next((p for p in folder.glob('*.json')), None), 'the reply file')
    finally:
        driver.quit()


def page_picture(pdf, png, dots_per_inch=110):
    """The first page of a PDF as a picture."""
    stem = str(png).removesuffix('.png')
    subprocess.run(['pdftoppm', '-png', '-singlefile', '-r', str(dots_per_inch), str(pdf), stem], check=True)
