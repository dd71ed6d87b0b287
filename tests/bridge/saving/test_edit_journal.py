"""Where the network stood before the edits that are kept is noted once, as soon as it can be read."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from support.edit_session import change, layer_in_editing

from waternet_plugin.bridge.saving.edit_journal import EditJournal
from waternet_plugin.core.errors import LockedError
from waternet_plugin.store import open_network
from waternet_plugin.store.unsaved_edits import left_edits


@pytest.fixture
def journal(saves, tmp_path):
    """What keeps the edits of the open project."""
    made = EditJournal(saves, tmp_path / "unsaved")
    yield made
    made.remove()


def _noted_position(journal: EditJournal, path: Any, tmp_path: Any) -> str:
    # Elsewhere: what this run has open is not left by an ended one.
    copy = shutil.copytree(journal.folder, tmp_path / "ended", dirs_exist_ok=True)
    (left,) = left_edits(copy, str(path))
    return left.seen


def test_a_position_that_can_not_be_read_is_asked_for_again(saves, journal, path, tmp_path, monkeypatch):
    pipes = layer_in_editing(path, "pipe")
    with open_network(path) as network:
        position = network.position()
    with monkeypatch.context() as patched:

        def refuse(_path: str) -> str:
            raise LockedError("Another program writes.")

        patched.setattr(saves, "position", refuse)
        change(pipes, "P-1", material="pe")
        journal.flush()
        assert _noted_position(journal, path, tmp_path) == ""
    change(pipes, "P-1", material="copper")
    journal.flush()
    assert _noted_position(journal, path, tmp_path) == position
