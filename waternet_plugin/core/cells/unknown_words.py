"""Words that people write where nobody knows: 不详, N/A, a stroke, a nought for no year."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import over_distinct
from waternet_plugin.core.schema.domains import domain, fold

_OTHERS = (
    "na n/a nil null none nodata notavailable notknown tbd tbc nk nan unk unknown unassigned"
    " 不知 不清 不清楚 不确定 不祥 待查 待核 待核实 待定 缺 缺失 暂无 暂缺 没有 无资料 无记录 无数据 空 空白"
    " 无值 空值 离线 掉线 断线 通讯中断 通信中断 offline"
    " 0 0000 9999 -1 -9999"
)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    words = (alias for name in ("material", "function") for alias in domain(name)["unknown"].aliases)
    return frozenset(
        fold(word) for word in (*_OTHERS.split(), *words, domain("material")["unknown"].label_zh)
    )


def is_unknown_word(word: str) -> bool:
    """Return whether a cell says that nobody knows; one of marks alone does, too."""
    folded = fold(word)
    return not folded or folded in _known()


def unknown_cells(words: Array) -> Array:
    """Return which texts of a column, None where empty, say that nobody knows; empty ones are not asked."""
    there = pd.notna(words)
    said = over_distinct(words, lambda word: is_unknown_word(str(word)))
    return np.asarray(there & (said == True), dtype=bool)  # noqa: E712
