"""The window of papers: what each needs, when it was made, and the file that is saved."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QMenu
from support.way_out import wait_for

from waternet_plugin.gui.printing import papers_window


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were opened, none of them in a program."""
    found: list[Path] = []
    monkeypatch.setattr(papers_window.file_dialogs, "open_file", found.append)
    return found


@pytest.fixture
def window(town_session: Any) -> Any:
    """The window with the papers of a network of three pipes."""
    shown = papers_window.open_papers_window(town_session)
    wait_for(lambda: shown.table.rows)
    return shown


def row_of(window: Any, kind: str) -> int:
    """Return the row of a kind of paper."""
    return [row["kind"] for row in window.table.rows].index(kind)


def test_the_monthly_report_is_missed_from_the_tenth_on() -> None:
    day = datetime.date(2026, 10, 12)
    text = papers_window.last_made_text
    assert text("monthly_report", {}, day) == "due on the 10th: 2026-09 is missing"
    assert text("monthly_report", {}, day.replace(day=9)) == "not made yet"
    made = {"on": "2026-10-08", "month": "2026-09"}
    assert text("monthly_report", made, day) == "2026-10-08"
    assert text("statistics", {"on": "2026-10-08", "month": "2026-08"}, day) == "2026-10-08"


@pytest.mark.slow
def test_what_papers_need_is_read_anew_after_an_edit(
    window: Any, town_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bool] = []
    monkeypatch.setattr(window, "fill", lambda: read.append(True))
    town_session.data_changed.emit("programme_item")
    assert read == [True]
    window.close()
    town_session.data_changed.emit("programme_item")
    assert read == [True]


@pytest.mark.slow
def test_a_paper_without_data_says_what_is_missing_and_leads_there(
    window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.table.selectRow(row_of(window, "programme_ledger"))
    assert not window.save_button.isEnabled()
    assert window.answer.text().startswith("Missing: ")
    assert not window.bring_button.isHidden()
    opened: list[bool] = []
    monkeypatch.setattr(window.session, "open_wizard", lambda: opened.append(True))
    window.bring_button.click()
    assert opened == [True]
    window.table.selectRow(row_of(window, "statistics"))
    assert window.save_button.isEnabled() and window.answer.text() == ""
    assert window.bring_button.isHidden()
    assert not window.month.isEnabled() and not window.subject.isEnabled()


@pytest.mark.slow
def test_a_saved_paper_is_opened_and_its_day_remembered(
    window: Any, opened_files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "year.pdf"
    monkeypatch.setattr(papers_window.file_dialogs, "ask_where_to_save", lambda *_given: path)
    window.table.selectRow(row_of(window, "statistics"))
    assert window.format.key() == ".pdf"
    window.save_button.click()
    wait_for(lambda: opened_files)
    assert opened_files == [path] and path.stat().st_size > 1000 and path.with_suffix(".json").is_file()
    wait_for(lambda: window.table.rows[row_of(window, "statistics")]["made"] != "not made yet")
    assert papers_window.remembered_papers(window.session)["statistics"]["path"] == str(path)


@pytest.mark.slow
@pytest.mark.parametrize("is_due", [False, True])
def test_the_window_begins_with_the_report_that_is_due_in_the_format_of_the_last_one(
    town_session: Any, monkeypatch: pytest.MonkeyPatch, is_due: bool
) -> None:
    monkeypatch.setattr(papers_window, "is_report_due", lambda _made, _today: is_due)
    entry = {"on": "2026-01-08", "month": "2025-12", "path": "/papers/month.docx"}
    town_session.remember("papers", {"monthly_report": entry})
    window = papers_window.open_papers_window(town_session)
    wait_for(lambda: window.table.rows)
    assert (window.kind == "monthly_report") == is_due
    for kind, ending in (("statistics", ".pdf"), ("monthly_report", ".docx"), ("wall_map", ".pdf")):
        window.table.selectRow(row_of(window, kind))
        assert window.format.key() == ending
    window.close()


@pytest.mark.slow
def test_the_book_of_a_compound_is_in_its_menu(town_session: Any, opened_files: list[Path]) -> None:
    from waternet_plugin.gui.printing.compound_menu import CompoundMenu

    menus = CompoundMenu(town_session, town_session.iface.mainWindow())
    menu = QMenu()
    menus.compound_at = lambda _point: ("C1", "Lakeside")

    class Click:
        def mapPoint(self) -> None:  # noqa: N802 (Qt's name)
            return None

    menus.extend(menu, Click())
    (action,) = [each for each in menu.actions() if each.objectName() == "wn_action_compound_book"]
    assert action.text() == "Book of Lakeside"


@pytest.mark.slow
def test_theme_paper_and_scale_of_maps_are_chosen_where_there_are_maps(
    town_session: Any, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    from waternet_plugin.gui.printing import papers_window

    window = papers_window.open_papers_window(town_session)
    until(lambda: window.kind)
    boxes = (window.theme, window.paper, window.scale)
    kinds = [row["kind"] for row in window.table.rows]
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(
        papers_window, "save_paper", lambda *_names, **options: given.append(dict(options["maps"]))
    )
    large = ["A3", "A2", "A1", "A0"]
    kinds_of_maps = (("area_file", ["A4", *large]), ("statistics", []), ("wall_map", ["A1 or A0", *large]))
    for kind, papers in kinds_of_maps:
        window.table.selectRow(kinds.index(kind))
        assert all(box.isEnabled() == bool(papers) for box in boxes), kind
        if papers:
            found = [window.paper.itemText(row) for row in range(window.paper.count())]
            assert found == papers
            window.paper.choose("A3")
            window.theme.choose("material")
            window.scale.choose(2000)
        window.save()
    chosen = {"THEME": "material", "PAPER": "A3", "SCALE": 2000}
    assert given == [chosen, {}, chosen]
    window.paper.choose("")
    assert window.map_choice == {"THEME": "material", "SCALE": 2000}
    window.close()
