# What becomes of a camera's view, from a recording to the log. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# The first ten seconds of the scene, half as large, with something done to it from the third to the eighth.
# It is a quiet time: the only one who moves is whoever tampers.
tampered() { # ffmpeg's arguments
    scene_y4m
    ffmpeg -v error -nostdin -i "$SHARED/scene.y4m" -t 10 "$@" -f yuv4mpegpipe -pix_fmt yuv420p - |
        "$WALLWATCH" replay -q --record none -o out -
}

meanwhile="enable='between(t,3,8)'"
half='scale=640:360'

told_as() { # detail: one event of it, that begins and ends in time, with a snapshot; nothing else but light
    local told
    told=$(events out 'select(.type != "camera") | [.type, .detail, .phase] | join(" ")' | tr '\n' ' ')
    equal "$told" "tamper $1 start tamper $1 end " "what is told"
    within "$(events out 'select(.phase == "start") | .pts * 10 | round')" 28 34 "its start, tenths"
    within "$(events out 'select(.type == "tamper" and .phase == "end") | .duration * 10 | round')" 45 60 "its length"
    equal "$(events out 'select(.type == "tamper" and (has("bbox") or has("track")))')" "" "who did it"
    local picture
    picture=$(events out 'select(.type == "tamper" and .phase == "end") | .snapshot')
    equal "$(sha256sum <"out/$picture" | cut -d' ' -f1)" \
        "$(events out 'select(.type == "tamper" and .phase == "end") | .snapshot_sha256')" "the snapshot's hash"
}

test_a_covered_lens() {
    tampered -vf "$half,drawbox=t=fill:color=0x404040:$meanwhile,noise=alls=4:allf=t"
    told_as covered
}

# Behind it the picture is as black as a night that falls.
test_a_black_cloth() {
    scene_y4m
    ffmpeg -v error -nostdin -i "$SHARED/scene.y4m" \
        -vf "trim=0:9,$half,setpts=1.6*PTS,fps=25,drawbox=t=fill:color=black:enable='between(t,4.8,12.8)',noise=alls=4:allf=t" \
        -f yuv4mpegpipe -pix_fmt yuv420p - | "$WALLWATCH" replay -q --record none -o out -
    equal "$(events out 'select(.type == "tamper") | [.detail, .phase] | join(" ")' | tr '\n' ' ')" "covered start covered end " told
    within "$(events out 'select(.type == "tamper" and .phase == "end") | .duration * 10 | round')" 75 100 "its length, tenths"
}

# The exposure gives way to it, so that less is burnt than the sky was.
test_a_torch_under_a_bright_sky() {
    local glare="clip(lum(X,Y)*0.35+360*exp(-(pow(X-320,2)+pow(Y-230,2))/30000),0,255)"
    tampered -vf "$half,drawbox=w=640:h=100:t=fill:color=white,format=gray,geq=lum='$glare':$meanwhile,noise=alls=4:allf=t"
    told_as blinded
}

test_a_torch_into_the_lens() {
    tampered -vf "$half,lutyuv=y='min(235,val*1.6+90)':$meanwhile,drawbox=x=iw/4:y=ih/4:w=iw/2:h=ih/2:t=fill:color=white:$meanwhile,noise=alls=4:allf=t"
    told_as blinded
}

test_a_lens_out_of_focus() {
    tampered -vf "$half,gblur=sigma=6:$meanwhile,noise=alls=4:allf=t"
    told_as defocused
}

test_a_camera_that_is_turned() {
    tampered -vf "$half,crop=560:340:'if(between(t,3,8),75,0)':0"
    told_as moved
}

# So little that most is like what it was.
test_a_camera_that_is_turned_a_little() {
    tampered -vf "$half,crop=560:340:'if(between(t,3,8),16,0)':0"
    told_as moved
}

test_a_camera_that_sends_the_same_frame() {
    tampered -filter_complex "[0:v]${half},split[a][b];[a][b]freezeframes=first=45:last=120:replace=44"
    told_as frozen
}

# From dusk to black, slowly.
test_a_night_that_is_too_dark() {
    scene_y4m
    ffmpeg -v error -nostdin -t 10 -i "$SHARED/scene.y4m" \
        -vf "$half,lutyuv=y='16+(val-16)*0.4',setpts=4*PTS,fps=5,fade=out:st=4:d=30" -f yuv4mpegpipe -pix_fmt yuv420p - |
        "$WALLWATCH" replay -q --record none -o out -
    equal "$(events out 'select(.type == "tamper") | [.detail, .phase] | join(" ")' | tr '\n' ' ')" "dark start dark end " told
    within "$(events out 'select(.type == "tamper" and .phase == "start") | .pts | round')" 25 38 "its start"
    equal "$(events out 'select(.type == "motion" and .phase == "start" and .pts > 30) | .frame')" "" "who moves in it"
}

# It is what the camera sees, not what it looks for.
test_a_camera_that_is_not_armed() {
    cat >site.yaml <<END
cameras:
  - name: stdin
    armed: "00:00-00:01"
END
    scene_y4m
    ffmpeg -v error -nostdin -i "$SHARED/scene.y4m" -t 8 -vf "$half,drawbox=t=fill:color=0x404040:$meanwhile" \
        -f yuv4mpegpipe -pix_fmt yuv420p - | "$WALLWATCH" replay -q --record none -o out -c site.yaml --start 2024-06-01T12:00:00Z -
    equal "$(events out 'select(.phase == "start") | .detail')" covered told
}
