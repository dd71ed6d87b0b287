"""What people call the fields of points and lines; mappings call them by the names of `records`."""

from __future__ import annotations

from waternet_plugin.core.survey.records import END_FIELDS, SIDES
from waternet_plugin.core.texts import tr


def field_words(name: str) -> str:
    """Return what people call a field of points or lines; another name as it is."""
    side, _space, rest = name.partition("_")
    if name in END_FIELDS:
        start, end = tr("{field}, at the start"), tr("{field}, at the end")
        return (start if side == SIDES[0] else end).format(field=field_words(rest))
    words = {
        "point_no": tr("number of the point"),
        "map_no": tr("number on the map"),
        "x": tr("coordinate x"),
        "y": tr("coordinate y"),
        "h": tr("height of the point"),
        "code": tr("code of the point"),
        "feature": tr("feature of the point"),
        "appurtenance": tr("appurtenance of the point"),
        "system": tr("system"),
        "ground": tr("ground level of the point"),
        "depth": tr("depth of the point"),
        "survey_date": tr("date of the survey"),
        "surveyor": tr("surveyor"),
        "photo": tr("photo"),
        "h_rms": tr("horizontal accuracy (RMS)"),
        "v_rms": tr("vertical accuracy (RMS)"),
        "solution": tr("state of the solution"),
        "pipe_id": tr("id of the pipe"),
        "start_no": tr("point at the start"),
        "end_no": tr("point at the end"),
        "start_depth": tr("depth at the start"),
        "end_depth": tr("depth at the end"),
        "start_level": tr("level at the start"),
        "end_level": tr("level at the end"),
        "length": tr("length"),
        "material": tr("material"),
        "size": tr("size (DN)"),
        "equal_diameter": tr("equivalent diameter"),
        "burial": tr("burial method"),
        "owner": tr("owner"),
        "year": tr("year of construction"),
        "street": tr("street"),
        "backfilled_on": tr("date of the backfill"),
        "material_verified_by": tr("material verified by"),
        "material_verified_on": tr("material verified on"),
        "function": tr("function of the pipe"),
    }
    return words.get(name, name)


def along_words(name: str) -> str:
    """Return what people call a field of lines in a table of the points that make them."""
    words = {"start_depth": tr("depth of the pipe"), "start_level": tr("level of the pipe")}
    return words.get(name) or field_words(name)


def named_field(name: str) -> str:
    """Return what people call a field, with the name that a mapping has for it."""
    return f"{field_words(name)} ({name})"
