#!/bin/sh
# Desktop QGIS with the staged plugin in the private profile: sh tools/run_desktop.sh [PROJECT]
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
site=$("$root/build/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "run: no display. On a server: xvfb-run -a make run" >&2
    exit 1
fi
# The Python inside QGIS finds its home through the first python3 on PATH: Debian's must win.
PATH=/usr/bin:/bin:$PATH
export PATH
unset QT_QPA_PLATFORM GDAL_DATA GDAL_DRIVER_PATH PROJ_LIB PROJ_DATA PYTHONHOME QGIS_PREFIX_PATH
export PYTHONPATH="$site${PYTHONPATH:+:$PYTHONPATH}"
export QGIS_PLUGINPATH="$root/build/plugins"
exec /usr/bin/qgis --profiles-path "$root/build/profile" --noversioncheck "$@"
