#!/usr/bin/env python3
"""How soon the console's page is painted, how large it is, and how late it tells an alarm.
SPDX-License-Identifier: Apache-2.0

page.py URL LOG      LOG is the events.jsonl of the run behind URL, whose scene has intruders

An alarm's delay is counted from when its line can be read in the file, before it is synced, to when it stands in the
page: more than what is promised, which counts from when the line is durable.
"""
import json
import os
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'tests', 'tools'))
from browser import Browser  # noqa: E402

LOADS, SECONDS = 9, 90
TOLD = {'motion', 'approach', 'climb', 'breach', 'exit', 'loiter', 'tamper'}


def follow(path, written, over):
    """Notes when each line that is an alarm's first can be read."""
    with open(path) as log:
        log.seek(0, os.SEEK_END)
        rest = ''
        while not over.is_set():
            rest += log.read()
            now = time.time()
            *lines, rest = rest.split('\n')
            for line in map(json.loads, lines):
                if line.get('phase') == 'start' and line['type'] in TOLD:
                    written[line['event']] = now
            time.sleep(0.001)


def main():
    url, path = sys.argv[1:]
    browser = Browser(1280, 900)
    try:
        paints = []
        for _ in range(LOADS):
            browser.open('about:blank')
            browser.open(url)
            browser.wait('a picture', "Number(document.querySelector('.camera')?.dataset.frames) >= 1")
            paints.append(browser.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        size = browser.run("""
            const page = performance.getEntriesByType('resource').filter(one => one.name.includes('/page/'));
            return [...page, performance.getEntriesByType('navigation')[0]].reduce((sum, one) => sum + one.decodedBodySize, 0)""")
        print(f'first paint: {statistics.median(paints):.0f} ms, {min(paints):.0f} to {max(paints):.0f} of {LOADS}')
        print(f'the page: {size / 1000:.1f} kB')
        browser.run("""
            window.shown = {};
            new MutationObserver(() => {
                for (const one of document.querySelectorAll('#alarms p')) window.shown[one.dataset.event] ??= (performance.timeOrigin + performance.now()) / 1000;
            }).observe(document.getElementById('alarms'), { childList: true });""")
        written, over = {}, threading.Event()
        threading.Thread(target=follow, args=(path, written, over), daemon=True).start()
        time.sleep(SECONDS)
        over.set()
        shown = browser.run('return window.shown')
        delays = [1000 * (shown[event] - at) for event, at in written.items() if event in shown]
        lost = len(written) - len(delays)
        print(f'an alarm in the page: {statistics.median(delays):.0f} ms after its line can be read, {max(delays):.0f} at the most of {len(delays)}; not shown: {lost}')
    finally:
        browser.close()


main()
