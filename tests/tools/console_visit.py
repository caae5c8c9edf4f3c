#!/usr/bin/env python3
"""Visits a console with a real browser, as a guard would. SPDX-License-Identifier: Apache-2.0

console_visit.py URL CAMERA FOLDER      pictures of what was seen go to FOLDER

With the file of axe-core in $AXE each view is looked at by that, too.
"""
import json
import re
import sys

from browser import PATIENCE, Browser, check, sound


def watch(browser, url, camera, folder, name):
    browser.open(url)
    browser.wait('a picture', "Number(document.querySelector('.camera')?.dataset.frames) >= 3")
    check('the wall is drawn', browser.run("return document.querySelectorAll('.camera .wall').length") == 1)
    browser.wait('that it is connected', "document.getElementById('link').textContent === 'Connected'")
    # The intruder comes while the page is open; nobody loads it again.
    browser.wait('an alarm', "[...document.querySelectorAll('#alarms strong')].some(one => one.textContent === 'breach')")
    check('the alarm says where', browser.run("return document.querySelector('#alarms').textContent.includes(arguments[0])", camera))
    box = browser.wait('his box', """(() => {
        const box = document.querySelector('.camera .box');
        return box && ['x', 'y', 'width', 'height'].map(name => Number(box.getAttribute(name)));
    })()""")
    check(f'the box is a person in the picture: {box}', 0 <= box[0] < 1 and 0 <= box[1] < 1 and 0.02 < box[3] < 0.6)
    browser.picture(f'{folder}/{name}-live.png')
    sound(browser, 'live')


def look_back(browser, folder, name):
    browser.click('#alarms p[data-event] a')
    browser.wait('events', "document.querySelectorAll('.events li').length >= 3")
    check('bars of events in time', browser.run("return document.querySelectorAll('.timeline .event').length") >= 3)
    browser.wait('how well it was watched', "document.querySelectorAll('.timeline .well').length >= 1")
    browser.wait('details', "document.querySelector('.detail')")
    sound(browser, 'night')
    # Events that are over have a snapshot; the clip follows when its seconds are over.
    browser.run("location.hash = '#health'")
    browser.wait('the table', "document.querySelectorAll('tbody tr').length === 1")
    browser.wait('a rate of frames', "Number(document.querySelector('td.number').textContent) > 1")
    browser.click('#verify')
    browser.wait('that the evidence is whole', "document.getElementById('verified').textContent.startsWith('Whole and unaltered at ')")
    browser.picture(f'{folder}/{name}-health.png')
    sound(browser, 'health')


def draw_wall(browser, folder, name):
    """Draws a wall, saves it and sees that the camera watches by it; then takes it away again."""
    yaml = "document.querySelector('main pre').textContent"
    watched = """(() => {
        const request = new XMLHttpRequest();
        request.open('GET', '/api/cameras', false);
        request.send();
        return JSON.parse(request.responseText).cameras[0].regions.map(region => region.name).join();
    })()"""
    browser.run("location.hash = '#walls'")
    browser.wait('the wall of the configuration', "document.querySelectorAll('.canvas .written .wall').length === 1")
    browser.wait('the picture', "document.querySelector('.canvas img').naturalWidth > 300")
    check('there is nothing to be saved', browser.run("return document.querySelector('button.main').disabled"))
    browser.click('button[data-kind=wall]')
    for x in 0.1, 0.9:
        browser.tap('.canvas', x, 0.362)
    browser.wait('what was drawn', yaml + ".includes('name: wall-1')")
    browser.press('\ue014')  # an arrow to the right
    drawn = browser.run('return ' + yaml)
    line = json.loads(re.search(r'name: wall-1, line: (\[.*\]), outside: left', drawn)[1])
    check(f'the wall is where it was drawn: {line}', len(line) == 2 and abs(line[0][0] - 0.1) < 0.01 and
          abs(line[1][0] - 0.905) < 0.01 and all(abs(y - 0.362) < 0.01 for _, y in line))
    browser.wait('what it would have reported', "[...document.querySelectorAll('.preview li')].some(one => one.textContent.startsWith('breach · wall-1 · inward '))")
    check('his way is drawn', browser.run("return document.querySelectorAll('.canvas .path').length >= 1"))
    browser.click('.canvas + .steps + .steps button:nth-of-type(1)')
    browser.wait('the sides to be swapped', yaml + ".includes('outside: right')")
    browser.run("[...document.querySelectorAll('button')].find(one => one.textContent === 'Undo').click()")
    browser.wait('that to be undone', '!' + yaml + ".includes('outside: right')")
    browser.run("const strip = document.querySelector('input[name=strip]'); strip.value = 0.12; strip.dispatchEvent(new Event('change'))")
    browser.wait('a deeper strip', yaml + ".includes('strip: 0.12')")
    browser.click('button[data-kind=person]')
    browser.tap('.canvas', 0.5, 0.9)
    browser.tap('.canvas', 0.5, 0.66)
    browser.wait('his height', yaml + ".includes('person:')")
    person = json.loads(re.search(r'person:\n {6}- (\[.*\])', browser.run('return ' + yaml))[1])
    check(f'he is as tall as was drawn: {person}', all(abs(a - b) < 0.01 for a, b in zip(person, (0.5, 0.9, 0.24))))
    browser.run("location.hash = '#health'")
    browser.wait('another view', "document.querySelector('table')")
    browser.run("location.hash = '#walls'")
    browser.wait('what is not saved yet', "document.querySelector('main [role=status]').textContent === 'Not saved yet.' && " + yaml + ".includes('wall-1')")
    browser.wait('the picture again', "document.querySelector('.canvas img').naturalWidth > 300")
    browser.run("document.querySelector('.canvas').scrollIntoView({block: 'center'})")
    browser.picture(f'{folder}/{name}-walls.png')
    sound(browser, 'walls')
    browser.click('button.main')
    browser.wait('that it is saved', "document.querySelector('main [role=status]').textContent.startsWith('Saved in ')")
    browser.wait('that it is watched', watched + " === 'rear,wall-1'")
    with open(f'{folder}/{name}-drawn.yaml', 'w') as file, open('site.drawn.yaml') as saved:
        file.write(saved.read())
    for _ in 'person', 'wall':
        browser.click('.canvas + .steps + .steps button:nth-of-type(2)')
    browser.wait('that all is taken away', '!' + yaml + ".includes('wall-1')")
    browser.click('button.main')
    browser.wait('that it is not watched any more', watched + " === 'rear'")


def play(browser, folder, name):
    event = browser.wait('a clip', """(() => {
        const request = new XMLHttpRequest();
        request.open('GET', '/api/events?type=breach', false);
        request.send();
        return JSON.parse(request.responseText).events.find(event => event.clip)?.event;
    })()""")
    browser.run('location.hash = `#night/${arguments[0]}`', event)
    browser.wait('the snapshot', "document.querySelector('.detail figure img')?.naturalWidth > 300")
    browser.wait('the first frame of the clip', "document.querySelector('.flipbook img')?.dataset.frame === '0'")
    browser.click('.detail .steps button:nth-child(3)')
    browser.wait('the next frame', "document.querySelector('.flipbook img').dataset.frame === '1'")
    browser.click('.detail .steps button:nth-child(1)')
    browser.wait('that it plays', "Number(document.querySelector('.flipbook img').dataset.frame) > 5")
    browser.run('scrollTo(0, 0)')
    browser.picture(f'{folder}/{name}-night.png')
    sound(browser, 'an event')
    keep = '.detail button[aria-pressed]'
    was = browser.wait('whether it is kept', f"document.querySelector('{keep}')?.getAttribute('aria-pressed')")
    browser.click(keep)
    browser.wait('that it is kept, or not any more', f"document.querySelector('{keep}').getAttribute('aria-pressed') !== '{was}'")
    export(browser)


def export(browser):
    """It is done after everything else that the machine has to do."""
    browser.run("""
        const link = document.querySelector('.detail a[href^="/api/exports/"]');
        fetch(link.href).then(answer => answer.blob().then(blob => { window.exported = [answer.status, blob.type, blob.size]; }));""")
    exported = browser.wait('an export', 'window.exported', patience=4 * PATIENCE)
    check(f'it is exported: {exported}', exported[0] == 200 and exported[1] == 'application/zip' and exported[2] > 20000)


def read_urdu(url, folder):
    """The same page from right to left, where nothing of it is English, and pictures are not mirrored."""
    browser = Browser(360, 740, phone=True)
    try:
        browser.open(url + '?lang=ur')
        browser.wait('a picture', "Number(document.querySelector('.camera')?.dataset.frames) >= 1")
        check('it is Urdu', browser.run("return [document.documentElement.lang, document.documentElement.dir].join()") == 'ur,rtl')
        missing = browser.call('POST', '/execute/async', {'args': [], 'script': """
            const done = arguments[0];
            import('/page/texts.js').then(({ languages: { en, ur } }) => {
                const keys = text => Object.entries(text).flatMap(([key, one]) => [key, ...(typeof one === 'object' ? Object.keys(one).map(inner => `${key}.${inner}`) : [])]).sort();
                done(keys(en).join() === keys(ur).join() ? '' : keys(en).filter(key => !keys(ur).includes(key)).join() || 'more than in English');
            });"""})
        check(f'all is translated: {missing}', missing == '')
        for view in 'live', 'walls', 'night', 'health':
            browser.run('location.hash = arguments[0]', view)
            browser.wait(view, "document.querySelector('#views a[aria-current]')?.hash === '#' + arguments[0] && document.querySelector('main').textContent.length > 20", view)
            sound(browser, f'{view} in Urdu')
            check('nothing is undefined', 'undefined' not in browser.run("return document.body.innerText"))
        browser.run("location.hash = '#walls'")
        browser.wait('the picture', "document.querySelector('.canvas img')?.naturalWidth > 300")
        browser.click('button[data-kind=wall]')
        for x in 0.2, 0.4:
            browser.tap('.canvas', x, 0.5)
        line = json.loads(re.search(r'line: (\[\[.*?\]\])', browser.wait('a wall', "document.querySelector('main pre').textContent.includes('line') && document.querySelector('main pre').textContent"))[1])
        check(f'the left is the left: {line}', abs(line[0][0] - 0.2) < 0.01 and abs(line[1][0] - 0.4) < 0.01)
        browser.run("document.querySelector('.canvas').scrollIntoView({block: 'center'})")
        browser.picture(f'{folder}/urdu-walls.png')
        browser.run("location.hash = '#live'")
        browser.wait('the live view', "Number(document.querySelector('.camera')?.dataset.frames) >= 1")
        browser.picture(f'{folder}/urdu-live.png')
        check('no error is logged', not browser.complaints())
    finally:
        browser.close()


def main():
    url, camera, folder = sys.argv[1:]
    for name, width, height in ('laptop', 1280, 900), ('phone', 360, 740):
        browser = Browser(width, height, phone=name == 'phone')
        try:
            watch(browser, url, camera, folder, name)
            look_back(browser, folder, name)
            draw_wall(browser, folder, name)
            play(browser, folder, name)
            complaints = [text for text in browser.complaints() if '/media/clips/' not in text]
            check(f'no error is logged: {complaints}', not complaints)
        finally:
            browser.close()
    read_urdu(url, folder)


main()
