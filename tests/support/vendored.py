"""Fetch the packages that go into the plugin: ``build/vendor``, as ``requirements/plugin.txt`` pins them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "requirements" / "plugin.txt"
FOLDER = ROOT / "build" / "vendor"
_STAMP = "pins.txt"
_NO_NAMES = "adobe_glyphs: dict[str, str] = {}\n"
# Neither scripts nor what only an installer reads; the licences stay.
_LEFT_OUT = ("bin", "__pycache__", "RECORD", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json")


def is_current() -> bool:
    """Return whether the folder holds what is pinned."""
    stamp = FOLDER / _STAMP
    return stamp.is_file() and stamp.read_bytes() == PINS.read_bytes()


def fetch() -> Path:
    """Return the folder with the packages; they are fetched when the pins have changed."""
    if is_current():
        return FOLDER
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as scratch:
        made = Path(scratch) / "vendor"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-compile", "--only-binary", ":all:", "--target", str(made)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        subprocess.run([*command, "-r", str(PINS)], check=True, env=environment)
        for name in _LEFT_OUT:
            for path in sorted(made.rglob(name)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        # A table of the names of glyphs, which only reading texts needs: a quarter of the library.
        (made / "pypdf" / "_codecs" / "adobe_glyphs.py").write_text(_NO_NAMES, encoding="utf-8")
        (made / _STAMP).write_bytes(PINS.read_bytes())
        shutil.rmtree(FOLDER, ignore_errors=True)
        try:
            made.rename(FOLDER)
        except OSError:
            # Another process was faster.
            if not is_current():
                raise
    return FOLDER


if __name__ == "__main__":
    print(fetch())
