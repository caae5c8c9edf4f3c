#!/usr/bin/env python3
"""Cuts the power at random moments of a trace of writes, and looks at what is left. SPDX-License-Identifier: Apache-2.0

power_cuts.py TRACE STORE COUNT SEED WALLWATCH KEY RECORDING

TRACE is what tests/tools/preload/write_trace.c wrote of a program that filled STORE. What a disk may hold after a cut:
of each file what was synced, and of later writes none, some, all, a torn one, or pages of zeros among them; of each
folder what was done to it before it was synced, and some of what was done after, in order. In each such store all
that was told must be in the log, with its picture; no picture may be half under its final name; the program must go on
with it (on RECORDING, signed with KEY), and `verify` find nothing amiss.
"""
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys

PAGE = 4096


class File:
    def __init__(self):
        self.changes = []  # (number of the operation, offset or None, bytes or size)
        self.synced = []   # numbers of operations

    def content(self, cut, rng):
        synced = max((number for number in self.synced if number < cut), default=-1)
        data = bytearray()
        for number, offset, what in self.changes:
            if number < synced:
                apply(data, offset, what)
        later = [(offset, what) for number, offset, what in self.changes if synced < number < cut]
        fate = rng.choice(('none', 'some', 'torn', 'holes', 'all'))
        if fate == 'none' or not later:
            return bytes(data)
        if fate in ('some', 'torn'):
            later = later[:rng.randrange(len(later)) + 1]
        if fate == 'torn' and later[-1][0] is not None:
            offset, what = later[-1]
            later[-1] = (offset, what[:rng.randrange(len(what) + 1)])
        before = bytes(data)
        for offset, what in later:
            apply(data, offset, what)
        for page in range(len(before) // PAGE * PAGE, len(data), PAGE) if fate == 'holes' else ():
            if rng.random() < 0.5:
                old = before[page:page + PAGE]
                data[page:page + PAGE] = old + bytes(len(data[page:page + PAGE]) - len(old))
        return bytes(data)


def apply(data, offset, what):
    if offset is None:
        del data[what:]
        data.extend(bytes(what - len(data)))
    else:
        data.extend(bytes(max(0, offset - len(data))))
        data[offset:offset + len(what)] = what


class Trace:
    def __init__(self, path, store):
        self.store, self.by_inode = store, {}
        self.folders, self.folder_synced = {}, {}  # of each folder: changes to it; when it was synced
        self.told, self.quiet = [], []             # snapshots of synced lines: the program tells of them next;
        self.log = None                            # operations that are not writes of clips; the log's inode
        self.count = 0
        with open(path, 'rb') as trace:
            while line := trace.readline():
                self.take(line.decode().rstrip('\n'), trace)
                self.count += 1

    def change_folder(self, path, *change):
        if not path.startswith(self.store + '/'):
            return
        folder, name = os.path.split(path)
        self.folders.setdefault(folder, []).append((self.count, change[0], name, *change[1:]))

    def take(self, line, trace):
        kind, rest = line[0], line[2:]
        quiet = kind != 'W'
        if kind == 'O':
            inode, made, path = rest.split(' ', 2)
            if path == f'{self.store}/events.jsonl':
                self.log = inode
            if made == '1':
                self.by_inode[inode] = File()
                self.change_folder(path, 'link', self.by_inode[inode])
            elif inode not in self.by_inode:
                self.by_inode[inode] = File()
        elif kind == 'W':
            inode, offset, size = rest.split()
            data = trace.read(int(size))
            quiet = len(data) < 5000
            self.by_inode.setdefault(inode, File()).changes.append((self.count, int(offset), data))
        elif kind == 'T':
            inode, size = rest.split()
            self.by_inode[inode].changes.append((self.count, None, int(size)))
        elif kind == 'S':
            self.by_inode[rest].synced.append(self.count)
            if rest == self.log:
                self.told.append((self.count, self.snapshots_so_far()))
        elif kind == 'D':
            self.folder_synced.setdefault(rest, []).append(self.count)
        elif kind == 'R':
            source, target = rest.split('\t')
            assert os.path.dirname(source) == os.path.dirname(target), line
            self.change_folder(source, 'rename', os.path.basename(target))
        elif kind == 'U':
            self.change_folder(rest, 'unlink')
        elif kind == 'M':
            self.change_folder(rest, 'folder')
        if quiet:
            self.quiet.append(self.count)

    def snapshots_so_far(self):
        lines = b''.join(what for _, offset, what in self.by_inode[self.log].changes if offset is not None)
        return re.findall(r'"snapshot":"([^"]+)"', lines.decode())

    def entries(self, folder, cut, rng):
        """Names in a folder after the cut: files, or None for folders."""
        synced = max((number for number in self.folder_synced.get(folder, []) if number < cut), default=-1)
        changes = [change for change in self.folders.get(folder, []) if change[0] < cut]
        sure = sum(change[0] < synced for change in changes)
        names = {}
        for _, kind, name, *more in changes[:rng.randint(sure, len(changes))]:
            if kind == 'link':
                names[name] = more[0]
            elif kind == 'folder':
                names[name] = None
            elif kind == 'rename':
                if name in names:
                    names[more[0]] = names.pop(name)
            else:
                names.pop(name, None)
        return names

    def rebuild(self, folder, target, cut, rng):
        os.makedirs(target)
        for name, file in self.entries(folder, cut, rng).items():
            if file is None:
                self.rebuild(f'{folder}/{name}', f'{target}/{name}', cut, rng)
            else:
                with open(f'{target}/{name}', 'wb') as out:
                    out.write(file.content(cut, rng))


def check_told(trace, target, cut):
    log = {}
    if os.path.exists(f'{target}/events.jsonl'):
        with open(f'{target}/events.jsonl', 'rb') as lines:
            for line in lines:
                try:
                    event = json.loads(line)
                except ValueError:  # torn; the program removes it
                    continue
                if 'snapshot' in event:
                    log[event['snapshot']] = event
    announced = next((paths for number, paths in reversed(trace.told) if number < cut), [])
    for path in announced:
        assert path in log, f'{path} was told and is not in the log'
        for key in ('snapshot', 'original'):
            with open(f'{target}/{log[path][key]}', 'rb') as file:
                assert hashlib.sha256(file.read()).hexdigest() == log[path][f'{key}_sha256'], log[path][key]
    return len(announced)


def check_pictures(trace, target, whole):
    folder = f'{target}/snapshots'
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.startswith('.'):
            continue
        with open(f'{folder}/{name}', 'rb') as file:
            assert file.read() == whole[name], f'{name} is not whole'


def run(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f'{arguments[:2]}: status {done.returncode}\n{done.stdout}{done.stderr}'


def main():
    trace_path, store, count, seed, wallwatch, key, recording = sys.argv[1:]
    trace = Trace(trace_path, os.path.abspath(store))
    whole = {}
    for name in os.listdir(f'{store}/snapshots'):
        with open(f'{store}/snapshots/{name}', 'rb') as file:
            whole[name] = file.read()
    target, checked = f'{store}.cut', 0
    for number in range(int(count)):
        rng = random.Random(f'{seed} {number}')
        cut = rng.randrange(trace.count) if number % 2 else rng.choice(trace.quiet)
        shutil.rmtree(target, ignore_errors=True)
        trace.rebuild(trace.store, target, cut, rng)
        try:
            checked += check_told(trace, target, cut)
            check_pictures(trace, target, whole)
            run([wallwatch, 'replay', '-q', '--key', key, '-o', target, recording])
            run([wallwatch, 'verify', '--key', f'{key}.pub', target])
            drafts = [name for _, _, names in os.walk(target) for name in names if name.endswith('.part')]
            assert not drafts, f'drafts are left: {drafts}'
        except (AssertionError, OSError) as wrong:
            sys.exit(f'cut {number} of seed {seed}, before operation {cut} of {trace.count}: {wrong}')
    if checked == 0:
        sys.exit('nothing was ever told: the cuts were of nothing')
    print(f'{count} cuts in {trace.count} operations; {checked} times something told was looked for')


main()
