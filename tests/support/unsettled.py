"""Saves without what settling adds, for tests that count what was given."""

from __future__ import annotations

import pytest

from waternet_plugin.core.network.settling.settling import Settled
from waternet_plugin.operations.editing import save_edits


def leave_unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a Save write just the rows it is given; what follows from edits has tests of its own."""
    monkeypatch.setattr(save_edits, "settle", lambda edits, *_around, **_more: Settled(edits, (), ()))
