#!/usr/bin/env bash
# benches/peers/run.sh SIZE [OPTIONS]: installs the peers, builds, measures, prints Markdown.
# SIZE is S, M or L; --help tells the options. FOEDERA names a program that is built already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

for tool in cargo npm pg_config psql strace taskset wrk; do
  command -v "$tool" >/dev/null || {
    echo "$tool is missing: on Debian, apt-get install npm postgresql-15 strace util-linux wrk" >&2
    exit 1
  }
done

npm install --prefix "$here" --no-fund --no-audit --loglevel error >&2
if [ -z "${FOEDERA:-}" ]; then
  CARGO_TARGET_DIR=$root/target cargo build --release --locked --manifest-path "$root/Cargo.toml"
  FOEDERA=$root/target/release/foedera
fi
CARGO_TARGET_DIR=$root/target/peers cargo build --release --locked --manifest-path "$here/Cargo.toml"

# Thousands of connections, each a file.
ulimit -n "$(ulimit -Hn)"
# Servers go to core 0; this and what makes load stay on core 1.
exec taskset -c 1 "$root/target/peers/release/foedera-peers" \
  --foedera "$FOEDERA" --work "$root/target/peers/runs" "$@"
