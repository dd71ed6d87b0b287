"""Months as lists write them, and those nobody can read."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from waternet_plugin.core.cells import causes
from waternet_plugin.core.cells.written_months import months


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2026年10月", "2026-10"), ("2026.10", "2026-10"), ("202610", "2026-10"), ("2026/10/15", "2026-10"),
        ("２０２６年１０月", "2026-10"), ("2026年9月底", "2026-09"), ("2026年9月前完成", "2026-09"),
        (pd.Timestamp("2026-10-01"), "2026-10"), ("2026-10", "2026-10"), ("26年3月", "2026-03"),
    ],
)  # fmt: skip
def test_a_month_is_read(written: Any, month: str) -> None:
    column = months(pd.Series([written]))
    assert (column.values.tolist(), column.faults) == ([month], {})


@pytest.mark.parametrize("written", ["下月", "10月", "2026", "2026-13", "年底", "1026.10"])
def test_what_is_no_month_is_unknown(written: str) -> None:
    column = months(pd.Series([written, None]))
    assert column.values.tolist() == [None, None]
    assert column.faults[causes.BAD_DATE].tolist() == [True, False]


def test_days_of_a_spreadsheet_are_months() -> None:
    assert months(pd.Series([46300.0, 46350.0])).values.tolist() == ["2026-10", "2026-11"]


@pytest.mark.parametrize(
    ("column", "read"),
    [
        (["2026.1", "2026.09"], ["2026-10", "2026-09"]),
        (["2026.1", "2026.9"], ["2026-01", "2026-09"]),
        (["2026.1", "2026.10"], ["2026-01", "2026-10"]),
        (["2026.1", "2026.11"], [None, "2026-11"]),
        ([2026.1, 2026.9], ["2026-01", "2026-09"]),
    ],
)
def test_the_lost_nought_of_october_is_told_by_the_column(column: list[Any], read: list[Any]) -> None:
    found = months(pd.Series(column))
    assert found.values.tolist() == read
    assert (causes.AMBIGUOUS_DATE in found.faults) == (None in read)
