"""Run desktop QGIS on a screen of its own and let a script act in it.

``python tests/desktop/drive.py SCRIPT.py LANGUAGE OUTPUT_FOLDER`` starts Xvfb, a window manager and QGIS with
the staged plugin in a throw-away profile; SCRIPT runs inside QGIS and finds ``WATERNET_SHOTS`` (the folder)
and ``WATERNET_LANGUAGE`` in its environment. It ends QGIS itself with ``os._exit(0)``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support import bare_qgis  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
SCREEN = "1366x768x24"
# A machine with other work needs more.
PATIENCE_S = float(os.environ.get("WATERNET_PATIENCE") or 600.0)
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
[UI]
UITheme={theme}
"""
DAY = "default"


def _profile(folder: Path, language: str, theme: str) -> Path:
    """Write the settings of a first start in a language and theme of QGIS, with our plugin enabled."""
    place = folder / "profiles" / "default" / "QGIS"
    place.mkdir(parents=True, exist_ok=True)
    (place / "QGIS3.ini").write_text(
        _PROFILE.format(language=QGIS_NAMES.get(language, language), theme=theme), encoding="utf-8"
    )
    return folder


def drive(
    script: Path,
    language: str,
    output: Path,
    *,
    screen: str = SCREEN,
    scale: int = 1,
    theme: str = DAY,
    is_bare: bool = False,
    home: Path | None = None,
    patience_s: float = PATIENCE_S,
) -> int:
    """Run a script inside desktop QGIS and return QGIS's exit status.

    ``scale`` is that of Qt on a screen with finer points, ``theme`` one of QGIS's own, ``is_bare`` leaves out
    the packages beyond those of QGIS. With a ``home`` QGIS has Debian's packages, lives there from start to
    start and knows only the plugins that were installed into its profile. After ``patience_s`` seconds QGIS
    is ended and has failed.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="waternet-desktop-") as thrown_away:
        folder = str(home or thrown_away)
        temporary = Path(folder) / "tmp"
        temporary.mkdir(exist_ok=True)
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
        if is_bare:
            environment.update(bare_qgis.environment(Path(folder)))
        if home is not None:
            del environment["PYTHONPATH"]
            del environment["QGIS_PLUGINPATH"]
        if scale != 1:
            environment["QT_SCALE_FACTOR"] = str(scale)
        profile = _profile(Path(folder), language, theme)
        qgis = (
            f"openbox & exec qgis --noversioncheck --nologo --profiles-path '{profile}' "
            f"--code '{script.absolute()}'"
        )
        command = ["xvfb-run", "-a", "-s", f"-screen 0 {screen}", "sh", "-c", qgis]
        # A group of its own, so that whatever hangs ends with it.
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                return process.wait(patience_s)
            except subprocess.TimeoutExpired:
                print(f"{script.stem}: ended after {patience_s:.0f} s")
                os.killpg(process.pid, signal.SIGTERM)
                return 1


if __name__ == "__main__":
    sys.exit(drive(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
