#!/usr/bin/env python3
"""Many cameras on a phone. SPDX-License-Identifier: Apache-2.0

console_many.py URL FOLDER      of sixteen cameras, the last of which give pictures; a picture goes to FOLDER
"""
import sys

from browser import Browser, check, sound

# How wide each picture that was asked for so far should be.
WIDTHS = "performance.getEntriesByType('resource').map(one => Number(one.name.match(/width=([0-9]+)/)?.[1])).filter(Boolean)"


def main():
    url, folder = sys.argv[1:]
    browser = Browser(360, 740, phone=True)
    try:
        browser.open(url)
        browser.wait('all cameras', "document.querySelectorAll('.camera').length === 16")
        browser.wait('which are lost', "document.querySelectorAll('.badge.online').length === 2 && document.querySelectorAll('.badge.lost').length === 14")
        check('two stand side by side', browser.run("""
            const [a, b] = [...document.querySelectorAll('.camera')].map(one => one.getBoundingClientRect());
            return a.top === b.top && a.right <= b.left && b.right <= innerWidth"""))
        check('nothing is asked for that cannot be seen', browser.run(f'return {WIDTHS}.length') == 0)
        browser.run('scrollTo(0, document.documentElement.scrollHeight)')
        browser.wait('pictures', "document.querySelectorAll('.camera[data-frames]').length === 2")
        widths = browser.run(f'return {WIDTHS}')
        check(f'pictures are as small as they are shown: {widths}', widths and all(160 <= width <= 360 for width in widths))
        sound(browser, 'sixteen cameras')
        browser.picture(f'{folder}/phone-sixteen.png')
        browser.click('.camera:last-child .view')
        browser.wait('one alone', "document.querySelectorAll('.camera').length === 1 && document.querySelector('.one .camera').dataset.frames >= 1")
        browser.click('#full')
        browser.wait('that it fills the screen', "document.fullscreenElement?.contains(document.querySelector('.camera'))")
        browser.run('return document.exitFullscreen()')
        check('it fills the width', browser.run("return document.querySelector('.camera').getBoundingClientRect().width > 320"))
    finally:
        browser.close()


main()
