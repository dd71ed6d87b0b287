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
# What pypdf takes of `typing_extensions` below Python 3.11, for annotations alone: the package is ten times
# the size of the module that uses it most.
_TYPING = '''"""The names of typing_extensions that pypdf writes its annotations with below Python 3.11."""

from typing import Any, Type

Self = TypeAlias = Any


class TypeGuard:
    """What a function that tells a type from another returns."""

    def __class_getitem__(cls, item: Any) -> Type[bool]:
        return bool
'''
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
        # Ciphers by other packages, which the plugin repository refuses: no book is encrypted.
        for provider in ("_cryptography.py", "_pycryptodome.py"):
            (made / "pypdf" / "_crypt_providers" / provider).unlink()
        (made / "typing_extensions.py").write_text(_TYPING, encoding="utf-8")
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
