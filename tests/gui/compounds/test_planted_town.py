"""Duties planted in the sample town: the section and the pane of compounds show every figure as planted."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from support import planted_duties as planted
from support.widgets import part, section, text

from waternet_plugin.core.months import read_month
from waternet_plugin.gui.compounds import compound_lines
from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds
from waternet_plugin.operations.compounds.schedule_tanks import TankRequest, schedule_network_tanks
from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, score_network_compounds
from waternet_plugin.operations.drainage.find_misconnections import (
    MisconnectionRequest,
    find_misconnections,
)
from waternet_plugin.store import open_network


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town with the duties of today, scheduled, checked and scored."""
    session, today = open_sample_town(), datetime.date.today()
    with open_network(session.network_path) as network:
        planted.plant(network, today)
        schedule_network_tanks(network, TankRequest("tanks", today, store=True))
        find_misconnections(network, MisconnectionRequest("misconnections", store=True, today=today))
        month = read_month("MONTH", planted.month_before(today))
        score_network_compounds(network, ScoreRequest(month, as_of=today, store=True, name="score"))
    return session


def test_sentences_of_the_section() -> None:
    needs = CompoundNeeds(34, ({},) * len(planted.NEEDS), len(planted.OVERDUE), 9)
    assert compound_lines.need_sentence(needs) == "15 of 34 need attention"
    assert compound_lines.need_note(needs) == "12 tanks overdue, 9 users without permit"


@pytest.mark.slow
def test_the_section_and_the_pane_show_what_was_planted(plugin: Any, town: Any, until: Any) -> None:
    shown = section(plugin, "compounds")
    until(lambda: shown.needs is not None and shown.needs.tanks_overdue == 12 and town.is_idle, 120.0)
    assert "15" in shown.figure.text() and "34" in shown.figure.text()
    shown.figure.click()
    pane = town.window("wn_compounds")
    until(lambda: pane.shows_answer and town.is_idle, 120.0)
    assert pane.place_note.text() == "12 tanks overdue, 9 users without permit"
    rows = {
        row["compound_id"]: tuple(row[key] for key in ("tanks", "misconnections", "permits", "work"))
        for row in pane.list.rows
    }
    assert rows == planted.NEEDS
    for compound, figures, sentence in (
        (planted.BUSY, planted.BUSY_FIGURES, ""),
        (planted.CLEAN, planted.CLEAN_FIGURES, "There is nothing to do here."),
    ):
        pane._look(compound, zooms=False)
        until(lambda name=compound: pane.state is not None and pane.state.compound_id == name, 60.0)
        until(lambda: town.is_idle, 60.0)
        assert {key: part(pane, f"wn_compounds_{key}").text() for key in figures} == figures
        assert text(pane, "wn_compounds_sentence") == sentence
    pane._look(planted.BUSY, zooms=False)
    until(lambda: pane.state.compound_id == planted.BUSY and town.is_idle, 60.0)
    assert pane.score.sentence.text().startswith("7.9 to 8.4 of 10")
    pane.close()
