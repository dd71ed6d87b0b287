#!/bin/sh
# Run the unit tests and those of many utilities, which need no QGIS, but for slow ones and sweeps, in an
# environment of their own: packages.sh newest|oldest [pytest's arguments]; TESTS names some files of them. The environment lies in build/
# and is made again when its list changes, that of the newest packages each day.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
name=$1
shift
list=requirements/$name.txt
place=build/$name
key=$(
    {
        cat "$list" tools/packages.sh
        [ "$name" = oldest ] || date +%F
        /usr/bin/python3 -V
        echo "$root"
    } | sha256sum | cut -d' ' -f1
)
if [ "$(cat "$place/key" 2>/dev/null || true)" != "$key" ]; then
    rm -rf "$place"
    echo "== the $name packages into $place"
    /usr/bin/python3 -m venv "$place"
    env -u PYTHONPATH -u PYTHONHOME "$place/bin/python" -m pip install --disable-pip-version-check --quiet \
        --progress-bar off --only-binary :all: -r "$list"
    # GDAL for Python comes from the system alone; the tests of foreign files read by it.
    site=$("$place/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    ln -sfn "$(/usr/bin/python3 -c 'import osgeo; print(osgeo.__path__[0])')" "$site/osgeo"
    echo "$key" >"$place/key"
fi
"$place/bin/python" -m pip list --disable-pip-version-check 2>/dev/null |
    grep -E '^(numpy|scipy|pandas|geopandas|shapely|pyproj|pyogrio|pyarrow|matplotlib|networkx|fiona|python-docx|distributed) ' || true
utilities=$(ls tests/operations/test_*utilities*.py tests/operations/test_border_pipes.py)
exec env -u PYTHONPATH "$place/bin/python" -m pytest -q -n "${WORKERS:-2}" --dist worksteal \
    -m "not slow and not sweep" "$@" ${TESTS:-tests/unit $utilities}
