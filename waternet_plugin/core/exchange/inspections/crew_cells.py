"""How crews write their cells: codes with names and grades, grades in words, stretches, nothing seen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.domains import fold, suggest

# What stands where a code would, in the row of a drain in which nothing was seen.
_NOTHING_SEEN = frozenset(
    "无 正常 完好 良好 无缺陷 未见缺陷 未发现缺陷 未见明显缺陷 未见异常 无明显缺陷 无异常 管道完好 管道正常"
    " none nil ok normal nodefect nodefects".split()
)
_DASHES = frozenset("/ \\ - -- — ——".split())
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_GRADE = re.compile(r"(?<![\d.])([1-4]|[一二三四]|iii|ii|iv|i)\s*级")
# Grades of CJJ 181 have names.
_NAMED = {"轻微": 1, "中等": 2, "严重": 3, "重大": 4}
_NAMED_GRADE = re.compile(rf"({'|'.join(_NAMED)})(?:缺陷)?")
_CODE_AND_GRADE = re.compile(r"([a-z]{2})\s*[-_]?\s*([1-4])")
_LETTERS = re.compile(r"[a-z]+")
_WORDS = re.compile(r"[a-z]+|[^\W\d_a-z]+")
_OF_NO_MEANING = frozenset(("结构性", "功能性", "缺陷", "结构性缺陷", "功能性缺陷"))
_STRETCH = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:m|米)?\s*(?:[-~～—–至到]|--|——)\s*(\d+(?:\.\d+)?)\s*(?:m|米)?", re.I
)


def is_nothing_seen(text: object) -> bool:
    """Return whether a cell says that there is no defect."""
    return fold(text) in _NOTHING_SEEN or str(text).strip() in _DASHES


@lru_cache(maxsize=4096)
def code_and_grade(text: str) -> tuple[str | None, int | None]:
    """Return the code of CJJ 181 that a cell means, and the grade that it gives; None for either.

    Known are the code, its name, both in whatever order and brackets, and behind or before them the grade:
    PL, 破裂, （PL）破裂, PL3, CK Ⅱ级, 3级错口. Every word must be known, and all must mean one code.
    """
    known = suggest("defect_code", text)
    if known is not None:
        return known, None
    words = unicodedata.normalize("NFKC", text).casefold().strip()
    joined = _CODE_AND_GRADE.fullmatch(words)
    if joined is not None:
        return suggest("defect_code", joined[1]), int(joined[2])
    match = _GRADE.search(words)
    grade = None if match is None else _number(match[1])
    words = _GRADE.sub(" ", words)
    named = _NAMED_GRADE.search(words)
    if named is not None and grade is None:
        grade = _NAMED[named[1]]
    words = _NAMED_GRADE.sub(" ", words)
    # A name may be of two words: 残墙、坝根.
    name = suggest("defect_code", _LETTERS.sub("", words))
    parts = _LETTERS.findall(words) if name is not None else _WORDS.findall(words)
    meant = {suggest("defect_code", part) for part in parts if part not in _OF_NO_MEANING}
    meant |= {name} if name is not None else set()
    if len(meant) != 1 or None in meant or re.search(r"\d", words):
        return None, None
    return meant.pop(), grade


def grade_of(text: str) -> int | None:
    """Return the grade from 1 to 4 that a cell gives as a number or by its name, None for anything else."""
    word = unicodedata.normalize("NFKC", text).casefold().strip()
    named = _NAMED_GRADE.fullmatch(word)
    if named is not None:
        return _NAMED[named[1]]
    match = _GRADE.fullmatch(word)
    if match is not None:
        return _number(match[1])
    return _NUMBERS.get(word)


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


def share_of_codes(cells: Array) -> float:
    """Return the share of distinct cells that are codes or names of defects by CJJ 181; 0 for no cells."""
    distinct = [str(cell) for cell in pd.unique(cells) if cell is not None and not is_nothing_seen(cell)]
    if not distinct:
        return 0.0
    return float(np.mean([code_and_grade(cell)[0] is not None for cell in distinct]))


def stretches(cells: Array) -> tuple[Array, Array]:
    """Return where defects begin and how long they are, where cells tell both: 12.0-15.5.

    Parameters
    ----------
    cells
        (n,) texts, None where there is none.

    Returns
    -------
    (n,) the cells with the begin of each stretch in place of it, and (n,) lengths, None for cells of one
    place; both texts in the unit of the cells.
    """
    begins, lengths = cells.copy(), np.full(len(cells), None, dtype=object)
    for row, cell in enumerate(cells):
        match = None if cell is None else _STRETCH.fullmatch(str(cell).strip())
        if match is not None and float(match[2]) > float(match[1]):
            begins[row] = match[1]
            lengths[row] = f"{float(match[2]) - float(match[1]):.3f}".rstrip("0").rstrip(".")
        elif cell is not None and is_nothing_seen(cell):
            begins[row] = None
    return begins, lengths
