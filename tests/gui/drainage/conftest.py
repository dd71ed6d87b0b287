"""What tests of the drainage panes share: a session on a copy of the sample town."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def town(open_sample_town: Callable[[], Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()
