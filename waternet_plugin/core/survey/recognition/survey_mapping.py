"""The MAPPING of a survey: presets, tables, fields; checked before a file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from waternet_plugin.core.cells.encodings import known_codec
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.survey.records import END_FIELDS, LINE_FIELDS, POINT_FIELDS, ROLES
from waternet_plugin.core.texts import listed, tr

FORMATS = (
    "cass_dat", "pnezd", "penzd", "cjj61_tables", "cjj61_combined", "landxml", "gsi", "sdr33", "rw5",
    "jobxml", "dxf_cass", "field_gpkg",
)  # fmt: skip
_KEYS = ("preset", "tables", "values", "id_prefix", "decisions", "encoding")
# What codes can be given a meaning: kinds of points, by whatever column says them, and what lines are.
VALUE_FIELDS = ("kind", "code", "feature", "appurtenance", "system", "material", "burial", "function")
_TABLE_KEYS = ("file", "sheet", "role", "heading_row", "fields", "defaults")


@dataclass(frozen=True)
class TableMapping:
    """What a mapping says of the tables that its patterns fit."""

    file: str = "*"
    sheet: str = "*"
    role: str = ""
    heading_row: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyMapping:
    """A checked MAPPING; ``raw`` is the object it was read from.

    ``level_columns`` and ``sheets`` are answers of DECISIONS: the field of a column by its heading, and what
    becomes of a sheet by its name, by file, ``*`` for all. ``makes_lines`` says whether the points make
    lines, so that columns of points tell of these, too.
    """

    preset: str = ""
    tables: tuple[TableMapping, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)
    level_columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    makes_lines: bool = False

    def of(self, file: str, sheet: str) -> TableMapping:
        """Return what is said of a sheet of a file: the first entry whose patterns fit."""
        name = _bare(file)
        for table in self.tables:
            if (fnmatch(name, table.file) or fnmatch(file, table.file)) and fnmatch(sheet, table.sheet):
                return table
        return TableMapping()

    @property
    def left_out(self) -> Mapping[str, frozenset[str]]:
        """The codes of points that are left out, folded, by field: those that mean null."""
        values = self.raw.get("values") or {}
        kinds = {fold(word) for word, code in values.get("kind", {}).items() if code is None}
        own = {
            name: kinds | {fold(word) for word, code in values.get(name, {}).items() if code is None}
            for name in ("code", "feature", "appurtenance")
        }
        return {name: frozenset(words) for name, words in own.items() if words}

    def levels_of(self, file: str) -> Mapping[str, str]:
        """Return the fields that were answered for columns of a file, those for all files among them."""
        return _answers_of(self.level_columns, file)

    def leaves_out(self, file: str, sheet: str) -> bool:
        """Return whether it was answered that a sheet of a file is left out."""
        return _answers_of(self.sheets, file).get(sheet) == LEAVE_OUT


def _answers_of(answers: Mapping[str, Mapping[str, str]], file: str) -> Mapping[str, str]:
    return {**answers.get("*", {}), **answers.get(file, answers.get(_bare(file), {}))}


def _bare(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def _wrong(what: str) -> InputError:
    return InputError(tr("The mapping of the survey is not valid: {what}").format(what=what))


def _texts(raw: Any, key: str, known: frozenset[str]) -> dict[str, str]:
    if not isinstance(raw, Mapping) or not all(isinstance(value, str) for value in raw.values()):
        raise _wrong(tr("“{key}” must name a text for each field.").format(key=key))
    strange = sorted(set(raw) - known)
    if strange:
        message = tr("“{key}” names {fields}, which no survey has. Known fields: {known}.")
        raise _wrong(message.format(key=key, fields=listed(strange), known=listed(sorted(known))))
    return dict(raw)


def _table(raw: Any) -> TableMapping:
    if not isinstance(raw, Mapping) or set(raw) - set(_TABLE_KEYS):
        raise _wrong(tr("each entry of “tables” has the keys {keys} only.").format(keys=listed(_TABLE_KEYS)))
    role = raw.get("role", "")
    if role and role not in ROLES:
        raise _wrong(tr("“role” is one of {roles}.").format(roles=listed(ROLES)))
    row = raw.get("heading_row", 0)
    if isinstance(row, bool) or not isinstance(row, int) or row < 0:
        raise _wrong(tr("“heading_row” is a whole number from 1."))
    for key in ("file", "sheet"):
        if not isinstance(raw.get(key, "*"), str):
            raise _wrong(tr("“{key}” is a text, * stands for any signs.").format(key=key))
    known = frozenset((*POINT_FIELDS, *LINE_FIELDS, *END_FIELDS))
    return TableMapping(
        file=raw.get("file", "*"),
        sheet=raw.get("sheet", "*"),
        role=role,
        heading_row=row,
        fields=_texts(raw.get("fields", {}), "fields", known),
        defaults=_texts(raw.get("defaults", {}), "defaults", known),
    )


def _check_values(raw: Any) -> None:
    """Refuse meanings of what no survey has: nobody would see that they are passed over."""
    if not isinstance(raw, Mapping) or not all(isinstance(codes, Mapping) for codes in raw.values()):
        raise _wrong(tr("“values” must contain codes in braces, by field."))
    strange = sorted(set(raw) - set(VALUE_FIELDS))
    if strange:
        message = tr("“values” names {fields}, which no survey has. Known fields: {known}.")
        raise _wrong(message.format(fields=listed(strange), known=listed(VALUE_FIELDS)))


def survey_mapping(raw: Any) -> SurveyMapping:
    """Return the mapping that an object of JSON holds.

    Parameters
    ----------
    raw
        As CONTRACT section 9 describes it; None for none.

    Raises
    ------
    InputError
        When it is not valid.
    """
    if raw is None:
        return SurveyMapping()
    if not isinstance(raw, Mapping) or set(raw) - set(_KEYS):
        raise _wrong(tr("it is an object with the keys {keys} only.").format(keys=listed(_KEYS)))
    preset = raw.get("preset", "")
    if preset and preset not in FORMATS:
        raise _wrong(tr("“preset” is one of {presets}.").format(presets=listed(FORMATS)))
    encoding = raw.get("encoding", "")
    if not isinstance(encoding, str) or (encoding and known_codec(encoding) is None):
        raise _wrong(
            tr("“encoding” is the name of an encoding, such as {names}.").format(names="utf-8, gb18030")
        )
    _check_values(raw.get("values", {}))
    tables = raw.get("tables", [])
    if not isinstance(tables, list):
        raise _wrong(tr("“tables” is a list."))
    return SurveyMapping(preset or "", tuple(_table(table) for table in tables), dict(raw))
