"""Users by volume in the window: three questions, the list that answers, months, map, workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QFileDialog
from support.plain_tables import sheets
from support.user_town import TAKEN_M3
from support.widgets import click, part, section, text

from waternet_plugin.gui.plots.user_months import sentence_of
from waternet_plugin.gui.users.question_line import QuestionLine, number_box
from waternet_plugin.gui.users.user_questions import BAND, SAMPLE


def _names(pane: Any) -> list[str]:
    return [row["name"] for row in pane.list.rows]


@pytest.mark.slow
def test_the_section_counts_and_ranks(plugin: Any, town: Any, until: Any) -> None:
    of = section(plugin, "users")
    until(lambda: of.summary is not None and town.is_idle, 20.0)
    demand = sum(round(m3 / 30, 1) for m3 in TAKEN_M3.values())
    assert of.figure.text() == f"8 users, {demand:,.0f} m³/d" and not of.isHidden()
    assert of.due.text() == "6 meters due within a year"
    of.figure.click()
    pane = town.window("wn_users")
    until(lambda: pane.result is not None and town.is_idle, 20.0)
    # The latest year is asked for; all users by what they took.
    assert pane.questions.period.text == "2025"
    assert _names(pane) == sorted(TAKEN_M3, key=lambda name: -TAKEN_M3[name])
    assert pane.list.rows[0]["m3"] == pytest.approx(12 * TAKEN_M3["S1"])
    until(lambda: "Sub-meters: M-S1-1, M-S1-2." in text(pane, "wn_users_facts"), 20.0)
    assert "S1: 36,000 m³ in 12 months, 120 % of the quota, 92 % of the plan" in text(pane, "wn_users_facts")


@pytest.mark.slow
def test_each_question_has_its_answer(
    plugin: Any, town: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.open_tool("users")
    pane = town.window("wn_users")
    until(lambda: pane.result is not None and town.is_idle, 20.0)

    def answered(names: list[str]) -> None:
        until(lambda: _names(pane) == names and town.is_idle, 30.0)

    # The top two of a trade, in every tab the same one.
    part(pane, "wn_users_trade_top").choose("car_wash")
    part(pane, "wn_users_trade_top").chosen.emit("car_wash")
    pane.questions.top.setValue(2)
    answered(["C1", "C2"])
    assert part(pane, "wn_users_trade_band").key() == "car_wash"
    click(pane, "wn_users_select")
    assert {row["customer_id"] for row in town.layer("customer").selectedFeatures()} == {"C1", "C2"}
    # A band; the school is the only one with sub-meters.
    part(pane, "wn_users_trade_top").chosen.emit("")
    for box in ("wn_users_trade_top", "wn_users_trade_band"):
        part(pane, box).choose("")
    pane.questions.setCurrentIndex(1)
    assert pane.questions.tab == BAND
    pane.questions.from_m3.setValue(700)
    answered(["C1", "C2", "U1", "U2", "U3"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "band.xlsx"), ""))
    click(pane, "wn_users_xlsx")
    until(lambda: (tmp_path / "band.xlsx").is_file() and town.is_idle, 30.0)
    (rows,) = sheets(tmp_path / "band.xlsx").values()
    assert [row[1][1] for row in rows[1:]] == ["C1", "C2", "U1", "U2", "U3"]
    assert "Quirinus7" not in str(rows)
    # From above to is refused in one sentence, and no list stands there as if it were the answer.
    pane.questions.from_m3.setValue(200_000)
    until(lambda: "Give them the other way round." in pane.page.message.text(), 30.0)
    assert _names(pane) == []
    # A sample is the same for the same seed.
    pane.questions.setCurrentIndex(2)
    assert pane.questions.tab == SAMPLE
    pane.questions.drawn_from.setValue(0)
    pane.questions.least.setValue(3)
    until(lambda: len(_names(pane)) == 3 and town.is_idle, 30.0)
    first = _names(pane)
    pane.questions.seed.setValue(8)
    until(lambda: _names(pane) != first and len(_names(pane)) == 3 and town.is_idle, 30.0)
    pane.questions.seed.setValue(7)
    answered(first)
    # Compounds are ranked by the sums of their users.
    pane.questions.setCurrentIndex(0)
    for tab in ("top", "band", "sample"):
        part(pane, f"wn_users_trade_{tab}").choose("compounds")
    part(pane, "wn_users_trade_top").chosen.emit("compounds")
    answered(["A", "B"])
    until(lambda: "A: 2,160 m³" in text(pane, "wn_users_facts"), 30.0)


def test_a_question_is_a_sentence_in_the_order_of_its_language(qgis_app: Any) -> None:
    boxes = {name: number_box(name, name, 1, 9) for name in ("count", "least")}
    line = QuestionLine("{least} or more, of {count}", boxes)
    shown = [line.layout().itemAt(place).widget() for place in range(line.layout().count())]
    assert [shown[0], shown[2]] == [boxes["least"], boxes["count"]]
    assert shown[1].text() == "or more, of" and len(shown) == 3


def test_months_without_volumes_say_so() -> None:
    from waternet_plugin.core.months import Month
    from waternet_plugin.operations.users.user_months import UserMonths

    months = tuple(Month(2025, number) for number in range(1, 13))
    nothing = UserMonths("U1", months, (float("nan"),) * 12, quota_m3=(8.0,) * 12)
    assert sentence_of(nothing) == "U1: no volume is known of these months."
    half = UserMonths("U1", months, (4.0,) * 6 + (float("nan"),) * 6, quota_m3=(8.0,) * 12)
    assert sentence_of(half) == "U1: 24 m³ in 6 months, 50 % of the quota"
