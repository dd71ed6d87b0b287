"""The rows of one file: what each says in words, what is true of it, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from towns.true_town import Place

# What may become of a row: it must be written; it may be left out, for nothing tells what it is.
WRITTEN, EITHER = "written", "either"


@dataclass
class HandedRow:
    """A row of a file.

    ``true`` are the values that its words say, by field, None for nothing; ``words`` what stands there;
    ``parts`` its vertices in truth, m; ``drawn`` what the file has instead; ``is_swapped`` whether it has the
    northing first there.
    """

    true: dict[str, Optional[Any]]
    words: dict[str, Any]
    parts: list[list[Place]]
    fate: str = WRITTEN
    drawn: Optional[list[list[Place]]] = None
    is_swapped: bool = False

    @property
    def shape(self) -> list[list[Place]]:
        """The vertices as the file has them."""
        return self.parts if self.drawn is None else self.drawn


@dataclass
class HandedFile:
    """A file with its rows; ``headings`` by field, ``table`` where its rows belong."""

    name: str
    table: str
    headings: dict[str, str]
    rows: list[HandedRow] = field(default_factory=list)


@dataclass
class Handed:
    """What a utility hands over; places in truth are in the system ``epsg``."""

    folder: str
    epsg: int
    language: str
    files: list[HandedFile] = field(default_factory=list)
