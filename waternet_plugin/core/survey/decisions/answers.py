"""DECISIONS: the answers that a person gives, for all files and for single ones."""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.places.deciding.decisions import KEYS
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT, FileAnswers, NewTransformSet
from waternet_plugin.core.places.reading import AXES
from waternet_plugin.core.survey.work_order import KEYS as WORK_ORDER_KEYS
from waternet_plugin.core.texts import listed, tr

VALUES: Mapping[str, tuple[str, ...]] = {
    "axes": AXES,
    "angles": ("decimal", "packed"),
    "height_datum": ("1985", "1956", "local", "ellipsoidal"),
    "height_of": ("ground", "top", "invert"),
    "level_of": ("top", "invert", "cjj61"),
    "diameter_of": ("nominal", "outer"),
}
# Keys of DECISIONS that other steps of the import read.
_OTHER_KEYS = ("angles", "again", "take", "planned_pipe", *WORK_ORDER_KEYS)


def _day(value: object, name: str) -> Optional[datetime.date]:
    text = str(value or "").strip()
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        message = tr("Transform set “{name}”: “{day}” is not a date. Write it as 2026-12-31.")
        raise InputError(message.format(name=name, day=text[:40])) from error


def _new_set(given: Mapping[str, Any]) -> NewTransformSet:
    name = str(given.get("name") or "").strip() or tr("Local grid")
    try:
        pairs = np.array(given.get("pairs") or [], dtype=float)
    except (TypeError, ValueError):
        pairs = np.zeros(0)
    if pairs.ndim != 2 or pairs.shape[1] != 4:
        raise InputError(
            tr(
                "Transform set “{name}”: give “pairs” as a list of [x, y, east, north], at least three of "
                "them."
            ).format(name=name)
        )
    return NewTransformSet(name, pairs, _day(given.get("valid_until"), name))


def _crs(value: object) -> str:
    """Return the answer for crs as text: whole numbers are EPSG codes."""
    text = str(value).strip()
    return f"EPSG:{text}" if text.isdecimal() and 4 <= len(text) <= 6 else text


def _checked(key: str, value: object, file: str) -> str:
    text = str(value).strip()
    if key == "encoding":
        try:
            return codecs.lookup(text).name
        except LookupError as error:
            message = tr("DECISIONS, {file}: encoding “{value}” is not known. Use utf-8 or gb18030.")
            raise InputError(message.format(file=file, value=text[:40])) from error
    if text not in VALUES[key]:
        message = tr("DECISIONS, {file}: {key} can't be “{value}”. Use one of: {values}.")
        raise InputError(message.format(file=file, key=key, value=text[:40], values=listed(VALUES[key])))
    return text


def _merged(answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    files = answers.get("files") or {}
    own = files.get(name)
    if own is None:
        own = files.get(PurePath(name.replace("\\", "/")).name)
    return {**{key: value for key, value in answers.items() if key != "files"}, **(own or {})}


def file_answers(answers: Mapping[str, Any], name: str) -> FileAnswers:
    """Return the answers for one file: its own before those for all files.

    Parameters
    ----------
    answers
        DECISIONS, read from JSON.
    name
        Of the file, with or without its folder in DECISIONS.

    Raises
    ------
    InputError
        When a value is not one of its key's.
    """
    values: dict[str, str] = {}
    columns: dict[str, str] = {}
    sheets: dict[str, str] = {}
    crs, new_set = "", None
    for key, value in _merged(answers, name).items():
        if key not in (*KEYS, "angles") or value is None:
            continue
        if key == "crs" and isinstance(value, Mapping):
            new_set = _new_set(value)
        elif key == "crs":
            crs = _crs(value)
        elif key == "level_columns":
            columns = _columns(value, name)
        elif key == "sheets":
            sheets = _sheets(value, name)
        else:
            values[key] = _checked(key, value, name)
    return FileAnswers(values, crs, new_set, columns, sheets)


def _columns(value: object, file: str) -> dict[str, str]:
    """Return the fields of columns by heading; a bare text is the answer for all of them."""
    if value == LEAVE_OUT:
        return {"*": LEAVE_OUT}
    if not isinstance(value, Mapping) or not all(isinstance(field, str) for field in value.values()):
        example = '{"level_columns": {"井底标高": "leave_out"}}'
        message = tr("DECISIONS, {file}: give “level_columns” as in this example: {example}")
        raise InputError(message.format(file=file, example=example))
    return {str(heading): field for heading, field in value.items()}


def _sheets(value: object, file: str) -> dict[str, str]:
    """Return what becomes of sheets by their names."""
    if not isinstance(value, Mapping) or not all(choice == LEAVE_OUT for choice in value.values()):
        message = tr("DECISIONS, {file}: give “sheets” as in this example: {example}")
        raise InputError(message.format(file=file, example=f'{{"sheets": {{"Sheet2": "{LEAVE_OUT}"}}}}'))
    return {str(sheet): LEAVE_OUT for sheet in value}


def answered_columns(answers: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the fields of columns of levels that DECISIONS gives, by file; * for all files.

    Raises
    ------
    InputError
        When they have another form.
    """
    return _by_file(answers, "level_columns", _columns)


def answered_sheets(answers: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return what DECISIONS says of sheets that nobody understands, by file; * for all files.

    Raises
    ------
    InputError
        When it has another form.
    """
    return _by_file(answers, "sheets", _sheets)


def _by_file(
    answers: Mapping[str, Any], key: str, read: Callable[[object, str], dict[str, str]]
) -> dict[str, dict[str, str]]:
    sections = {"*": answers, **(answers.get("files") or {})}
    return {
        name: read(given[key], name)
        for name, given in sections.items()
        if isinstance(given, Mapping) and given.get(key)
    }


def read_answers(text: str) -> dict[str, Any]:
    """Return DECISIONS from JSON text, checked for keys and files' sections; an empty text is no answer.

    Raises
    ------
    InputError
        When it is not JSON of that form, or a key is not known.
    """
    if not text.strip():
        return {}
    try:
        answers = parse_json(text, unique_keys=True)
    except ValueError as error:
        raise InputError(
            tr("DECISIONS is not valid JSON: {error}. Correct it.").format(error=error)
        ) from error
    sections = [answers, *answers.get("files", {}).values()] if _has_form(answers) else [None]
    for section in sections:
        if not isinstance(section, Mapping):
            example = '{"axes": "x_north", "files": {"a.dat": {"crs": "EPSG:4547"}}}'
            raise InputError(tr("DECISIONS must be of this form: {example}").format(example=example))
        for key in section:
            if key not in (*KEYS, *_OTHER_KEYS) and not (key == "files" and section is answers):
                message = tr("DECISIONS: “{key}” is not known. Use one of: {keys}.")
                raise InputError(message.format(key=str(key)[:40], keys=listed((*KEYS, *_OTHER_KEYS))))
    return dict(answers)


def _has_form(answers: object) -> bool:
    return isinstance(answers, Mapping) and isinstance(answers.get("files", {}), Mapping)


def unused_files(answers: Mapping[str, Any], names: Iterable[str]) -> tuple[str, ...]:
    """Return the files that DECISIONS names and the input lacks."""
    known_files = {part for name in names for part in (name, PurePath(name.replace("\\", "/")).name)}
    return tuple(name for name in answers.get("files") or {} if name not in known_files)
