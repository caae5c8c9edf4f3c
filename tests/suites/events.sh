# Reading the log back. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# Thirteen minutes, a frame a second: the scene; two minutes of black; the scene; two of thick fog; the scene,
# until from 22:15 on nobody is armed.
long_night() {
    "$BUILD/tests/tools/scene_y4m" quiet-wall | ffmpeg -v error -nostdin -i - -vf "select='not(mod(n,3))',setpts=N/TB,scale=640:360" -r 1 -f yuv4mpegpipe part.y4m
    local meanwhile="enable='between(t,180,299)'" later="enable='between(t,420,539)'"
    ffmpeg -v error -nostdin -stream_loop 1 -i part.y4m -t 780 -vf "drawbox=t=fill:color=black:$meanwhile,lutyuv=y='120+(val-120)*0.42':$later,noise=alls=3:allf=t" -c:v libx264 -preset ultrafast -f matroska "$target"
}

test_when_a_wall_was_watched() {
    once long-night.mkv long_night
    printf 'cameras: [{name: yard, armed: "22:00-22:15", walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left}]}]\n' >site.yaml
    ww 0 replay -q -o out -c site.yaml --start 2026-11-20T22:05:00Z "$SHARED/long-night.mkv"
    equal "$(jq -r 'select(.detail == "coverage") | "\(.type) \(.wall) \(.time) \(.coverage)"' out/events.jsonl | tr '\n' ' ')" \
        "system rear 2026-11-20T22:05:00.000Z wwwbb system rear 2026-11-20T22:10:00.000Z wwffwooo " "what is in the log"
    ww 0 events --coverage out
    equal "$(sed -n 2p .out | tr -s ' ')" "yard rear 2026-11-20 22:05:00 UTC 0:13 60.0 % 0:02 0:02 0:03" "the sum"
    grep -qE '^2026-11-20 22:08:00 UTC +2026-11-20 22:10:00 UTC +0:02 +yard +rear +blind$' .out
    grep -qE '^2026-11-20 22:12:00 UTC +2026-11-20 22:14:00 UTC +0:02 +yard +rear +faint$' .out
    ww 0 events --coverage --csv --from 2026-11-20T22:12:00Z --to 2026-11-20T22:16:00Z out
    equal "$(tail -n +2 .out | tr '\n' ' ')" "yard,rear,,2026-11-20T22:12:00.000Z,2026-11-20T22:14:00.000Z,2,faint yard,rear,,2026-11-20T22:14:00.000Z,2026-11-20T22:15:00.000Z,1,well yard,rear,,2026-11-20T22:15:00.000Z,2026-11-20T22:16:00.000Z,1,off " spans
    ww 0 events --coverage --wall front out
    says "nothing is known of that time"
    ww 0 events out
    ! grep -q coverage .out || fail "lines of the summary among the events"
    ww 0 events --coverage --json out
    equal "$(grep -c coverage .out)" 2 "lines when they are asked for"
    # Nobody knows of the time when it did not run; two runs in one minute are one minute.
    ww 0 replay -q -o out -c site.yaml --start 2026-11-20T22:05:30Z "$SHARED/long-night.mkv"
    ww 0 replay -q -o out -c site.yaml --start 2026-11-20T23:05:00Z "$SHARED/long-night.mkv"
    ww 0 events --coverage --csv out
    grep -q '^yard,rear,,2026-11-20T22:19:00.000Z,2026-11-20T23:05:00.000Z,46,unknown$' .out || fail "$(cat .out)"
}

means() { need jq; }

# Two cameras, the second one with two zones, at two times.
two_cameras() {
    ww 0 replay -o log --camera north --start 2024-06-01T20:00:00Z scene:rear-wall
    ww 0 replay -o log --camera "south, gate" --start 2024-06-02T20:00:00Z \
        --zone 400,200,300,300 --zone 0,430,300,290 scene:rear-wall
}

test_a_table() {
    two_cameras
    ww 0 events log
    equal "$(wc -l <.out)" 4 "lines"
    head -1 .out | grep -q '^time *camera *where *type *seconds *score *event$'
    grep -q '^2024-06-01 20:00:10 UTC  north .* motion ' .out
    grep -q 'south, gate  zone-2  motion' .out
    # Columns stand below each other, and no line is longer than a terminal.
    equal "$(awk '{print index($0, "motion")}' .out | tail -n +2 | sort -u | wc -l)" 1 "places of the type"
    within "$(awk '{print length($0)}' .out | sort -n | tail -1)" 40 110 "longest line"
}

test_json_is_the_log() {
    two_cameras
    ww 0 events --json log
    cmp .out log/events.jsonl
    ww 0 events --json log/events.jsonl
    cmp .out log/events.jsonl
}

test_csv() {
    two_cameras
    ww 0 events --csv log
    equal "$(head -1 .out)" "event,start,end,camera,wall,zone,type,duration,score,snapshot,original,detail,reason,direction,severity,clip" header
    equal "$(wc -l <.out)" 4 lines
    grep -q ',"south, gate",,zone-1,motion,' .out
    grep -q '^[^,]*,2024-06-01T20:00:[0-9.]*Z,2024-06-01T20:00:[0-9.]*Z,north,' .out
}

test_filters() {
    two_cameras
    count() { # wanted, filters
        local wanted=$1
        shift
        ww 0 events --csv "$@" log
        equal "$(tail -n +2 .out | wc -l)" "$wanted" "events with $*"
    }
    count 1 --camera north
    count 2 --camera "south, gate"
    count 0 --camera east
    count 1 --zone zone-2
    count 0 --wall rear
    count 3 --type motion
    count 0 --type breach
    count 2 --from 2024-06-02
    count 1 --to 2024-06-02
    count 3 --from 2024-06-01 --to "2024-06-03 00:00"
    count 1 --from 2024-06-01T20:00:20Z --to 2024-06-01T20:00:21Z # in the middle of one
    ww 0 events --camera east log
    says "no events"
}

test_an_event_that_is_open() {
    two_cameras
    head -n 1 log/events.jsonl >open.jsonl
    ww 0 events open.jsonl
    grep -q ' open ' .out
}

test_days_before_today_are_read_first() {
    two_cameras
    mkdir days
    grep '"camera":"north"' log/events.jsonl >days/events-2024-06-01.jsonl
    grep -v '"camera":"north"' log/events.jsonl >days/events.jsonl
    ww 0 events --json days
    cmp .out log/events.jsonl
    rm days/events.jsonl
    ww 0 events days
    equal "$(wc -l <.out)" 2 lines
}

test_what_is_no_log() {
    ww 1 events missing
    says missing "no such file"
    mkdir empty
    ww 1 events empty
    says "no log in 'empty'"
    two_cameras
    sed -i '2s/.*/{"broken":/' log/events.jsonl
    ww 1 events log
    says "1 line is no event" "line 2"
    equal "$(wc -l <.out)" 4 "lines all the same"
}

test_local_time_is_that_of_the_reader() {
    two_cameras
    TZ=Asia/Karachi ww 0 events --camera north log
    grep -q '^2024-06-02 01:00:10 PKT' .out
}
