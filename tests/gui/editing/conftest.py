"""The small network open as its project, its pipes in editing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.begun_editing import begin_editing


@pytest.fixture
def session(open_session: Any) -> Any:
    """The session with the small network open."""
    return open_session


@pytest.fixture
def pipes(session: Any) -> Iterator[Any]:
    """The pipe layer in editing."""
    layer = session.layer("pipe")
    begin_editing(layer)
    yield layer
    if layer.isEditable():
        layer.rollBack()
