# Bare `just` lists what there is.
default:
    @just --list

# Everything that must hold before a change is shared
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked
    cargo deny check
    cargo test --locked

# The tests that take minutes: 300 cycles of kill -9, a minute of readers and writers
soak:
    cargo test --locked --release -- --ignored

# Write the generated files anew
bless:
    cargo run --locked --quiet -- schema > schema.graphql
    cargo run --locked --quiet -- fixture-schema > fixtures/fixture.schema.json

# A million relationships: rate, disk, memory, start
bulk:
    cargo bench --locked --bench bulk

# Foedera beside other servers, at size S, M or L
peers size="S":
    benches/peers/run.sh {{size}}

# What a moment of the past costs
at:
    cargo bench --locked --bench at

# The playground in headless Chromium, against a server that runs
browser url="http://127.0.0.1:8080":
    cd tests/browser && npm install --no-fund --no-audit && node playground.mjs {{url}} ../../docs/images/playground.png
