"""The networks opened lately: path, length, day."""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import asdict, dataclass, replace

from qgis.core import QgsSettings

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.addresses import absolute, parse

_KEY = "waternet/recent"
_MOST = 10


@dataclass(frozen=True)
class Recent:
    """One network: its address, how long its pipes are (None: not known yet), when it was opened last."""

    path: str
    length_m: float | None
    day: str

    @property
    def name(self) -> str:
        """The file's name without its ending, or the schema's."""
        return parse(self.path).display_name


def is_same(first: str, second: str) -> bool:
    """Return whether two addresses are one network's; Windows tells neither cases nor slashes apart."""
    one, other = (os.path.normcase(str(absolute(text))) for text in (first, second))
    return one == other


def entries() -> list[Recent]:
    """Return the networks, the last one first."""
    try:
        stored = json.loads(QgsSettings().value(_KEY, "[]") or "[]")
        found = [Recent(str(row["path"]), row["length_m"], str(row["day"])) for row in stored]
        return [each for each in found if each.name]
    except (TypeError, ValueError, KeyError, InputError):
        # Settings somebody edited by hand.
        return []


def _store(recent_networks: list[Recent]) -> None:
    QgsSettings().setValue(
        _KEY, json.dumps([asdict(each) for each in recent_networks[:_MOST]], ensure_ascii=False)
    )


def add(path: str, length_m: float | None = None) -> None:
    """Put a network at the top; a length not given stays as it was."""
    path = str(absolute(path))
    before = entries()
    known = next((each for each in before if is_same(each.path, path)), None)
    if length_m is None and known is not None:
        length_m = known.length_m
    entry = Recent(path, length_m, datetime.date.today().isoformat())
    _store([entry, *(each for each in before if not is_same(each.path, path))])


def set_length(path: str, length_m: float) -> None:
    """Note the length of a network's pipes in metres, where it is in the list."""
    path = str(absolute(path))
    _store([replace(each, length_m=length_m) if is_same(each.path, path) else each for each in entries()])


def remove(path: str) -> None:
    """Forget a network."""
    _store([each for each in entries() if not is_same(each.path, path)])
