#!/usr/bin/env bash
# benches/pgo.sh: builds the program twice, once so that it counts which of its code runs how often, and
# once more by these counts: what runs often lies together and is compiled for speed, the rest for size.
# The load in between is that of benches/peers at size S, with nobody beside. Prints where the program is.
# Wants llvm-profdata (rustup component add llvm-tools) and what benches/peers/run.sh wants.
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

rm -rf "$counts"
build "-Cprofile-generate=$counts"
# Under another name: the second build puts its program in the place of this one.
cp "$root/target/pgo/$host/release/foedera" "$root/target/pgo/counting"
FOEDERA=$root/target/pgo/counting "$here/peers/run.sh" S --rounds 1 --seconds 3 --peers >/dev/null
"$profdata" merge -o "$root/target/pgo/foedera.profdata" "$counts"
build "-Cprofile-use=$root/target/pgo/foedera.profdata"
echo "$root/target/pgo/$host/release/foedera"
