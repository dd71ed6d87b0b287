"""Decisions about survey files as people read them; keys and values stay what files and scripts have."""

from __future__ import annotations

from collections.abc import Mapping

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT
from waternet_plugin.core.places.deciding.said_words import datum_name
from waternet_plugin.core.survey.recognition.field_words import field_words
from waternet_plugin.core.survey.recognition.level_columns import FIELDS
from waternet_plugin.core.texts import tr


def key_name(key: str) -> str:
    """Return what people call a decision."""
    names = {
        "encoding": tr("Encoding"),
        "level_columns": tr("Columns of levels"),
        "sheets": tr("Sheets"),
        "axes": tr("Axes"),
        "crs": tr("Coordinate system"),
        "height_datum": tr("Height datum"),
        "height_of": tr("Heights are of"),
        "level_of": tr("Levels are of"),
        "diameter_of": tr("Diameters are"),
        "planned_pipe": tr("Planned pipe"),
    }
    return names.get(key, key)


def value_words(key: str, value: object) -> str:
    """Return what a value of a decision means."""
    words: Mapping[str, Mapping[str, str]] = {
        "axes": {
            "x_north": tr("the first coordinate is north"),
            "x_east": tr("the first coordinate is east"),
        },
        "angles": {
            "decimal": tr("decimal degrees"),
            "packed": tr("degrees, minutes and seconds in one number (D.MMSS)"),
        },
        "height_datum": {
            "1985": datum_name("1985"),
            **{
                datum: tr("{datum}: take the heights as they are").format(datum=datum_name(datum))
                for datum in ("1956", "local")
            },
            "ellipsoidal": tr("ellipsoidal heights: leave them out"),
        },
        "height_of": {"ground": tr("ground"), "top": tr("top of the pipe"), "invert": tr("invert")},
        "level_of": {
            "top": tr("top of the pipe"),
            "invert": tr("invert"),
            "cjj61": tr("top for pressure pipes, invert for drains (CJJ 61)"),
        },
        "diameter_of": {"nominal": tr("nominal diameters"), "outer": tr("outer diameters")},
        "level_columns": _level_fields(),
        "sheets": {LEAVE_OUT: tr("leave out")},
        "encoding": {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB 18030", "gbk": "GBK"},
    }
    return crs_words(str(value)) if key == "crs" else words.get(key, {}).get(str(value), str(value))


def _level_fields() -> dict[str, str]:
    """Return the fields that a column of levels may mean, and that it is left out."""
    return {
        **{name: field_words(name) for fields in FIELDS.values() for name in fields},
        LEAVE_OUT: tr("leave out"),
    }


def level_words(columns: Mapping[str, str]) -> list[str]:
    """Return what was said of columns of levels, a text for each.

    Parameters
    ----------
    columns
        The field by heading, or that it is left out.
    """
    text = tr("{column}: {field}", "a column, and what it holds")
    words = _level_fields()
    return [text.format(column=column, field=words.get(field, field)) for column, field in columns.items()]


def crs_words(code: str) -> str:
    """Return what a coordinate system is called, with its code; a transform set as it is."""
    from waternet_plugin.core.places.coordinates import read_crs

    if ":" not in code:
        return code
    try:
        return f"{read_crs(code).name} ({code})"
    except InputError:
        return code
