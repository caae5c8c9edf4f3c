# Who comes in to the console: users, sessions, roles and the way there. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need curl jq openssl
    case $("$WALLWATCH" --version) in *"with libmicrohttpd"*"with GnuTLS"*) ;; *) skip "built without libmicrohttpd or GnuTLS" ;; esac
}

readonly GUARD=correct-horse BOSS=battery-staple

make_users() {
    printf '%s\n' "$GUARD" | "$WALLWATCH" passwd -o out guard
    printf '%s\n' "$BOSS" | "$WALLWATCH" passwd -o out --role admin boss
} 2>/dev/null

served() { # address, further arguments of run; leaves the address in $url
    begin "--console=$1" "${@:2}"
    ready() { url=$(sed -n 's/^the console is at //p' .err) && [ -n "$url" ] && ask "${url}api/session"; }
    soon 20 ready
}

ask() { curl -sk -o body -D head --max-time 20 "$@"; }

status_of() { curl -sk -o body -D head -w '%{http_code}' --max-time 20 "$@"; } # arguments of curl

log_in() { # name, password; leaves the cookie in ./jar
    status_of -c jar -X PUT -H 'Content-Type: application/json' -d "{\"user\":\"$1\",\"password\":\"$2\"}" "${url}api/session"
}

# What is described is asked for by nobody, by a wrong cookie, by a viewer and by an admin.
test_every_route_knows_who_may() {
    local path method open cookie event
    make_users
    served 127.0.0.1:0 scene:rear-wall
    ask "${url}api/openapi.json" && mv body described
    jq -r '.paths | to_entries[] | .key as $path | .value | to_entries[] | [.key, $path, (.value.security == [])] | @tsv' described >routes
    within "$(wc -l <routes)" 18 40 "routes"
    equal "$(awk '$3 == "true" {print $1, $2}' routes | sort | xargs)" "delete /api/session get / get /api/openapi.json get /api/session get /page/{file} put /api/session" "what is open to everybody"
    while read -r method path open; do
        [ "$open" = false ] || continue
        path=${path//\{*\}/x} method=${method^^}
        for cookie in '' "wallwatch-$(port)=0000000000000000000000000000000000000000000000000000000000000000"; do
            equal "$(status_of -X "$method" -H 'Content-Type: application/json' -d '{}' ${cookie:+-b "$cookie"} "$url${path#/}")" 401 "$method $path of nobody"
            equal "$(jq -r .error body)" "log in first" "why"
        done
    done <routes
    equal "$(status_of "${url}nothing")" 401 "what is not there"
    equal "$(jq -c . <(curl -s "${url}api/session"))" '{"demanded":true,"role":"nobody"}' "who is nobody"
    equal "$(log_in guard $GUARD)" 200 "a viewer"
    for path in api/cameras api/events api/coverage metrics healthz api/walls/rear-wall api/cameras/rear-wall/frame.jpg; do
        equal "$(status_of -b jar "$url$path")" 200 "$path for a viewer"
    done
    change() { status_of -b jar -X PUT -H 'Content-Type: application/json' -d "$2" "$url$1"; }
    equal "$(change api/walls/rear-wall '{"version":"","walls":[]}')" 403 "drawing by a viewer"
    [ ! -e out/drawn.yaml ] || fail "a viewer drew"
    over() { ask -b jar "${url}api/events?type=motion" && event=$(jq -re '.events[0].event' body); }
    soon 60 over
    equal "$(change "api/holds/$event" '{"held":true}')" 200 "a viewer keeps an event"
    equal "$(change "api/holds/$event" '{"held":false}')" 403 "a viewer lets go of it"
    equal "$("$WALLWATCH" hold out)" "$event" "what is held"
    equal "$(log_in boss $BOSS)" 200 "an admin"
    equal "$(change api/walls/rear-wall '{"version":"","walls":[]}')" 200 "drawing by an admin"
    says "its walls were drawn anew on the console's page by boss"
    equal "$(change "api/holds/$event" '{"held":false}')" 200 "an admin lets go of it"
    # Programs say name and password each time.
    equal "$(status_of -u "guard:$GUARD" "${url}metrics")" 200 "a program of a viewer"
    equal "$(status_of -u "guard:$BOSS" "${url}metrics")" 401 "one with another's password"
    equal "$(status_of -u "guard:$GUARD" -X PUT -H 'Content-Type: application/json' -d '{"version":"","walls":[]}' "${url}api/walls/rear-wall")" 403 "one that draws"
    finish
}

port() { sed 's/.*:\([0-9]*\).*/\1/' <<<"$url"; }

test_sessions_begin_and_end() {
    local stream
    make_users
    served 127.0.0.1:0 scene:rear-wall
    equal "$(log_in guard $GUARD)" 200 "who logs in: $(cat body)"
    equal "$(jq -c . body)" '{"demanded":true,"role":"viewer","user":"guard"}' "what is told"
    grep -qE "^Set-Cookie: wallwatch-$(port)=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict.$" head || fail "$(cat head)"
    equal "$(status_of -b jar "${url}api/cameras")" 200 "with the cookie"
    cp jar old
    equal "$(status_of -b jar -c jar -X DELETE -H 'Origin: http://example.org' "${url}api/session")" 403 "another site logs out"
    equal "$(status_of -b jar -c jar -X DELETE "${url}api/session")" 200 "who logs out"
    equal "$(status_of -b old "${url}api/cameras")" 401 "with the cookie that it was"
    for wrong in '{}' '[]' '{"user":1,"password":"x"}' 'x'; do
        equal "$(status_of -X PUT -H 'Content-Type: application/json' -d "$wrong" "${url}api/session")" 400 "'$wrong'"
    done
    equal "$(status_of -X PUT -d '{}' "${url}api/session")" 415 "a form"
    equal "$(status_of -X PUT -H 'Content-Type: application/json' -H 'Origin: http://example.org' -d '{}' "${url}api/session")" 403 "another site's page"
    # Another password, and a user who is no longer, end sessions and what flows to them.
    log_in guard $GUARD >/dev/null
    curl -s -b jar -N "${url}api/cameras/rear-wall/stream?fps=5" >flow &
    stream=$!
    flows() { [ "$(grep -ac '^--frame' flow)" -gt 2 ]; }
    soon 20 flows
    printf 'another-horse\n' | "$WALLWATCH" passwd -o out guard 2>/dev/null
    equal "$(status_of -b jar "${url}api/cameras")" 401 "after another password"
    wait "$stream" || fail "the stream was torn: $?"
    equal "$(log_in guard $GUARD)" 401 "with the old password"
    equal "$(log_in guard another-horse)" 200 "with the new one"
    "$WALLWATCH" passwd -o out --role admin guard 2>/dev/null
    equal "$(status_of -b jar "${url}api/session") $(jq -r .role body)" "200 admin" "after another role"
    "$WALLWATCH" passwd -o out --remove guard 2>/dev/null
    equal "$(status_of -b jar "${url}api/cameras")" 401 "who was removed"
    # Without the file nobody comes in; who is in is out.
    log_in boss $BOSS >/dev/null
    mv out/console.users away
    equal "$(status_of -b jar "${url}api/cameras")" 401 "without the file"
    says "nobody can log in to the console"
    mv away out/console.users
    equal "$(log_in boss $BOSS)" 200 "when it is back"
    finish
}

# The right password helps no more until the time is over.
test_who_guesses_is_made_to_wait() {
    local i
    make_users
    served 127.0.0.1:0 scene:quiet-wall
    for i in 1 2 3 4 5; do equal "$(log_in guard "wrong-$i")" 401 "attempt $i"; done
    # A second, and twice that for each guess after it; four or more let a slow machine ask what comes next.
    local waits='' longest=1
    is_long() {
        local status
        status=$(log_in nobody $GUARD)
        [ "$status" = 429 ] || { equal "$status" 401 "a further attempt" && longest=$((2 * longest)) && return 1; }
        waits=$(sed -n 's/^Retry-After: \([0-9]*\).*/\1/p' head)
        within "$waits" 1 $longest "seconds to wait"
        grep -q "try again in $waits s" body || fail "$(cat body)"
        [ "$waits" -ge 4 ]
    }
    soon 60 is_long
    equal "$(status_of -u "guard:$GUARD" "${url}metrics")" 429 "another way in"
    let_in() { [ "$(log_in guard $GUARD)" = 200 ]; }
    soon 30 let_in
    equal "$(grep -c "a wrong name or password for 'guard' from 127.0.0.1" .err)" 5 "what was said of it"
    equal "$(log_in $'gu\\narmed' wrong-name)" 401 "a name of two lines"
    ! grep -q '^armed' .err || fail "somebody writes lines: $(cat .err)"
    # Thirty at once take no more memory than one, and cost no frame; slowed down by ten, watching alone can cost one.
    for i in {1..30}; do log_in guard "wrong-$i" >/dev/null & done
    for i in $(jobs -p); do [ "$i" = "$watcher" ] || wait "$i"; done
    finish
    [ -n "${PATIENCE:-}" ] || equal "$(jq '.cameras[0].dropped' stats)" 0 "frames that were lost"
    equal "$(jq '.cameras[0].corrupt' stats)" 0 "frames that were damaged"
    within "$(jq .peak_rss_kb stats)" 1 300000 "kB of memory"
}

test_others_come_by_tls_alone() {
    local shown
    ww 2 run -o out --duration 1 --console=0.0.0.0:0 scene:quiet-wall
    says "out/console.users has no users" "'wallwatch passwd -o out NAME' lets somebody in"
    make_users
    served 0.0.0.0:0 scene:quiet-wall
    case $url in https://*) ;; *) fail "it is $url" ;; esac
    url=https://127.0.0.1:$(port)/
    shown=$(grep -E '^([0-9A-F]{2}:){31}[0-9A-F]{2}$' .err)
    openssl s_client -connect "127.0.0.1:$(port)" </dev/null 2>/dev/null | openssl x509 >seen.pem
    equal "$(openssl x509 -in seen.pem -noout -fingerprint -sha256 | sed 's/.*=//')" "$shown" "the fingerprint"
    openssl verify -CAfile seen.pem -purpose sslserver -verify_hostname localhost seen.pem >/dev/null
    openssl verify -CAfile seen.pem -verify_ip 127.0.0.1 seen.pem >/dev/null
    equal "$(stat -c %a out/console.pem)" 600 "who may read the key"
    cp seen.pem trusted.pem
    equal "$(curl -s --cacert trusted.pem -o body -w '%{http_code}' "$url")" 200 "with the certificate trusted"
    equal "$(log_in boss $BOSS)" 200 "who logs in"
    grep -q "^Set-Cookie: __Host-wallwatch-$(port)=.*; Path=/; HttpOnly; SameSite=Strict; Secure.$" head || fail "$(cat head)"
    equal "$(status_of -b jar "${url}api/cameras")" 200 "with the cookie"
    local host cookie
    cookie="Cookie: $(awk '$6 ~ /wallwatch/ {print $6 "=" $7}' jar)"
    for host in "192.0.2.7:$(port)" 192.0.2.7 "[2001:db8::1]:1" localhost "$(uname -n):$(port)"; do
        equal "$(status_of -H "$cookie" -H "Host: $host" "${url}api/cameras")" 200 "Host: $host"
    done
    for host in evil.example "127.0.0.1.evil.example:$(port)" "localhost.evil.example" "a b" ""; do
        [[ "$(status_of -H "$cookie" -H "Host: $host" "${url}api/cameras")" = 4* ]] || fail "Host: '$host' is served"
    done
    equal "$(status_of -b jar -X DELETE -H "Origin: https://127.0.0.1:1" "${url}api/session")" 403 "another port's page"
    equal "$(status_of -b jar -X DELETE -H "Origin: http://127.0.0.1:$(port)" "${url}api/session")" 403 "a page that anybody could have altered"
    equal "$(status_of -b jar -X DELETE -H "Origin: ${url%/}" "${url}api/session")" 200 "our own"
    ! curl -s --max-time 5 "http://127.0.0.1:$(port)/" -o plain || fail "it is served without TLS: $(head -c 99 plain)"
    ! openssl s_client -connect "127.0.0.1:$(port)" -tls1_1 -cipher DEFAULT@SECLEVEL=0 </dev/null >old 2>&1 || fail "TLS 1.1 is spoken"
    openssl s_client -connect "127.0.0.1:$(port)" -tls1_2 </dev/null 2>&1 | grep 'Cipher is' >old
    finish
    served 0.0.0.0:0 scene:quiet-wall
    grep -qxF "$shown" .err || fail "the certificate is another after a start"
    finish
}

test_certificates_of_ones_own() {
    local cameras='cameras: [{name: a, source: "scene:quiet-wall"}]'
    certificate() { # name, days
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.pem" -subj /CN=wall.example \
            -addext subjectAltName=DNS:wall.example -days "$2" 2>/dev/null
        chmod 600 "$1.key"
    }
    certificate good 90
    certificate other 90
    certificate short 3
    make_users
    site() { printf 'console: 127.0.0.1:0\nstore: {path: out}\naccess: {%s}\n%s\n' "$1" "$cameras" >site.yaml; }
    refused() { # access, words
        site "$1"
        ww "$2" run -c site.yaml --duration 1
        says "${@:3}"
    }
    refused "certificate: none.pem" 1 "none.pem" "no such file"
    refused "certificate: good.pem, key: other.key" 2 "'good.pem' and 'other.key': a certificate and its key"
    refused "certificate: good.pem" 2 "'good.pem': a certificate and its key, as PEM, were expected"
    refused "key: good.key" 2 "site.yaml:3" "access" "a certificate beside it"
    chmod 604 good.key
    refused "certificate: good.pem, key: good.key" 1 "'good.key' can be read by everybody; 'chmod 600 good.key' helps"
    chmod 640 good.key
    # Also on this machine, where one is configured; other names that it is for are ours.
    mkdir away
    site "certificate: good.pem, key: good.key, users: away/people"
    printf '%s\n' "$GUARD" | "$WALLWATCH" passwd -c site.yaml guard
    [ -s away/people ] || fail "users are elsewhere"
    begin -c site.yaml
    ready() { url=$(sed -n 's/^the console is at //p' .err) && [ -n "$url" ]; }
    soon 20 ready
    equal "$(curl -s -o body -w '%{http_code}' --cacert good.pem --connect-to "wall.example:443:127.0.0.1:$(port)" https://wall.example/)" 421 "for this machine alone"
    equal "$(log_in guard $GUARD)" 200 "a user of that file"
    ! grep -q 'SHA-256' .err || fail "a certificate of one's own has no fingerprint to be compared"
    finish
    site "certificate: short.pem, key: short.key, users: away/people"
    sed -i 's/127.0.0.1:0/0.0.0.0:0/' site.yaml
    begin -c site.yaml
    soon 20 ready
    says "the console's certificate is over in 3 days"
    equal "$(curl -s -o body -w '%{http_code}' --cacert short.pem --connect-to "wall.example:443:127.0.0.1:$(port)" https://wall.example/)" 200 "by its name"
    # A certificate that was renewed is used from SIGHUP on, and nobody is cut off.
    local listener
    url=https://127.0.0.1:$(port)/
    equal "$(log_in guard $GUARD)" 200 "who watches meanwhile"
    curl -sk -N -b jar "${url}api/cameras/a/stream?fps=10" >flow &
    listener=$!
    frames() { grep -ac '^--frame' flow; }
    flows() { [ "$(frames)" -gt "${1:-2}" ]; }
    soon 20 flows
    shown() { openssl s_client -connect "127.0.0.1:$(port)" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint; }
    equal "$(shown)" "$(openssl x509 -in short.pem -noout -fingerprint)" "the certificate at first"
    cp other.key short.key
    kill -HUP "$watcher"
    refused() { grep -q "the console's certificate stays as it was" .err; }
    soon 20 refused
    says "'short.pem' and 'short.key'"
    equal "$(shown)" "$(openssl x509 -in short.pem -noout -fingerprint)" "the certificate after one that is none"
    cp other.pem short.pem
    kill -HUP "$watcher"
    renewed() { [ "$(shown)" = "$(openssl x509 -in other.pem -noout -fingerprint)" ]; }
    soon 20 renewed
    says "the console has another certificate"
    soon 20 flows $(($(frames) + 5))
    kill -0 $listener || fail "who watched was cut off"
    equal "$(status_of -b jar "${url}api/cameras")" 200 "the session with the new certificate"
    finish
    wait $listener || fail "the stream was torn: $?"
}

# Who has only a configuration, or only a folder; what is wrong is said, and nothing changes.
test_passwords_are_set_by_hand() {
    passwd() { # input, status, arguments
        printf '%s\n' "$1" >typed
        local status=0
        "$WALLWATCH" passwd "${@:3}" <typed >.out 2>.err || status=$?
        equal "$status" "$2" "status of 'passwd ${*:3}': $(cat .err)"
    }
    passwd $GUARD 0 -o new/store guard
    says "guard is a viewer in new/store/console.users" "nobody there may draw walls"
    equal "$(stat -c '%a %U' new/store/console.users)" "600 $(stat -c %U new/store)" "whose file it is"
    grep -q '^guard viewer \$argon2id\$v=19\$m=65536,t=3,p=1\$' new/store/console.users || fail "$(cat new/store/console.users)"
    ! grep -rq "$GUARD" new || fail "a password is on the disk"
    cp new/store/console.users as-it-was
    wrong() { # input, status, words, arguments
        passwd "$1" "$2" "${@:4}"
        says "$3"
        cmp as-it-was new/store/console.users
    }
    wrong short 2 "a password of 8 to 256 letters was expected, not one of 5" -o new/store guard
    wrong "$(printf 'x%.0s' {1..300})" 2 "a password of 8 to 256 letters" -o new/store guard
    wrong superguard-superguard 2 "cannot be a user" -o new/store 'a guard'
    wrong someguard 2 "guessed so easily" -o new/store someguard
    wrong x 2 "--role is viewer or admin, not 'owner'" -o new/store --role owner guard
    wrong x 1 "there is no 'boss' in new/store/console.users" -o new/store --remove boss
    wrong x 2 "name the configuration with -c, or the folder with -o" guard
    wrong x 2 "name one user; the password is asked for" -o new/store guard $BOSS
    : >typed
    ! "$WALLWATCH" passwd -o new/store guard <typed 2>.err || fail "nothing is a password"
    says "no password was given"
    passwd x 0 -o new/store --role admin guard
    says "guard is an admin"
    passwd x 0 -o new/store
    equal "$(tr -s ' ' <.out)" "guard admin" "who may"
    printf 'store: {path: new/store}\ncameras: [{name: a, source: "scene:quiet-wall"}]\n' >site.yaml
    passwd x 0 -c site.yaml
    equal "$(tr -s ' ' <.out)" "guard admin" "who may by the configuration"
    sed -i 1d site.yaml
    passwd x 2 -c site.yaml guard
    says "site.yaml has no store" "access: {users: FILE}" "-o DIR"
    passwd x 0 -o new/store --remove guard
    says "guard was removed"
    ww 0 run -o new/store --duration 1 --console=127.0.0.1:0 scene:quiet-wall
    says "new/store/console.users has no users, so that nobody can log in"
    chmod 644 new/store/console.users
    passwd $GUARD 1 -o new/store guard
    says "can be read by others; 'chmod 600 new/store/console.users' helps"
}

# What is typed is not shown, has to be typed twice, and is shown again after Ctrl-C.
test_passwords_are_typed_at_a_terminal() {
    need python3
    python3 - "$WALLWATCH" <<'PY'
import os, pty, select, signal, sys, termios, time

def passwd(answers):
    """Returns what was shown, the status, and whether the terminal shows what is typed afterwards."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], [sys.argv[1], 'passwd', '-o', 'out', 'guard'])
    shown, end = b'', time.monotonic() + 60
    for prompt, answer in answers:
        while prompt not in shown:
            assert time.monotonic() < end, shown
            if select.select([terminal], [], [], 1)[0]:
                shown += os.read(terminal, 4096)
        while termios.tcgetattr(terminal)[3] & termios.ECHO: # the prompt comes a moment before
            assert time.monotonic() < end
            time.sleep(0.01)
        os.write(terminal, answer)
    echo = None
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError: # it has ended
            break
        if not more:
            break
        shown += more
        echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
    return shown.decode(), os.waitpid(pid, 0)[1], echo

shown, status, echo = passwd([(b'Password: ', b'correct-horse\n'), (b'Once more: ', b'correct-horse\n')])
assert os.waitstatus_to_exitcode(status) == 0 and 'guard is a viewer' in shown and 'horse' not in shown and echo, (shown, status, echo)
before = open('out/console.users').read()
shown, status, echo = passwd([(b'Password: ', b'correct-horse\n'), (b'Once more: ', b'correct-house\n')])
assert os.waitstatus_to_exitcode(status) == 2 and 'two different passwords; nothing was changed' in shown, (shown, status)
shown, status, echo = passwd([(b'Password: ', b'corr\x03')])
assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT and echo, (shown, status, echo)
assert open('out/console.users').read() == before
PY
}

test_a_guard_logs_in_with_a_browser() {
    need chromium chromedriver python3
    find_axe
    make_users
    mkdir shots
    printf 'site: north\nstore: {path: out}\ncameras: [{name: rear-wall, source: "scene:rear-wall"}]\n' >site.yaml
    served 0.0.0.0:0 -c site.yaml
    url=https://localhost:$(port)/
    HOME=$FOLDER python3 "$ROOT/tests/tools/console_login.py" "$url" shots "guard:$GUARD" "boss:$BOSS" || fail "see above"
    finish
    grep -q '"name": "wall-1"' site.drawn.yaml || fail "$(cat site.drawn.yaml)"
    mkdir -p "$BUILD/console"
    cp shots/*.png "$BUILD/console" # to be looked at
}
