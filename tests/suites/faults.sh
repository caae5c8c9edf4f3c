# Programs that are killed, and disks that fail: nothing that was told is lost. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
#   KILLS=500 (30)   how often the program is killed and the power is cut; `make test-faults` is the long run
#   SEED=2 (1)       other moments of the cuts

WITH_CLIPS=yes

means() {
    need jq ffmpeg ffprobe djpeg python3
    case $BUILD in *address* | *thread*) skip "sanitizers bring a library of their own" ;; esac
}

# Somebody walks through six zones, again and again.
busy() {
    ffmpeg -v error -nostdin -y -stream_loop 5 -i "$SHARED/scene.y4m" -vf "scale=320:-2,select='gte(mod(n,540),150)',setpts=N/15/TB" \
        -c:v mjpeg -q:v 6 -f matroska "$target"
}

# As chain_holds, of thousands of lines, and with every file that they name.
long_chain_holds() { # folder
    python3 - "$1" <<'PY' || fail "the chain or a file of $1 is not as it should be"
import hashlib, json, sys
previous, files = '0' * 64, {}
for number, line in enumerate(open(f'{sys.argv[1]}/events.jsonl', 'rb')):
    event = json.loads(line)
    assert line.endswith(b'\n') and event['seq'] == number and event['prev'] == previous, line
    previous = hashlib.sha256(line[:-1]).hexdigest()
    files.update({event[key]: event[key + '_sha256'] for key in event if key + '_sha256' in event})
for path, digest in files.items():
    assert hashlib.sha256(open(f'{sys.argv[1]}/{path}', 'rb').read()).hexdigest() == digest, path
PY
}

zones() {
    local x
    for x in $(seq 0 52 300); do echo "--zone $x,0,40,180"; done
}

test_a_program_that_is_killed_at_any_moment() {
    local i pid kills=${KILLS:-30}
    scene_y4m
    once busy.mkv busy
    "$WALLWATCH" keygen key >/dev/null
    RANDOM=11
    for i in $(seq "$kills"); do
        # shellcheck disable=SC2046
        "$WALLWATCH" replay --threads 1 --key key -o out --event-gap 0.3 --start 2024-06-01T22:00:00Z $(zones) "$SHARED/busy.mkv" 2>"said.$i" >/dev/null &
        pid=$!
        sleep "$(awk -v r=$RANDOM 'BEGIN {print 0.1 + r / 32768}')"
        kill -KILL $pid 2>/dev/null || :
        wait $pid 2>/dev/null || :
        # What was told is in the log, with its picture. (The last line told may be cut.)
        { grep -o 'snapshots/[^ ]*\.jpg$' "said.$i" || :; } >told
        while read -r path; do
            grep -qF "\"snapshot\":\"$path\"" out/events.jsonl || fail "$path was told, and is not in the log, kill $i"
            [ -s "out/$path" ] || fail "$path was told, and is not there, kill $i"
        done <told
    done
    # shellcheck disable=SC2046
    ww 0 replay -q --key key -o out --event-gap 0.3 $(zones) "$SHARED/busy.mkv"
    "$WALLWATCH" verify --key key.pub out >.verified 2>&1 || fail "$(cat .verified)"
    long_chain_holds out
    [ "$(cat said.* | grep -c 'snapshots/')" -ge "$kills" ] || fail "too little was told: $(cat said.* | grep -c snapshots/) events"
    [ -z "$(find out -name '.*.part')" ] || fail "drafts are left: $(find out -name '.*.part')"
    # Whole under their names: pictures that no line names, too.
    for path in out/snapshots/*.jpg; do
        djpeg -fast -outfile /dev/null "$path" 2>bad || fail "$path: $(cat bad)"
    done
    for path in $(find out/clips -type f | sort | sed -n "1~$((kills / 15))p"); do
        [ "$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$path")" -gt 0 ] || fail "$path does not play"
    done
    [ "$(clips out 'select(.reason) | .clip' | wc -l)" -gt 0 ] || fail "no clip was cut off: the program was not killed within one"
}

preloaded() { # name
    "$CC" -shared -fPIC -D_GNU_SOURCE -O1 -o "$1.so" "$ROOT/tests/tools/preload/$1.c" -ldl
}

# Its disk fails as the file "faults" says, its clocks are ahead by what the file "clock" says.
faulty() { # arguments of run
    preloaded disk_faults
    preloaded set_clock
    : >.out 2>.err
    DISK_FAULTS=$PWD/faults SET_CLOCK=$PWD/clock LD_PRELOAD="$PWD/disk_faults.so $PWD/set_clock.so" \
        "$WALLWATCH" run -o out --stats stats "$@" >.out 2>.err &
    watcher=$!
}

# In one step: who reads the file while it is written would find the clocks set back.
clocks() { # seconds that the clock on the wall is ahead, seconds that have passed
    echo "$1 $2" >clock.next
    mv clock.next clock
}

# What a disk may hold after a cut is rebuilt from a trace of all that was written, made, named, removed and synced.
test_the_power_is_cut_at_any_moment() {
    scene_y4m
    once busy.mkv busy
    "$WALLWATCH" keygen key >/dev/null
    ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -pix_fmt gray small.y4m
    preloaded write_trace
    # shellcheck disable=SC2046
    WRITE_TRACE=$PWD/trace LD_PRELOAD=$PWD/write_trace.so "$WALLWATCH" replay --threads 2 --key key -o "$PWD/out" --event-gap 0.3 \
        --start 2024-06-01T22:00:00Z $(zones) "$SHARED/busy.mkv" 2>said >/dev/null || fail "$(cat said)"
    python3 "$ROOT/tests/tools/power_cuts.py" trace "$PWD/out" "${KILLS:-30}" "${SEED:-1}" "$WALLWATCH" key small.y4m || fail "see above"
}

# Each line takes a fifth of a second, each picture two; who captures and detects knows nothing of it.
test_a_slow_disk_delays_nobody() {
    echo slow >faults
    faulty scene:rear-wall scene:rear-wall
    soon 60 has_begun 2
    finish
    equal "$(jq -c '[.cameras[].dropped]' stats)" "[0,0]" "frames that were dropped"
    equal "$(jq -c .lost_in_writing stats)" '{"lines":0,"pictures":0,"clips":0}' "what was lost"
    chain_holds out
    evidence_holds out
    all_ended out
}

# One fault after the other while an event waits: each is said once, and who captures and detects knows nothing of it.
test_a_disk_with_errors_then_a_quota_then_read_only_then_well() {
    local text
    rm -f faults
    faulty scene:rear-wall
    soon 30 told online
    said() { grep -q "cannot write '[^']*events.jsonl': $1" .err; }
    for text in 'eio Input/output error' 'edquot the disk quota is used up' 'erofs the disk is mounted read-only'; do
        echo "${text%% *}" >faults
        soon 60 said "${text#* }"
    done
    ! has_begun || fail "what was not durable is in the log"
    rm faults
    soon 60 has_begun
    finish
    equal "$(jq -c '[.cameras[].dropped]' stats)" "[0]" "frames that were dropped"
    equal "$(jq -c '.lost_in_writing.lines' stats)" 0 "lines that were lost"
    equal "$(grep -c "events.jsonl': " .err)" 3 "times that it was said"
    equal "$(grep -c 'events are written again' .err)" 1 "times that it was said to be well"
    chain_holds out
    all_ended out
}

# Who waits for the disk waits by a clock that nobody sets.
test_a_clock_that_is_set_back_by_an_hour_while_nothing_can_be_written() {
    rm -f faults
    clocks 3600 0
    faulty scene:rear-wall
    soon 30 told online
    echo eio >faults
    soon 60 grep -q "cannot write '[^']*events.jsonl': Input/output error" .err
    rm faults
    soon 20 has_begun
    finish
    chain_holds out
}

# What lies between a line and its signature, a day and the next, a picture and its end.
test_minutes_and_days_pass_while_it_runs() {
    local day
    "$WALLWATCH" keygen key >/dev/null
    printf 'store: {key: key, keep: 1d}\ncameras: [{name: yard, source: "scene:rear-wall"}]\n' >site.yaml
    faulty --record none -c site.yaml
    soon 60 log_has '"type":"motion","phase":"end"'
    day=$(date -r out/events.jsonl +%F)
    ! log_has '"reason":"time"' || fail "five minutes went by"
    clocks 0 310
    soon 20 log_has '"detail":"checkpoint","reason":"time"'
    clocks 0 180000
    soon 20 [ -e "out/events-$day.jsonl" ]
    soon 20 log_has '"detail":"expired"' 2
    finish
    equal "$(jq -s '[.[] | select(.expired) | .expired] - [.[] | .snapshot, .original | values] | length' out/events*.jsonl)" 0 "files that expired and were none"
    equal "$(tail -qn 1 "out/events-$day.jsonl" | tr -d '\n' | sha256sum | cut -d' ' -f1)" "$(head -1 out/events.jsonl | jq -r .prev)" "chain"
    ww 0 verify --key key.pub out
    grep -q '^2 files were removed as the store' .out || fail "$(cat .out)"
}
