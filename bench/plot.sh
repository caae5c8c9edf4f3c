#!/usr/bin/env bash
# Draws the kernels under their roofline. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/plot.sh [SIZE]
#
# Each kernel's time a pixel against the bytes that it moves, for frames of SIZE (1280x720) in the caches; the circles
# below are its roofline: the larger of memory and ports. Writes $BUILD/bench/roofline.png.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
size=${1:-1280x720}
work=$BUILD/bench/work
mkdir -p "$work"
export LC_ALL=C

"$BUILD/wallwatch" bench --json --size "$size" >"$work/bench.json"
cpu=$(jq -r .cpu "$work/bench.json")
plots=()
declare -A colours=([avx512]='#0072b2' [avx2]='#e69f00' [sse2]='#882255' [neon]='#009e73')
for isa in $(jq -r '[.kernels[] | select(.isa != "reference") | .isa] | unique | reverse[]' "$work/bench.json"); do
    jq -r --arg isa "$isa" '.kernels[] | select(.isa == $isa and .state == "hot") | (.width * .height) as $pixels |
        [.bytes_per_frame / $pixels, .ns_per_frame / $pixels, .ns_per_frame * .roofline_share / $pixels, .name] | @tsv' \
        "$work/bench.json" >"$work/$isa.tsv"
    plots+=("'$work/$isa.tsv' using 1:2 with points pointtype 7 pointsize 1.4 linecolor rgb '${colours[$isa]:-black}' title '$isa'")
    plots+=("'$work/$isa.tsv' using 1:3 with points pointtype 6 pointsize 1 linecolor rgb 'grey50' notitle")
done
best=$(jq -r .isa "$work/bench.json")
plots+=("'$work/$best.tsv' using 1:2:4 with labels offset 0,1.1 font ',10' noenhanced notitle")
list=$(printf ', %s' "${plots[@]}")
gnuplot <<END
set terminal pngcairo size 1100,700 font 'DejaVu Sans,12'
set output '$BUILD/bench/roofline.png'
set title "Kernels at $size, in cache: $cpu, one core" noenhanced
set xlabel 'bytes moved a pixel'
set ylabel 'nanoseconds a pixel (grey circles: the roofline, by memory or ports)'
set logscale xy
set grid
set key left top
set xrange [0.2:80]
set yrange [0.004:20]
plot ${list#, }
END
echo "$BUILD/bench/roofline.png"
