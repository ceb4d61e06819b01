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

# The program, compiled by what a load was seen to run; wants llvm-profdata (rustup component add llvm-tools)
pgo:
    benches/pgo.sh

# Other people's data on one server: imports, start, searches; wants the shared data
gathered:
    cargo bench --locked --bench gathered

# What a moment of the past costs
at:
    cargo bench --locked --bench at

# The documents in headless Chromium, against a server that has the Iran record
documents url="http://127.0.0.1:8080":
    cd tests/browser && npm install --no-fund --no-audit && node documents.mjs {{url}} ../../target/documents

# The playground in headless Chromium, against a server that runs
browser url="http://127.0.0.1:8080":
    cd tests/browser && npm install --no-fund --no-audit && node playground.mjs {{url}} ../../docs/images/playground.png

# Feed each door with noise, an hour each unless said otherwise; wants cargo-fuzz (cargo install cargo-fuzz)
fuzz seconds="3600" *doors:
    fuzz/run.sh {{seconds}} {{doors}}

# The same for a minute each
fuzz-check:
    fuzz/run.sh 60

# 2,000 requests made of the schema, against a server that runs; wants schemathesis (pip install schemathesis)
schemathesis token url="http://127.0.0.1:8080":
    cd tests/schemathesis && SCHEMATHESIS_HOOKS=hooks PYTHONPATH=. schemathesis run {{url}}/graphql \
        -H "Authorization: Bearer {{token}}" -c not_a_server_error -c is_json_with_data_or_coded_errors \
        -n 50 --phases fuzzing --continue-on-failure --suppress-health-check all
