"""Run desktop QGIS on a screen of its own and let a script act in it.

``python tests/desktop/drive.py SCRIPT.py LANGUAGE OUTPUT_FOLDER`` starts Xvfb, a window manager and QGIS with
the staged plugin in a throw-away profile; SCRIPT runs inside QGIS and finds ``WATERNET_SHOTS`` (the folder)
and ``WATERNET_LANGUAGE`` in its environment. It ends QGIS itself with ``os._exit(0)``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCREEN = "1366x768x24"
TIMEOUT_S = 600
# QGIS calls its own Chinese so.
QGIS_NAMES = {"zh_CN": "zh-Hans"}

_PROFILE = """[locale]
overrideFlag=true
userLocale={language}
[PythonPlugins]
waternet_plugin=true
[qgis]
checkVersion=false
showTips=false
[app]
showWelcome=false
"""


def _profile(folder: Path, language: str) -> Path:
    """Write the settings of a first start in a language, with our plugin enabled."""
    place = folder / "profiles" / "default" / "QGIS"
    place.mkdir(parents=True)
    (place / "QGIS3.ini").write_text(
        _PROFILE.format(language=QGIS_NAMES.get(language, language)), encoding="utf-8"
    )
    return folder


def drive(script: Path, language: str, output: Path, *, screen: str = SCREEN) -> int:
    """Run a script inside desktop QGIS and return QGIS's exit status."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="waternet-desktop-") as folder:
        temporary = Path(folder) / "tmp"
        temporary.mkdir()
        environment = {
            **os.environ,
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "QGIS_PLUGINPATH": str(ROOT / "build" / "plugins"),
            "WATERNET_SHOTS": str(output.absolute()),
            "WATERNET_LANGUAGE": language,
            "WATERNET_DESKTOP": str(Path(__file__).resolve().parent),
            "HOME": folder,
            # QGIS marks layers below the folder for temporary files as layers that will be lost.
            "TMPDIR": str(temporary),
            "LC_ALL": "C.UTF-8",
        }
        environment.pop("QT_QPA_PLATFORM", None)
        profile = _profile(Path(folder), language)
        qgis = (
            f"openbox & exec qgis --noversioncheck --nologo --profiles-path '{profile}' "
            f"--code '{script.absolute()}'"
        )
        command = ["xvfb-run", "-a", "-s", f"-screen 0 {screen}", "sh", "-c", qgis]
        return subprocess.run(
            command, env=environment, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL
        ).returncode


if __name__ == "__main__":
    sys.exit(drive(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
