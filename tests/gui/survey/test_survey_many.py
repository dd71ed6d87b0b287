"""The survey wizard with many files, stopped half-way, and beside another writer of the network."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.built_network import EAST, NORTH
from support.widgets import part, text

from waternet_plugin import store
from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.steps import CHECKS, IMPORT

MANY, SOME = 60, 12


def census(folder: Path, count: int) -> list[str]:
    """Write files of two points each, the first of which can't be read."""
    folder.mkdir()
    (folder / "000.xlsx").write_bytes(b"PK\x03\x04 cut off")
    for number in range(1, count):
        north, east = NORTH + 300 + 5 * number, EAST + 400
        rows = ["点号,X,Y,地面高程,特征,附属物,类别"]
        rows += [f"JS{number}{end},{north:.3f},{east + 2 * end:.3f},12.3,起讫点,,JS" for end in (1, 2)]
        (folder / f"JS{number:03d}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [str(folder)]


@pytest.fixture
def wizard_of(open_session: Any, iface: Any, tmp_path: Path) -> Any:
    """Return a function that opens the wizard with a folder of so many files, being read."""

    def opened(count: int) -> Any:
        wizard = open_survey_wizard(open_session, census(tmp_path / "测量", count))
        wizard.ask = lambda _text: True
        return wizard

    iface.window.show()
    yield opened
    iface.window.hide()


@pytest.mark.slow
def test_many_files_are_listed_and_the_unreadable_one_is_left_out(
    wizard_of: Any, small_network: Path, until: Any
) -> None:
    wizard = wizard_of(MANY)
    assert wizard.is_busy
    until(lambda: not wizard.is_busy, 120)
    assert len(wizard.attempt.files) == MANY == wizard.files.table.rowCount()
    (broken,) = [one for one in wizard.attempt.files if one.error]
    assert broken.name.endswith("000.xlsx")
    wizard.footer.next.click()
    assert "000.xlsx can't be read" in wizard.message.text()
    # It came with its folder: the other files stay.
    row = next(row for row in range(MANY) if "000.xlsx" in wizard.files.table.item(row, 0).text())
    wizard.files.table.setCurrentCell(row, 0)
    part(wizard, "wn_survey_leave_out").click()
    until(lambda: not wizard.is_busy, 120)
    assert len(wizard.attempt.files) == MANY - 1
    with store.open_network(small_network) as network:
        assert network.count("survey_batch") == 0


@pytest.mark.slow
def test_answers_stay_with_their_file_when_another_of_its_folder_is_left_out(
    open_session: Any, iface: Any, tmp_path: Path, until: Any
) -> None:
    iface.window.show()
    for number, place in enumerate(("东区", "南区", "西区")):
        (tmp_path / "测量" / place).mkdir(parents=True)
        north, east = NORTH + 300 + 50 * number, EAST + 400
        rows = ["点号,X,Y,高程,特征,类别"]
        rows += [f"JS{number}{end},{north:.3f},{east + 20 * end:.3f},12.3,起讫点,JS" for end in (1, 2)]
        (tmp_path / "测量" / place / f"{place}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "测量" / "~$东区.xlsx").write_bytes(b"crew")
    wizard = open_survey_wizard(open_session, [str(tmp_path / "测量")])
    wizard.ask = lambda _text: True
    until(lambda: not wizard.is_busy)
    assert text(wizard, "wn_survey_purpose_why").startswith("~$东区.xlsx is passed over")
    wizard.footer.next.click()
    answered = []
    for _ in range(2):
        answered.append(wizard.questions.question.file)
        part(wizard, "wn_survey_candidate_A").click()
        until(lambda: not wizard.is_busy)
    given = {name: dict(told) for name, told in wizard.choices.answers.items()}
    assert set(given) == set(answered) and len(set(answered)) == 2
    (last,) = {one.file for one in wizard.attempt.questions}
    wizard.footer.back.click()
    row = next(row for row in range(3) if wizard.files.table.item(row, 0).text().endswith("南区.csv"))
    wizard.files.table.setCurrentCell(row, 0)
    part(wizard, "wn_survey_leave_out").click()
    until(lambda: not wizard.is_busy)
    assert sorted(one.name for one in wizard.attempt.files) == ["东区.csv", "西区.csv"]
    kept = {name: told for name, told in given.items() if "南区" not in name}
    assert wizard.choices.answers == {Path(name).name: told for name, told in kept.items()}
    # Only what nobody answered is asked.
    asked = {one.file for one in wizard.attempt.questions}
    assert asked == ({Path(last).name} if "南区" not in last else set())
    wizard.choices.answers.clear()
    iface.window.hide()


@pytest.mark.slow
def test_stopped_half_way_it_asks_for_files_again(wizard_of: Any, small_network: Path, until: Any) -> None:
    wizard = wizard_of(SOME)
    assert wizard.is_busy
    wizard.worker.cancel()
    until(lambda: not wizard.is_busy, 30)
    with store.open_network(small_network) as network:
        assert network.count("survey_batch") == 0
    # Dropped again it is read as a whole.
    wizard.add([str(wizard.choices.paths[0])])
    until(lambda: not wizard.is_busy, 120)
    assert len(wizard.attempt.files) == SOME


@pytest.mark.slow
def test_another_writer_is_told_of_and_the_import_goes_on_after_it(
    open_session: Any, iface: Any, small_network: Path, tmp_path: Path, until: Any, monkeypatch: Any
) -> None:
    iface.window.show()
    (folder,) = census(tmp_path / "一处", 2)
    wizard = open_survey_wizard(open_session, [str(Path(folder) / "JS001.csv")])
    wizard.ask = lambda _text: True
    until(lambda: not wizard.is_busy)
    while wizard.step != IMPORT:
        wizard.footer.next.click()
        if wizard.step == CHECKS and wizard.message.text():
            wizard.choices.tick(wizard.attempt.warnings, True)
        elif wizard.questions.question is not None:
            part(wizard, "wn_survey_candidate_A").click()
        until(lambda: not wizard.is_busy)
    with closing(sqlite3.connect(small_network, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        wizard.footer.next.click()
        until(lambda: not wizard.is_busy, 60)
        assert wizard.message.text() and not wizard.is_done
        other.execute("ROLLBACK")
    wizard.footer.next.click()
    until(lambda: wizard.is_done, 60)
    iface.window.hide()
