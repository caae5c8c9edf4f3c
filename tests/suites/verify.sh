# Whether evidence that was altered is found out. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

signed_log() { # a log of two runs, with pictures, at $SHARED/signed; the key beside it
    mkdir "$target"
    "$WALLWATCH" keygen "$target/key" >/dev/null
    printf 'cameras: [{name: yard, walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left}]}]\n' >"$target/site.yaml"
    "$WALLWATCH" replay -q --record none --crop --key "$target/key" -c "$target/site.yaml" -o "$target/log" scene:rear-wall
    "$WALLWATCH" replay -q --record none --key "$target/key" -c "$target/site.yaml" -o "$target/log" scene:rear-wall
}

means() { once signed signed_log; }

fresh() { # a copy of it to spoil
    rm -rf log
    cp -r "$SHARED/signed/log" log
    lines=$(wc -l <log/events.jsonl)
}

damaged() { # what is said of it
    ww 3 verify --key "$SHARED/signed/key.pub" log
    local text
    for text in "$@"; do
        grep -qE -- "$text" .out || fail "no '$text' in: $(cat .out)"
    done
}

test_what_is_whole() {
    fresh
    ww 0 verify log
    grep -qE "^$lines lines, [0-9]+ files, 4 checkpoints, .*: whole and unaltered$" .out || fail "$(cat .out)"
    grep -q "signed by $(cat "$SHARED/signed/key.pub"); compare" .out || fail "$(cat .out)"
    ww 0 verify --key "$(cat "$SHARED/signed/key.pub")" --quiet log
    equal "$(cat .out)" "" "what is said of what is whole"
    ww 0 verify --json log
    equal "$(jq -r '[.whole, .lines, .checkpoints, (.damages | length)] | join(" ")' .out)" "true $lines 4 0" "as JSON"
    chain_holds log
}

test_a_picture_of_the_intruder_alone() {
    local log=$SHARED/signed/log line crop x y w h least
    equal "$(jq -r 'select(.crop) | .phase' "$log/events.jsonl" | sort -u)" end "phases with a crop"
    equal "$(jq -s 'map(select(.snapshot)) | [length, (map(select(.crop)) | length)] | .[0] / .[1]' "$log/events.jsonl")" 2 \
        "events of both runs, by those of the one that was asked for crops"
    line=$(jq -c 'select(.crop and .type == "breach")' "$log/events.jsonl" | head -1)
    crop=$(jq -r .crop <<<"$line")
    equal "$(sha256sum <"$log/$crop")" "$(jq -r .crop_sha256 <<<"$line")  -" "its hash"
    read -r x y w h < <(jq -r '.bbox | @tsv' <<<"$line")
    least=$((w > h ? w / 4 : h / 4))
    # A quarter of his size around him, up to the edge of the picture.
    equal "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 "$log/$crop")" \
        "$(((x + w + least < 1280 ? x + w + least : 1280) - (x > least ? x - least : 0))),$(((y + h + least < 720 ? y + h + least : 720) - (y > least ? y - least : 0)))" size
    ffmpeg -v error -i "$log/$(jq -r .original <<<"$line")" -vf "crop=$w:$h:$x:$y,scale=1:1,format=gray" -f rawvideo whole
    ffmpeg -v error -i "$log/$crop" -vf "crop=$w:$h:$((x > least ? least : x)):$((y > least ? least : y)),scale=1:1,format=gray" -f rawvideo part
    within $(($(od -An -tu1 whole) - $(od -An -tu1 part))) -2 2 "difference of brightness to the same place in the original"
    ww 0 export -o bundle "$log" "$(jq -r .event <<<"$line")"
    cmp "bundle/$crop" "$log/$crop"
    grep -q "src=\"$crop\"" bundle/index.html
}

test_the_key_of_somebody_else() {
    fresh
    "$WALLWATCH" keygen other >/dev/null
    ww 3 verify --key other.pub log
    grep -q 'events.jsonl:1: the checkpoint is signed by another key' .out
    "$WALLWATCH" replay -q -o plain scene:rear-wall
    ww 0 verify plain
    grep -q 'nothing is signed' .out
    ww 3 verify --key other.pub plain
    grep -q 'nothing in the log is signed by the key that was named' .out
}

test_lines_that_are_altered_removed_added_reordered_or_cut() {
    fresh
    sed -i '5s/yard/barn/' log/events.jsonl
    damaged '^events.jsonl:5: the line was altered: .* \(between the checkpoints in lines 1 and [0-9]+\)$'
    equal "$(grep -c altered: .out)" 1 "lines that are blamed"
    fresh
    sed -i '5s/"prev":"./"prev":"x/' log/events.jsonl
    damaged '^events.jsonl:5: the line was altered'
    fresh
    sed -i 5,6d log/events.jsonl
    damaged '^events.jsonl:5: 2 lines were removed before it, numbers 4 to 5'
    fresh
    sed -i '5{h;d};6G' log/events.jsonl
    damaged '^events.jsonl:6: the line has number 4 and stands after 5: it was added, or lines were reordered'
    fresh
    sed -i '1d' log/events.jsonl
    damaged 'the log begins with number 1; what was before is missing'
    fresh
    sed -i '$d' log/events.jsonl
    damaged 'does not end with the checkpoint of a stop' 'after the checkpoint in line'
    fresh
    head -c -30 log/events.jsonl >cut && mv cut log/events.jsonl
    damaged "events.jsonl:$lines: the line is cut off"
    fresh
    tail -1 log/events.jsonl | sed "s/\"seq\":$((lines - 1))/\"seq\":$lines/; s/stop/start/" >>log/events.jsonl
    damaged "events.jsonl:$((lines + 1)): the checkpoint's signature does not hold"
    fresh
    echo 'no line' >>log/events.jsonl
    damaged "events.jsonl:$((lines + 1)): this is no line of a log" '1 line stands after the checkpoint of a stop: added'
}

test_files_that_are_altered_removed_or_added() {
    fresh
    local one other
    { read -r one; read -r other; } < <(cd log && ls -d snapshots/*)
    printf x | dd of="log/$one" bs=1 seek=3000 conv=notrunc status=none
    rm "log/$other"
    cp "$SHARED/signed/site.yaml" log/snapshots/more.jpg
    damaged "^$one: the file was altered" "^$other: the file was removed" '^snapshots/more.jpg: no line names this file: it was added'
}

# Any single byte.
test_bytes_at_random() {
    local size position byte i file
    fresh
    RANDOM=7
    for i in $(seq 60); do
        fresh
        file=log/events.jsonl
        [ $((i % 3)) != 0 ] || file=$(find log/snapshots -type f | sort | sed -n "$((RANDOM % 8 + 1))p")
        size=$(stat -c %s "$file") position=$(((RANDOM * 32768 + RANDOM) % size))
        [ $((i % 10)) != 1 ] || position=$((size - 2 - RANDOM % 130)) # the last signature
        byte=$(dd if="$file" bs=1 skip=$position count=1 status=none | od -An -tu1 | tr -d ' ')
        printf "\\x$(printf %x $((byte ^ (1 << RANDOM % 8))))" | dd of="$file" bs=1 seek=$position conv=notrunc status=none
        "$WALLWATCH" verify -q --key "$SHARED/signed/key.pub" log >.out && fail "byte $position of $file was altered, and all is whole"
        [ -s .out ] || fail "byte $position of $file: nothing is said"
    done
}

test_a_log_that_is_being_written_and_one_whose_writer_was_killed() {
    "$WALLWATCH" keygen key >/dev/null
    printf 'store: {path: out, key: key}\ncameras: [{name: yard, source: "scene:quiet-wall"}]\n' >site.yaml
    begin -c site.yaml
    soon 20 told online
    ww 0 verify --key key.pub out
    grep -q 'the log is being written; its end is not yet signed' .out || fail "$(cat .out)"
    kill -KILL "$watcher"
    wait "$watcher" || :
    ww 3 verify --key key.pub out
    grep -q 'does not end with the checkpoint of a stop' .out || fail "$(cat .out)"
    ww 0 run -q -c site.yaml --duration 1
    ww 0 verify --key key.pub out
    grep -q 'the program was started 1 time without having been stopped before' .out || fail "$(cat .out)"
}

test_an_export_that_others_can_check() {
    need openssl
    local climb breach
    fresh
    climb=$(jq -r 'select(.type == "climb" and .phase == "end") | .event' log/events.jsonl | head -1)
    breach=$(jq -r 'select(.type == "breach" and .phase == "end") | .event' log/events.jsonl | tail -1)
    ww 0 export -o proof log "$climb" "$breach"
    sh proof/check.sh >check.out 2>&1 || fail "$(cat check.out)"
    grep -q 'all of it is whole, and signed by the key' check.out
    equal "$(find proof/snapshots -type f | wc -l)" 5 "pictures, of one the crop, too"
    cmp "proof/snapshots/$breach.jpg" "log/snapshots/$breach.jpg"
    grep -q "<td>$climb</td>" proof/index.html && grep -q "src=\"snapshots/$breach.jpg\"" proof/index.html
    grep -q "$(cat "$SHARED/signed/key.pub")" proof/index.html
    openssl pkey -pubin -in proof/public-key.pem -noout -text | grep -q ED25519
    spoiled() { # command that spoils a copy of it
        rm -rf copy && cp -r proof copy
        "$@"
        ! sh copy/check.sh >check.out 2>&1 || fail "it is called whole after: $*"
    }
    spoiled sed -i '3s/rear/gate/' copy/events.jsonl
    spoiled sed -i 3d copy/events.jsonl
    spoiled sed -i '$s/stop/halt/' copy/events.jsonl
    spoiled sed -i 's/stop/halt/' copy/checkpoint.txt
    spoiled cp "$SHARED/signed/site.yaml" "copy/snapshots/$climb.jpg"
    spoiled dd if=/dev/zero of=copy/checkpoint.sig bs=1 seek=20 count=1 conv=notrunc status=none
    # Nothing is handed on that is not as the log says.
    printf x | dd of="log/snapshots/$climb.jpg" bs=1 seek=3000 conv=notrunc status=none
    ww 1 export -o spoiled log "$climb"
    says "was altered since the log named it"
    ww 1 export -o none log 20010101T000000Z-0
    says "there is no event '20010101T000000Z-0' in 'log'"
    ww 1 export -o proof log "$breach"
    says "'proof' has an export already"
    "$WALLWATCH" replay -q --record none -o plain -c "$SHARED/signed/site.yaml" scene:rear-wall
    ww 0 export -o unsigned plain "$(jq -r 'select(.type == "climb" and .phase == "end") | .event' plain/events.jsonl)"
    says "no signed checkpoint follows these events"
    sh unsigned/check.sh | grep -q 'nothing of it is signed'
    ww 2 export log "$breach"
    says "-o FOLDER is missing"
}

expired() { [ "$(grep -c '"detail":"expired"' out/events.jsonl)" -ge "$1" ]; }

# A night's pictures, of which a quarter of a megabyte may stay.
# The check hangs at the first file, which is a pipe, while the last one expires.
test_what_expires_while_it_is_checked_was_not_removed() {
    local first last hash said
    fresh
    first=$(jq -r 'select(.snapshot) | .snapshot' log/events.jsonl | head -1)
    last=$(jq -r 'select(.original) | .original' log/events.jsonl | tail -1)
    hash=$(sha256sum <"log/$last" | cut -d' ' -f1)
    mv "log/$first" picture
    mkfifo "log/$first"
    exec 9<log/events.jsonl
    flock 9 # somebody writes it
    for said in true false; do
        "$WALLWATCH" verify --json --threads 1 log >result 9<&- &
        exec 8>"log/$first" # it was opened: the log has been read
        rm -f "log/$last"
        [ $said = false ] || printf '{"type":"system","detail":"expired","expired":"%s","expired_sha256":"%s"}\n' "$last" "$hash" >>log/events.jsonl
        cat picture >&8
        exec 8>&-
        wait $! || :
        equal "$(jq -c '[.running, .whole, .expired]' result)" "[true,$said,$([ $said = true ] && echo 1 || echo 0)]" "where the log says so: $said"
        sed -i '/"expired"/d' log/events.jsonl
        exec 9<log/events.jsonl
        flock 9
    done
    jq -r '.damages[].text' result | grep -qxF "$last: the file was removed" || fail "$(cat result)"
}

test_what_expired_is_told_from_what_was_removed() {
    cp -r "$SHARED/signed/log" out
    printf 'store: {path: out, key: %s, max: 1500kB}\ncameras: [{name: yard, source: "scene:quiet-wall"}]\n' "$SHARED/signed/key" >site.yaml
    local before
    before=$(find out/snapshots -type f | wc -l)
    begin -c site.yaml
    soon 20 expired 3
    finish
    within "$(du -sb out | cut -f1)" 100000 1600000 "bytes that are left"
    [ "$(find out/snapshots -type f | wc -l)" -gt 0 ] || fail "all is gone"
    ww 0 verify --key "$SHARED/signed/key.pub" out
    grep -qE '^[0-9]+ files were removed as the store.s rules say, and the log says so$' .out || fail "$(cat .out)"
    equal "$(jq -r 'select(.detail == "expired") | .reason' out/events.jsonl | sort -u)" max "why"
    rm "$(find out/snapshots -type f | head -1)"
    ww 3 verify --key "$SHARED/signed/key.pub" out
    grep -q ': the file was removed' .out
    # A file that is older than its time goes, others stay; low space takes all.
    rm -rf out && cp -r "$SHARED/signed/log" out
    local old
    old=$(find out/snapshots -type f | sort | head -1)
    touch -d '3 days ago' "$old"
    sed -i 's/max: 1500kB/keep: 2d/' site.yaml
    begin -c site.yaml
    soon 20 expired 1
    finish
    equal "$(jq -r 'select(.detail == "expired") | .expired + " " + .reason' out/events.jsonl)" "${old#out/} keep" "what expired"
    equal "$(find out/snapshots -type f | wc -l)" $((before - 1)) "files that are left"
    # What is held stays.
    local held
    held=$(jq -r 'select(.type == "breach" and .phase == "end") | .event' out/events.jsonl | tail -1)
    ww 1 hold out 20010101T000000Z-0
    says "there is no event '20010101T000000Z-0' in 'out'"
    ww 0 hold out "$held"
    ww 0 hold out
    equal "$(cat .out)" "$held" "what is held"
    sed -i 's/keep: 2d/min_free: 1000TB/' site.yaml
    begin -c site.yaml
    soon 20 expired $((before - 2))
    finish
    equal "$(cd out/snapshots && echo *)" "$held-original.jpg $held.jpg" "files that are left on a full disk"
    ww 0 hold --release out "$held"
    begin -c site.yaml
    soon 20 expired "$before"
    finish
    equal "$(find out/snapshots -type f | wc -l)" 0 "files that are left when nothing is held"
    ww 0 verify --key "$SHARED/signed/key.pub" out
}

# The log of yesterday, which the first line of today leaves behind.
test_the_log_rotates_by_day_with_its_chain() {
    cp -r "$SHARED/signed/log" out
    touch -d yesterday out/events.jsonl
    lines=$(wc -l <out/events.jsonl)
    printf 'store: {path: out, key: %s}\ncameras: [{name: yard, source: "scene:quiet-wall"}]\n' "$SHARED/signed/key" >site.yaml
    ww 0 run -q -c site.yaml --duration 1
    equal "$(wc -l <"out/events-$(date -d yesterday +%F).jsonl")" "$lines" "lines of yesterday"
    equal "$(head -1 out/events.jsonl | jq .seq)" "$lines" "first number of today"
    ww 0 verify --key "$SHARED/signed/key.pub" out
    grep -qE "^$((lines + $(wc -l <out/events.jsonl))) lines, " .out || fail "$(cat .out)"
    # Nor is the chain broken where nothing was written today yet.
    mv out/events.jsonl "out/events-$(date -d '23 hours ago' +%F)x.jsonl" && mv out/events-*x.jsonl "out/events-$(date -d 'now + 400 days' +%F).jsonl"
    ww 0 run -q -c site.yaml --duration 1
    ww 0 verify --key "$SHARED/signed/key.pub" out
}

test_keys() {
    ww 0 keygen key
    equal "$(cat .out)" "$(cat key.pub)" "the public key"
    equal "$(stat -c %a key)" 600 "who may read it"
    ww 1 keygen key
    says "'key' is there already"
    ww 1 keygen nowhere/key
    says "nowhere/key"
    chmod 640 key
    ww 2 replay -o refused --key key scene:quiet-wall
    says "the key 'key' can be read by others; 'chmod 600 key' helps"
    chmod 600 key
    echo nonsense >key
    ww 2 replay -o refused --key key scene:quiet-wall
    says "'key' is no key"
    ww 2 verify --key nonsense .
    says "nonsense"
    ww 2 verify
    ww 1 verify nowhere
    says "nowhere"
    [ ! -e refused ]
}
