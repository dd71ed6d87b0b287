"""Files and photos that change while the wizard is open are read again when a person goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.built_network import EAST, NORTH
from support.surveyed_pipes import photo
from support.widgets import click

from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.steps import CHECKS, IMPORT, QUESTIONS
from waternet_plugin.gui.survey.survey_wizard import SurveyWizard
from waternet_plugin.operations.survey.survey_inputs import files_seen, photos_seen


def _points(path: Path, x: float = EAST) -> Path:
    rows = [f"JS{n},{NORTH + 10},{x + 20 * n},12.3,阀门,JS,井 {n}.jpg" for n in range(2)]
    head = "物探点号,X坐标,Y坐标,地面高程,附属物,类别,照片"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def test_what_changes_is_seen_and_nothing_else(tmp_path: Path) -> None:
    path = _points(tmp_path / "测量" / "JS.csv")
    names, files = [str(path)], {"JS.csv"}
    before = files_seen(names), photos_seen(names, files)
    (path.parent / "network.gpkg-wal").write_bytes(b"x")
    assert (files_seen(names), photos_seen(names, files)) == before
    (path.parent / "照片" / "更深").mkdir(parents=True)
    photo(path.parent / "照片" / "更深" / "a.jpg")
    assert photos_seen(names, files) == before[1]
    photo(path.parent / "照片" / "井 0.jpg")
    assert photos_seen(names, files) != before[1] and photos_seen(names, set()) == frozenset()
    path.write_text("x", encoding="utf-8")
    assert files_seen(names) != before[0]
    path.unlink()
    assert files_seen(names) == frozenset()


@pytest.fixture
def wizard(open_session: Any, iface: Any, tmp_path: Path, until: Any) -> Iterator[SurveyWizard]:
    """The wizard with two points whose photos are not there, at the checks."""
    iface.window.show()
    opened = open_survey_wizard(open_session, [str(_points(tmp_path / "测量" / "JS.csv"))])
    opened.ask = lambda _text: True
    until(lambda: not opened.is_busy)
    opened.footer.next.click()
    while opened.step == QUESTIONS:
        click(opened, "wn_survey_candidate_A")
        until(lambda: not opened.is_busy)
    assert opened.step == CHECKS
    yield opened
    opened.close()
    iface.window.hide()


def _rules(wizard: SurveyWizard) -> list[str]:
    return sorted(one.rule_id for one in wizard.attempt.checks)


@pytest.mark.slow
def test_photos_that_are_put_beside_the_file_are_found_by_going_on(
    wizard: SurveyWizard, tmp_path: Path, until: Any
) -> None:
    assert _rules(wizard).count("photo_missing") == 2
    (tmp_path / "测量" / "照片").mkdir()
    for number in range(2):
        photo(tmp_path / "测量" / "照片" / f"井 {number}.jpg")
    wizard.footer.next.click()
    until(lambda: not wizard.is_busy)
    assert "photo_missing" not in _rules(wizard)
    assert wizard.step == (CHECKS if wizard.choices.unticked(wizard.attempt) else IMPORT)


@pytest.mark.slow
def test_photos_are_found_by_going_back_too(wizard: SurveyWizard, tmp_path: Path, until: Any) -> None:
    for number in range(2):
        photo(tmp_path / "测量" / f"井 {number}.jpg")
    wizard.footer.back.click()
    until(lambda: not wizard.is_busy)
    assert wizard.step == QUESTIONS and "photo_missing" not in _rules(wizard)


@pytest.mark.slow
def test_a_file_that_was_saved_again_is_looked_at_before_it_is_imported(
    wizard: SurveyWizard, tmp_path: Path, until: Any
) -> None:
    wizard.choices.tick(wizard.attempt.warnings, True)
    wizard.footer.next.click()
    until(lambda: not wizard.is_busy)
    assert wizard.step == IMPORT
    _points(tmp_path / "测量" / "JS.csv", EAST + 3)
    wizard.footer.next.click()
    until(lambda: not wizard.is_busy)
    assert not wizard.is_done and wizard.attempt.batch_id == ""
    if wizard.step == IMPORT:
        assert "read again" in wizard.message.text()
        wizard.footer.next.click()
        until(lambda: wizard.is_done)
