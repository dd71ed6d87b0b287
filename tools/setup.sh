#!/bin/sh
# Install what WaterNet needs on Debian, make build/venv, stage the plugin, write build/env.sh.
# Safe to repeat: what is there already is left alone, a second run takes about a second.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
build=$root/build
venv=$build/venv
python=/usr/bin/python3 # Debian's own: QGIS and its modules belong to it, whatever PATH says
mkdir -p "$build/bin" "$build/run"
chmod 700 "$build/run"

say() { printf '== %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

release() {
    [ -r /etc/os-release ] || fail "this is not Debian. Install QGIS 3.22 or later and the packages of requirements/ by hand."
    # shellcheck source=/dev/null
    (
        . /etc/os-release
        [ "${ID:-}" = debian ] || fail "made for Debian 12, 13 and testing, this is ${PRETTY_NAME:-unknown}. Install QGIS and the packages of requirements/ by hand."
        case ${VERSION_ID:-} in
            12 | 13) echo "$VERSION_ID" ;;
            '' | 14*) echo testing ;;
            *) fail "made for Debian 12, 13 and testing, this is Debian $VERSION_ID." ;;
        esac
    )
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null 2>&1; then
        # sudo clears the environment; apt still needs the proxy of this user.
        sudo env DEBIAN_FRONTEND=noninteractive ${http_proxy:+"http_proxy=$http_proxy"} \
            ${https_proxy:+"https_proxy=$https_proxy"} ${no_proxy:+"no_proxy=$no_proxy"} "$@"
    else
        fail "Debian packages are missing and there is no sudo. As root run: apt-get install --no-install-recommends$missing"
    fi
}

wanted_packages() {
    sed -e 's/#.*//' tools/packages-debian.txt | while read -r name releases; do
        [ -n "$name" ] || continue
        case " $(printf %s "$releases" | tr '[]' '  ') " in
            '  ' | '   ' | *" $release "*) echo "$name" ;;
        esac
    done
}

install_packages() {
    missing=
    for name in $(wanted_packages); do
        state=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)
        [ "$state" = installed ] || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    say "Debian packages to install:$missing"
    as_root apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 update
    # shellcheck disable=SC2086
    as_root apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io \
        install --no-install-recommends $missing
}

make_venv() {
    if [ -e "$venv" ] && ! "$venv/bin/python" -c 'import pip' >/dev/null 2>&1; then
        say "build/venv is broken and is made anew"
        rm -rf "$venv"
    fi
    if [ ! -e "$venv" ]; then
        say "Python environment build/venv"
        "$python" -m venv --system-site-packages "$venv"
    fi
    say "Python packages of $requirements"
    # PYTHONPATH is dropped: a foreign one would let pip believe that packages are there.
    env -u PYTHONPATH -u PYTHONHOME "$venv/bin/python" -m pip install --disable-pip-version-check \
        --progress-bar off -r "$requirements"
    env -u PYTHONPATH -u PYTHONHOME "$venv/bin/python" -m pip install --disable-pip-version-check \
        --progress-bar off --no-deps --only-binary :all: -r "$engine" ||
        say "no EPANET or SWMM engine for this Python: the tests that run it are skipped"
    # Debian's own pyproj looks for its data below sys.prefix, which in here is build/venv.
    if [ -d /usr/share/proj ] && ! [ -d "$(site_packages)/pyproj" ]; then
        mkdir -p "$venv/share"
        ln -sfn /usr/share/proj "$venv/share/proj"
    else
        rm -f "$venv/share/proj"
    fi
}

site_packages() { "$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

write_environment() {
    site=$(site_packages)
    quoted=$(printf %s "$root" | sed "s/'/'\\\\''/g")
    quoted_site=$(printf %s "$site" | sed "s/'/'\\\\''/g")
    {
        printf "#!/bin/sh\n# Made by tools/setup.sh.\nroot='%s'\nsite='%s'\n" "$quoted" "$quoted_site"
        cat tools/qgis_process.sh
    } >"$build/bin/qgis_process.new"
    chmod 755 "$build/bin/qgis_process.new"
    mv -f "$build/bin/qgis_process.new" "$build/bin/qgis_process"
    {
        printf "# Made by tools/setup.sh. Use: . build/env.sh\nWATERNET_ROOT='%s'\n" "$quoted"
        cat <<'END'
export WATERNET_ROOT
case ":$PATH:" in
    ":$WATERNET_ROOT/build/bin:"*) ;;
    *) PATH=$WATERNET_ROOT/build/bin:$PATH ;;
esac
export PATH
END
    } >"$build/env.sh.new"
    mv -f "$build/env.sh.new" "$build/env.sh"
}

translations() {
    for source in waternet_plugin/i18n/*.ts; do
        [ -e "$source" ] || continue
        compiled=${source%.ts}.qm
        if [ ! -e "$compiled" ] || [ -n "$(find "$source" -newer "$compiled")" ]; then
            sh tools/lrelease.sh "$source"
        fi
    done
}

enable_plugin() {
    if grep -qs '^waternet_plugin=true' "$build/profile/profiles/default/QGIS/QGIS3.ini"; then
        return 0
    fi
    say "plugin enabled in the private profile build/profile"
    "$build/bin/qgis_process" plugins enable waternet_plugin >"$build/run/enable.log" 2>&1 || {
        cat "$build/run/enable.log" >&2
        fail "QGIS could not load the plugin (the lines above say why)."
    }
}

# What only `make papers` needs, and what everything does: nobody waits for an office program who makes no papers.
if [ "${1:-}" = papers ]; then
    release=papers
    install_packages
    exit
fi
release=$(release)
requirements=requirements/debian-$release.txt
engine=requirements/engine.txt
stamp=$build/setup.stamp
# Whatever decides what is installed and where; a moved checkout needs a new environment too.
key() {
    {
        cat tools/setup.sh tools/qgis_process.sh tools/packages-debian.txt "$requirements" "$engine"
        "$python" -V 2>&1 || true
        echo "$root"
    } | sha256sum | cut -d' ' -f1
}
ready=no
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$(key)" ] || [ ! -x "$venv/bin/python" ] ||
    [ ! -x "$build/bin/qgis_process" ] || [ ! -e "$build/env.sh" ] || [ ! -x /usr/bin/qgis_process.bin ]; then
    rm -f "$stamp"
    say "WaterNet set-up on Debian $release"
    install_packages
    make_venv
    write_environment
    key >"$stamp"
    ready=now
fi
translations
"$venv/bin/python" tools/make_sample.py "$build/sample_town"
"$venv/bin/python" tests/support/staging.py "$build/plugins" >/dev/null
enable_plugin
[ "$ready" = no ] || say "ready: . build/env.sh puts qgis_process with the plugin first on PATH"
