"""JSON that people write."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: str, **options: Any) -> Any:
    """Return what a JSON text holds; `options` are those of ``json.loads``.

    Raises
    ------
    json.JSONDecodeError
        When it is no JSON, or brackets within brackets go deeper than Python reads.
    """
    try:
        return json.loads(text, **options)
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None
