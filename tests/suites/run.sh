# Watching live cameras, as far as no camera is needed: scenes, signals, systemd, disks. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() { need jq; }

test_a_scene_until_its_first_event() {
    begin scene:rear-wall
    soon 30 has_begun
    finish
    says "watching 1 camera; log, snapshots and clips in out" "rear-wall: online" "rear-wall: motion begins at "
    equal "$(events out 'select(.type == "motion") | .phase' | tr '\n' ' ')" "start end " phases
    within "$(events out 'select(.phase == "start") | .frame')" 150 170 "frame of the start"
    chain_holds out
    evidence_holds out
    all_ended out
    # The log's times are now, not those of the scene.
    within "$(($(date +%s) - $(date -d "$(events out 'select(.phase == "start") | .time')" +%s)))" 0 60 "age of the event"
    equal "$(jq -r '.cameras[0] | "\(.state) \(.corrupt) \(.events)"' stats)" "online 0 1" statistics
}

test_a_duration_and_two_of_one_name() {
    ww 0 run -o out --duration 2 --stats stats scene:rear-wall scene:rear-wall
    equal "$(jq -r '[.cameras[].name] | join(" ")' stats)" "rear-wall rear-wall-2" names
    within "$(jq '.wall_s' stats)" 2 60 seconds
    within "$(jq '[.cameras[].analysed] | min' stats)" 3 1000 "frames in two seconds"
}

test_fewer_frames_are_analysed_where_that_is_asked() {
    echo 'cameras: [{name: slow, source: scene:rear-wall, analyse: {fps: 5}}]' >site.yaml
    ww 0 run -o out --duration 4 --stats stats -c site.yaml
    local captured analysed
    captured=$(jq '.cameras[0].captured' stats) analysed=$(jq '.cameras[0].analysed' stats)
    within "$analysed" $((captured / 3 - 1)) $((captured / 3 + 2)) "analysed of $captured"
    [ -n "${PATIENCE:-}" ] || equal "$(jq '.cameras[0].dropped' stats)" 0 dropped
}

test_the_store_of_the_configuration() {
    printf 'store: {path: %s/kept}\ncameras: [{name: a, source: scene:rear-wall}]\n' "$FOLDER" >site.yaml
    ww 0 run --duration 1 -c site.yaml
    [ -s kept/events.jsonl ] || fail "there is no log in the store"
}

# The wall of the scene, which is played at its own pace.
test_what_is_severe_is_said_though_quiet() {
    printf 'cameras: [{name: yard, source: "scene:rear-wall", walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left, severity: high}]}]\n' >site.yaml
    ww 0 run -q -o out -c site.yaml --duration 14
    grep -q 'warning: yard: rear approach begins' .err || { cat .err; false; }
}

test_the_time_without_a_camera_is_not_covered() {
    ww 0 run -q -o out --duration 8 /dev/video99
    jq -r 'select(.detail == "coverage") | .coverage' out/events.jsonl | grep -qxE 'l+' || fail "$(cat out/events.jsonl)"
    ww 0 run -q -o well --duration 4 scene:quiet-wall
    jq -r 'select(.detail == "coverage") | .coverage' well/events.jsonl | grep -qxE 'w+' || fail "$(cat well/events.jsonl)"
}

# He is in the picture from 10 s on.
test_a_live_camera_is_armed_when_its_schedule_says_so() {
    tells() { [ -n "$(events out "select(.phase == \"$2\" and .camera == \"$1\" and .type == \"motion\") | .seq" 2>/dev/null)" ]; }
    both_tell() { tells yard start && tells gate start; }
    gate_told() { tells gate end; } # and the same happened before the other one
    # Two cameras, one after the other: what lies beside the first must not matter.
    watch() { # armed, what to wait for
        printf 'cameras: [{name: yard, source: "scene:rear-wall", armed: "%s"}, {name: gate, source: "scene:rear-wall"}]\n' "$1" >site.yaml
        rm -rf out
        begin -c site.yaml
        soon 60 "$2"
        finish
        events out 'select(.phase == "start") | .camera' | sort -u | tr '\n' ' '
    }
    local now
    now=$(date +%a | tr '[:upper:]' '[:lower:]')
    case $now in mon) other=wed-sat ;; tue) other=thu-sun ;; wed) other=fri-mon ;; thu) other=sat-tue ;; fri) other=sun-wed ;;
    sat) other=mon-thu ;; sun) other=tue-fri ;; esac
    equal "$(watch sun-sat both_tell)" "gate yard " "who tells"
    equal "$(watch "$other" gate_told)" "gate " "who tells while one is not armed"
}

test_quiet_says_nothing() {
    ww 0 run -q -o out --duration 1 scene:rear-wall
    equal "$(cat .err)" "" "what was said"
}

test_wrong_usage() {
    ww 2 run
    says "no camera was named" "wallwatch cameras"
    ww 2 run -o out --duration 0 scene:rear-wall
    says "--duration needs seconds"
    ww 2 run -o out night.mp4
    says "'night.mp4' is no camera" "wallwatch replay"
    echo 'cameras: [{name: a}]' >site.yaml
    ww 2 run -o out -c site.yaml
    says "camera 'a' has no 'source'"
    echo 'cameras: [{name: a, source: /dev/video0, capture: {stall: 5 parsecs}}]' >site.yaml
    ww 2 run -o out -c site.yaml
    says "site.yaml:1: cameras/0/capture/stall: a duration such as 10s was expected"
    echo 'cameras: [{name: a, source: /dev/video0, capture: {controls: [1]}}]' >site.yaml
    ww 2 run -o out -c site.yaml
    says "names with numbers were expected"
    ww 2 cameras now
    says "'now' was not expected"
}

test_a_camera_that_is_not_there_is_told_once() {
    begin /dev/video99
    soon 10 told lost
    sleep 2 # some tries later
    finish
    equal "$(events out 'select(.detail == "lost") | .phase' | tr '\n' ' ')" "start end " "lines of the loss"
    equal "$(grep -c "there is no camera at '/dev/video99'" .err)" 1 "times that it was said"
    all_ended out
    ww 0 events out
    grep -qE 'video99 +camera +lost +[0-9.]+ ' .out
}

test_no_cameras_are_listed() {
    [ ! -e /dev/video0 ] || skip_without "a machine without cameras"
    ww 1 cameras
    says "no camera is attached"
    ww 1 cameras --json
    equal "$(jq -c . .out)" "[]" list
}

test_two_that_write_one_folder() {
    begin scene:rear-wall
    soon 10 told online
    ww 1 run -o out --duration 1 scene:rear-wall
    says "another wallwatch is writing it"
    finish
}

test_sighup_reads_the_configuration_again() {
    echo 'cameras: [{name: a, source: scene:rear-wall}, {name: b, source: scene:rear-wall}]' >site.yaml
    begin -c site.yaml scene:rear-wall
    soon 10 told online 3
    # A comment and another order of what is said change nothing.
    printf 'cameras:\n  - name: a  # as before\n    source: scene:rear-wall\n  - {name: c, source: "scene:rear-wall"}\n' >site.yaml
    kill -HUP "$watcher"
    soon 10 told online 4
    soon 10 grep -q 'site.yaml was read again: 3 cameras' .err
    echo 'cameras: [{name: a, source: nowhere}]' >site.yaml
    kill -HUP "$watcher"
    soon 10 grep -q "'nowhere' is no camera.*the configuration stays as it was" .err
    finish
    equal "$(jq -r '[.cameras[].name] | join(" ")' stats)" "a c rear-wall" cameras
    equal "$(events out 'select(.camera == "a") | .detail' | head -5)" online "what is told of a"
    chain_holds out
}

# The one that stays goes on with its clip; the one that is another camera now ends its own, which plays.
test_sighup_while_clips_are_recorded() {
    local WITH_CLIPS=yes
    local one='source: scene:rear-wall, analyse: {model: light}, post: 1s'
    echo "cameras: [{name: a, $one}, {name: b, $one}]" >site.yaml
    begin -c site.yaml
    soon 30 has_begun 2
    echo "cameras: [{name: a, $one}, {name: b, $one, pre: 2s}]" >site.yaml
    kill -HUP "$watcher"
    soon 20 log_has '"camera":"b","detail":"clip"'
    ! log_has '"camera":"a","detail":"clip"' || fail "the clip of a camera that did not change was ended"
    soon 60 log_has '"camera":"a","detail":"clip"'
    finish
    all_ended out
    chain_holds out
    evidence_holds out
    equal "$(clips out 'select(.camera == "a") | .events | length' | head -1)" 1 "events of the clip of who stays"
    equal "$(comm -23 <(events out 'select(.phase == "start" and .type == "motion") | .event' | sort) <(clips out '.events[]' | sort))" "" "events without a clip"
    for clip in $(clips out .clip); do
        within "$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "out/$clip")" 10 1000 "frames of $clip"
    done
}

test_a_log_that_vanishes_begins_anew_with_its_chain() {
    begin --event-gap 1 scene:rear-wall
    soon 30 has_begun
    mv out moved
    finish
    says "was removed while it was written; it is tried again" "events are written again"
    evidence_holds out
    # The new file goes on where the old one ended.
    equal "$(head -1 out/events.jsonl | jq .seq)" "$(wc -l <moved/events.jsonl)" "first number"
    equal "$(head -1 out/events.jsonl | jq -r .prev)" "$(tail -1 moved/events.jsonl | tr -d '\n' | sha256sum | cut -d' ' -f1)" "chain"
}

test_a_full_disk_costs_pictures_and_no_line() {
    need_root
    mkdir disk
    mount -t tmpfs -o size=64k tmpfs disk || skip "no file systems can be mounted here"
    trap 'umount -l "$FOLDER/disk"' EXIT
    mkdir disk/out
    ln -s disk/out out
    begin scene:rear-wall scene:rear-wall
    soon 10 told online 2
    dd if=/dev/zero of=disk/full bs=1k count=100 2>/dev/null || :
    soon 30 has_begun 2
    finish
    equal "$(grep -c 'no space left on the disk.*; events are logged without pictures' .err)" 1 "times that it was said"
    equal "$(events out 'select(.type == "motion" and .phase == "end") | .camera' | sort | tr '\n' ' ')" "rear-wall rear-wall-2 " "events"
    equal "$(jq -c ".lost_in_writing | {lines, pictures}" stats)" '{"lines":0,"pictures":2}' "what was lost"
    chain_holds out
    all_ended out
}

# A limit on the size of files stands for a disk that takes no more.
test_a_log_that_cannot_be_written_for_a_while() {
    need prlimit
    # Cheap to watch, so that two are watched in time where threads are checked.
    printf 'cameras:\n' >site.yaml
    printf '  - {name: %s, source: scene:rear-wall, analyse: {model: light}}\n' rear-wall rear-wall-2 >>site.yaml
    begin --event-gap 1 -c site.yaml
    soon 10 told online 2
    prlimit --pid "$watcher" --fsize="$(stat -c %s out/events.jsonl):"
    soon 90 grep -q "cannot write 'out/events.jsonl': .*; it is tried again" .err
    prlimit --pid "$watcher" --fsize=unlimited:
    soon 10 grep -q 'events are written again' .err
    soon 60 log_has '"motion","phase":"start".*"camera":"rear-wall"'
    soon 60 log_has '"motion","phase":"start".*"camera":"rear-wall-2"'
    finish
    equal "$(jq .lost_in_writing.lines stats)" 0 "lines lost"
    chain_holds out
    evidence_holds out
    all_ended out
}

# --- a terminal, and systemd ---------------------------------------------------------------------------

test_a_status_line_for_each_camera() {
    need script
    script -qec "stty rows 24 cols 100; $WALLWATCH run -o out --duration 4 scene:rear-wall /dev/video98" typescript >/dev/null
    tr '\r' '\n' <typescript | sed 's/\x1b\[[A-Z]//g' >shown
    grep -qE '^camera +state +frames +analysed +dropped +corrupt +events +latency' shown
    grep -qE '^rear-wall +online +[0-9]+\.[0-9] +[0-9]+\.[0-9] +[0-9]+\.[0-9] +0 +0 +[0-9]+ ms' shown
    grep -qE "^video98 +lost +there is no camera at '/dev/video98'" shown
    within "$(grep -E '^(camera|rear-wall|video98) ' shown | awk '{print length($0)}' | sort -n | tail -1)" 40 100 "longest line"
}

# What is told to systemd goes to a file.
notified() {
    need python3
    export NOTIFY_SOCKET=$FOLDER/notify
    python3 - >notes 2>&1 <<'END' &
import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(os.environ["NOTIFY_SOCKET"])
while True:
    print(s.recv(4096).decode(), flush=True)
END
    listener=$!
    soon 10 test -S notify
}

has_libsystemd() { "$WALLWATCH" --version | grep -q 'with libsystemd' || skip "built without libsystemd"; }

test_systemd_is_told() {
    has_libsystemd
    notified
    WATCHDOG_USEC=400000 begin scene:rear-wall
    soon 10 grep -q '^READY=1$' notes
    soon 10 grep -q '^WATCHDOG=1$' notes
    soon 10 grep -q '^STATUS=1 of 1 cameras online$' notes
    kill -HUP "$watcher"
    soon 10 grep -q '^RELOADING=1$' notes
    finish
    soon 10 grep -q '^STOPPING=1$' notes
    kill $listener
}

# A camera that is online while nothing is analysed is what the watchdog is for.
test_the_watchdog_is_fed_by_frames_alone() {
    has_libsystemd
    need ffmpeg
    recording http.avi avi -vf scale=640:360 -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    notified
    local port=$((20000 + RANDOM)) fed
    ffmpeg -v error -nostdin -re -stream_loop -1 -i "$SHARED/http.avi" -c copy -f mpjpeg -listen 1 "http://127.0.0.1:$port/" &
    local server=$!
    echo "cameras: [{name: a, source: 'http://127.0.0.1:$port/', capture: {stall: 60s}}]" >site.yaml
    WATCHDOG_USEC=400000 begin -c site.yaml
    soon 30 told online
    soon 10 grep -q '^WATCHDOG=1$' notes
    kill -STOP $server
    sleep 1
    fed=$(grep -c '^WATCHDOG=1$' notes)
    sleep 2
    equal "$(grep -c '^WATCHDOG=1$' notes)" "$fed" "times that the watchdog was fed while nothing came"
    kill -CONT $server
    soon 20 bash -c "[ \$(grep -c '^WATCHDOG=1\$' notes) -gt $fed ]"
    finish
    kill -KILL $server $listener
}
