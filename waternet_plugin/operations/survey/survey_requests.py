"""What a survey import is asked for; parameters that are JSON are text, or the path of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.survey.decisions.answers import read_answers
from waternet_plugin.core.survey.recognition.survey_mapping import survey_mapping
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.survey.checked_surveys import (
    AS_BUILT,
    CENSUS,
    DESIGN,
    RECHECK,
    SEQUENCE,
    TABLE_LINES,
    prefixes_of,
)


def parsed_json(name: str, source: str) -> Optional[Mapping[str, Any]]:
    """Return the object of a parameter, None where it is empty.

    Parameters
    ----------
    name
        Of the parameter, for messages.
    source
        JSON text, or the path of a JSON file.

    Raises
    ------
    InputError
        When it can't be read, or is not one object.
    """
    text = source.strip()
    if not text:
        return None
    if not text.startswith("{"):
        try:
            text = Path(text).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            message = tr("{name}: the file {path} can't be read. Give a JSON file in UTF-8, or JSON text.")
            raise InputError(message.format(name=name, path=source[:200])) from error
    try:
        found = parse_json(text, unique_keys=True)
    except json.JSONDecodeError as error:
        message = tr("{name} is not valid JSON: line {line}, column {column}. Correct it and run again.")
        raise InputError(message.format(name=name, line=error.lineno, column=error.colno)) from error
    except ValueError as error:
        raise InputError(
            tr("{name} can't be read: {reason}. Correct it and run again.").format(name=name, reason=error)
        ) from error
    if not isinstance(found, dict):
        raise InputError(tr("{name} must be a single JSON object in braces.").format(name=name))
    return found


@dataclass(frozen=True)
class ImportSurveyRequest:
    """What is imported, and how.

    Parameters
    ----------
    inputs
        Files or folders, joined by semicolons.
    mapping, decisions
        Each JSON text, or the path of a JSON file; '' for none.
    purpose
        ``census`` of what is there; ``as_built``: lines on planned pipes take their place;
        ``recheck``: points name nodes of the network, and what differs is told, or taken as DECISIONS say.
    lines
        From the ``table`` or drawing, by the ``design`` (points along planned pipes), or by ``sequence``
        (points in the order of the file).
    valid_only
        Leave out rows with errors instead of refusing the run.
    join_tolerance_m
        Distance in plan up to which a point joins a node of the network.
    dry_run
        Only look what would be imported.

    Raises
    ------
    InputError
        For a mapping or decisions that can't be read, and a tolerance below 0.
    """

    inputs: str
    mapping: str = ""
    decisions: str = ""
    purpose: str = CENSUS
    lines: str = TABLE_LINES
    valid_only: bool = False
    join_tolerance_m: float = 0.05
    dry_run: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.join_tolerance_m <= 10):
            raise InputError(tr("JOIN_TOLERANCE is a distance from 0 to 10 m."))
        survey_mapping(self.parsed_mapping)
        prefixes_of(self.parsed_mapping)
        for name, value, known in (
            ("PURPOSE", self.purpose, (CENSUS, AS_BUILT, RECHECK)),
            ("LINES", self.lines, (TABLE_LINES, DESIGN, SEQUENCE)),
        ):
            if value not in known:
                message = tr("{name} can't be “{value}”. Use one of: {values}.")
                raise InputError(message.format(name=name, value=value, values=listed(known)))

    @property
    def parsed_mapping(self) -> Optional[Mapping[str, Any]]:
        """The mapping, None without one."""
        return parsed_json("MAPPING", self.mapping)

    @property
    def answers(self) -> Mapping[str, Any]:
        """The decisions: those of the mapping, and over them those that are given."""
        mapping = self.parsed_mapping or {}
        within = {"encoding": mapping["encoding"]} if mapping.get("encoding") else {}
        within |= mapping.get("decisions") or {}
        given = parsed_json("DECISIONS", self.decisions) or {}
        return read_answers(json.dumps({**within, **given}))
