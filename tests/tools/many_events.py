# A log of many events, over some days in several files, some of them open, some long, with clips.
# SPDX-License-Identifier: Apache-2.0
#
#   many_events.py FOLDER EVENTS
import hashlib, json, os, random, sys
from datetime import datetime, timedelta
folder, events = sys.argv[1], int(sys.argv[2])
random.seed(3)
start, previous, number, file, day = datetime(2026, 3, 1), '0' * 64, 0, None, None
def text(seconds):
    return (start + timedelta(seconds=seconds)).isoformat(timespec='milliseconds') + 'Z'
def put(line):
    global previous, number
    line = json.dumps({'v': 1, 'seq': number, **line, 'prev': previous}, separators=(',', ':'))
    file.write(line + '\n')
    previous = hashlib.sha256(line.encode()).hexdigest()
    number += 1
for i in range(events):
    at = i * 25 + random.random() * 20
    if text(at)[:10] != day:
        day = text(at)[:10]
        file = open(f'{folder}/events-{day}.jsonl', 'w')
    event = f'{text(at)[:19].replace("-", "").replace(":", "")}Z-{number}'
    like = {'type': random.choice(['motion', 'breach', 'climb', 'drill', 'camera']), 'event': event,
            'camera': f'camera {random.randrange(5)}', 'wall': f'wall {random.randrange(3)}',
            'severity': random.choice(['low', 'high'])}
    lasts, score = random.choice([random.expovariate(0.05), 5000, 40000]) if i % 50 == 0 else 8, random.random()
    put({'time': text(at), 'phase': 'start', **like, 'score': round(score / 2, 2), 'detail': 'begun'})
    if i % 3 == 0:
        put({'time': text(at + 1), 'phase': 'update', **like, 'score': round(score, 2)})
    if i % 97:
        put({'time': text(at + lasts), 'phase': 'end', **like, 'detail': 'seen', 'score': round(score, 2),
             'duration': round(lasts, 3), 'snapshot': f'snapshots/{event}.jpg', 'snapshot_sha256': '0' * 64})
    if i % 40 == 0:
        shown = {'events': [event]} if i % 80 else {}
        put({'time': text(at + 12), 'type': 'system', 'phase': 'end', 'event': f'{event.split("-")[0]}-{number}',
             'camera': like['camera'], 'detail': 'clip', 'clip': f'clips/{i}.mp4', 'clip_sha256': '1' * 64,
             'duration': 15.0, **shown})
file.close()
os.rename(f'{folder}/events-{day}.jsonl', f'{folder}/events.jsonl')
