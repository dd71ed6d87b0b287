# Run QGIS's qgis_process with the staged plugin: no screen, private profile, the packages of
# build/venv. The lines before this one set `root` and `site`. Debian's own wrapper hands over
# an option that qgis_process does not know, so the program itself is called.
set -eu

# The Python inside QGIS finds its home through the first python3 on PATH: Debian's must win.
PATH=$root/build/bin:/usr/bin:/bin:$PATH
export PATH
# Data folders and homes of other installations (conda, wheels) break GDAL, PROJ and Python.
unset GDAL_DATA GDAL_DRIVER_PATH PROJ_LIB PROJ_DATA PYTHONHOME QGIS_PREFIX_PATH

export PYTHONPATH="$site${PYTHONPATH:+:$PYTHONPATH}"
export QGIS_PLUGINPATH="${QGIS_PLUGINPATH:-$root/build/plugins}"
export QGIS_CUSTOM_CONFIG_PATH="${WATERNET_PROFILE:-$root/build/profile}"
export QT_QPA_PLATFORM="${WATERNET_QPA_PLATFORM:-offscreen}"
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-$root/build/run}"

# File names in Chinese need a UTF-8 locale, and a locale that is asked for may not be there.
# The language asked for stays in LANG, where the plugin looks for it.
if [ "$(locale charmap 2>/dev/null || true)" != UTF-8 ]; then
    LANG=${LC_ALL:-${LC_MESSAGES:-${LANG:-C.UTF-8}}}
    LC_ALL=C.UTF-8
    export LANG LC_ALL
fi

# QGIS's own start-up warns of one of its calls at every run.
export PYTHONWARNINGS="${PYTHONWARNINGS:+$PYTHONWARNINGS,}ignore:setapi:DeprecationWarning"

exec /usr/bin/qgis_process.bin "$@"
