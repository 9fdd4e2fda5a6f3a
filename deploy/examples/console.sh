#!/bin/sh
# The console's API with curl: one indicator of a province as CSV, a file in, what became of it.
#   console.sh [http://127.0.0.1:7780] [FILE]
# Where there are accounts: NAME and PASSWORD in the environment.
set -eu
base=${1:-http://127.0.0.1:7780}/api/v1
jar=$(mktemp)
trap 'rm -f "$jar"' EXIT
ask() { curl -sS --fail-with-body -b "$jar" -c "$jar" "$@"; }

[ -z "${NAME:-}" ] || ask -H 'Content-Type: application/json' \
    -d "{\"name\": \"$NAME\", \"password\": \"$PASSWORD\"}" "$base/session" >/dev/null
token=$(ask "$base/session" | sed 's/.*"csrf":"\([0-9a-f]*\)".*/\1/')

# Values: rows by page; a whole answer as a sheet.
ask -G "$base/values" -d limit=3 --data-urlencode indicator=行政应诉案件
echo
ask -G "$base/export" -d format=csv -d rows=values --data-urlencode indicator=行政应诉案件

# A report, or an archive of them: read in the background, each document with its outcome.
if [ $# -gt 1 ]; then
    ask -H "X-CSRF-Token: $token" -F "file=@$2" "$base/documents"
    until ask "$base/uploads" | sed 's/"uploads":\[{\(.*\)/\1/' | head -c 200 | grep -q '"ended":true'; do sleep 1; done
    ask "$base/uploads" | head -c 2000
    echo
fi
