#!/bin/sh
# Compile translation sources: sh tools/lrelease.sh FILE.ts ...
set -eu
for tool in /usr/lib/qt5/bin/lrelease /usr/lib/qt6/bin/lrelease "$(command -v lrelease || true)"; do
    [ -x "$tool" ] && exec "$tool" -silent "$@"
done
echo "lrelease is missing: run make setup" >&2
exit 1
