"""A real browser, driven by chromedriver (W3C WebDriver), and what holds for any page. SPDX-License-Identifier: Apache-2.0

Waits are for things to come true, never for times.
"""
import base64
import json
import os
import subprocess
import sys
import time
import urllib.request

PATIENCE = 90


class Browser:
    """`phone` has a screen of that size, which a window cannot be as narrow as."""

    def __init__(self, width, height, phone=False):
        self.driver = subprocess.Popen(['chromedriver', '--port=0'], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:
            if 'successfully on port' in line:
                self.base = 'http://127.0.0.1:' + line.rstrip('.\n').split()[-1]
                break
        options = {'args': ['--headless=new', '--no-sandbox', '--disable-gpu', f'--window-size={width},{height}']}
        if phone:
            options['mobileEmulation'] = {'deviceMetrics': {'width': width, 'height': height, 'pixelRatio': 2, 'touch': True}}
        wanted = {'goog:chromeOptions': options, 'goog:loggingPrefs': {'browser': 'ALL'}, 'acceptInsecureCerts': True}
        session = self.call('POST', '/session', {'capabilities': {'alwaysMatch': wanted}})
        self.base += '/session/' + session['sessionId']

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)['value']

    def open(self, url):
        self.call('POST', '/url', {'url': url})

    def run(self, script, *arguments):
        return self.call('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def wait(self, what, script, *arguments, patience=PATIENCE):
        """Until the script gives something true, which is returned."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            value = self.run('return ' + script, *arguments)
            if value:
                return value
            time.sleep(0.1)
        sys.exit(f'not seen in {patience} s: {what}\n{self.run("return document.body.innerText")}')

    def click(self, selector):
        self.wait(f'{selector} to click on', 'document.querySelector(arguments[0])', selector)
        self.run('document.querySelector(arguments[0]).scrollIntoView({block: "center"})', selector)
        element = self.call('POST', '/element', {'using': 'css selector', 'value': selector})
        self.call('POST', f'/element/{next(iter(element.values()))}/click', {})

    def tap(self, selector, x, y):
        """With a finger or mouse, at fractions of an element's size."""
        box = self.run('const e = document.querySelector(arguments[0]); e.scrollIntoView({block: "center"});'
                       'const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height];', selector)
        place = {'type': 'pointerMove', 'x': round(box[0] + x * box[2]), 'y': round(box[1] + y * box[3])}
        self.call('POST', '/actions', {'actions': [{'type': 'pointer', 'id': 'hand', 'parameters': {'pointerType': 'touch'}, 'actions': [
            place, {'type': 'pointerDown', 'button': 0}, {'type': 'pointerUp', 'button': 0}]}]})

    def press(self, keys):
        self.call('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keys', 'actions': [
            {'type': kind, 'value': key} for key in keys for kind in ('keyDown', 'keyUp')]}]})

    def picture(self, path):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(self.call('GET', '/screenshot')))

    def complaints(self):
        """Errors of the page, apart from what a video that cannot be played says."""
        return [entry['message'] for entry in self.call('POST', '/se/log', {'type': 'browser'}) if entry['level'] == 'SEVERE']

    def close(self):
        self.call('DELETE', '')
        self.driver.terminate()


def check(what, holds):
    if not holds:
        sys.exit(f'not so: {what}')


# What a screen reader would miss, and what would make a page scroll sideways.
FAULTS = r"""
const faults = [], said = element => (element.getAttribute('aria-label') || element.textContent.trim() || element.querySelector('img[alt]')?.alt || '').trim();
for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) faults.push('an image without alt');
for (const element of document.querySelectorAll('button, a')) if (!said(element)) faults.push('nameless: ' + element.outerHTML.slice(0, 90));
for (const input of document.querySelectorAll('input, select, meter'))
    if (!input.labels.length && !input.getAttribute('aria-label')) faults.push('no label: ' + input.outerHTML.slice(0, 90));
const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
if (new Set(ids).size !== ids.length) faults.push('an id twice');
if (document.querySelectorAll('h1').length !== 1 || !document.querySelector('main')) faults.push('no one heading or main');
if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the screen: ' + document.documentElement.scrollWidth);
return faults;
"""


def sound(browser, view):
    """Nothing keeps somebody from using it, by our own list and by axe-core's, whose file is in $AXE."""
    faults = browser.run(FAULTS)
    if 'AXE' in os.environ:
        with open(os.environ['AXE']) as file:
            browser.run(file.read())
        faults += browser.call('POST', '/execute/async', {'args': [], 'script': """
            const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations.filter(one => ['serious', 'critical'].includes(one.impact))
                .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`)), error => done([String(error)]));"""})
    check(f'{view} is accessible: {faults}', not faults)
