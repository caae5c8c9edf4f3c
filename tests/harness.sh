# What tests are written with. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

skip() { # why
    echo "$*" >"$FOLDER/skipped"
    exit 77
}

# For what no package brings: REQUIRE_ALL does not require it.
skip_without() { # what
    echo "$*" >"$FOLDER/skipped"
    exit 78
}

fail() { # why
    echo "failed: $*"
    exit 1
}

need() { # commands
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || skip "there is no $command"
    done
}

need_root() {
    [ "$(id -u)" = 0 ] || skip "only root can do this"
}

# Runs wallwatch; its output is in ./.out and ./.err. Ends the test where the status is another. Clips, which take a
# third of a scene's time, are recorded only where the suite is about them; so it is with begin().
ww() { # status, arguments
    local wanted=$1 status=0
    shift
    [ "${1-}" != replay ] || [ -n "${WITH_CLIPS-}" ] || set -- replay --record none "${@:2}"
    "$WALLWATCH" "$@" >.out 2>.err || status=$?
    if [ $status != "$wanted" ]; then
        echo "wallwatch $*: status $status, not $wanted"
        cat .err
        exit 1
    fi
}

says() { # texts that ./.err must hold
    local text
    for text in "$@"; do
        grep -qF -- "$text" .err || { cat .err; fail "no '$text' in what was said"; }
    done
}

equal() { # value, value, what
    [ "$1" = "$2" ] || fail "${3:-value} is '$1', not '$2'"
}

within() { # value, low, high, what
    awk -v value="$1" -v low="$2" -v high="$3" 'BEGIN {exit !(value != "" && value + 0 >= low && value + 0 <= high)}' ||
        fail "${4:-value} is '$1', not in $2…$3"
}

# All lines of a log: at midnight, those of the day before move to a file of their own.
lines() { # folder
    local files=() file
    for file in "$1"/events-[0-9]*.jsonl "$1/events.jsonl"; do
        [ ! -e "$file" ] || files+=("$file")
    done
    [ ${#files[@]} -gt 0 ] || { echo "there is no log in $1" >&2; return 1; }
    cat "${files[@]}"
}

events() { # folder, jq filter of its lines, but for those of the summaries
    lines "$1" | jq -r "select(.type != \"system\") | $2"
}

clips() { # folder, jq filter of the lines of its clips
    lines "$1" | jq -r "select(.detail == \"clip\") | $2"
}

packets() { # file: the hash of each packet of its video
    ffprobe -v error -select_streams v -show_entries packet=data_hash -show_data_hash sha256 -of csv=p=0 "$1" | tr -d ,
}

starts() { # folder: the frames where its events begin
    events "$1" 'select(.phase == "start") | .frame' | tr '\n' ' '
}

# The chain of a log, recomputed with other tools than the program's.
chain_holds() { # folder
    local previous=0000000000000000000000000000000000000000000000000000000000000000 number=0 line
    while IFS= read -r line; do
        equal "$(jq -r .prev <<<"$line")" "$previous" "prev of line $number"
        equal "$(jq -r .seq <<<"$line")" "$number" "seq of line $number"
        previous=$(printf %s "$line" | sha256sum | cut -d' ' -f1)
        number=$((number + 1))
    done < <(lines "$1")
    [ $number -gt 0 ] || fail "the log is empty"
}

# Every file that a log names is there, and is what it was.
evidence_holds() { # folder
    local path hash
    while read -r path hash; do
        equal "$(sha256sum <"$1/$path" | cut -d' ' -f1)" "$hash" "hash of $path"
    done < <(events "$1" '(select(.snapshot) | .snapshot + " " + .snapshot_sha256), (select(.original) | .original + " " + .original_sha256)'
        clips "$1" '.clip + " " + .clip_sha256, (select(.sheet) | .sheet + " " + .sheet_sha256)')
    [ -z "$(find "$1" -name '.*.part')" ] || fail "half-written files are left"
}

# Opened events are ended, once each.
all_ended() { # folder
    events "$1" 'select(.phase == "start") | .event' | sort >.begun
    events "$1" 'select(.phase == "end") | .event' | sort >.ended
    equal "$(comm -23 .begun .ended)" "" "events that did not end"
    equal "$(uniq -d .ended)" "" "events that ended twice"
}

# --- watching live cameras ----------------------------------------------------------------------------

soon() { # seconds, command that must come true; $PATIENCE times as many where all is slow
    local end=$((SECONDS + $1 * ${PATIENCE:-1}))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { cat .err server.log fed out/events.jsonl 2>/dev/null || :; fail "not in time: $*"; }
        sleep 0.1
    done
}

# wallwatch run, in the background: $watcher.
begin() { # arguments
    [ -n "${WITH_CLIPS-}" ] || set -- --record none "$@"
    : >.out 2>.err # what was said before would be read as said by this one, until it is begun
    "$WALLWATCH" run -o out --stats stats "$@" >.out 2>.err &
    watcher=$!
}

finish() {
    kill -TERM "$watcher"
    wait "$watcher" || fail "wallwatch ended with $?: $(cat .err)"
    [ -s stats ] || fail "no statistics"
}

log_has() { # text of its lines, how many at least
    [ "$(lines out 2>/dev/null | grep -c -- "$1")" -ge "${2:-1}" ]
}

told() { log_has "\"detail\":\"$1\"" "${2:-1}"; } # detail of a camera's event, how many at least
has_begun() { log_has '"type":"motion","phase":"start"' "${1:-1}"; } # events of motion

# axe-core's script, which knows what keeps people from using a page: $AXE.
find_axe() {
    export AXE=$SHARED/axe/package/axe.min.js
    if [ ! -e "$AXE" ]; then
        need npm
        mkdir -p "$SHARED/axe"
        (cd "$SHARED/axe" && npm pack --silent axe-core@4.10.3 >log 2>&1) || skip "npm has no axe-core: $(tail -n 1 "$SHARED/axe/log")"
        tar -C "$SHARED/axe" -xzf "$SHARED"/axe/axe-core-*.tgz package/axe.min.js
    fi
}

# What a browser makes of a file: a page asks it, and its title is the answer.
browser_plays() { # folder, file, size
    cat >"$1/probe.html" <<'PAGE'
<body><script>
const video = document.createElement('video');
video.muted = true;
video.preload = 'auto';
video.src = decodeURIComponent(location.hash.slice(1));
video.onerror = () => document.title = 'error ' + video.error.code;
video.onloadeddata = () => document.title = `plays ${video.videoWidth}x${video.videoHeight}`;
document.body.appendChild(video);
</script>
PAGE
    HOME=$FOLDER timeout 120 chromium --headless --no-sandbox --disable-gpu --dump-dom \
        "file://$(realpath "$1")/probe.html#$2" >dom 2>browser.log || fail "no browser: $(tail -3 browser.log)"
    grep -qF "<title>plays $3</title>" dom || fail "$2: $(grep -o '<title>.*</title>' dom)"
    rm "$1/probe.html"
}

# ------------------------------------------------------------------------------------------------------

# A file that several tests use, made once: once NAME command… writes it to the path in $target.
once() { # name, command that writes to $target
    local name=$1
    shift
    if [ ! -e "$SHARED/$name" ]; then
        target=$SHARED/.draft-$name
        rm -rf "$target"
        "$@"
        mv "$target" "$SHARED/$name"
    fi
}

draw_y4m() { "$BUILD/tests/tools/scene_y4m" rear-wall >"$target"; }
scene_y4m() { once scene.y4m draw_y4m; }

encode() { # format, ffmpeg's arguments
    local format=$1
    shift
    ffmpeg -v error -nostdin -y -i "$SHARED/scene.y4m" "$@" -f "$format" "$target"
}

# recording NAME FORMAT ARGUMENTS…: the scene in some format, at $SHARED/NAME.
recording() {
    local name=$1
    shift
    need ffmpeg
    scene_y4m
    once "$name" encode "$@"
}

encode_frames() { # extension, ffmpeg's arguments
    local extension=$1
    shift
    mkdir "$target"
    ffmpeg -v error -nostdin -y -i "$SHARED/scene.y4m" "$@" "$target/frame%05d.$extension"
}

# frames NAME EXTENSION ARGUMENTS…: the scene as a folder of pictures, at $SHARED/NAME.
frames() {
    local name=$1
    shift
    need ffmpeg
    scene_y4m
    once "$name" encode_frames "$@"
}
