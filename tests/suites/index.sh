# Events that are found through an index, against what reading the whole log finds. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# A log of many events, over some days in several files, some of them open, some long, with clips.
many_events() {
    mkdir "$target"
    python3 "$ROOT/tests/tools/many_events.py" "$target" "${EVENTS:-12000}"
}

means() {
    need jq python3 sqlite3
    case $("$WALLWATCH" --version) in *'with SQLite'*) ;; *) skip "built without SQLite" ;; esac
    once many-events many_events
}

fresh() {
    rm -rf store
    cp -r "$SHARED/many-events" store
}

questions() {
    cat <<'QUESTIONS'
--score=0
--camera=camera 3
--wall=wall 1|--type=breach
--type=drill|--severity=high
--score=0.97
--type=system
--from=2026-03-02T10:00:00Z|--to=2026-03-02T10:20:00Z
--from=2026-03-03T06:00:00Z
--to=2026-03-01T00:30:00Z
--last=25
--last=7|--type=climb|--camera=camera 0
--camera=nobody
--from=2026-03-02T22:00:00Z|--to=2026-03-02T22:00:01Z
QUESTIONS
}

# The same questions of the index, and of the log, which is read where there can be no index.
alike() { # folder, questions (all)
    local question words
    rm -rf plain
    mkdir plain
    cp "$1"/*.jsonl plain
    mkdir plain/index.sqlite # so it can be none
    questions | sed -n "1,${2:-99}p" >.questions
    while IFS= read -r question; do
        IFS='|' read -ra words <<<"$question"
        "$WALLWATCH" events --csv "${words[@]}" "$1" >.indexed
        "$WALLWATCH" events --csv "${words[@]}" plain >.read
        cmp .indexed .read || fail "events $question: $(diff .indexed .read | sed -n 1,5p)"
        "$WALLWATCH" events --json "${words[@]}" "$1" >.indexed
        "$WALLWATCH" events --json "${words[@]}" plain >.read
        cmp .indexed .read || fail "events --json $question"
    done <.questions
    [ -s "$1/index.sqlite" ] || fail "there is no index"
}

test_the_index_answers_as_the_log_does() {
    fresh
    alike store
}

# As it is when a log grows, and its day ends.
test_what_is_added_is_found() {
    fresh
    local last
    mkdir part
    cp store/events-2026-03-01.jsonl store/events-2026-03-02.jsonl part/
    mv store/events.jsonl whole
    head -n 3000 store/events-2026-03-03.jsonl >part/events.jsonl
    last=$(wc -l <part/events.jsonl)
    "$WALLWATCH" events --last 3 part >/dev/null
    [ -s part/index.sqlite ] || fail "there is no index"
    # A line that is not whole yet is not there yet.
    sed -n "$((last + 1))p" store/events-2026-03-03.jsonl | head -c 50 >>part/events.jsonl
    "$WALLWATCH" events --csv --last 1 part >one
    cp store/events-2026-03-03.jsonl part/events.jsonl
    alike part 5
    mv part/events.jsonl part/events-2026-03-03.jsonl
    cp whole part/events.jsonl
    equal "$(sqlite3 part/index.sqlite 'SELECT lines FROM state')" "$(cat part/events-2026-03-0[123].jsonl | wc -l)" "lines before"
    alike part
    equal "$(sqlite3 part/index.sqlite 'SELECT lines FROM state')" "$(cat part/*.jsonl | wc -l)" "lines that are in"
}

test_an_index_that_is_missing_damaged_or_of_another_log_is_made_anew() {
    local size
    fresh
    "$WALLWATCH" events --last 1 store >/dev/null
    size=$(stat -c %s store/index.sqlite)
    head -c 100000 /dev/urandom >noise
    dd if=noise of=store/index.sqlite bs=4096 seek=1 conv=notrunc status=none
    alike store 2
    dd if=noise of=store/index.sqlite conv=notrunc status=none
    alike store 2
    truncate -s $((size / 3)) store/index.sqlite
    alike store 2
    rm -f store/index.sqlite*
    alike store 2
    sqlite3 store/index.sqlite 'PRAGMA user_version = 77' 
    alike store 2
    # Of another log, which has not the line that was the last one.
    sed -i -e '$d' -e 's/"camera":"camera 3"/"camera":"camera 4"/' store/events.jsonl
    alike store 2
}

test_a_log_with_a_line_that_is_none_is_read() {
    fresh
    echo 'no line' >>store/events.jsonl
    ww 1 events --csv --last 3 store
    equal "$(wc -l <.out)" 4 "lines of the table"
    says "1 line is no event, the first is line"
}

# A live camera's long log is indexed while it is written.
test_the_program_that_writes_keeps_it() {
    local before
    fresh
    begin -o store scene:quiet-wall
    told_online() { grep -c '"detail":"online"' store/events.jsonl >/dev/null; }
    soon 20 told_online
    indexed() { [ "$(sqlite3 store/index.sqlite "SELECT count(*) FROM event WHERE start > 1780000000000000" 2>/dev/null)" = 1 ]; }
    soon 30 indexed
    kill -TERM "$watcher"
    wait "$watcher"
    alike store
}

# While one that watches writes both the log and the index; none waits for long, none answers wrong.
test_many_that_make_one_index_at_the_same_time() {
    local i asking=()
    fresh
    cp -r store plain
    mkdir plain/index.sqlite
    "$WALLWATCH" events --csv --camera 'camera 3' --last 50 plain >answer
    begin -o store scene:quiet-wall
    for i in 1 2 3 4 5 6; do
        "$WALLWATCH" events --csv --camera 'camera 3' --last 50 store >answer.$i 2>said.$i &
        asking+=($!)
    done
    for i in 1 2 3 4 5 6; do
        wait "${asking[i - 1]}" || fail "status $?: $(cat said.$i)"
        cmp answer answer.$i
    done
    finish
    alike store 2
}

test_where_nothing_can_be_written_the_log_is_read() {
    need_root
    fresh
    mount --bind store store && mount -o remount,bind,ro store || skip "nothing can be mounted here"
    trap 'umount -l store' EXIT
    ww 0 events --csv --last 2 store
    equal "$(wc -l <.out)" 3 "lines"
    [ ! -e store/index.sqlite ] || fail "something was written"
}
