"""The way of the office for the month's report: the window of papers, Word, Save."""

from __future__ import annotations

import os
import sys
import time
import zipfile
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform, written  # noqa: E402
from map_hands import HANDS, expect, idle, sample, session  # noqa: E402
from qgis.PyQt.QtWidgets import QFileDialog  # noqa: E402

from waternet_plugin.gui.printing import papers_window  # noqa: E402


def way() -> Script:
    """Save the report of the month that is due as a document for Word; print clicks and seconds."""
    yield from sample()
    # The day decides what is picked first: from the tenth on it is the month's report.
    papers_window.is_report_due = lambda _made, _today: True
    begun = time.monotonic()
    window = papers_window.open_papers_window(session())
    yield lambda: window.kind == "monthly_report" and idle()
    yield pause(1)
    HANDS.shoot("papers_window")
    HANDS.clicks = 0
    box = window.format
    HANDS.click("wn_papers_format")
    yield box.view().isVisible
    yield pause(0.5)
    row = [box.itemData(index) for index in range(box.count())].index(".docx")
    cell = box.view().visualRect(box.model().index(row, 0))
    HANDS.click_at(box.view().viewport().mapToGlobal(cell.center()))
    yield lambda: box.key() == ".docx"
    HANDS.click_at(window.save_button.mapToGlobal(window.save_button.rect().center()))
    yield lambda: HANDS.window(QFileDialog) is not None
    yield pause(0.7)
    # The proposed name is taken by Return.
    HANDS.key("Return")
    yield lambda: HANDS.window(QFileDialog) is None
    folder = Path(session().network_path).parent
    yield lambda: bool(written(folder, "*.docx")) and idle()
    yield pause(1)
    (report,) = written(folder, "*.docx")
    with zipfile.ZipFile(report) as document:
        expect("word/document.xml" in document.namelist(), True, "a document for Word")
    HANDS.shoot("papers_written")
    expect(HANDS.clicks, 3, "clicks from the window of papers to the report")
    finish("month_report", HANDS.clicks, time.monotonic() - begun, report.name)


perform(way(), HANDS)
