"""Point and line tables of CJJ 61: a pair for each class of pipes, with the headings of surveyors."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.files.spreadsheet_file import Column, Sheet
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.handover import codes
from waternet_plugin.core.survey.handover.given_levels import CJJ61, INVERT, TOP
from waternet_plugin.core.survey.handover.placing import X_NORTH, Placing
from waternet_plugin.core.survey.handover.points_lines import HandedOver
from waternet_plugin.core.texts import language

# The staged tree consists of links: never resolve them.
_HERE = Path(__file__).parent
POINTS, LINES = "Point", "Line"
# Survey tables give coordinates and levels to the millimetre.
_DECIMALS = 3


class HandoverColumn(NamedTuple):
    """A column of a table: the field it fills, where its values are, of what type, its names."""

    field: str
    column: str
    type: str
    zh: str
    en: str

    def text(self, unit: str) -> str:
        """Return the heading in the language that is spoken, what is in brackets behind it."""
        name = self.zh if language() == "zh_CN" else self.en
        return f"{name}({unit})" if unit else name


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in rows_of(_HERE / "table_words.csv")}


def word(key: str) -> str:
    """Return a word of the tables in the language that is spoken."""
    return _words()[key]["zh" if language() == "zh_CN" else "en"]


@lru_cache(maxsize=None)
def headings(table: str, level_of: str) -> tuple[HandoverColumn, ...]:
    """Return the columns of the tables of points or lines whose levels are those of crown or invert."""
    shown_headings = []
    for row in rows_of(_HERE / "columns.csv"):
        field, _, of = row["field"].partition(":")
        if row["table"] == table and of in ("", level_of):
            shown_headings.append(
                HandoverColumn(field, row["column"], row["type"], row["heading_zh"], row["heading_en"])
            )
    return tuple(shown_headings)


def level_of_class(system: str, level_of: str) -> str:
    """Return whether the levels of a system are those of the crown (top) or of the invert."""
    if level_of != CJJ61:
        return level_of
    return INVERT if system in systems("drain") else TOP


def _is_section(lines: pd.DataFrame) -> Array:
    """Return which lines have a width and a height: their size is that, whatever diameter stands for it."""
    return np.asarray(lines["width_mm"].notna() & lines["height_mm"].notna())


def sizes_of(lines: pd.DataFrame) -> Array:
    """Return diameters as numbers, and sections as texts of width and height, mm; None for unknown."""
    written_sizes = (
        lines["diameter_mm"].astype(object).where(lines["diameter_mm"].notna(), None).to_numpy().copy()
    )
    box = _is_section(lines)
    sizes = zip(lines["width_mm"].to_numpy()[box].tolist(), lines["height_mm"].to_numpy()[box].tolist())
    sections = np.full(int(box.sum()), None, dtype=object)
    sections[:] = [f"{width:g}X{height:g}" for width, height in sizes]
    written_sizes[box] = sections
    return np.asarray(written_sizes)


def _labels(values: pd.Series, name: str) -> Array:
    spoken = language()
    words = {code: described.label_in(spoken) for code, described in domain(name).items()}
    return np.asarray(values.map(words).astype(object).where(values.notna(), None).to_numpy())


def _days(values: pd.Series) -> Array:
    text = values.dt.strftime("%Y-%m-%d").astype(object)
    return np.asarray(text.where(values.notna(), None).to_numpy())


def column_of(heading: HandoverColumn, frame: pd.DataFrame, unit: str) -> Column:
    """Return one column of a table of points or lines; ``unit`` stands in brackets behind its heading."""
    title = heading.text(unit)
    if heading.type == "size":
        return Column(title, sizes_of(frame))
    if heading.type == "equal_diameter":
        return Column(title, frame["diameter_mm"].where(_is_section(frame)).to_numpy(dtype=float))
    values = frame[heading.column]
    if heading.type in ("material", "burial", "function"):
        return Column(title, _labels(values, heading.type))
    if heading.type == "day":
        return Column(title, _days(values))
    if heading.type == "text":
        return Column(title, np.asarray(values.astype(object).where(values.notna(), None).to_numpy()))
    numbers = values.to_numpy(dtype=float)
    if heading.type == "whole":
        return Column(title, numbers, decimals=0)
    return Column(title, numbers, decimals=None if heading.type == "plain" else _DECIMALS)


def _unit(heading: HandoverColumn, placing: Placing, height_datum: str) -> str:
    """Return what stands in brackets behind a heading: what a reader has to know to use the column."""
    if heading.type == "coordinate":
        north = (heading.field == "x") == (placing.axes == X_NORTH)
        axis = word("north" if north else "east")
        return ",".join((axis, "m", placing.crs_code))
    if heading.type == "metres":
        return f"m,{height_datum}" if heading.field == "ground" and height_datum else "m"
    return {"plain": "m", "size": "mm", "equal_diameter": "mm"}.get(heading.type, "")


def _titles(system: str, table: str, placing: Placing, height_datum: str) -> tuple[str, ...]:
    name = domain("system")[system].label_in(language())
    title = word("points" if table == POINTS else "lines").format(system=name)
    facts = [word("crs").format(crs=placing.crs.name, code=placing.crs_code)]
    if height_datum:
        facts.append(word("height").format(datum=height_datum))
    return title, "; ".join(facts)


def sheets_of(handed: HandedOver, placing: Placing, *, level_of: str, height_datum: str) -> Iterator[Sheet]:
    """Yield the tables of points and lines of each class that has any.

    Parameters
    ----------
    handed
        Points and lines.
    placing
        CRS and axes to hand over in.
    level_of
        One of `LEVELS_OF`.
    height_datum
        Words for the height datum, empty where it is not known.
    """
    points, lines = handed.points, handed.lines
    east, north = placing.moved(points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float))
    for system in domain("system"):
        letters = codes.class_letters(system)
        for table, frame, name in ((POINTS, points, "point"), (LINES, lines, "line")):
            in_system = (frame["system"] == system).to_numpy()
            if not in_system.any():
                continue
            rows = frame[in_system]
            first, second = (north, east) if placing.axes == X_NORTH else (east, north)
            columns = []
            for heading in headings(name, level_of_class(system, level_of)):
                unit = _unit(heading, placing, height_datum)
                if heading.type == "coordinate":
                    values = (first if heading.field == "x" else second)[in_system]
                    columns.append(Column(heading.text(unit), values, decimals=_DECIMALS))
                else:
                    columns.append(column_of(heading, rows, unit))
            yield Sheet(letters + table, tuple(columns), _titles(system, table, placing, height_datum))
