# What goes wrong: every case is named, ends with the right status, and loses nothing.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need jq ffmpeg ffprobe cjpeg
}

refuses() { # status, footage, texts
    local status=$1 footage=$2
    shift 2
    ww "$status" replay -o refused "$footage"
    says "$footage" "$@"
    [ ! -e refused ] || fail "a folder was made for nothing"
}

# Runs as nobody, so that permissions count; the program must be readable from there.
as_nobody() {
    need_root
    need setpriv
    setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

test_footage_that_is_missing() { refuses 1 missing.mp4 "no such file"; }

test_footage_that_is_empty() {
    : >empty.mp4
    refuses 1 empty.mp4 "the file is empty"
}

test_footage_that_cannot_be_read() {
    scene_y4m
    mkdir -m 755 open
    cp "$WALLWATCH" open/wallwatch
    head -c 3000000 "$SHARED/scene.y4m" >open/scene.y4m
    chmod 000 open/scene.y4m
    chmod 755 "$FOLDER" "$(dirname "$FOLDER")"
    (cd open && as_nobody ./wallwatch replay -o /nowhere/out scene.y4m) 2>.err && fail "it was read"
    says scene.y4m "permission denied"
}

test_footage_that_is_no_video() {
    head -c 5000 "$ROOT/LICENSE" >text.mp4
    refuses 1 text.mp4 "no recording"
    head -c 100000 "$WALLWATCH" >program.avi
    refuses 1 program.avi "no recording"
    need ffmpeg
    ffmpeg -v error -f lavfi -i sine=duration=1 sound.wav
    refuses 1 sound.wav "no video"
}

test_a_folder_without_frames() {
    mkdir frames
    refuses 1 frames "holds no .jpg, .jpeg or .png"
    touch frames/notes.txt
    refuses 1 frames "holds no .jpg, .jpeg or .png"
}

test_a_folder_with_other_files() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkdir frames
    ln -s "$SHARED"/jpegs/frame000[0-3]*.jpg frames
    touch frames/notes.txt frames/.hidden frames/Thumbs.db
    mkdir frames/folder
    ww 0 replay -o out --stats stats.json frames
    says "3 other files are passed over" "frames"
    equal "$(jq -r '[.frames, .corrupt] | join(" ")' stats.json)" "39 0" "frames and damaged ones"
}

test_a_folder_with_two_kinds_of_frames() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkdir frames
    cp "$SHARED"/jpegs/frame0000[1-3].jpg frames
    ffmpeg -v error -i frames/frame00001.jpg frames/frame00009.png
    refuses 1 frames "JPEG and PNG"
}

test_a_scene_that_does_not_exist() { refuses 1 scene:front-door "there is scene:rear-wall"; }

test_an_mp4_that_was_cut_before_its_index() {
    recording scene.mp4 mp4 -c:v libx264 -preset veryfast -crf 23 -pix_fmt yuv420p
    head -c 500000 "$SHARED/scene.mp4" >cut.mp4
    refuses 1 cut.mp4 "cut off"
}

test_an_mp4_that_was_cut_in_the_middle_is_analysed_up_to_there() {
    recording scene.mp4 mp4 -c:v libx264 -preset veryfast -crf 23 -pix_fmt yuv420p
    ffmpeg -v error -i "$SHARED/scene.mp4" -c copy -movflags +faststart whole.mp4
    head -c $(($(stat -c %s whole.mp4) * 6 / 10)) whole.mp4 >cut.mp4
    ww 1 replay -o out --stats stats.json cut.mp4
    says "cut.mp4" "cut off" "of 540 frames"
    equal "$(events out 'select(.phase == "start") | .event' | wc -l)" 1 "number of events"
    all_ended out
    chain_holds out
    evidence_holds out
}

test_a_cut_avi_and_mkv_and_ts() {
    recording scene.avi avi -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    recording scene.mkv matroska -c:v libx265 -preset ultrafast -crf 26 -pix_fmt yuv420p -x265-params log-level=none
    recording scene.ts mpegts -c:v libx264 -preset ultrafast -crf 26 -pix_fmt yuv420p
    local file status
    for file in scene.avi scene.mkv scene.ts; do
        head -c $(($(stat -c %s "$SHARED/$file") * 6 / 10)) "$SHARED/$file" >"cut-$file"
        status=0
        "$WALLWATCH" replay -o "out-$file" "cut-$file" 2>.err || status=$?
        # Where the container does not tell how many frames there should be, nothing is missed.
        [ $status = 0 ] || [ $status = 1 ] || fail "status $status"
        [ $status = 0 ] || says "cut-$file"
        equal "$(events "out-$file" 'select(.phase == "start") | .event' | wc -l)" 1 "events in cut $file"
        all_ended "out-$file"
    done
}

# Six kinds of damage in turn, at every seventh frame: none is an event, all are counted.
test_damaged_jpegs_among_good_ones() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkdir frames
    cp "$SHARED"/jpegs/*.jpg frames
    local i kind=0 file size damaged=0
    for i in $(seq 7 7 540); do
        file=frames/$(printf 'frame%05d.jpg' "$i")
        size=$(stat -c %s "$file")
        case $((kind++ % 6)) in
        0) truncate -s $((size / 2)) "$file" ;;
        1) : >"$file" ;;
        2) head -c 3000 /dev/zero | dd of="$file" bs=1 seek=$((size / 3)) conv=notrunc status=none ;;
        3) head -c 400 /dev/urandom >"$file" ;;
        4) printf '\377\330\377\331' >"$file" ;;
        5) { head -c $((size - 2)) "$file"; head -c 40 "$WALLWATCH"; printf '\377\331'; } >"$file.new" && mv "$file.new" "$file" ;;
        esac
        damaged=$((damaged + 1))
    done
    ww 0 replay -o out --fps 15 --masks masks --stats stats.json frames
    says "$damaged damaged frames were skipped"
    equal "$(grep -c damaged .err)" 1 "lines about damage"
    equal "$(jq -r '[.frames, .corrupt] | join(" ")' stats.json)" "540 $damaged" "frames and damaged ones"
    equal "$(events out 'select(.phase == "start") | .event' | wc -l)" 1 "number of events"
    within "$(starts out)" 150 165 "first frame"
    equal "$(find masks -name 'bin*.png' | wc -l)" 540 "number of masks"
    evidence_holds out
}

test_a_damaged_stream_makes_no_event() {
    # Nothing moves in the first seconds but the tree; bytes are broken all over them.
    scene_y4m
    ffmpeg -v error -y -t 9 -i "$SHARED/scene.y4m" -c:v libx264 -preset veryfast -g 30 -pix_fmt yuv420p -f mpegts quiet.ts
    ww 0 replay -o clean quiet.ts
    equal "$(events clean .event)" "" "events without damage"
    local size position
    size=$(stat -c %s quiet.ts)
    for position in $(seq 40000 60000 "$size"); do
        head -c 300 /dev/zero | tr '\0' '\125' | dd of=quiet.ts bs=1 seek="$position" conv=notrunc status=none
    done
    ww 0 replay -o out --stats stats.json quiet.ts
    says "damaged"
    within "$(jq .corrupt stats.json)" 5 135 "damaged frames"
    equal "$(events out .event)" "" "events in spite of it"
}

test_nothing_but_damaged_frames() {
    mkdir frames
    local i
    for i in $(seq 10); do head -c 500 /dev/urandom >frames/$i.jpg; done
    ww 0 replay -o out --stats stats.json frames
    says "10 damaged frames were skipped"
    equal "$(jq -r '[.frames, .corrupt, .analysed] | join(" ")' stats.json)" "10 10 0" "frames, damaged ones, and others"
}

test_a_size_that_changes_for_good() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkdir frames
    cp "$SHARED"/jpegs/*.jpg frames
    ffmpeg -v error -y -start_number 200 -i "$SHARED/jpegs/frame%05d.jpg" -vf scale=640:360 -q:v 4 -start_number 200 frames/frame%05d.jpg
    ww 0 replay -o out --fps 15 --masks masks frames
    says "frames are 640x360 from frame 199 on, they were 1280x720"
    equal "$(events out 'select(.phase == "start") | .size | join("x")' | sort -u | tr '\n' ' ')" "1280x720 640x360 " "sizes"
    all_ended out
    evidence_holds out
    chain_holds out
}

test_a_single_frame_of_another_size() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkdir frames
    cp "$SHARED"/jpegs/*.jpg frames
    local i
    for i in 00100 00300 00301; do
        ffmpeg -v error -y -i "$SHARED/jpegs/frame$i.jpg" -vf scale=320:180 -q:v 4 -f mjpeg frames/frame$i.jpg
    done
    ww 0 replay -o out --fps 15 --stats stats.json frames
    equal "$(jq .corrupt stats.json)" 3 "damaged frames"
    equal "$(events out 'select(.phase == "start") | .event' | wc -l)" 1 "number of events"
}

test_absurd_sizes() {
    local size kind
    mkdir frames
    for size in 1x1 16384x16384 65500x65500; do
        { echo "P5 ${size/x/ } 255"; head -c $((${size%x*} * ${size%x*})) /dev/zero; } | cjpeg -grayscale >frames/1.jpg
        ww 0 replay -o "out-$size" --stats stats.json frames
        says "1 damaged frame was skipped"
        within "$(jq .peak_rss_kb stats.json)" 1000 200000 "memory for a frame that is too large"
    done
    for size in 1x1 8x8 16000x16000; do # the largest that ffmpeg makes
        rm -rf frames
        mkdir frames
        { echo "P5 ${size/x/ } 255"; head -c $((${size%x*} * ${size%x*})) /dev/zero; } | cjpeg -grayscale >frames/1.jpg
        for kind in copy png; do
            ffmpeg -v error -y -framerate 1 -i frames/1.jpg -c:v $kind -f avi "$size.avi"
            refuses 1 "$size.avi" "$size" "16x16 to 8192x8192"
        done
        ffmpeg -v error -i frames/1.jpg -c:v png -pix_fmt gray -f image2 -update 1 one.png
        rm frames/1.jpg && mv one.png frames/1.png
        ww 0 replay -o "out-$size" frames
        says "1 damaged frame was skipped"
    done
}

test_a_zone_outside_the_picture() {
    ww 2 replay -o refused --zone 1200,0,100,100 scene:rear-wall
    says "1200,0,100,100" "1280x720"
    [ ! -e refused ]
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    # Pictures tell their size when they are decoded.
    ww 2 replay -o late --zone 1200,0,100,100 "$SHARED/jpegs"
    says "1200,0,100,100" "1280x720"
}

test_wrong_usage() {
    ww 2
    ww 2 gaze
    says "there is no verb 'gaze'" "replay"
    ww 2 help gaze
    ww 2 replay
    says "no footage" "wallwatch help replay"
    ww 2 replay --zones 1,2,3,4 scene:rear-wall
    says "zones"
    ww 2 replay --zone 1,2,3 scene:rear-wall
    says "X,Y,W,H" "1,2,3"
    ww 2 replay --threads 0 scene:rear-wall
    ww 2 replay --threads two scene:rear-wall
    ww 2 replay --fps 0 scene:rear-wall
    ww 2 replay --start yesterday scene:rear-wall
    says "yesterday" "2024-06-01T22:00:00Z"
    ww 2 replay --sensitivity extreme scene:rear-wall
    ww 2 replay -o "" scene:rear-wall
    ww 2 replay --masks m scene:rear-wall scene:rear-wall
    ww 2 events
    ww 2 events --type burglary .
    ww 2 events --from someday .
    ww 2 check
    WALLWATCH_CPU=mmx ww 2 replay scene:rear-wall
    says "WALLWATCH_CPU" "mmx"
    [ ! -e refused ] && [ ! -e m ]
}

test_a_configuration_that_is_wrong() {
    cat >site.yaml <<'YAML'
cameras:
  - name: yard
    zones:
      - name: gate
        polygon: [[0.1, 0.1], [0.2, 0.2]]
YAML
    ww 2 replay -o refused -c site.yaml scene:rear-wall
    says "site.yaml:5:" "at least 3 points" "there are 2"
    sed -i 's/polygon/poligon/' site.yaml
    ww 2 replay -o refused -c site.yaml scene:rear-wall
    says "site.yaml:5:" "unknown key 'poligon'" "did you mean 'polygon'"
    sed -i 's/poligon:.*/polygon: everything/' site.yaml
    ww 2 check -c site.yaml
    says "site.yaml:5:" "a list was expected"
    ww 2 replay -o refused -c missing.yaml scene:rear-wall
    says "missing.yaml" "no such file"
    [ ! -e refused ]
}

test_walls_and_zones_that_cannot_be_watched_well() {
    cat >site.yaml <<'YAML'
cameras:
  - name: yard
    walls:
      - {name: far, line: [[0, 0.3], [1, 0.3]], outside: left}
      - {name: near, line: [[0.6, 0.9], [1, 0.9]], outside: left}
      - {name: hidden, line: [[0.1, 0.8], [0.3, 0.8]], outside: left}
    zones:
      - {name: gate, polygon: [[0, 0.6], [0.2, 0.6], [0.2, 1], [0, 1]]}
      - {name: door, polygon: [[0.8, 0.6], [0.9, 0.6], [0.9, 1], [0.8, 1]]}
    ignore: [[[0, 0.5], [0.5, 0.5], [0.5, 1], [0, 1]]]
    person: [[0.5, 0.31, 0.02], [0.1, 0.95, 0.3]]
YAML
    ww 0 check -c site.yaml
    says "at wall 'far' somebody is 6 pixels tall" "less than 10" "analyse: {width: 1152}"
    says "wall 'hidden' lies under what is ignored: 0 %" "zone 'gate' lies under"
    equal "$(grep -c warning .err)" 3 warnings
    sed -i 's/^    walls/    analyse: {width: 1152}\n    walls/; /ignore/d' site.yaml
    ww 0 check -c site.yaml
    equal "$(grep -c warning .err)" 0 "warnings when all is well"
}

test_sides_that_are_swapped_against_the_drawing() {
    site() { # outside of the second wall, outside of the ring
        cat >site.yaml <<YAML
cameras:
  - name: yard
    walls:
      - {name: far, line: [[0, 0.3], [1, 0.3]], outside: left}
      - {name: near, line: [[0, 0.9], [1, 0.9]], outside: $1}
    zones:
      - {name: yard, polygon: [[0, 0.5], [1, 0.5], [1, 0.8], [0, 0.8]]}
  - name: roof
    walls:
      - {name: ring, line: [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8], [0.2, 0.21]], outside: $2}
YAML
        ww 0 check -c site.yaml
    }
    site right left
    equal "$(grep -c warning .err)" 0 "warnings when all is well"
    grep -q 'wall far: who comes in goes down in the picture' .out
    grep -q 'wall near: who comes in goes up in the picture' .out
    site left right
    says "yard: all zones lie outside of wall 'near'" "roof: wall 'ring' goes around a place that is its outside"
    sed -i 's/far, line: \[\[0, 0.3\], \[1, 0.3\]\], outside: left/far, line: [[0, 0.3], [1, 0.3]], outside: right/; /yard, polygon/d; /zones:/d' site.yaml
    ww 0 check -c site.yaml
    says "yard: walls 'far' and 'near' lie outside of each other"
    sed -i 's/0.9]], outside: left/0.9]], outside: right/' site.yaml
    ww 0 check -c site.yaml
    equal "$(grep -c 'lie outside of each other' .err)" 0 "walls that both lead up"
}

test_a_wall_that_was_dark_when_it_was_armed() {
    printf 'store: {path: kept}\ncameras: [{name: yard, walls: [{name: rear, line: [[0, 0.3], [1, 0.3]], outside: left}]}]\n' >site.yaml
    ww 0 check -c site.yaml
    mkdir kept
    line() { # minutes ago, letters
        printf '{"v":1,"time":"%s","type":"system","phase":"end","camera":"yard","wall":"rear","detail":"coverage","coverage":"%s"}\n' "$(date -u -d "$1 minutes ago" +%FT%H:%M:00.000Z)" "$2" >>kept/events.jsonl
    }
    line 50 wwwwwwwwww
    line 40 ooowwwwwwd
    ww 0 check -c site.yaml
    equal "$(cat .err)" "" "warnings about a minute"
    line 30 dddddddddd
    line 20000 bbbbbbbbbb
    ww 0 check -c site.yaml
    says "yard: wall 'rear' was dark for 0:11 of the 0:27 hours that it was armed in the last 7 days"
    equal "$(grep -c warning .err)" 1 warnings
}

test_an_output_folder_that_cannot_be_made() {
    touch file
    ww 1 replay -o file scene:rear-wall
    says "file"
    ww 1 replay -o file/below scene:rear-wall
    says "file"
    ww 1 replay -o /proc/out scene:rear-wall
    says "/proc/out"
}

test_an_output_folder_without_permission() {
    mkdir -m 755 open
    mkdir -m 755 open/closed
    cp "$WALLWATCH" open/wallwatch
    chmod 755 "$FOLDER" "$(dirname "$FOLDER")"
    (cd open && as_nobody ./wallwatch replay -o closed scene:rear-wall) 2>.err && fail "it was written"
    says closed "permission denied"
}

# The end of an event is held back by a reader that waits: what a full disk left stands in the log.
test_a_disk_that_is_full() {
    need_root
    mkdir small
    mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip "no tmpfs can be mounted here"
    trap 'umount "$FOLDER/small"' EXIT
    ww 1 replay -o small/out scene:rear-wall
    says "no space left" "small/out"
    chain_holds small/out
    all_ended small/out
    [ -z "$(find small -name '.*.part')" ] || fail "half-written files are left"
}

test_a_disk_that_is_full_of_masks() {
    need_root
    mkdir small
    mount -t tmpfs -o size=200k tmpfs small 2>/dev/null || skip "no tmpfs can be mounted here"
    trap 'umount "$FOLDER/small"' EXIT
    ww 1 replay -o out --masks small/masks scene:rear-wall
    says "no space left" "small/masks"
    [ -z "$(find small -name '.*.part')" ] || fail "half-written files are left"
}

# A replay of the scene's first 200 frames that waits for more: its event is open. More comes, up to the
# end, when something is written to the pipe "go".
replay_that_waits() { # output folder; sets $player
    local bytes=$((60 + 200 * (1280 * 720 * 3 / 2 + 6)))
    scene_y4m
    mkfifo feed go
    {
        head -c $bytes "$SHARED/scene.y4m"
        touch fed
        read -r _ <go
        tail -c +$((bytes + 1)) "$SHARED/scene.y4m"
    } >feed &
    "$WALLWATCH" replay -o "$1" - <feed 2>.err &
    player=$!
    soon 60 [ -e fed ]
    soon 60 grep -q '"start"' "$1/events.jsonl" 2>/dev/null
}

ends_on() { # signal
    local status=0
    replay_that_waits out
    kill -"$1" $player
    wait $player || status=$?
    equal $status 0 status
    says "stopped"
    all_ended out
    chain_holds out
    evidence_holds out
}

test_sigint_in_the_middle() { ends_on INT; }
test_sigterm_in_the_middle() { ends_on TERM; }

test_sigkill_leaves_a_log_that_can_be_continued() {
    replay_that_waits out
    kill -KILL $player
    wait $player || true
    chain_holds out
    ww 0 replay -o out scene:rear-wall
    chain_holds out
    evidence_holds out
}

test_an_output_folder_that_vanishes() {
    local status=0
    replay_that_waits out
    rm -rf out
    echo >go
    wait $player || status=$?
    equal $status 1 status
    says out
}

# Threads that wait for more must not keep the program from ending.
test_a_full_disk_while_the_input_waits() {
    need_root
    mkdir small
    mount -t tmpfs -o size=300k tmpfs small 2>/dev/null || skip "no tmpfs can be mounted here"
    trap 'umount "$FOLDER/small"' EXIT
    recording scene.avi avi -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkfifo feed
    { cat "$SHARED/scene.avi" && exec sleep 300; } >feed &
    local feeder=$! status=0
    "$WALLWATCH" replay -o out --masks small/masks - <feed 2>.err || status=$?
    kill $feeder 2>/dev/null || true
    equal $status 1 status
    says "no space left"
}

test_two_that_write_one_folder() {
    replay_that_waits out
    mv .err .first
    ww 1 replay -o out scene:rear-wall
    says "another wallwatch is writing it"
    kill -TERM $player
    wait $player
    chain_holds out
}

test_output_that_nobody_reads() {
    ww 0 replay -o out scene:rear-wall
    # A reader that goes away must not end in a signal or a hang.
    local status=0
    { "$WALLWATCH" events --json out; echo $? >status; } | head -c 1 >/dev/null || true
    [ -s status ]
    "$WALLWATCH" events --json out >/dev/full 2>.err || status=$?
    equal $status 1 status
    says "cannot write the events"
}
