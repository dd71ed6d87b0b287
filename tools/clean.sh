#!/bin/sh
# Remove build/ and the caches. Refuses while anything is mounted below build/: removing it
# would go on in the mounted place.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# The kernel writes spaces of a path as \040.
mounted=$(cut -d' ' -f5 /proc/self/mountinfo | sed 's/\\040/ /g' | grep -F "$root/build/" || true)
if [ -n "$mounted" ]; then
    printf 'clean: something is mounted under build/, unmount it first:\n%s\n' "$mounted" >&2
    exit 1
fi
# A tree that is in use has its mounts in a namespace of its own, which its lock tells.
for lock in "$root"/build/tree-*.lock; do
    [ -e "$lock" ] || continue
    if ! flock -n "$lock" true; then
        printf 'clean: %s is in use by make matrix, wait for it to end.\n' "${lock%.lock}" >&2
        exit 1
    fi
done
# --one-file-system: should a mount have been missed, it is not entered.
rm -rf --one-file-system "$root/build"
rm -rf "$root/.qgis-settings" "$root/.pytest_cache" "$root/.ruff_cache" "$root/.mypy_cache" "$root/.hypothesis"
find "$root" -name .git -prune -o -type d -name __pycache__ -exec rm -rf {} +
find "$root/waternet_plugin/i18n" -name '*.qm' -delete
