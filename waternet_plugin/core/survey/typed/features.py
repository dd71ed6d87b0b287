"""Words for the features of points (特征): what stands there, and how many pipes meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold

# The staged tree consists of links: never resolve them.
_FILE = Path(__file__).parent / "features.csv"


@dataclass(frozen=True)
class Feature:
    """One feature of points.

    ``least`` and ``most`` are how many pipes meet there; a point ``is_vertex`` where only one pipe passes;
    ``may_change`` says that size, material or depth may differ between its pipes.
    """

    word: str
    kind: str
    least: int
    most: int
    is_vertex: bool
    may_change: bool


@lru_cache(maxsize=None)
def _features() -> dict[str, Feature]:
    features: dict[str, Feature] = {}
    for row in rows_of(_FILE):
        feature = Feature(
            row["word"],
            row["kind"],
            int(row["least"]),
            int(row["most"]),
            row["is_vertex"] == "yes",
            row["may_change"] == "yes",
        )
        for spelling in (row["word"], *words(row["aliases"])):
            features.setdefault(fold(spelling), feature)
    return features


def feature_of(text: object) -> Feature | None:
    """Return the feature that a word means, None where no spelling of one is known."""
    return _features().get(fold(text))
