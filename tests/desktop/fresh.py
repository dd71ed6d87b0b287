"""A fresh QGIS with nothing but the zip, by the very command that its page prints: ``make bare``.

QGIS gets a home of its own and the plugin from the zip. First start: the page of packages, whose command is
then typed as it stands. Second start: the sample town is opened and assessed again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from drive import ROOT, drive

ZIP = ROOT / "build" / "waternet_plugin.zip"
SHOTS = ROOT / "build" / "shots" / "fresh"
HERE = Path(__file__).resolve().parent
COMMAND = "command.txt"


def _say(text: str) -> None:
    print(f"== {text}", flush=True)


def _type(command: str, home: Path) -> int:
    """Run a command as a user of that home would in a terminal."""
    environment = {**os.environ, "HOME": str(home), "PATH": "/usr/bin:/bin"}
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "VIRTUAL_ENV"):
        environment.pop(name, None)
    return subprocess.run(["sh", "-c", command], env=environment, cwd=home).returncode


def walk(language: str) -> int:
    """Go the whole way in one language; return 0 when the town was assessed."""
    output = SHOTS / language
    with tempfile.TemporaryDirectory(prefix="waternet-fresh-") as folder:
        home = Path(folder)
        plugins = home / "profiles" / "default" / "python" / "plugins"
        plugins.mkdir(parents=True)
        with zipfile.ZipFile(ZIP) as packed:
            packed.extractall(plugins)
        _say(f"{ZIP.name} installed into a fresh profile, {language}")
        (output / COMMAND).unlink(missing_ok=True)
        if drive(HERE / "fresh_before.py", language, output, home=home) != 0:
            _say("the first start failed")
            return 1
        command = (output / COMMAND).read_text(encoding="utf-8")
        _say(f"the page prints: {command}")
        begun = time.monotonic()
        if _type(command, home) != 0:
            _say("the command failed")
            return 1
        _say(f"installed in {time.monotonic() - begun:.0f} s; QGIS starts again")
        if drive(HERE / "fresh_after.py", language, output, home=home) != 0:
            _say("the second start failed")
            return 1
    _say(f"the sample town is open and assessed again, {language}")
    return 0


def main() -> int:
    """Walk in the languages asked for."""
    parser = argparse.ArgumentParser(description="a fresh QGIS with nothing but the zip")
    parser.add_argument("--language", choices=("en", "zh_CN"), action="append", help="both by default")
    wanted = parser.parse_args().language or ["en", "zh_CN"]
    return max(walk(language) for language in wanted)


if __name__ == "__main__":
    sys.exit(main())
