#!/bin/sh
# Compile translation sources: sh tools/lrelease.sh FILE.ts ...
set -eu
for tool in /usr/lib/qt5/bin/lrelease /usr/lib/qt6/bin/lrelease "$(command -v lrelease || true)"; do
    [ -x "$tool" ] || continue
    "$tool" -silent "$@"
    for source in "$@"; do
        python3 "$(dirname -- "$0")/squeeze_qm.py" "${source%.ts}.qm"
    done
    exit
done
echo "lrelease is missing: run make setup" >&2
exit 1
