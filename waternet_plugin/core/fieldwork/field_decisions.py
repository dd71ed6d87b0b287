"""What a person says about a package that came back: which side a conflict takes, what goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.texts import tr

# Ours is what the network holds, theirs what the crew brought.
OURS, THEIRS = "ours", "theirs"
_SIDES = (OURS, THEIRS)
Side = Union[str, Mapping[str, str]]


@dataclass(frozen=True)
class FieldDecisions:
    """Decisions about a package.

    Parameters
    ----------
    default
        ``OURS`` or ``THEIRS`` for all conflicts that `rows` does not name; '' leaves them open.
    rows
        By UUID the side of a row, or of its fields by name.
    delete
        The UUIDs of rows that the crew deleted and that are deleted here, too.
    delete_all
        Whether all of these are.
    again
        Whether a return that was read before is read once more.
    """

    default: str = ""
    rows: Mapping[str, Side] = field(default_factory=dict)
    delete: frozenset[str] = frozenset()
    delete_all: bool = False
    again: bool = False

    def side(self, uuid: str, name: str) -> str:
        """Return which side a field of a row takes, '' where that is open."""
        side = self.rows.get(uuid, self.default)
        return side if isinstance(side, str) else side.get(name, self.default)

    def is_deleted(self, uuid: str) -> bool:
        """Return whether a row that the crew deleted goes here, too."""
        return self.delete_all or uuid in self.delete


def read_decisions(text: str) -> FieldDecisions:
    """Return the decisions of a JSON file or text; none of an empty one.

    Raises
    ------
    InputError
        For what is not JSON, or says something else.
    """
    if not text.strip():
        return FieldDecisions()
    path = text.strip()
    try:
        if not path.startswith("{"):
            text = Path(path).read_text(encoding="utf-8-sig")
        found = parse_json(text, unique_keys=True)
    except (OSError, ValueError) as error:
        message = tr("DECISIONS can't be read: {reason}. Give a JSON file or text.")
        raise InputError(message.format(reason=error)) from error
    return _decisions(found)


def _decisions(found: Any) -> FieldDecisions:
    known = {"default", "rows", "delete", "again"}
    if not isinstance(found, dict) or not set(found) <= known:
        raise InputError(tr("DECISIONS may only hold: default, rows, delete, again. Correct it."))
    default, rows, delete = found.get("default", ""), found.get("rows", {}), found.get("delete", [])
    sides = rows.values() if isinstance(rows, dict) else (None,)
    each = [side for one in sides for side in (one.values() if isinstance(one, dict) else [one])]
    if default not in ("", *_SIDES) or any(one not in _SIDES for one in each):
        raise InputError(tr("A side in DECISIONS is ours (the network) or theirs (the crew). Correct it."))
    if delete is not True and not (isinstance(delete, list) and all(isinstance(one, str) for one in delete)):
        raise InputError(tr("“delete” in DECISIONS is true or a list of UUIDs. Correct it."))
    return FieldDecisions(
        default,
        rows,
        frozenset() if delete is True else frozenset(delete),
        delete is True,
        found.get("again") is True,
    )
