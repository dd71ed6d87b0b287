"""How a receiver fixed a point: only a fixed solution is good to centimetres."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Optional

from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold

FIXED = "fixed"


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    rows = rows_of(Path(__file__).parent / "solutions.csv")
    return {fold(word): row["code"] for row in rows for word in (row["code"], *words(row["aliases"]))}


def solution_of(word: str) -> Optional[str]:
    """Return the state of a solution that a word of a receiver names; None where no list has it."""
    return _codes().get(fold(word))
