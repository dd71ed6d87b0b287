"""The finished pages of a book under way, in a folder beside it, so that a stopped run goes on where it was.

The folder belongs to one set of parameters and one state of the network: of any other it is made anew. A
page takes its place when it is whole, with what is known of it, so that whatever is there is finished. Only
one run at a time prints to a place.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.texts import tr

_KEY, _FACTS, _SHEET = "book.json", ".json", "sheet_"


def parts_folder(output: Path) -> Path:
    """Return the folder for the pages of a book."""
    return output.with_name(f"{output.name}.pages")


def finished_sheets(output: Path) -> int:
    """Return how many sheets of a book are finished that was stopped; 0 where none was."""
    folder = parts_folder(output)
    return sum(1 for path in folder.glob(f"{_SHEET}*{_FACTS}")) if folder.is_dir() else 0


class PageParts:
    """The pages that are finished.

    Parameters
    ----------
    output
        The book.
    key
        What the pages depend on: values that JSON takes.

    As a context it is the run's own until it ends; pages that are finished then stay for the next run.

    Raises
    ------
    StoreError
        When the folder can't be written, or another run prints to the same place.
    """

    def __init__(self, output: Path, key: Mapping[str, Any]) -> None:
        self.folder = parts_folder(output)
        text = json.dumps(key, sort_keys=True, ensure_ascii=False)
        self._mark = hashlib.sha256(text.encode("utf-8")).hexdigest()
        known = self._read(self.folder / _KEY) or {}
        if _is_at_work(known):
            message = tr("{path} is being printed by another run. Wait for its end, or choose another name.")
            raise StoreError(message.format(path=output))
        try:
            if known.get("key") != self._mark:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir()
            self._sign(host=scratch.host_name(), pid=os.getpid())
        except OSError as error:
            raise StoreError(
                tr("The file {path} can't be written. Choose another location.").format(path=output)
            ) from error

    def __enter__(self) -> PageParts:
        return self

    def __exit__(self, *_error: object) -> None:
        if not self.folder.is_dir():
            return
        with suppress(OSError):
            self._sign() if {path.name for path in self.folder.iterdir()} - {_KEY} else self.clear()

    def _sign(self, **run: Any) -> None:
        """Write whose the folder is: of one question, and of the run that is at work on it."""
        self._write(self.folder / _KEY, {"key": self._mark, **run})

    @staticmethod
    def _read(path: Path) -> Optional[dict[str, Any]]:
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return known if isinstance(known, dict) else None

    @staticmethod
    def _write(path: Path, value: Mapping[str, Any]) -> None:
        part = path.with_name(f"{path.name}.part")
        part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        os.replace(part, path)

    def facts(self, name: str) -> Optional[dict[str, Any]]:
        """Return what is known of a finished page; None for one that is not finished."""
        return self._read(self.folder / f"{name}{_FACTS}") if self.path(name).is_file() else None

    def path(self, name: str) -> Path:
        """Return the place of a page."""
        return self.folder / name

    def part(self, name: str) -> Path:
        """Return where a page is written before it takes its place; its ending is kept."""
        path = self.path(name)
        return path.with_name(f"{path.stem}.part{path.suffix}")

    def finish(self, name: str, facts: Mapping[str, Any]) -> None:
        """Put a page that was written to `part` into its place, with what is known of it."""
        self._write(self.folder / f"{name}{_FACTS}", facts)
        os.replace(self.part(name), self.path(name))

    def clear(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_at_work(known: Mapping[str, Any]) -> bool:
    """Return whether another process of this computer prints; those of others can't be asked."""
    pid = known.get("pid")
    is_here = isinstance(pid, int) and known.get("host") == scratch.host_name()
    return is_here and pid != os.getpid() and bool(scratch.is_alive(int(str(pid))))
