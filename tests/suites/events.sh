# Reading the log back. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

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
    equal "$(head -1 .out)" "event,start,end,camera,wall,zone,type,duration,score,snapshot,original,detail,reason,direction,severity" header
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
