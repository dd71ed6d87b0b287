#!/bin/sh
# Collect the texts of all Python files into the .ts file and compile it.
# Finished translations are kept, texts that are gone are dropped.
set -eu
cd "$(dirname -- "$0")/.."
target=waternet_plugin/i18n/waternet_zh_CN.ts
export LC_ALL=C.UTF-8
if [ ! -e "$target" ]; then
    mkdir -p "$(dirname "$target")"
    # Without its language lrelease does not know that Chinese has one plural form.
    printf '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n%s\n' \
        '<TS version="2.1" language="zh_CN" sourcelanguage="en"></TS>' >"$target"
fi
# All files are handed over at once, names with spaces whole, in a steady order: the file
# changes only where a text does. Line numbers would change with every edit and are left out.
find waternet_plugin processing -name '*.py' ! -path '*/__pycache__/*' -print0 | sort -z |
    PYTHONWARNINGS=ignore xargs -0 sh -c 'exec pylupdate5 -noobsolete "$@" -ts "$0"' "$target"
sed -i '/^ *<location /d' "$target"
sh tools/lrelease.sh "$target"
printf '%s: %s texts, %s without a translation\n' "$target" \
    "$(grep -c '<message' "$target")" "$(grep -c 'type="unfinished"' "$target" || true)"
