FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock rust-toolchain.toml ./
COPY macros macros
COPY benches benches
COPY fixtures fixtures
COPY src src
COPY tests tests
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /data --shell /usr/sbin/nologin foedera \
    && mkdir /data && chown foedera:foedera /data
COPY --from=build /src/target/release/foedera /usr/local/bin/foedera
USER foedera
VOLUME /data
EXPOSE 8080
# The image has no curl; bash can open a connection by itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
CMD ["foedera", "serve", "--data", "/data", "--listen", "0.0.0.0:8080"]
