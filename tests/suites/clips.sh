# What clips hold, from a recording or a camera to the file. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

WITH_CLIPS=yes

means() { need jq ffmpeg ffprobe python3; }

clip_of() { # folder: the path of its only clip
    equal "$(clips "$1" .clip | wc -l)" 1 "clips of $1"
    echo "$1/$(clips "$1" .clip)"
}

# What is in the clip is in the recording, bit by bit, one after the other, and how many packets from where on.
copied() { # clip, recording
    packets "$1" >.clip
    packets "$2" >.whole
    first=$(grep -nxF "$(head -1 .clip)" .whole | head -1 | cut -d: -f1)
    count=$(wc -l <.clip)
    [ -n "$first" ] || fail "the first packet of $1 is not in $2"
    sed -n "$first,$((first + count - 1))p" .whole | cmp - .clip || fail "$1 is no copy of $2"
}

# Somebody is seen at 10.5 s, frame 158 of 15 a second.
test_h264_is_copied_from_a_key_frame_on() {
    recording gop.mp4 mp4 -c:v libx264 -preset ultrafast -g 30
    ww 0 replay -q -o out "$SHARED/gop.mp4"
    copied "$(clip_of out)" "$SHARED/gop.mp4"
    within "$first" 61 84 "first packet" # five seconds before, and up to two more to the key frame
    within $((first + count)) 520 541 "end of the packets"
    equal "$(clips out '.events | join(" ")')" "$(events out 'select(.phase == "start") | .event' | paste -sd' ')" "events it names"
    equal "$(ffprobe -v error -show_entries stream=codec_name,width,height -of csv=p=0 "$(clip_of out)")" "h264,1280,720" "its stream"
    evidence_holds out
    chain_holds out
}

# Eight frames from where the event begins to where it ends; of video with few key frames, too.
test_a_sheet_shows_the_course_of_an_event() {
    local name sheet
    recording gop.mp4 mp4 -c:v libx264 -preset ultrafast -g 30
    recording one-key.mp4 mp4 -vf scale=640:-2 -c:v libx264 -preset ultrafast -g 600 -bf 0
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    for name in gop.mp4 one-key.mp4 small.mkv; do
        rm -rf out
        ww 0 replay -q --start 2024-06-01T22:00:00Z -o out "$SHARED/$name"
        sheet=out/$(clips out .sheet)
        equal "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 "$sheet")" "1612,502" "size of the sheet of $name"
        # In each but the first and the last, where he is hardly seen, somebody is who was not there in the first.
        for place in 404:0 808:0 1212:0 0:251 404:251 808:251; do
            ffmpeg -v error -i "$sheet" -filter_complex \
                "[0]split[a][b];[a]crop=400:222:0:0,format=gray[c];[b]crop=400:222:$place,format=gray[d];[c][d]blend=all_mode=difference" \
                -f rawvideo - | od -An -v -tu1 -w1 | sort -n | tail -n 60 | sed -n 1p >changed
            within "$(cat changed)" 40 255 "change of sixty pixels at $place in the sheet of $name"
        done
        evidence_holds out
    done
}

# Its eight pictures are frames of the recording at even distances, in their colours; of each the time that it is for,
# that of the frame that is most like it, and how unlike that is.
tiles() { # sheet, recording, first and last second
    python3 - "$@" <<'EOF'
import subprocess, sys

def pixels(*arguments):
    command = ["ffmpeg", "-v", "error", *arguments, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout

def unlike(a, b):
    return sum(abs(x - y) for x, y in zip(a, b)) / len(a)

SIZE, RATE = "80:45:flags=area", 15
sheet, recording, first, last = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
whole = pixels("-i", recording, "-vf", f"scale={SIZE}")
frames = [whole[i:i + 80 * 45 * 3] for i in range(0, len(whole), 80 * 45 * 3)]
for tile in range(8):
    crop = f"crop=400:225:{tile % 4 * 404}:{tile // 4 * 251},scale={SIZE}"
    shown, wanted = pixels("-i", sheet, "-vf", crop), first + (last - first) * tile / 7
    near = range(max(0, int((wanted - 2) * RATE)), min(len(frames), int((wanted + 2) * RATE)))
    best = min(near, key=lambda i: unlike(shown, frames[i]))
    print(round(wanted * 100), round(best / RATE * 100), round(unlike(shown, frames[best]) * 10))
EOF
}

# Whether they were seen on the way or are decoded again, and however many threads decode.
test_the_pictures_of_a_sheet_are_those_of_the_event() {
    local name threads first last
    recording gop.mp4 mp4 -c:v libx264 -preset ultrafast -g 30
    recording one-key.mp4 mp4 -vf scale=640:-2 -c:v libx264 -preset ultrafast -g 600 -bf 0
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    for name in gop.mp4 one-key.mp4 small.mkv; do
        for threads in 1 2; do
            ww 0 replay -q --threads $threads --start 2024-06-01T22:00:00Z -o "$name-$threads" "$SHARED/$name"
        done
        cmp "$name-1/$(clips "$name-1" .sheet)" "$name-2/$(clips "$name-2" .sheet)" || fail "$name: another sheet with two threads"
        first=$(events "$name-1" 'select(.phase == "start") | .pts' | head -1)
        last=$(events "$name-1" 'select(.phase == "end") | .pts' | tail -1)
        tiles "$name-1/$(clips "$name-1" .sheet)" "$SHARED/$name" "$first" "$last" >tiles
        equal "$(wc -l <tiles)" 8 "pictures of the sheet of $name"
        # The first of a video is of the event's very begin; among pictures a third of the distance is free.
        read -r wanted at unlike <tiles
        [ "$name" = small.mkv ] || within "$at" $((wanted - 35)) $((wanted + 35)) "hundredths of a second of the first picture of $name"
        while read -r wanted at unlike; do
            within "$at" $((wanted - 110)) $((wanted + 110)) "hundredths of a second of a picture of $name"
            within "$unlike" 0 40 "tenths of a grey level that it is off"
        done <tiles
    done
}

test_other_codecs_are_copied_too() {
    local name
    recording h265.mkv matroska -vf scale=480:-2 -c:v libx265 -preset ultrafast -x265-params log-level=error
    recording mjpeg.avi avi -c:v mjpeg -q:v 4
    recording vp8.mkv matroska -vf scale=480:-2 -c:v libvpx -deadline realtime -cpu-used 8
    for name in h265.mkv mjpeg.avi vp8.mkv; do
        rm -rf out
        ww 0 replay -q -o out "$SHARED/$name"
        copied "$(clip_of out)" "$SHARED/$name"
        ffmpeg -v error -xerror -i "$(clip_of out)" -f null - || fail "the clip of $name does not play"
    done
    case $(clip_of out) in *.mkv) ;; *) fail "VP8 is not in Matroska: $(clip_of out)" ;; esac
}

# The frames of a folder are files; those of the scene are not compressed.
test_pictures_and_uncompressed_frames() {
    frames jpegs jpg -q:v 4
    ww 0 replay -q --fps 15 -o out "$SHARED/jpegs"
    local clip
    clip=$(clip_of out)
    packets "$clip" | sed -n 1,3p >.first
    equal "$(wc -l <.first)" 3 "frames to compare"
    sha256sum "$SHARED"/jpegs/*.jpg | cut -d' ' -f1 >.files
    while read -r hash; do grep -qF "${hash#*:}" .files || fail "a frame of the clip is no file of the folder"; done <.first
    rm -rf out
    ww 0 replay -q -o out scene:rear-wall
    clip=$(clip_of out)
    equal "$(ffprobe -v error -count_packets -show_entries stream=codec_name,width,height,nb_read_packets -of csv=p=0 "$clip")" "mjpeg,1280,720,454" "its stream"
    # The same picture as in the recording of the scene: the colours, too.
    scene_y4m
    # (What JPEG loses of its noise is most of the difference.)
    ffmpeg -v error -ss 4 -i "$clip" -frames:v 1 -pix_fmt rgb24 seen.png
    ffmpeg -v error -ss 9.533 -i "$SHARED/scene.y4m" -frames:v 1 -pix_fmt rgb24 drawn.png
    within "$(ffmpeg -v info -i seen.png -i drawn.png -lavfi psnr -f null - 2>&1 | sed -n 's/.*average:\([0-9.]*\).*/\1/p')" 28 60 "likeness in dB"
    "$WALLWATCH" replay -q -o y4m "$SHARED/scene.y4m"
    equal "$(packets "$(clip_of y4m)" | wc -l)" 454 "packets of an uncompressed recording's clip"
}

# A stream without a clock of its own goes by the frame rate.
test_video_without_times() {
    recording small.h264 h264 -vf scale=320:-2 -c:v libx264 -preset ultrafast -g 30
    ww 0 replay -q -o out "$SHARED/small.h264"
    local clip
    clip=$(clip_of out)
    within "$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$clip")" 400 540 packets
    within "$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$clip")" "$(clips out '.duration - 0.5')" "$(clips out '.duration + 0.5')" "seconds that it plays"
    [ -s "out/$(clips out .sheet)" ] || fail "there is no sheet"
}

# Uncompressed AVI, as it is written by others: with its last row first.
test_frames_that_are_upside_down() {
    recording rgb.avi avi -vf scale=160:-2 -pix_fmt bgr24 -c:v rawvideo
    python3 - "$SHARED/rgb.avi" flipped.avi <<'PY'
import struct, sys
data = bytearray(open(sys.argv[1], 'rb').read())
at = data.index(b'strf') + 16 # biHeight: below 0, the first row comes first
height = struct.unpack_from('<i', data, at)[0]
assert height < 0
struct.pack_into('<i', data, at, -height)
open(sys.argv[2], 'wb').write(data)
PY
    local name whole clip
    for name in "$SHARED/rgb.avi" flipped.avi; do
        rm -rf out
        ww 0 replay -q -o out "$name"
        first_rows() { # of a recording, from that second on
            ffmpeg -v error -ss "$2" -i "$1" -frames:v 1 -vf "crop=iw:20:0:0,format=gray,scale=1:1:flags=area" -f rawvideo - | od -An -tu1
        }
        whole=$(first_rows "$name" 5.5) clip=$(first_rows "$(clip_of out)" 0)
        within "$clip" $((whole - 4)) $((whole + 4)) "brightness of the first rows of $name in its clip"
    done
}

# No container takes each of them: the events are there all the same.
test_a_codec_that_no_clip_can_hold() {
    recording gif.gif gif -vf scale=160:-2
    recording palette.nut nut -vf scale=160:-2 -pix_fmt pal8 -c:v rawvideo
    local name
    for name in gif.gif palette.nut; do
        rm -rf out
        ww 0 replay -q -o out "$SHARED/$name"
        within "$(events out 'select(.phase == "end") | .frame' | wc -l)" 1 9 "events of $name"
        evidence_holds out
    done
}

# A recording that is replayed into the same log again; of the first clip the sheet is still there.
test_no_clip_takes_the_place_of_another() {
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    ww 0 replay -q --start 2024-06-01T22:00:00Z -o out "$SHARED/small.mkv"
    sha256sum out/clips/* >before
    ww 0 replay -q --start 2024-06-01T22:00:00Z -o out "$SHARED/small.mkv"
    sha256sum --quiet -c before
    equal "$(clips out .clip | sort -u | wc -l)" 2 "names of clips"
    rm "$(clip_of_first)"
    grep '\.jpg$' before >sheet
    ww 0 replay -q --start 2024-06-01T22:00:00Z -o out "$SHARED/small.mkv"
    sha256sum --quiet -c sheet
    equal "$(clips out .clip | sort -u | wc -l)" 3 "names of clips"
}

clip_of_first() { echo "out/$(clips out .clip | sed -n 1p)"; }

test_nothing_and_everything() {
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    ww 0 replay -q --record none -o out "$SHARED/small.mkv"
    [ ! -e out/clips ] || fail "clips were written"
    equal "$(clips out .clip)" "" "clips that the log names"
    printf 'cameras: [{name: a, record: always}]\n' >site.yaml
    rm -rf out
    ww 0 replay -q -c site.yaml -o out "$SHARED/small.mkv"
    copied "$(clip_of out)" "$SHARED/small.mkv"
    equal "$count" 540 "packets of what is recorded always"
    ww 2 replay --record sometimes scene:rear-wall
    says "--record needs events, always or none, not 'sometimes'"
}

test_seconds_before_and_after() {
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    printf 'cameras: [{name: a, pre: 2s, post: 1s}]\n' >site.yaml
    ww 0 replay -q -c site.yaml -o out "$SHARED/small.mkv"
    copied "$(clip_of out)" "$SHARED/small.mkv"
    local begun ended
    begun=$(events out 'select(.phase == "start") | .frame') ended=$(events out 'select(.phase == "end") | .frame')
    within "$first" $((begun - 30)) $((begun - 28)) "first packet"
    # That it is over is known after two seconds without motion.
    within $((first + count - 2)) $((ended + 14)) $((ended + 32)) "last frame"
    printf 'cameras: [{name: a, pre: 2h}]\n' >site.yaml
    ww 2 check -c site.yaml
    says "site.yaml:1: " "a duration such as 5s was expected, 60s at most"
}

# A live camera's log; what is lost with the program is the last second of a clip.
test_a_clip_whose_program_was_killed() {
    local clip seconds
    "$WALLWATCH" keygen key >/dev/null
    printf 'store: {path: out, key: key}\ncameras: [{name: "rear yard", source: "scene:rear-wall", record: always}]\n' >site.yaml
    begin -c site.yaml
    draft_of() { local found; found=$(find out/clips -name '.*.part' -size +"$1"k 2>/dev/null); [ -n "$found" ]; }
    soon 40 draft_of 4000
    kill -KILL "$watcher"
    wait "$watcher" || :
    ww 0 run -q -o out -c site.yaml --duration 2
    clip=$(jq -r 'select(.detail == "clip" and .reason) | .clip' out/events.jsonl)
    equal "$(jq -r --arg clip "$clip" 'select(.clip == $clip) | "\(.camera), \(.reason)"' out/events.jsonl)" \
        "rear yard, it was cut off when the program ended" "what is said of it"
    ffmpeg -v error -xerror -i "out/$clip" -f null - || fail "the clip does not play"
    seconds=$(jq -r --arg clip "$clip" 'select(.clip == $clip) | .duration' out/events.jsonl)
    within "$seconds" 1 100 "seconds of it"
    [ -z "$(find out/clips -name '.*')" ] || fail "drafts are left: $(ls -A out/clips)"
    evidence_holds out
    ww 0 verify --key key.pub out
}

# A disk that is full in the middle of a clip.
test_a_clip_that_the_disk_had_no_room_for() {
    need_root
    mkdir small
    mount -t tmpfs -o size=5m tmpfs small || skip "tmpfs cannot be mounted here"
    trap 'umount -l small' EXIT
    local clip
    recording mjpeg.avi avi -c:v mjpeg -q:v 4
    ww 1 replay -q -o small/out "$SHARED/mjpeg.avi"
    says "no space left"
    clip=$(clips small/out .clip)
    if [ -n "$clip" ]; then
        equal "$(clips small/out .reason)" "it ends early: it could not be written on" "what is said of it"
        ffmpeg -v error -i "small/out/$clip" -f null - || fail "what was written does not play"
    fi
    [ -z "$(find small/out -name '.*.part')" ] || fail "drafts are left"
    chain_holds small/out
}

test_an_altered_clip_is_found_out() {
    local clip size i position
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    ww 0 replay -q -o out "$SHARED/small.mkv"
    clip=$(clip_of out) size=$(stat -c %s "$(clip_of out)")
    cp "$clip" whole
    RANDOM=5
    for i in $(seq 12); do
        position=$(((RANDOM * 32768 + RANDOM) % size))
        cp whole "$clip"
        printf "\\x$(printf %x $(($(dd if="$clip" bs=1 skip=$position count=1 status=none | od -An -tu1) ^ 1)))" |
            dd of="$clip" bs=1 seek=$position conv=notrunc status=none
        ww 3 verify -q out
        grep -qxF "$(clips out .clip): the file was altered" .out || fail "byte $position, run $i: $(cat .out)"
        ww 1 export -o "no$i" out "$(events out 'select(.phase == "start") | .event' | head -1)"
        says "was altered since the log named it"
    done
    rm "$clip"
    ww 3 verify -q out
    grep -qF "the file was removed" .out || fail "$(cat .out)"
}

test_an_exported_clip_plays_in_a_browser() {
    need chromium openssl unzip
    case $("$WALLWATCH" --version) in *"with libarchive"*) ;; *) skip "built without libarchive" ;; esac
    local clip view
    "$WALLWATCH" keygen key >/dev/null
    recording gop.mp4 mp4 -c:v libx264 -preset ultrafast -g 30
    ww 0 replay -q --key key -o out "$SHARED/gop.mp4"
    ww 0 export -o proof out "$(events out 'select(.phase == "start") | .event' | head -1)"
    clip=$(clips out .clip)
    browser_plays proof "$clip" 1280x720
    grep -qF "<video controls preload=\"metadata\" src=\"$clip\"" proof/index.html || fail "the page does not show it"
    [ ! -e proof/view ] || fail "a copy was made of what browsers play"
    # Browsers play no JPEG in MP4: they get a copy, and the evidence is beside it.
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    ww 0 replay -q --key key -o jpegs "$SHARED/small.mkv"
    ww 0 export -o other jpegs "$(events jpegs 'select(.phase == "start") | .event' | head -1)"
    view=view/$(basename "$(clips jpegs .clip)" .mp4).webm
    browser_plays other "$view" 320x180
    grep -qF "src=\"$view\"" other/index.html || fail "the page does not show the copy"
    grep -qF "$(clips jpegs '.clip_sha256')" other/index.html || fail "the page does not name the evidence's hash"
    grep -qF "<img src=\"$(clips jpegs .sheet)\"" other/index.html || fail "the page does not show the event's course"
    # As one file.
    ww 0 export -o other.zip jpegs "$(events jpegs 'select(.phase == "start") | .event' | head -1)"
    unzip -q other.zip -d unpacked
    cmp "unpacked/other/$(clips jpegs .clip)" "jpegs/$(clips jpegs .clip)"
    sh unpacked/other/check.sh >said || fail "$(cat said)"
    equal "$(ls -A | grep -c 'other\.zip.')" 0 "what is left beside it"
    ww 1 export -o other.zip jpegs "$(events jpegs 'select(.phase == "start") | .event' | head -1)"
    says "'other.zip' is there already"
    # Elsewhere, with nothing of ours.
    (cd / && sh "$FOLDER/other/check.sh") >said || fail "$(cat said)"
    grep -qF "$(clips jpegs .clip): OK" said || fail "the clip was not checked: $(cat said)"
    printf x | dd of="other/$(clips jpegs .clip)" bs=1 seek=5000 conv=notrunc status=none
    ! sh other/check.sh >said 2>&1 || fail "an altered clip passed"
}

test_a_held_clip_stays_and_others_expire() {
    printf 'store: {path: out, max: 1kB}\ncameras: [{name: a, source: "scene:quiet-wall"}]\n' >site.yaml
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    ww 0 replay -q --start 2024-01-01T00:00:00Z -o out "$SHARED/small.mkv"
    ww 0 replay -q --start 2024-01-02T00:00:00Z -o out "$SHARED/small.mkv"
    local held other
    held=$(jq -r 'select(.detail == "clip") | .clip' out/events.jsonl | head -1)
    other=$(jq -r 'select(.detail == "clip") | .clip' out/events.jsonl | tail -1)
    ww 0 hold out "$(jq -r 'select(.detail == "clip") | .events[0]' out/events.jsonl | head -1)"
    begin -c site.yaml
    gone() { [ ! -e "out/$other" ]; }
    soon 30 gone
    finish
    [ -s "out/$held" ] || fail "the held clip is gone"
    [ -s "out/${held%.*}.jpg" ] || fail "the sheet of the held clip is gone"
    grep -qF "\"expired\":\"$other\"" out/events.jsonl || fail "the log does not say that it expired"
    ww 0 verify out
    ww 0 hold --release out "$(jq -r 'select(.detail == "clip") | .events[0]' out/events.jsonl | head -1)"
    equal "$(cat out/held)" "" "what is held when it was released"
}

# While the log is read for one event, which hangs here, another is held.
test_two_hold_at_the_same_time() {
    recording small.mkv matroska -vf scale=320:-2 -c:v mjpeg -q:v 8
    ww 0 replay -q --start 2024-01-01T00:00:00Z -o out "$SHARED/small.mkv"
    local event clip
    event=$(jq -r 'select(.detail == "clip") | .events[0]' out/events.jsonl | head -1)
    clip=$(jq -r 'select(.detail == "clip") | .clip' out/events.jsonl | head -1)
    mv out/events.jsonl log
    mkfifo out/events.jsonl
    "$WALLWATCH" hold out "$event" &
    exec 8>out/events.jsonl # it is being read
    grep -qxF "$event" out/held || fail "its clip, were it written now, would not be held"
    echo another >>out/held
    cat log >&8
    exec 8>&-
    wait $!
    equal "$(sort out/held | xargs)" "$(printf '%s\n' another "$event" "$clip" "${clip%.*}.jpg" | sort | xargs)" "what is held"
    rm out/events.jsonl
    mv log out/events.jsonl
    cp out/held before
    ww 1 hold out "$event" 20000101T000000Z-1
    says "there is no event '20000101T000000Z-1'"
    cmp out/held before
    ww 0 hold --release out "$event"
    equal "$(cat out/held)" another "what is held after that"
    # Who changes it waits for who does.
    exec 7<out
    flock 7
    "$WALLWATCH" hold out "$event" 7<&- &
    until grep -qE "^[0-9]+: -> FLOCK .* WRITE $! " /proc/locks || ! kill -0 $!; do sleep 0.05; done
    equal "$(cat out/held)" another "what is held while somebody changes it"
    exec 7<&-
    wait $!
    grep -qxF "$event" out/held || fail "it is not held: $(cat out/held)"
}
