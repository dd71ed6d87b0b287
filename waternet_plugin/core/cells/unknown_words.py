"""Words that people write where nobody knows: 不详, N/A, a stroke, a nought for no year."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import over_distinct, texts
from waternet_plugin.core.schema.domains import NOT_KNOWN, domain, fold

# Longer texts are none of these words, nor do numbers stand for unknown in a text.
_LONGEST = 12
_NO_TEXTS = frozenset("无 待编 待编号 未编 未编号 无编号 无号".split())
_OTHERS = "n/a nil null none 缺 缺失 没有 空 离线 掉线 断线 通讯中断 通信中断 offline 0 0000 9999 -1 -9999"


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    words = (alias for name in ("material", "function") for alias in domain(name)["unknown"].aliases)
    return NOT_KNOWN | {
        fold(word) for word in (*_OTHERS.split(), *words, domain("material")["unknown"].label_zh)
    }


def is_unknown_word(word: str) -> bool:
    """Return whether a cell says that nobody knows; one of marks alone does, too."""
    folded = fold(word)
    return not folded or folded in _known()


def unknown_cells(words: Array) -> Array:
    """Return which texts of a column, None where empty, say that nobody knows; empty ones are not asked."""
    there = pd.notna(words)
    said = over_distinct(words, lambda word: is_unknown_word(str(word)))
    return np.asarray(there & (said == True), dtype=bool)  # noqa: E712


def without_unknown(series: pd.Series, kept: Collection[str] = ()) -> pd.Series:
    """Return a column of free texts in which those that say that nobody knows are empty.

    Parameters
    ----------
    kept
        Words that mean something in this column.
    """
    said = over_distinct(texts(series), lambda word: word not in kept and _says_unknown(word))
    empty = np.asarray(said == True, dtype=bool)  # noqa: E712
    return series.astype(object).where(~empty, None) if empty.any() else series


def _says_unknown(word: str) -> bool:
    if len(word) > _LONGEST or word[-1].isdecimal():
        return False
    folded = fold(word)
    return folded in NOT_KNOWN or folded in _NO_TEXTS or not folded
