#!/usr/bin/env bash
# How fast events become durable, how fast they are found, and how fast evidence is verified. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build EVENTS=200000 bench/evidence.sh
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
work=$BUILD/bench/work/evidence
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

echo "Lines into the log, each synced before it is told (this disk):"
for rate in 10 1000; do
    printf '  '
    "$BUILD/bench/log_rate" "$work/log-$rate" 10 "$rate"
done

echo "verify against sha256sum of the same files, all cores, three turns in one run:"
python3 - "$work/store" <<'PY'
import hashlib, json, os, sys
folder, previous = sys.argv[1], '0' * 64
os.makedirs(f'{folder}/snapshots')
with open(f'{folder}/events.jsonl', 'w') as log:
    for number in range(200000):
        line = {'v': 1, 'seq': number, 'time': '2026-03-01T00:00:00.000Z', 'type': 'motion', 'phase': 'end', 'event': f'e-{number}', 'camera': 'yard', 'duration': 1.0}
        if number % 200 == 0:
            data = os.urandom(1 << 19)
            with open(f'{folder}/snapshots/{number}.jpg', 'wb') as file:
                file.write(data)
            line |= {'snapshot': f'snapshots/{number}.jpg', 'snapshot_sha256': hashlib.sha256(data).hexdigest()}
        text = json.dumps(line | {'prev': previous}, separators=(',', ':'))
        log.write(text + '\n')
        previous = hashlib.sha256(text.encode()).hexdigest()
PY
seconds() { # command
    local began
    began=$(date +%s.%N)
    "$@" >/dev/null
    awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN {printf "%.2f", b - a}'
}
hash_all() { find "$work/store" -type f -print0 | xargs -0 -P "$(nproc)" -n 50 sha256sum; }
hash_all >/dev/null # both find the files in memory
for _ in 1 2 3; do
    ours=$(seconds "$BUILD/wallwatch" verify -q "$work/store")
    theirs=$(seconds hash_all)
    awk -v a="$ours" -v b="$theirs" 'BEGIN {printf "  verify %s s, sha256sum %s s: %.2f of its speed\n", a, b, b / a}'
done

events=${EVENTS:-200000}
mkdir "$work/many"
python3 tests/tools/many_events.py "$work/many" "$events"
echo "a log of $events events, $(du -sm "$work/many" | cut -f1) MB:"
printf '  indexed in %s s; ' "$(seconds "$BUILD/wallwatch" events --last 1 "$work/many")"
printf 'the program alone starts in %s s\n' "$(seconds "$BUILD/wallwatch" --version)"
while IFS= read -r question; do
    IFS='|' read -ra words <<<"$question"
    printf '  %s s: events %s\n' "$(seconds "$BUILD/wallwatch" events --csv "${words[@]}" "$work/many")" "${words[*]}"
done <<'QUESTIONS'
--last=20
--camera=camera 3|--last=20
--wall=wall 1|--type=breach|--last=20
--score=0.99|--last=20
--severity=high|--camera=camera 0|--from=2026-03-02T10:00:00Z|--to=2026-03-02T12:00:00Z
--from=2026-03-02T10:00:00Z|--to=2026-03-02T12:00:00Z
QUESTIONS
