"""Ids as the engines take them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The longest id of EPANET, in bytes; SWMM has no such limit.
EPANET_ID_BYTES = 31
_UNFIT = re.compile(r"[\s;\"]+")


def quoted(name: str) -> str:
    """Return an id as it stands in a line; one with a blank is set in quotation marks."""
    return f'"{name}"' if re.search(r"\s", name) else name


def _cut(name: str, encoding: str, longest: int) -> str:
    """Return the beginning of a name that fits into so many bytes."""
    while len(name.encode(encoding, "replace")) > longest:
        name = name[:-1]
    return name


class ModelIds:
    """Gives things of the map ids that an engine takes and nobody has.

    Parameters
    ----------
    taken
        Ids of the file; they stay as they are.
    encoding
        Of the file to write.
    longest_bytes
        Of an id.
    """

    def __init__(self, taken: Iterable[str], encoding: str, longest_bytes: int = EPANET_ID_BYTES) -> None:
        self._longest = longest_bytes
        self._file = set(taken)
        self._given: dict[str, str] = {}
        self._taken = set(self._file)
        self._encoding = encoding

    @property
    def changed(self) -> dict[str, str]:
        """Ids that had to change: the new one by that of the map."""
        return {old: new for old, new in self._given.items() if old != new}

    def of(self, name: str) -> str:
        """Return the id of a thing of the map, the same one each time."""
        if name in self._file:
            return name
        if name not in self._given:
            self._given[name] = self.new(name)
        return self._given[name]

    def new(self, name: str) -> str:
        """Return an id like a name that nobody has."""
        plain = _cut(_UNFIT.sub("_", name.strip()).lstrip("[") or "x", self._encoding, self._longest)
        result, number = plain, 2
        while result in self._taken:
            ending = f"-{number}"
            result = _cut(plain, self._encoding, self._longest - len(ending)) + ending
            number += 1
        self._taken.add(result)
        return result
