# Each distraction on made-up sites: none is taken for somebody, and somebody is seen. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    case $BUILD in *thread*) skip "one detector has one thread" ;; esac
    make_tool bench/quality
}
