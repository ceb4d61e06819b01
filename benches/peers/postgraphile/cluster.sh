#!/usr/bin/env bash
# A PostgreSQL of our own: cluster.sh DIR PORT FILE makes it in DIR, fills it from FILE (JSON Lines) and
# serves it on a loopback port until the standard input ends.
set -euo pipefail
dir=$1 port=$2 file=$3
bin=$(pg_config --bindir)
here=$(cd "$(dirname "$0")" && pwd)

# PostgreSQL does not run as root.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

rm -rf "$dir"
mkdir -p "$dir"
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
as "$bin/initdb" --pgdata "$dir" --username peers --auth trust --no-sync >"$dir.log"
cat >>"$dir/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
shared_buffers = 2GB
effective_cache_size = 8GB
work_mem = 64MB
maintenance_work_mem = 512MB
random_page_cost = 1.1
max_wal_size = 8GB
fsync = off  # it is only read
jit = off
CONF
as "$bin/pg_ctl" --pgdata "$dir" --log "$dir/log" --wait start >>"$dir.log"
trap 'as "$bin/pg_ctl" --pgdata "$dir" --mode immediate stop >>"$dir.log"; rm -rf "$dir"' EXIT
psql -q -h 127.0.0.1 -p "$port" -U peers -d postgres -v ON_ERROR_STOP=1 \
  -v file="$file" -f "$here/record.sql" -c 'vacuum analyze' >>"$dir.log"
echo ready
exec >&- # whoever started this waits for the end of the output
cat >/dev/null
