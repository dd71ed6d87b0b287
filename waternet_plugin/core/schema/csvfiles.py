"""Read the schema's CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

# The staged tree consists of links: never resolve them.
_HERE = Path(__file__).parent


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a heading line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one CSV file of this room."""
    return rows_of(_HERE / name)


def room_files(name: str) -> list[Path]:
    """Return the files of one name in all rooms of the core, sorted by room."""
    return sorted(_HERE.parent.glob(f"*/{name}"))


def words(cell: str) -> tuple[str, ...]:
    """Split a cell of words at semicolons."""
    return tuple(word.strip() for word in cell.split(";") if word.strip())
