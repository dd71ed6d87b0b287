"""Fetch the packages that go into the plugin: ``build/vendor``, as ``requirements/plugin.txt`` pins them."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
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


_Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _stamp() -> bytes:
    """Return what is pinned, and by which version of this module it is made."""
    return PINS.read_bytes() + f"# {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}\n".encode()


def is_current() -> bool:
    """Return whether the folder holds what is pinned."""
    stamp = FOLDER / _STAMP
    return stamp.is_file() and stamp.read_bytes() == _stamp()


def _docstrings(source: str) -> Iterator[tuple[ast.Expr, bool]]:
    """Yield the docstrings of a module, and whether nothing else stands in their block."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            assert isinstance(docstring, ast.Expr)
            yield docstring, len(node.body) == 1


def without_remarks(source: str) -> str:
    """Return a module without docstrings and comments; the notice above its first statement stays."""
    lines: list[str | None] = list(source.split("\n"))
    body = ast.parse(source).body
    first = body[0].lineno if body else len(lines)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        row, column = token.start
        if token.type == tokenize.COMMENT and row > first:
            lines[row - 1] = (lines[row - 1] or "")[:column].rstrip() or None
    for docstring, is_alone in _docstrings(source):
        begins, ends = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
        lines[begins:ends] = [None] * (ends - begins)
        if is_alone:
            lines[begins] = " " * docstring.col_offset + '""'
    return "\n".join(line for line in lines if line is not None)


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
        # Nobody reads the library where the plugin runs: 100 KB of the zip.
        for path in sorted(made.rglob("*.py")):
            path.write_text(without_remarks(path.read_text(encoding="utf-8")), encoding="utf-8")
        (made / _STAMP).write_bytes(_stamp())
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
