"""Cells of crews' tables: codes with names and grades, grades in words, stretches, nothing seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from waternet_plugin.core.exchange.inspections.crew_cells import (
    code_and_grade,
    grade_of,
    is_nothing_seen,
    share_of_codes,
    stretches,
)
from waternet_plugin.core.schema.domains import domain


@pytest.mark.parametrize("code", list(domain("defect_code")))
def test_every_code_is_known_with_its_name_and_grade(code: str) -> None:
    name = domain("defect_code")[code].label_zh
    for text in (code, name, code.lower(), f"（{code}）{name}", f"{name}({code})", f"{code} {name}"):
        assert code_and_grade(text) == (code, None), text
    for text in (
        f"{code}3",
        f"{code}-3",
        f"{code} 3级",
        f"{name}Ⅲ级",
        f"三级{name}",
        f"{name}（{code}，3级）",
    ):
        assert code_and_grade(text) == (code, 3), text
    assert code_and_grade(f"严重{name}") == (code, 3)


@pytest.mark.parametrize(
    "text", ["PL/CK", "破裂、错口", "（CK）破裂", "PL5", "PL30", "不明", "XX", "BABBA", "P", "3", "3级", ""]
)
def test_what_means_no_one_code_is_none(text: str) -> None:
    assert code_and_grade(text)[0] is None


def test_grades_in_words() -> None:
    said = {
        "一级": 1,
        "Ⅱ级": 2,
        "III": 3,
        "4 级": 4,
        "轻微": 1,
        "中等缺陷": 2,
        "严重": 3,
        "重大缺陷": 4,
        "iv": 4,
    }
    assert {word: grade_of(word) for word in said} == said
    assert [grade_of(word) for word in ("五级", "较重", "33级", "x")] == [None] * 4


def test_nothing_seen_is_no_unknown() -> None:
    assert all(map(is_nothing_seen, ("无", "/", "——", "未见缺陷", "OK", "No defects")))
    assert not any(map(is_nothing_seen, ("?", "？", "", "PL", "不详", "N/A")))


def test_stretches_begin_and_last() -> None:
    cells: list[Any] = ["12.00-15.50", "3m～4.25m", "5", None, "/", "9-7", "1至2"]
    begins, lengths = stretches(np.array(cells, dtype=object))
    assert begins.tolist() == ["12.00", "3", "5", None, None, "9-7", "1"]
    assert lengths.tolist() == ["3.5", "1.25", None, None, None, None, "1"]


def test_a_column_of_codes_is_known_by_most_of_its_values() -> None:
    def share(*cells: Any) -> float:
        return share_of_codes(np.array(cells, dtype=object))

    assert share("PL", "破裂", "无", None, "??") == pytest.approx(2 / 3)
    assert share("无", None) == share() == share("W1", "W2") == 0.0
