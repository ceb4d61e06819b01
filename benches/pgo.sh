#!/usr/bin/env bash
# benches/pgo.sh: builds the program twice, once so that it counts which of its code runs how often, and
# once more by these counts: what runs often lies together and is compiled for speed, the rest for size.
# The load in between is that of benches/peers at size S, with nobody beside, and then the queries of the guide
# on the record that a first start is given. Prints where the program is. Leave the sources alone meanwhile: what
# was counted of others helps little.
# Wants llvm-profdata (rustup component add llvm-tools), curl and what benches/peers/run.sh wants.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
host=$(rustc -vV | sed -n 's/^host: //p')
profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
[ -x "$profdata" ] || {
  echo "llvm-profdata is missing: rustup component add llvm-tools" >&2
  exit 1
}

counts=$root/target/pgo/counts
# A target of its own, so that the flags are not those of build scripts too.
build() {
  RUSTFLAGS=$1 cargo build --release --locked --bin foedera --target "$host" \
    --manifest-path "$root/Cargo.toml" --target-dir "$root/target/pgo" >&2
}

# Asks what the guide asks, for some seconds.
guide() {
  local work address=127.0.0.1:7096 server
  work=$(mktemp -d)
  node -e '
    const { readFileSync } = require("node:fs");
    for (const file of process.argv.slice(1)) console.log(JSON.stringify({ query: readFileSync(file, "utf8") }));
  ' "$root"/docs/queries/*.graphql >"$work/queries.jsonl"
  "$counting" serve --listen "$address" --data "$work/data" --answer-cache-mib 0 --log error >/dev/null &
  server=$!
  until curl --silent --fail "http://$address/health/ready" >/dev/null; do
    kill -0 "$server"
    sleep 0.2
  done
  wrk --threads 1 --connections 8 --duration 5s --script "$here/peers/load.lua" \
    "http://$address/graphql" -- "$work/queries.jsonl" >&2
  # The counts are written when it ends.
  kill "$server"
  wait "$server"
  rm -r "$work"
}

rm -rf "$counts"
build "-Cprofile-generate=$counts"
# Under another name: the second build puts its program in the place of this one.
cp "$root/target/pgo/$host/release/foedera" "$root/target/pgo/counting"
counting=$root/target/pgo/counting
FOEDERA=$counting "$here/peers/run.sh" S --rounds 1 --seconds 3 --peers >/dev/null
guide
# Under a name of its own: cargo takes what it has compiled by a profile of the same name for what it wants.
rm -f "$root"/target/pgo/*.profdata
profile=$root/target/pgo/$(date +%s).profdata
"$profdata" merge -o "$profile" "$counts"
build "-Cprofile-use=$profile"
echo "$root/target/pgo/$host/release/foedera"
