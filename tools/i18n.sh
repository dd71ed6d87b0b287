#!/bin/sh
# Collect the texts of all Python files into the .ts file and compile it.
# Finished translations are kept, texts that are gone are dropped.
set -eu
cd "$(dirname -- "$0")/.."
target=waternet_plugin/i18n/waternet_zh_CN.ts
mkdir -p "$(dirname "$target")"
# All files are handed over at once, names with spaces whole, in a steady order: the file
# changes only where a text does.
find waternet_plugin processing -name '*.py' ! -path '*/__pycache__/*' -print0 | sort -z |
    xargs -0 sh -c 'exec pylupdate5 -noobsolete "$@" -ts "$0"' "$target"
sh tools/lrelease.sh "$target"
