# Runs all cases in the virtual machine; the host reads what is printed. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/run TZ=UTC LC_ALL=C.UTF-8
cd "$ROOT" || exit 1
export SHARED=/run/shared
export WALLWATCH_CPU=sse2 JSIMD_FORCESSE2=1 # wider vectors take longer where they are emulated
export PATIENCE=4 # an emulated processor beside other tests
mkdir -p "$SHARED" /run/cases
for name in $(sed -n 's/^\(test_[a-zA-Z0-9_]*\)().*/\1/p' tests/vm/cases.sh); do
    [[ $name =~ ${ONLY:-.} ]] || continue
    mkdir -p "/run/cases/$name"
    began=$(date +%s)
    FOLDER=/run/cases/$name timeout -k 5 "${CASE_SECONDS:-180}" bash -euE -o pipefail -c \
        '. tests/harness.sh; . tests/vm/cases.sh; cd "$FOLDER"; trap clean_up EXIT; "$1"' _ "$name" >/run/cases/log 2>&1 </dev/null
    status=$?
    printf '\n@@ begin %s\n' "$name"
    tail -n 60 /run/cases/log
    [ $status = 0 ] || dmesg | tail -n 5
    printf '@@ end %s %d %d\n' "$name" $status $(($(date +%s) - began))
    rm -rf "/run/cases/$name"
done
