"""A network that another program holds: it is said, nothing is lost that was typed, and later it works."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QPushButton
from support.walker import write_files
from support.widgets import trigger


@pytest.fixture
def opened(open_session: Any, iface: Any, until: Any) -> Any:
    """The session with the small network open in a window that is up."""
    iface.window.show()
    until(lambda: not open_session.running)
    return open_session


@pytest.fixture
def holder(small_network: Path) -> Iterator[sqlite3.Connection]:
    """Another program in the middle of a write."""
    other = sqlite3.connect(small_network, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.mark.slow
def test_an_undo_says_that_somebody_writes_and_works_later(
    opened: Any, plugin: Any, iface: Any, holder: sqlite3.Connection, until: Any
) -> None:
    section = plugin.dock.sections[0]
    trigger(section, "wn_network_undo")
    until(iface.messages)
    (said,) = iface.messages()
    assert "small.gpkg" in said
    with opened.network() as network:
        assert network.count("pipe") == 3
    holder.execute("ROLLBACK")
    trigger(section, "wn_network_undo")
    until(lambda: len(iface.messages()) == 2)
    with opened.network() as network:
        assert network.count("pipe") == 0


@pytest.mark.slow
def test_an_adoption_says_so_and_keeps_all_that_was_answered(
    opened: Any, holder: sqlite3.Connection, until: Any, tmp_path: Path
) -> None:
    pipes, _failures = write_files(tmp_path / "files")
    wizard = opened.open_wizard([str(pipes)])
    until(lambda: wizard.state.sources and not wizard.is_busy)
    wizard.go_to(2)
    wizard.codes.accept_suggestions()
    wizard.codes.give_up_rest()
    wizard.go_to(4)
    until(lambda: not wizard.is_busy and wizard.adopting.can_adopt)
    answers = wizard.state.sources[0].mapping
    adopt = wizard.findChild(QPushButton, "wn_wizard_next")
    adopt.click()
    until(lambda: not wizard.is_busy)
    assert "small.gpkg" in wizard.message.text()
    assert not wizard.is_done and wizard.step == 4 and wizard.state.sources[0].mapping == answers
    holder.execute("ROLLBACK")
    adopt.click()
    until(lambda: wizard.is_done)
    with opened.network() as network:
        assert network.count("pipe") == 3 + 11
