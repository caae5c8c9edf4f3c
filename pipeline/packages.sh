#!/bin/sh
# Installs what a task needs from the distribution. SPDX-License-Identifier: Apache-2.0
#
#   packages.sh GROUP…     groups: build test lint bench
#
# NO_INSTALL=1 only names what is missing. Names are those of Debian 12 and Ubuntu 24.04.
set -eu

packages() {
    cat <<'END'
build gcc                 the C compiler
build libc6-dev           the C library's headers
build pkg-config          finds the libraries below
build libavformat-dev     reads recordings (FFmpeg)
build libavcodec-dev      decodes H.264 and other video (FFmpeg)
build libavutil-dev       what both share (FFmpeg)
build libswscale-dev      colour for snapshots of video (FFmpeg)
build libjpeg-dev         decodes MJPEG, writes snapshots (libjpeg-turbo)
build libpng-dev          reads PNG frames, writes masks
build libcyaml-dev        loads the configuration
build libyaml-dev         tells the line of a mistake in it
build libjansson-dev      writes and reads the event log
build libsodium-dev       signs the log, hashes passwords
build nettle-dev          SHA-256 of the log's chain and of files
build libfreetype-dev     text on snapshots
build libv4l-dev          formats of cameras that need a conversion
build libsqlite3-dev      the index that events are found with
build libarchive-dev      exports as ZIP files
build libmicrohttpd-dev   serves the console
build libgnutls28-dev     its certificate
build libsystemd-dev      tells systemd and its journal how it goes
build fonts-dejavu-core   the font of that text
test  libcmocka-dev       runs the unit tests
test  ffmpeg              makes recordings in many formats from the scene
test  jq                  reads the event log in the tests
test  clang               the second compiler, and the fuzzers
test  libclang-rt-dev     sanitizers and fuzzing for clang
test  g++                 checks that C++ can read the headers
test  bsdextrautils       reads the man page in the tests
test  libjpeg-turbo-progs reads the comment of a snapshot
test  qemu-system-x86     a real kernel for the tests of live cameras
test  seabios             starts it
test  busybox-static      its first process
test  cpio                packs its first files
test  kmod                finds its modules
test  libelf1             builds a module for it
test  gcc-12              builds a module for it, with its own compiler
test  make                builds a module for it
test  v4l-utils           turns the knobs of its cameras
bench python3             makes a store of evidence
test  python3-gi          runs an RTSP server
test  gir1.2-gst-rtsp-server-1.0  that server
test  gstreamer1.0-plugins-base   its parts
test  gstreamer1.0-plugins-good   its parts: mp4 and RTP
test  qemu-user           emulates other processors
test  gcc-aarch64-linux-gnu  builds the kernels for one of them
test  libc6-dev-arm64-cross  its C library
test  tzdata              time zones of sites
test  chromium            plays the clips of an export, as others would
test  chromium-driver     clicks through the console
test  npm                 fetches axe-core, which finds what keeps people from using a page
test  wrk                 asks it five hundred times at once
test  curl                asks the console what a browser would
test  unzip               opens an export
test  sqlite3             looks into the index of events
test  openssl             checks the signatures of an export, as others would
test  util-linux          small file systems for the tests of a full disk
lint  git                 lists the files that are ours
lint  clang-format        the layout of the code
lint  clang-tidy          finds likely mistakes
lint  cppcheck            finds others
lint  mandoc              checks the man page
lint  clang               headers for clang-tidy
bench ffmpeg              makes the MJPEG recording; its scene filter is a peer
bench jq                  reads what the benchmarks measured
bench curl                looks at the console
bench wrk                 does so five hundred times at once
bench chromium            opens it
bench chromium-driver     tells that what to open
bench g++                 builds the OpenCV peer
bench libopencv-video-dev OpenCV's MOG2, a peer
bench libopencv-videoio-dev   OpenCV's reader of recordings
bench libopencv-imgproc-dev   OpenCV's opening
bench libopencv-imgcodecs-dev OpenCV's reader of pictures
bench motion                what people use today, a peer
bench gnuplot-nox           draws the roofline
END
}

installed() {
    [ "$1" != npm ] || ! command -v npm >/dev/null || return 0 # packages of Node.js that are not the distribution's have it, too
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'
}

missing=
for group in "$@"; do
    for name in $(packages | awk -v group="$group" '$1 == group {print $2}'); do
        case " $missing " in *" $name "*) continue ;; esac
        if ! command -v dpkg-query >/dev/null || ! installed "$name"; then
            missing="$missing $name"
        fi
    done
done
[ -n "$missing" ] || exit 0

echo "missing for $*:"
for name in $missing; do
    packages | awk -v name="$name" '$2 == name {
        why = $3; for (i = 4; i <= NF; i++) why = why " " $i
        printf "  %-24s %s\n", name, why; exit }'
done

if [ "${NO_INSTALL:-0}" != 0 ]; then
    echo "NO_INSTALL is set: nothing was installed. To do it: apt-get install$missing"
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "there is no apt-get here; install the above under your distribution's names" >&2
    exit 0
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "neither root nor sudo: ask an administrator for  apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "installing them:"
$as_root apt-get -qq update
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
