"""JSON from outside: whatever is wrong with it is one kind of error, brackets without end included."""

from __future__ import annotations

import json
from typing import Any

from waternet_plugin.core.texts import tr


def parse_json(text: str, **options: Any) -> Any:
    """Return what a JSON text holds.

    Parameters
    ----------
    text
        JSON.
    options
        As for ``json.loads``.

    Raises
    ------
    json.JSONDecodeError
        When it is not JSON, or its brackets are nested too deep to be read.
    """
    try:
        return json.loads(text, **options)
    except RecursionError:
        raise json.JSONDecodeError(tr("the brackets are nested too deep"), text, 0) from None


def stored_object(text: object) -> dict[str, Any]:
    """Return the object of a stored text, an empty one where the text holds none."""
    try:
        found = parse_json(text) if isinstance(text, str) and text else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}
