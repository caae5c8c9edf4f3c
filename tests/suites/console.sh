# The console: who may ask for what, and what a browser makes of it. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need curl jq python3
    case $("$WALLWATCH" --version) in *"with libmicrohttpd"*) ;; *) skip "built without libmicrohttpd" ;; esac
}

make_site() {
    printf 'site: north\nconsole: 127.0.0.1:0\ncameras: [{name: "rear wall", source: "scene:rear-wall", walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left}]}]\n' >site.yaml
}

served() { # further arguments of run; leaves the address in $url
    make_site
    begin -c site.yaml "$@"
    ready() { url=$(sed -n 's/^the console is at //p' .err) && [ -n "$url" ] && curl -sf -o /dev/null "${url}healthz"; }
    soon 20 ready
}

# A minute of it is in the log.
watched_before() {
    make_site
    "$WALLWATCH" run -q -o out -c site.yaml --duration 3 --record none
}

status_of() { # arguments of curl
    curl -s -o body -D head -w '%{http_code}' --max-time 20 "$@"
}

test_each_address_answers_as_it_should() {
    local event
    served
    equal "$(status_of "$url")" 200 "the page"
    grep -q "^Content-Security-Policy: default-src 'none'; script-src 'self'" head || fail "$(cat head)"
    grep -q '^X-Content-Type-Options: nosniff' head
    equal "$(status_of "${url}page/app.js")" 200 "a part of it"
    grep -q '^Content-Type: text/javascript' head
    equal "$(cat "$ROOT"/pipeline/console/page/* | wc -c | awk '{print $1 < 150000}')" 1 "whether the page is small"
    equal "$(curl -s "${url}healthz" | jq -r .status)" watching health
    equal "$(curl -s "${url}api/cameras" | jq -c '[.site, (.cameras[] | .name, .state, (.regions[] | .kind, .outside), .armed)]')" \
        '["north","rear wall","online","wall","left",true]' cameras
    curl -s "${url}metrics" >metrics
    grep -qE '^wallwatch_camera_frames_captured_total\{camera="rear wall"\} [1-9]' metrics || fail "$(cat metrics)"
    equal "$(awk '!/^#/ {print $1}' metrics | sed 's/{.*//' | sort)" "$(awk '/^# TYPE/ {print $3}' metrics | sort)" "metrics, and what is said of their types"
    # A picture as it is, and smaller.
    equal "$(status_of "${url}api/cameras/rear%20wall/frame.jpg")" 200 "a picture"
    equal "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 body)" 1280,720 "its size"
    equal "$(status_of "${url}api/cameras/rear%20wall/frame.jpg?width=320")" 200 "a small picture"
    equal "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 body)" 320,180 "its size"
    { curl -s --max-time 3 "${url}api/cameras/rear%20wall/stream?width=160&fps=5" || :; } >stream
    within "$(grep -ac '^--frame' stream)" 3 18 "frames of a stream in three seconds"
    # What is asked for wrongly.
    local path
    for path in nothing page/none api/cameras/none/frame.jpg api/cameras/rear%20wall/none media/snapshots/none.jpg media/events.jsonl \
        media/../events.jsonl media/snapshots/../events.jsonl media/snapshots/..%2fevents.jsonl media/snapshots/%2e%2e/events.jsonl \
        media//etc/passwd api/clips/..%2f..%2fsite.yaml api/clips/none.mp4 media/snapshots/; do
        equal "$(status_of --path-as-is "$url$path")" 404 "$path"
        [ -n "$(jq -r .error body)" ] || fail "$path: no reason"
    done
    for path in 'api/events?from=yesterday' 'api/events?last=0' 'api/events?last=99999' 'api/events?score=2' 'api/cameras/rear%20wall/frame.jpg?width=wide'; do
        equal "$(status_of "$url$path")" 400 "$path"
    done
    equal "$(status_of -X POST -d '{"a":' "${url}api/events")" 405 "a POST"
    equal "$(status_of -X DELETE "${url}media/snapshots/a.jpg")" 405 "a DELETE"
    equal "$(status_of -H 'Host: evil.example' "${url}api/events")" 421 "another host's name"
    equal "$(status_of -H "Host: localhost:${url//[^0-9]/}" "${url}api/events")" 421 "a name with another port"
    equal "$(status_of --head "${url}healthz")" 200 "a HEAD"
    equal "$(status_of -H "X-Long: $(head -c 100000 /dev/zero | tr '\0' a)" "$url")" 431 "a header that is too long"
    ln -s "$PWD/site.yaml" out/snapshots/link.jpg
    equal "$(status_of "${url}media/snapshots/link.jpg")" 404 "a link out of the store"
    # Nothing of a request becomes a header, or a line of a log.
    for path in 'api/exports/a%0d%0aX-Evil:%201.zip' 'api/cameras/a%0d%0aX-Evil:%201/frame.jpg' 'media/snapshots/a%0d%0aX-Evil:%201.jpg' 'page/a%0d%0aX-Evil:%201' '%0d%0aX-Evil:%201'; do
        equal "$(status_of "$url$path")" 404 "$path"
        ! grep -qi '^X-Evil' head || fail "a header was injected by $path"
    done
    # Events, and a picture of one in parts.
    over() { [ "$(curl -s "${url}api/events?type=climb" | jq '.events[0].snapshot != null')" = true ]; }
    soon 60 over
    event=$(curl -s "${url}api/events?type=climb&last=1" | jq -c '.events[0]')
    equal "$(jq -r '[.camera, .wall, .direction] | join(" ")' <<<"$event")" "rear wall rear inward" "the event"
    equal "$(curl -s "${url}api/events?camera=none" | jq '.events | length')" 0 "events of no camera"
    local snapshot size
    snapshot=$(jq -r .snapshot <<<"$event")
    size=$(stat -c %s "out/$snapshot")
    curl -s "${url}media/$snapshot" | cmp - "out/$snapshot"
    equal "$(status_of -H 'Range: bytes=100-199' "${url}media/$snapshot")" 206 "a part of a picture"
    cmp body <(tail -c +101 "out/$snapshot" | head -c 100)
    grep -q "^Content-Range: bytes 100-199/$size" head
    equal "$(status_of -H 'Range: bytes=-50' "${url}media/$snapshot")" 206 "its end"
    cmp body <(tail -c 50 "out/$snapshot")
    equal "$(status_of -H "Range: bytes=$size-" "${url}media/$snapshot")" 416 "what is not there"
    finish
}

# Each line of the log, as it is; who was away for a while gets what he missed.
# What is described is there, and what is there is described; answers have the described fields, and no others.
test_the_description_fits_the_server() {
    local path
    watched_before
    served
    curl -s "${url}api/openapi.json" >described
    jq -r '.paths | keys[] | sub("/\\{folder\\}/\\{file\\}$"; "/") | sub("\\{.*"; "")' described | sort -u >paths
    sed -n 's/^    {"\(\/[^"]*\)", WW_ROLE_.*/\1/p' "$ROOT/pipeline/commands/console/console.c" | sort -u | diff paths -
    for path in $(jq -r '.paths | keys[] | select(contains("{") or . == "/api/news" | not)' described); do
        equal "$(status_of "$url${path#/}")" 200 "$path"
        grep -qF "Content-Type: $(jq -r --arg path "$path" '.paths[$path].get.responses["200"].content | keys[0]' described)" head || fail "$path: $(cat head)"
    done
    fields() { # schema, filter of the answer
        jq -r --arg name "$1" '.components.schemas[$name].required[]?' described | sort >required
        jq -r --arg name "$1" '.components.schemas[$name].properties | keys[]' described | sort >allowed
        jq -c "$2" answer | while read -r one; do
            jq -r 'keys[]' <<<"$one" | sort >here
            equal "$(comm -23 required here)" "" "what is missing of $1"
            equal "$(comm -13 allowed here)" "" "what is not described of $1"
        done
    }
    curl -s "${url}api/cameras" >answer
    fields Site .
    fields Camera '.cameras[]'
    fields Region '.cameras[].regions[]'
    soon 60 has_event
    curl -s "${url}api/events" | tee events.json >answer
    fields Event '.events[]'
    curl -s "${url}api/coverage" >answer
    equal "$(jq -c '[.coverage[0] | .camera, .wall, .spans[0][2]]' answer)" '["rear wall","rear","well"]' "how it was watched"
    fields Coverage '.coverage[]'
    curl -s "${url}api/walls/rear%20wall" >answer
    fields Drawings .
    fields Lists .written
    fields Lists .drawn
    curl -s "${url}api/holds/$(jq -r '.events[0].event' events.json)" >answer
    fields Hold .
    curl -s "${url}api/verification" >answer
    fields Verification .
    curl -s "${url}healthz" >answer
    fields Health .
    # The dashboard asks for nothing that is not there; a virtual machine's processor has no temperature.
    curl -s "${url}page/grafana.json" >dashboard
    curl -s "${url}metrics" | sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' | sort >metrics
    jq -r '.panels[].targets[].expr, .templating.list[].definition // empty' dashboard | grep -oE 'wallwatch_[a-z_]+' | sort -u >asked
    equal "$(comm -23 asked metrics | grep -v temperature)" "" "figures that nobody gives"
    within "$(wc -l <asked)" 10 30 "figures of the dashboard"
    finish
}

has_event() { log_has '"type":"approach","phase":"end"'; }

put() { # camera, body, further arguments of curl
    status_of -X PUT -H 'Content-Type: application/json' --data-binary "$2" "${@:3}" "${url}api/walls/$1"
}

version_of() { curl -s "${url}api/walls/$1" | jq -r .version; }

wall_json() { # name, y, version
    printf '{"version":"%s","walls":[{"name":"%s","line":[[0.1,%s],[0.9,%s]],"outside":"left","dwell":"20s"}]}' "$3" "$1" "$2" "$2"
}

watched_are() { [ "$(curl -s "${url}api/cameras" | jq -r '[.cameras[].regions[].name] | join(" ")')" = "$1" ]; }

test_walls_are_saved_and_watched() {
    served
    cp site.yaml written.yaml
    equal "$(put rear%20wall "$(wall_json new 0.5 '')")" 200 "a first wall: $(cat body)"
    soon 20 watched_are "rear new"
    cp site.drawn.yaml first.yaml
    equal "$(put rear%20wall "$(wall_json newer 0.6 "$(version_of rear%20wall)")")" 200 "another in its place: $(cat body)"
    soon 20 watched_are "rear newer"
    cmp site.drawn.yaml.previous first.yaml
    cmp site.yaml written.yaml
    equal "$(jq -c '.drawn.walls[0].dwell, .written.walls[0].name' body | xargs)" "20s rear" "what is told of it"
    finish
    printf '  - {name: front, zones: [{name: z, polygon: [[0, 0], [1, 0], [1, 1]]}]}\n' >>site.drawn.yaml
    ww 0 check -c site.yaml
    says "site.drawn.yaml: there is no camera 'front' in site.yaml"
    grep -qx "    wall newer: .*" .out || fail "check does not tell what was drawn: $(cat .out)"
    ! grep -q 'zone z' .out || fail "what is drawn for another camera is used"
    # A later start knows it, and so does what somebody draws for a camera of the command line.
    served
    soon 20 watched_are "rear newer"
    finish
    rm -rf out
    begin --console=127.0.0.1:0 scene:rear-wall
    soon 20 ready
    soon 20 watched_are ""
    equal "$(put rear-wall "$(wall_json mine 0.36 '')")" 200 "without a configuration: $(cat body)"
    soon 20 watched_are mine
    soon 60 log_has '"type":"breach"'
    equal "$(jq -r 'select(.type == "breach") | .wall' out/events.jsonl | head -1)" mine "the wall that he crossed"
    finish
}

# What is asked afterwards is what was told then, also of a camera that was opened anew since.
test_walls_that_are_drawn_tell_of_the_last_minutes() {
    local wall='{"walls":[{"name":"mine","line":[[0.0,0.36],[1.0,0.36]],"outside":"left"}]}'
    served
    crossed() { log_has '"type":"breach","phase":"end"'; }
    soon 60 crossed
    preview() { equal "$(status_of -X PUT -H 'Content-Type: application/json' -d "$1" "${url}api/previews/rear%20wall")" "${2:-200}" "a preview: $(cat body)"; }
    told_of() { jq -c "[.events[] | select(.place == \"$1\") | .type]" body; }
    preview "$wall"
    equal "$(told_of mine)" "$(told_of rear)" "what a wall in the same place tells"
    equal "$(jq -c '[.events[] | select(.type == "breach") | .direction] | unique' body)" '["inward"]' "its direction"
    equal "$(jq -r '.events[] | select(.place == "mine" and .type == "breach") | .time_us / 1e6 | floor | todate' body | head -1)" \
        "$(jq -r 'select(.type == "breach" and .phase == "start") | .time[:19] + "Z"' out/events.jsonl | head -1)" "when it was"
    within "$(jq '(.time_us - .since_us) / 1e6' body)" 5 300 "seconds that are remembered"
    within "$(jq '[.events[] | select(.place == "mine") | .path | length] | max' body)" 2 32 "points of a way"
    preview '{"walls":[{"name":"elsewhere","line":[[0.0,0.05],[1.0,0.05]],"outside":"left","strip":0.01}]}'
    equal "$(told_of elsewhere)" "[]" "what a wall tells where nobody was"
    preview '{"zones":[{"name":"yard","polygon":[[0,0.4],[1,0.4],[1,1],[0,1]]}]}'
    equal "$(told_of yard)" '["motion"]' "what a zone tells"
    preview '{"ignore":[[[0,0],[1,0],[1,1],[0,1]]]}'
    equal "$(jq -c .events body)" "[]" "where all is ignored"
    [ ! -e site.drawn.yaml ] || fail "a preview saves"
    equal "$(put rear%20wall "$(wall_json new 0.5 '')")" 200 "another wall is saved: $(cat body)"
    soon 20 watched_are "rear new"
    preview "$wall"
    equal "$(jq -c '[.events[] | select(.place == "mine") | .type] | contains(["approach", "climb", "breach"])' body)" true "after the camera was opened anew"
    preview '{"walls":[{"name":"rear","line":[[0.0,0.36],[1.0,0.36]],"outside":"left"}]}' 422
    preview '{"walls":[{"name":"mine","line":[[0.0,0.36]],"outside":"left"}]}' 422
    preview '[]' 400
    equal "$(status_of "${url}api/previews/rear%20wall")" 405 "a GET"
    equal "$(status_of -X PUT -H 'Content-Type: application/json' -d '{}' "${url}api/previews/front")" 404 "another camera"
    finish
}

test_what_cannot_be_saved_is_refused_and_changes_nothing() {
    served
    equal "$(put rear%20wall "$(wall_json new 0.5 '')")" 200 "a first wall: $(cat body)"
    soon 20 watched_are "rear new"
    cp site.drawn.yaml good.yaml
    local version
    version=$(version_of rear%20wall)
    refused() { # status, words, what put is given
        equal "$(put "${@:3}")" "$1" "status of '$2'"
        grep -qF "$2" body || fail "'$2' is not said: $(cat body)"
        cmp site.drawn.yaml good.yaml
    }
    refused 409 "changed meanwhile" rear%20wall "$(wall_json other 0.5 '')"
    refused 404 "no camera 'front'" front "$(wall_json other 0.5 "$version")"
    refused 404 "no camera '../../etc/passwd'" ..%2f..%2fetc%2fpasswd "$(wall_json other 0.5 "$version")"
    refused 422 "has a 'rear' already" rear%20wall "$(wall_json rear 0.5 "$version")"
    refused 422 "fractions of the frame" rear%20wall "$(wall_json other 1.5 "$version")"
    refused 422 "armed" rear%20wall "{\"version\":\"$version\",\"walls\":[{\"name\":\"a\",\"line\":[[0,0],[1,1]],\"outside\":\"left\",\"armed\":1}]}"
    refused 422 "'zones' is no list" rear%20wall "{\"version\":\"$version\",\"zones\":7}"
    refused 400 "line 1" rear%20wall '{"version":'
    refused 400 "an object was expected" rear%20wall '[]'
    head -c 300000 /dev/zero >large
    refused 413 "are more than 262144" rear%20wall @large
    refused 403 "own page" rear%20wall "$(wall_json other 0.5 "$version")" -H 'Origin: http://example.org'
    refused 403 "own page" rear%20wall "$(wall_json other 0.5 "$version")" -H 'Sec-Fetch-Site: cross-site'
    equal "$(status_of -X PUT -H 'Content-Type: text/plain' -d '{}' "${url}api/walls/rear%20wall")" 415 "what a form can send"
    refused 421 "nothing else" rear%20wall "$(wall_json other 0.5 "$version")" -H 'Host: example.org'
    equal "$(status_of -X PUT -H 'Content-Type: application/json' -d '{}' "${url}api/events")" 405 "where nothing is put"
    watched_are "rear new" || fail "another is watched"
    # Somebody works on the configuration meanwhile.
    echo 'cameras: [' >>site.yaml
    refused 500 "site.yaml:" rear%20wall "$(wall_json other 0.5 "$version")"
    finish
}

# Also while the program writes that log.
test_an_event_is_kept_and_exported() {
    local event
    case $("$WALLWATCH" --version) in *"with libarchive"*) ;; *) skip "built without libarchive" ;; esac
    mkdir scratch
    export TMPDIR=$PWD/scratch
    served
    soon 60 has_event
    event=$(events out 'select(.type == "approach" and .phase == "end") | .event' | head -1)
    equal "$(status_of "${url}api/holds/$event") $(jq -c . body)" "200 {\"event\":\"$event\",\"held\":false}" "at first"
    keep() { status_of -X PUT -H 'Content-Type: application/json' -d "$2" "${url}api/holds/$1"; }
    equal "$(keep "$event" '{"held": true}') $(jq .held body)" "200 true" "when it is kept"
    equal "$("$WALLWATCH" hold out)" "$event" "what is held"
    equal "$(keep "$event" '{"held": 1}')" 400 "what says nothing"
    equal "$(keep 20000101T000000Z-1 '{"held": true}')" 404 "an event that is not there"
    equal "$(status_of -X PUT -d '{"held": false}' "${url}api/holds/$event")" 415 "what a form can send"
    equal "$("$WALLWATCH" hold out)" "$event" "what is held after that"
    equal "$(keep "$event" '{"held": false}') $(jq .held body)" "200 false" "when it is released"
    equal "$("$WALLWATCH" hold out)" "" "what is held then"
    equal "$(status_of --max-time 300 "${url}api/exports/$event.zip")" 200 "an export: $(head -c 300 body)"
    grep -q "^Content-Disposition: attachment; filename=\"$event.zip\"" head || fail "$(cat head)"
    python3 -m zipfile -e body unpacked
    sh "unpacked/$event/check.sh" >said || fail "$(cat said)"
    grep -q "$event" "unpacked/$event/events.jsonl" || fail "another event"
    ls "unpacked/$event/snapshots/$event"*.jpg >/dev/null
    equal "$(status_of "${url}api/exports/20000101T000000Z-1.zip")" 404 "an event that is not there"
    equal "$(status_of --path-as-is "${url}api/exports/..%2f..%2fout.zip")" 404 "what is no event"
    equal "$(status_of "${url}api/exports/$event")" 404 "without its end"
    equal "$(status_of -H 'Sec-Fetch-Site: cross-site' "${url}api/exports/$event.zip")" 403 "for another page"
    finish
    equal "$(ls scratch)" "" "what is left behind"
    chain_holds out
}

# While the program writes that log, and after somebody laid hands on what is in it.
test_the_evidence_is_verified_on_demand() {
    local picture
    "$WALLWATCH" keygen key >/dev/null
    served --key key
    soon 60 has_event
    equal "$(curl -s "${url}api/verification" | jq -c .)" '{"running":false,"done":0,"total":0}' "at first"
    verified() { curl -s "${url}api/verification" >answer && [ "$(jq .running answer)" = false ]; }
    verify() { equal "$(status_of -X PUT -H 'Content-Type: application/json' -d '{}' "${url}api/verification")" 200 "a check"; soon 60 verified; }
    verify
    equal "$(jq -c '.last | .whole, .running, .signed, .damage_count' answer | xargs)" "true true true 0" "what came of it: $(cat answer)"
    within "$(jq '.last.files' answer)" 2 20 "files"
    picture=$(jq -r 'select(.type == "approach" and .phase == "end") | .snapshot' out/events.jsonl | head -1)
    printf x >>"out/$picture"
    verify
    equal "$(jq -r '.last | .whole, .damage_count, .damages[0].text' answer | xargs)" "false 1 $picture: the file was altered" "after that"
    finish
}

test_news_are_the_lines_of_the_log() {
    served
    curl -sN --max-time 300 "${url}api/news" >news &
    local listener=$!
    heard() { grep -q '"type":"breach"' news; }
    soon 60 heard
    equal "$(curl -sN --max-time 3 -H 'Last-Event-ID: 0' "${url}api/news" | sed -n 's/^data: //p' | head -2)" "$(sed -n 2,3p out/events.jsonl)" "what was missed"
    kill -TERM "$watcher"
    wait "$watcher"
    wait "$listener" || fail "the stream was torn: $?"
    sed -n 's/^data: //p' news >lines
    [ "$(wc -l <lines)" -ge 3 ] || fail "too few: $(cat lines)"
    grep -Fxf lines out/events.jsonl | cmp - lines
    sed -n 's/^id: //p' news | cmp - <(jq -r .seq lines)
}

# Two hundred who say nothing, thirty who read nothing: who asks after them is answered, and no frame is lost.
test_slow_clients_are_in_nobodys_way() {
    served
    python3 - "$url" <<'PY'
import re, socket, sys, urllib.request
host, port = re.match(r'http://([\d.]+):(\d+)/', sys.argv[1]).groups()
def connect(text):
    try:
        s = socket.create_connection((host, int(port)), 5)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.sendall(text)
        return s
    except OSError:
        return None
held = [connect(f'GET /api/cameras/rear%20wall/stream HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n'.encode()) for _ in range(30)]
held += [connect(b'GET / HTTP/1.1\r\nHo') for _ in range(200)]
open('held', 'w').close()
import time
answered = False
end = time.monotonic() + 60 # the silent are dropped after twenty seconds
while not answered and time.monotonic() < end:
    try:
        answered = b'watching' in urllib.request.urlopen(sys.argv[1] + 'healthz', timeout=5).read()
    except OSError:
        time.sleep(0.5)
assert answered, 'nobody is answered any more'
PY
    finish
    equal "$(jq -c '[.cameras[] | .dropped, .corrupt]' stats)" "[0,0]" "frames that were lost"
    within "$(jq .peak_rss_kb stats)" 1 250000 "kB of memory"
}

# As many as there is no room for ask as fast as they can; what that costs is for `make bench-console` to say.
test_five_hundred_clients_starve_nobody() {
    need wrk
    served
    wrk -t 1 -c 500 -d 6s "${url}api/cameras" >load
    within "$(sed -n 's/^ *\([0-9]*\) requests in.*/\1/p' load)" 100 1e7 "requests that were answered: $(cat load)"
    equal "$(curl -s --max-time 20 "${url}api/cameras" | jq -r '.cameras[0].name')" "rear wall" "what is told afterwards"
    finish
    within "$(jq '.cameras[0] | .dropped / .captured' stats)" 0 0.1 "part of the frames that was dropped"
    within "$(jq .peak_rss_kb stats)" 1 250000 "kB of memory"
}

test_it_ends_at_once_with_streams_open() {
    served
    curl -sN "${url}api/news" >/dev/null &
    curl -sN "${url}api/cameras/rear%20wall/stream?fps=0.1" >stream &
    flows() { [ -s stream ]; }
    soon 20 flows
    finish
    wait
}

test_addresses_that_are_none_are_refused() {
    local address
    for address in example.org '[fe80::1' 127.0.0.1:99999 127.0.0.1:http ::1; do
        ww 2 run -o out --duration 1 --console="$address" scene:quiet-wall
        says "the console cannot be served at '$address'" "127.0.0.1:8090"
    done
    served
    ww 1 run -o other --duration 1 --console="127.0.0.1:$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$url")" scene:quiet-wall
    says "Address already in use" "--console=:PORT"
    finish
}

test_a_guard_sees_an_intruder_and_looks_back() {
    local WITH_CLIPS=yes
    need chromium chromedriver
    find_axe
    scene_y4m
    watched_before
    served
    mkdir shots
    HOME=$FOLDER python3 "$ROOT/tests/tools/console_visit.py" "$url" "rear wall" shots || fail "see above"
    finish
    # What was drawn is part of the configuration, whoever reads it; what was written is as it was.
    make_site && mv site.yaml as-written.yaml && make_site
    cmp site.yaml as-written.yaml
    cp shots/phone-drawn.yaml site.drawn.yaml
    ww 0 replay -q --record none -o drawn -c site.yaml "$SHARED/scene.y4m"
    equal "$(events drawn 'select(.type == "breach" and .phase == "start") | .wall' | sort | xargs)" "rear wall-1" "walls that he crossed"
    mkdir -p "$BUILD/console"
    cp shots/*.png "$BUILD/console" # to be looked at
}

test_sixteen_cameras_fit_a_phone() {
    local i
    need chromium chromedriver
    find_axe
    mkdir shots
    {
        echo 'cameras:'
        for i in {1..14}; do echo "  - {name: cam-$i, source: /dev/v4l/by-id/none-$i}"; done
        for i in 15 16; do echo "  - {name: cam-$i, source: \"scene:quiet-wall\"}"; done
    } >many.yaml
    begin -c many.yaml --console=127.0.0.1:0
    ready() { url=$(sed -n 's/^the console is at //p' .err) && [ -n "$url" ] && curl -s -o /dev/null "${url}healthz"; }
    soon 20 ready
    HOME=$FOLDER python3 "$ROOT/tests/tools/console_many.py" "$url" shots || fail "see above"
    finish
    mkdir -p "$BUILD/console"
    cp shots/*.png "$BUILD/console" # to be looked at
}
