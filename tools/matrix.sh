#!/bin/sh
# Run the test suite on another QGIS: sh tools/matrix.sh 3.22|3.40|3.44 [COMMAND ...]
#
# A Debian tree with that QGIS is built once under build/ and used again. It works on a copy of
# the sources, and its mounts live in a mount namespace of their own that ends with the run. In
# it the same set-up and the same tests run as outside.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# The mirror that this machine itself uses; debootstrap knows one where apt names none.
mirror=${WATERNET_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -v security | head -n 1)}

fail() {
    printf 'matrix: %s\n' "$*" >&2
    exit 1
}
say() { printf '== %s\n' "$*"; }

# Folders on this machine that pip is told to look into (wheels, local indexes).
pip_folders() {
    {
        cat /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" 2>/dev/null || true
        printf '%s %s %s\n' "${PIP_FIND_LINKS:-}" "${PIP_INDEX_URL:-}" "${PIP_EXTRA_INDEX_URL:-}"
    } | tr ' ,"='"'" '\n\n\n\n\n' | sed -e 's|^file://||' | grep '^/' | sort -u | while read -r folder; do
        # The pages of an index point to files beside it.
        case $folder in */simple | */simple/) folder=$(dirname "$folder") ;; esac
        [ ! -d "$folder" ] || printf '%s\n' "$folder"
    done
}

# Second half, in the private mount namespace: mounts, then the command in the tree.
inside() {
    tree=$1
    shift
    # Its own mount point, so that / in the tree is one and tests may unshare mounts in turn.
    mount --bind "$tree" "$tree"
    mount -t proc proc "$tree/proc" 2>/dev/null || mount --rbind /proc "$tree/proc"
    mount --rbind /dev "$tree/dev"
    data=${WATERNET_DATA:-$root/../shared/data}
    if [ -d "$data" ]; then
        mkdir -p "$tree/src/shared/data"
        mount --bind "$data" "$tree/src/shared/data"
        mount -o remount,bind,ro "$tree/src/shared/data" 2>/dev/null || true
    fi
    pip_folders | while read -r folder; do
        mkdir -p "$tree$folder"
        mount --bind "$folder" "$tree$folder"
    done
    # Only what belongs to the network and to pip is handed on from this environment.
    set -- sh -c 'cd /src/waternet && exec "$@"' sh "$@"
    for name in CI http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY WORKERS TESTS PYTEST_ARGS \
        HYPOTHESIS_PROFILE TERM $(env | sed -n 's/^\(PIP_[A-Z_]*\)=.*/\1/p'); do
        eval "value=\${$name-}"
        [ -z "$value" ] || set -- "$name=$value" "$@"
    done
    exec chroot "$tree" /usr/bin/env -i HOME=/root LANG=C.UTF-8 WATERNET_TREE=1 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

if [ "${1:-}" = --inside ]; then
    shift
    inside "$@"
fi

qgis=${1:-}
[ $# -eq 0 ] || shift
case $qgis in
    3.22) suite=bookworm ;; # as a bare machine would have it
    3.40) suite=trixie ;;
    3.44) suite=testing ;;
    *) fail "which QGIS? make matrix QGIS=3.40 (Debian 13), 3.44 (Debian testing) or 3.22 (a bare Debian 12)" ;;
esac
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "needs root or sudo (debootstrap, chroot)"
    exec sudo -E sh "$0" "$qgis" "$@"
fi
if ! command -v debootstrap >/dev/null 2>&1 || ! command -v unshare >/dev/null 2>&1; then
    fail "debootstrap is missing: run make setup"
fi

tree=$root/build/tree-$qgis
mkdir -p "$root/build"
exec 9>"$tree.lock"
flock -n 9 || fail "$tree is in use by another run"

# apt's settings of this machine that lead to a mirror: proxies and what they need.
network=$(apt-config dump 2>/dev/null | grep -E '^Acquire::(https?::|Check-|ForceIPv|Retries)' | grep -vi 'auto-\?detect' || true)
key=$({
    echo "$suite $mirror"
    cat "$root/tools/packages-debian.txt"
} | sha256sum | cut -d' ' -f1)
if [ "$(cat "$tree/stamp" 2>/dev/null || true)" != "$key" ]; then
    say "Debian tree for QGIS $qgis ($suite) in build/tree-$qgis"
    rm -rf --one-file-system "$tree"
    proxy=$(printf '%s\n' "$network" | sed -n 's/^Acquire::http::Proxy "\(.*\)";$/\1/p')
    [ -n "${http_proxy:-}" ] || [ -z "$proxy" ] || export http_proxy="$proxy"
    debootstrap --variant=minbase --include=ca-certificates,make,python3 "$suite" "$tree" ${mirror:+"$mirror"} 9>&-
    # A throw-away tree: no manuals, no waiting for the disk, no services started.
    printf 'path-exclude=/usr/share/%s/*\n' doc man info locale help >"$tree/etc/dpkg/dpkg.cfg.d/lean"
    echo force-unsafe-io >>"$tree/etc/dpkg/dpkg.cfg.d/lean"
    printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
    chmod 755 "$tree/usr/sbin/policy-rc.d"
    printf 'Acquire::Languages "none";\nAPT::Keep-Downloaded-Packages "false";\n' >"$tree/etc/apt/apt.conf.d/00lean"
    printf '%s\n' "$key" >"$tree/stamp"
fi

# What leads to the network may change between runs: resolver, proxies, certificates, pip.
printf '%s\n' "$network" >"$tree/etc/apt/apt.conf.d/01host"
rm -f "$tree/etc/resolv.conf"
cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
cp -L /etc/hosts "$tree/etc/hosts"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp -L {} "$tree/usr/local/share/ca-certificates/" \; 2>/dev/null || true
[ ! -r /etc/pip.conf ] || cp -L /etc/pip.conf "$tree/etc/pip.conf"
for config in .config/pip/pip.conf .pip/pip.conf; do
    [ ! -r "$HOME/$config" ] || install -D -m 600 "$HOME/$config" "$tree/root/$config"
done

# The sources as they are now; the tree keeps its own build folder.
mkdir -p "$tree/src/waternet"
find "$tree/src/waternet" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
tar -C "$root" --exclude=./build --exclude=./.git --exclude=./.qgis-settings --exclude=__pycache__ \
    --exclude='*.qm' -cf - . | tar -C "$tree/src/waternet" --no-same-owner -xf -

run() { unshare --mount --propagation private sh "$root/tools/matrix.sh" --inside "$tree" "$@" 9>&-; }
say "set-up in the tree"
run sh -c 'update-ca-certificates >/dev/null 2>&1; exec sh tools/setup.sh'
version=$(chroot "$tree" dpkg-query -W -f='${Version}' qgis)
case $version in
    "$qgis".*) say "QGIS $version" ;;
    *) fail "Debian $suite has QGIS $version now, not $qgis" ;;
esac
[ $# -gt 0 ] || set -- make test
say "QGIS $qgis: $*"
run "$@"
