"""JSON from outside: whatever is wrong with it is one kind of error, brackets without end included."""

from __future__ import annotations

import json
import math
from typing import Any, Optional

from waternet_plugin.core.texts import tr


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(tr("it contains “{key}” twice; keep one of them").format(key=key))
        found[key] = value
    return found


def parse_json(text: str, *, unique_keys: bool = False) -> Any:
    """Return what a JSON text holds.

    Parameters
    ----------
    text
        JSON.
    unique_keys
        Whether a name may stand once only in an object: what people write. Else the last one counts.

    Raises
    ------
    json.JSONDecodeError
        When it is not JSON, or its brackets are nested too deep to be read.
    ValueError
        When a name stands twice where it may not.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique if unique_keys else None)
    except RecursionError:
        raise json.JSONDecodeError(tr("the brackets are nested too deep"), text, 0) from None


def _finite(number: str) -> Optional[float]:
    value = float(number)
    return value if math.isfinite(value) else None


def _unknown(_word: str) -> None:
    return None


def stored_object(text: object) -> dict[str, Any]:
    """Return the object of a stored text, an empty one where the text holds none.

    NaN and numbers without end, which another program may write, are unknown.
    """
    return _object(text, parse_constant=_unknown, parse_float=_finite)


def exact_object(text: object) -> dict[str, Any]:
    """Return the object of a stored text, numbers without end as they are, since undo writes them back."""
    return _object(text)


def _object(text: object, **numbers: Any) -> dict[str, Any]:
    try:
        found = json.loads(text, **numbers) if isinstance(text, str) and text else {}
    except (ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}
