"""The section of surveys in the dock, and the list of pipes to verify."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtCore import QMimeData, QUrl
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin import store
from waternet_plugin.gui.dock.sections import survey as survey_section
from waternet_plugin.gui.dock.sections.survey import SurveySection
from waternet_plugin.gui.survey.verification import pipes_to_verify
from waternet_plugin.gui.survey.verification.pipes_to_verify import PipesToVerifyWindow


def verified(pipe: str, verdict: str, number: int, **more: Any) -> dict[str, Any]:
    row = {"verification_id": f"V-{number}", "pipe_id": pipe, "survey_batch": "SB-1", "verdict": verdict}
    return {**row, "reasons": "No photo.", "override_by": None, **more}


@pytest.fixture
def surveyed(small_network: Path) -> Path:
    """Two files; P-1 was open and passes now, P-2 fails, P-3 is overridden."""
    with store.open_network(small_network, by="Li") as network, network.write("survey") as batch:
        files = [{"survey_batch_id": f"SB-{number}", "file_name": f"{number}.csv"} for number in (1, 2)]
        batch.insert("survey_batch", pd.DataFrame(files))
        rows = [
            verified("P-1", "open", 1),
            verified("P-1", "pass", 2),
            verified("P-2", "fail", 3),
            verified("P-3", "open", 4, override_by="Wang", override_reason="Site was shown."),
        ]
        batch.insert("verification", pd.DataFrame(rows))
    return small_network


@pytest.fixture
def section(surveyed: Path, open_session: Any, iface: Any, until: Any) -> Any:
    made = SurveySection(open_session, iface.window)
    made.refresh(open_session)
    until(lambda: made.counts is not None)
    return made


@pytest.mark.slow
def test_it_counts_files_and_open_pipes(section: Any) -> None:
    assert section.figure.text() == "2 batches, 1 pipe open"
    note = section.findChild(QWidget, "wn_section_survey_note").text()
    assert note.startswith("last 20") and note.endswith(", 2.csv")


@pytest.mark.slow
def test_the_figure_lists_what_is_missing(section: Any, until: Any) -> None:
    section.figure.click()
    window = section.session.window(PipesToVerifyWindow.NAME)
    until(lambda: window.table.rows)
    (row,) = window.table.rows
    assert (row["pipe_id"], row["verdict"]) == ("P-2", "fail")
    assert window.table.model().index(0, 2).data() == "Fail"


@pytest.mark.slow
def test_the_material_of_all_that_are_chosen_is_verified_by_one_name(
    section: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    section.figure.click()
    window = section.session.window(PipesToVerifyWindow.NAME)
    until(lambda: window.table.rows)
    runs: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        section.session, "run_algorithm", lambda name, given, *_rest, **_more: runs.append((name, given))
    )
    answers, asked = iter(["", " Li "]), []

    def answer(_parent: Any, _title: str, question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(pipes_to_verify, "ask_text", answer)
    assert not window.material.isEnabled()
    window.table.set_rows([{**window.table.rows[0], "pipe_id": name} for name in ("P-2", "P-4")])
    window.table.selectAll()
    window.material.click()
    assert runs == []
    window.material.click()
    ((name, given),) = runs
    assert (name, given["PIPE"], given["MATERIAL_VERIFIED_BY"]) == ("verifypipe", "P-2;P-4", "Li")
    assert given["MATERIAL_VERIFIED_ON"] == datetime.date.today().isoformat()
    assert "2 pipes" in asked[-1]


@pytest.mark.slow
def test_without_a_survey_it_asks_for_a_file(open_session: Any, iface: Any, until: Any) -> None:
    made = SurveySection(open_session, iface.window)
    made.refresh(open_session)
    until(lambda: made.counts is not None)
    assert made.figure.text() == ""
    assert made.findChild(QWidget, "wn_section_survey_note").text() == "Drop a survey file here."


class _Drop:
    """A drop of files."""

    def __init__(self, *paths: str) -> None:
        self._data = QMimeData()
        self._data.setUrls([QUrl.fromLocalFile(path) for path in paths])
        self.accepted = False

    def mimeData(self) -> QMimeData:
        return self._data

    def acceptProposedAction(self) -> None:
        self.accepted = True


@pytest.mark.slow
def test_any_file_dropped_on_it_is_a_survey(section: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[str]] = []
    monkeypatch.setattr(survey_section, "open_survey_wizard", lambda _session, files=(): opened.append(files))
    drop = _Drop("/somewhere/a.csv")
    section.dropEvent(drop)
    assert drop.accepted and opened == [["/somewhere/a.csv"]]
