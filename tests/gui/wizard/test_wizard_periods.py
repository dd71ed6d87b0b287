"""Bills with a column for each month: the year that no title says is typed on the first page."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtWidgets import QLineEdit
from support.reading_town import written
from support.slow_cases import a_few_quick
from support.widgets import text
from support.wizard_helpers import InstantSession, wizard_with

BILLS = ("户号,户名,1月(吨),2月(吨),3月(吨)", "A1,甲,12,,3.5", "A2,乙,-,7,8", "A3,丙,1,2,3")


def _typed(wizard, word: str) -> None:
    line = wizard.findChild(QLineEdit, "wn_wizard_period_typed")
    line.setText(word)
    line.editingFinished.emit()


def test_the_year_is_typed_and_kept(session: InstantSession, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path, written(tmp_path / "水费.csv", *BILLS))
    (source,) = wizard.state.sources
    assert "nothing says of which year" in source.error and source.frame is None
    period = wizard.files.period
    assert period.isVisibleTo(wizard.files) and period.typed.placeholderText() == "2026"
    _typed(wizard, "26")
    assert wizard.state.sources == [source] and "“26” is not a year" in text(wizard, "wn_wizard_left_out")
    _typed(wizard, "2025")
    (source,) = wizard.state.sources
    assert (source.error, source.table, len(source.frame)) == ("", "volume", 7)
    assert source.frame["月份"].tolist()[:2] == ["2025-01", "2025-03"]
    assert source.mapping.periods.within == "2025" and period.typed.text() == "2025"
    # A wrong year is typed again; another encoding keeps it.
    _typed(wizard, "2026")
    wizard._read_again(wizard.state.sources[0], "utf-8")
    (source,) = wizard.state.sources
    assert (source.mapping.periods.within, source.encoding) == ("2026", "utf-8")


def test_days_want_a_month(session: InstantSession, tmp_path: Path) -> None:
    head = ",".join(f"{day}日" for day in range(1, 32))
    rows = [f"表{row}," + ",".join(str(row * day) for day in range(1, 32)) for row in range(1, 4)]
    wizard = wizard_with(session, tmp_path, written(tmp_path / "日水量.csv", f"水表,{head}", *rows))
    assert wizard.files.period.typed.placeholderText() == "2026-01"
    _typed(wizard, "2026")
    assert "not a year with a month" in text(wizard, "wn_wizard_left_out")
    _typed(wizard, "2026-01")
    (source,) = wizard.state.sources
    assert source.error == "" and source.mapping.periods.within == "2026-01"


@pytest.mark.parametrize("name", a_few_quick(["2026年水费.csv", "users.csv"], 1))
def test_what_says_its_year_is_not_asked(session: InstantSession, tmp_path: Path, name: str) -> None:
    rows = BILLS if name[:4] == "2026" else ("id,kind,x,y", "A1,domestic,1,2")
    wizard = wizard_with(session, tmp_path, written(tmp_path / name, *rows))
    assert not wizard.files.period.isVisibleTo(wizard.files)
