#!/bin/sh
# Feeds each door with noise for so many seconds; the doors may be named, or else it is all of them.
#
#     fuzz/run.sh 60
#     fuzz/run.sh 3600 fixture body
#
# It wants cargo-fuzz and a C++ compiler. What is found lies in fuzz/artifacts.
set -eu
cd "$(dirname "$0")"
seconds=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- document partial_date fixture cursor token body

# Coverage and sanitizers are not stable features of the compiler, and this lets the stable one have them.
export RUSTC_BOOTSTRAP=1

# The words of the schema and of fixtures, which noise would hardly come upon.
mkdir -p target
words=target/words.dict
{
    grep -ohE '^[[:space:]]*[A-Za-z_]+[(:]?|^(type|enum|input|union|interface|scalar) [A-Za-z]+' ../schema.graphql
    grep -ohE '"[A-Za-z]+"' ../fixtures/fixture.schema.json
} | grep -oE '[A-Za-z_]+' | sort -u | sed 's/.*/"&"/' > "$words"

# Behind the doors there are threads that still work when an answer is out, and what they hold at that moment
# is taken for leaked (-detect_leaks). What does leak is found by the limit of memory.
for door in "$@"; do
    own="corpus/$door"
    mkdir -p "$own"
    set -- "$own" "seeds/$door"
    [ "$door" != document ] || set -- "$@" ../docs/queries
    echo "== $door, $seconds s"
    cargo fuzz run "$door" "$@" -- -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -rss_limit_mb=4096 -detect_leaks=0 -dict="$words" -print_final_stats=1
done
