# What was recorded of the feed, against a replay of its pictures. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# ./out shows what the replay of the feed does. The whole scene went by once.
shows_the_feed() { # folder of the feed
    events out 'select(.type == "motion" and .phase == "end") | .duration' >ended
    events "$1/replay" 'select(.phase == "end") | .duration' >wanted
    equal "$(wc -l <ended)" "$(wc -l <wanted)" "events of motion"
    within "$(cat ended)" "$(($(cut -d. -f1 wanted) - 2))" "$(($(cut -d. -f1 wanted) + 2))" "seconds of the event"
    chain_holds out
    evidence_holds out
}
