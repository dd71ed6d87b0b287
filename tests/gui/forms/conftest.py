"""What a form finds around it in QGIS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.form_frame import form_context


@pytest.fixture(scope="module")
def surroundings(qgis_app: Any) -> Iterator[Any]:
    """What a form finds around it in QGIS."""
    with form_context() as context:
        yield context
