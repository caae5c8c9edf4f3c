# The recording that benchmarks watch, $video: the one that was named, the traffic camera of the footage, or the
# built-in scene. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
video=${1:-$footage/traffic_camera.mp4}
if [ ! -f "$video" ]; then
    video=$work/scene.mp4
    make -s BUILD="$BUILD" "$BUILD/tests/tools/scene_y4m"
    "$BUILD/tests/tools/scene_y4m" rear-wall |
        ffmpeg -v error -y -i - -c:v libx264 -preset fast -crf 26 -g 50 -pix_fmt yuv420p "$video"
fi
