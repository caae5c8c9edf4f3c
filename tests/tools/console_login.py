#!/usr/bin/env python3
"""Logs in to a console with a real browser. SPDX-License-Identifier: Apache-2.0

console_login.py URL FOLDER VIEWER ADMIN      names and passwords as NAME:PASSWORD; pictures go to FOLDER
"""
import subprocess
import sys

from browser import Browser, check, sound

OUTSIDE = "document.querySelector('form.login') && document.body.classList.contains('outside')"


def enter(browser, name, password):
    browser.wait('the form', OUTSIDE)
    for field, text in ('#user', name), ('#password', password):
        browser.run('document.querySelector(arguments[0]).value = ""', field)
        browser.click(field)
        browser.press(text)
    browser.press('\ue007')


def inside(browser, name):
    browser.wait('a picture', "Number(document.querySelector('.camera')?.dataset.frames) >= 1")
    browser.wait('that it is connected', "document.getElementById('link').textContent === 'Connected'")
    browser.wait('the name', 'document.getElementById("visitor").textContent.includes(arguments[0])', name)


def walls(browser):
    browser.run("location.hash = '#walls'")
    browser.wait('the picture', "document.querySelector('.canvas img')?.naturalWidth > 300")
    browser.click('button[data-kind=wall]')
    for x in 0.1, 0.9:
        browser.tap('.canvas', x, 0.5)
    browser.wait('what was drawn', "document.querySelector('main pre').textContent.includes('name: wall-1')")


def main():
    url, folder, viewer, admin = sys.argv[1:]
    viewer, admin = viewer.split(':'), admin.split(':')
    browser = Browser(360, 740, phone=True)
    try:
        browser.open(url + '#night')
        enter(browser, viewer[0], 'not-the-password')
        browser.wait('that it is wrong', "document.querySelector('form [role=alert]').textContent === 'The name or the password is wrong.'")
        sound(browser, 'logging in')
        browser.picture(f'{folder}/phone-login.png')
        check('nothing of the site is told', 'north' not in browser.run('return document.body.innerText'))
        check('no view is offered', browser.run("return getComputedStyle(document.getElementById('views')).display") == 'none')
        enter(browser, *viewer)
        browser.wait('the view that was asked for', "document.querySelector('.timeline')")
        browser.run("location.hash = '#live'")
        inside(browser, viewer[0])
        sound(browser, 'live')
        browser.picture(f'{folder}/phone-viewer.png')
        walls(browser)
        check('a viewer saves nothing', browser.run("return document.querySelector('button.main').disabled"))
        browser.wait('why', "document.querySelector('main [role=status]').textContent.includes('only an admin')")
        # No script has the session; nobody stays inside with a password that was changed.
        check('no cookie is told to scripts', browser.run('return document.cookie') == '')
        subprocess.run(['sh', '-c', f'echo another-password | "$WALLWATCH" passwd -o out {viewer[0]}'], check=True)
        enter(browser, *admin)
        browser.run("location.hash = '#live'")
        inside(browser, admin[0])
        browser.run("location.hash = '#walls'")
        browser.wait('what the viewer tried on this screen', "document.querySelector('main pre')?.textContent.includes('name: wall-1') && !document.querySelector('button.main').disabled")
        browser.click('button.main')
        browser.wait('that it is saved', "document.querySelector('main [role=status]').textContent.startsWith('Saved in ')")
        browser.click('#visitor button')
        browser.wait('the way out', OUTSIDE)
        browser.open(url)
        browser.wait('that it stays so', OUTSIDE)
        complaints = [text for text in browser.complaints() if '401' not in text]  # what it is told of each
        check(f'no error is logged: {complaints}', not complaints)
    finally:
        browser.close()


main()
