"""Small surveys in every format and encoding, each with one of the traps that lose data, and what they give.

A file is made from cells as texts; what it must give is worked out here, never read by the code under test.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Optional

import numpy as np
import pandas as pd

from support.old_workbook import old_workbook
from support.survey_frames import no_network
from support.workbook_files import DAY, Raw, plain_workbook, sheet_xml, workbook
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide
from waternet_plugin.core.survey.file_facts import file_facts
from waternet_plugin.core.survey.row_findings import findings_frame
from waternet_plugin.core.survey.survey_check import CheckOptions, checked_survey
from waternet_plugin.core.survey.typed.typed_file import file_checks, typed_file
from waternet_plugin.operations.survey.checked_surveys import DecidedFiles, placed_survey
from waternet_plugin.operations.survey.survey_files import read_survey_file

TODAY = datetime.date(2026, 11, 22)
NORTH, EAST = 2815193.253, 408261.305
# Assets in the same street: the zone needs no question.
_AROUND = NetworkFacts("EPSG:4547", np.array([[EAST + 50.0, NORTH + 5.0], [EAST - 30.0, NORTH]]))


@dataclass(frozen=True)
class Row:
    """A point as written: number, code, north, east, height; None for an empty cell."""

    number: Optional[str]
    code: Optional[str]
    north: Optional[str]
    east: Optional[str]
    height: Optional[str]


def street() -> list[Row]:
    """Return five points of a street without any trap."""
    return [
        Row(
            f"JS{place + 1}",
            "JS",
            f"{NORTH + 7 * place:.3f}",
            f"{EAST + 20 * place:.3f}",
            f"{4.952 + place / 10:.3f}",
        )
        for place in range(5)
    ]


Golden = dict[str, tuple[float, float, float]]


def golden_of(rows: list[Row]) -> Golden:
    """Return what rows without a trap give."""
    return {
        str(row.number): (float(row.north or "nan"), float(row.east or "nan"), float(row.height or "nan"))
        for row in rows
    }


@dataclass(frozen=True)
class Trapped:
    """Rows with a trap, what they must give, else the rule that refuses and the place of its row; the sign
    between cells where the trap needs one, and the day of all points where the file tells it."""

    rows: list[Row]
    golden: Optional[Golden] = None
    rule: str = ""
    at: int = -1
    only_text: bool = False
    delimiter: str = ""
    blank_before: int = -1
    surveyed_on: str = ""


def _renumbered(number: str) -> Trapped:
    rows = street()
    rows[2] = replace(rows[2], number=number)
    return Trapped(rows, golden_of(rows))


def _changed(change: Callable[[Row], Row], *, only_text: bool = False, delimiter: str = "") -> Trapped:
    """Return all rows written in another way that means the same."""
    return Trapped(
        [change(row) for row in street()], golden_of(street()), only_text=only_text, delimiter=delimiter
    )


def _wrong(rule: str, at: int, **cells: Optional[str]) -> Trapped:
    rows = street()
    rows[at] = replace(rows[at], **cells)
    return Trapped(rows, rule=rule, at=at)


def _science(value: Optional[str]) -> str:
    return f"{float(value or 0):.9E}"


_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789."}


def _no_height() -> Trapped:
    rows = street()
    rows[1] = replace(rows[1], height=None)
    return Trapped(rows, golden_of(rows))


def _heights_zero() -> Trapped:
    rows = [replace(row, height="0.000") for row in street()]
    return Trapped(rows, golden_of([replace(row, height=None) for row in rows]))


def _swapped() -> Trapped:
    rows = street()
    return _wrong("axes_mixed", 3, north=rows[3].east, east=rows[3].north)


def _second_crew() -> Trapped:
    rows = street()
    rows[4] = replace(rows[4], number="JS1")
    return Trapped(rows, rule="number_again", at=0)


def _after_a_blank_row() -> Trapped:
    return Trapped(street(), golden_of(street()), blank_before=3)


TRAPS: Mapping[str, Callable[[], Trapped]] = {
    "none": lambda: Trapped(street(), golden_of(street())),
    "leading zeros": lambda: _renumbered("0012"),
    "1E5 as a number": lambda: _renumbered("1E5"),
    "a whole number": lambda: _renumbered("13"),
    "an error cell": lambda: _wrong("error_cell|bad_number", 2, north="#N/A"),
    "a word for a number": lambda: _wrong("bad_number", 2, east="约408301"),
    "a number too large": lambda: _wrong("number_too_large", 2, east="4" * 34),
    "trailing blanks": lambda: _changed(
        lambda row: replace(row, north=f"{row.north} ", east=f" {row.east}"), only_text=True
    ),
    "scientific notation": lambda: _changed(
        lambda row: replace(row, north=_science(row.north), east=_science(row.east))
    ),
    "decimal commas": lambda: _changed(
        lambda row: replace(
            row, **{name: str(getattr(row, name)).replace(".", ",") for name in ("north", "east", "height")}
        ),
        only_text=True,
        delimiter=";",
    ),
    "full-width digits": lambda: _changed(
        lambda row: replace(
            row, north=str(row.north).translate(_WIDE), height=str(row.height).translate(_WIDE)
        ),
        only_text=True,
    ),
    "rows after a blank row": _after_a_blank_row,
    "no height": _no_height,
    "heights all 0": _heights_zero,
    "a zone prefix": lambda: _changed(lambda row: replace(row, east=f"38{row.east}")),
    "swapped axes in one row": _swapped,
    "a number twice": _second_crew,
    "no number": lambda: _wrong("point_no_missing", 2, number=None),
    "no easting": lambda: _wrong("no_place", 2, east=None),
}
CODECS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
_HEADING = ("物探点号", "点编码", "X坐标", "Y坐标", "地面高程")


@dataclass(frozen=True)
class Made:
    """The bytes of a file, its ending, and the row that its first point has there."""

    raw: bytes
    ending: str
    first_row: int = 1


def _cells(row: Row) -> tuple[Optional[str], ...]:
    return (row.number, row.code, row.north, row.east, row.height)


def _text(trapped: Trapped, codec: str, sign: str, order: str, *, headed: bool, ending: str) -> Made:
    sign = trapped.delimiter or sign
    lines = [sign.join(_HEADING)] if headed else []
    for place, row in enumerate(trapped.rows):
        if place == trapped.blank_before:
            lines.append("")
        cells = dict(zip("pcneh", _cells(row)))
        lines.append(sign.join(cells[key] or "" for key in order))
    return Made("\r\n".join([*lines, ""]).encode(codec), ending, 2 if headed else 1)


def _number(text: Optional[str]) -> Any:
    try:
        return text if text is None else float(text)
    except ValueError:
        return text


def _rows_of_a_book(trapped: Trapped, *, numbers: bool) -> list[list[Any]]:
    rows: list[list[Any]] = [list(_HEADING)]
    for place, row in enumerate(trapped.rows):
        if place == trapped.blank_before:
            rows.append([])
        cells = list(_cells(row))
        rows.append([*cells[:2], *map(_number, cells[2:])] if numbers else cells)
    return rows


def _book(trapped: Trapped, _codec: str, *, numbers: bool) -> Made:
    return Made(plain_workbook({"JSPoint": _rows_of_a_book(trapped, numbers=numbers)}), "xlsx", 2)


def _old_book(trapped: Trapped, _codec: str) -> Made:
    return Made(old_workbook(_rows_of_a_book(trapped, numbers=True)), "xls", 2)


def _land(trapped: Trapped, codec: str) -> Made:
    points = "\n".join(
        f'<CgPoint name="{row.number or ""}" code="{row.code}">'
        f"{row.north} {row.east} {row.height or ''}</CgPoint>"
        for row in trapped.rows
    )
    return _xml(
        f'<LandXML><Units><Metric linearUnit="meter"/></Units><CgPoints>\n{points}\n</CgPoints></LandXML>',
        codec,
    )


def _xml(body: str, codec: str) -> Made:
    declared = "UTF-16" if codec == "utf-16" else "GB18030" if codec == "gb18030" else "UTF-8"
    return Made(f'<?xml version="1.0" encoding="{declared}"?>\n{body}'.encode(codec), "xml")


def _job(trapped: Trapped, codec: str) -> Made:
    points = "\n".join(
        f"<Point><Name>{row.number or ''}</Name><Code>{row.code}</Code><Grid><North>{row.north}</North>"
        f"<East>{row.east or ''}</East><Elevation>{row.height or ''}</Elevation></Grid></Point>"
        for row in trapped.rows
    )
    made = _xml(f"<JOBFile><Reductions>\n{points}\n</Reductions></JOBFile>", codec)
    return replace(made, ending="jxl")


def _gsi(trapped: Trapped, _codec: str) -> Made:
    def word(index: str, text: Optional[str]) -> str:
        return "" if text is None else f"{index}..00{round(float(text) * 1000):+017d} "

    lines = [
        f"*11{place + 1:04d}+{(row.number or '').rjust(16, '0')} "
        + word("81", row.east)
        + word("82", row.north)
        + word("83", row.height)
        for place, row in enumerate(trapped.rows)
    ]
    return Made("\n".join([*lines, ""]).encode("ascii"), "gsi")


def _drawing(trapped: Trapped, codec: str) -> Made:
    parts = ["0\nSECTION\n2\nENTITIES\n"]
    for row in trapped.rows:
        parts.append(
            f"0\nINSERT\n8\nJSP\n66\n1\n2\n阀门\n10\n{row.east}\n20\n{row.north}\n30\n{row.height or 0}\n"
            "0\nATTRIB\n8\nJSP\n"
            f"10\n1\n20\n1\n30\n0\n40\n1\n1\n{row.number or ''}\n2\n点号\n70\n0\n0\nSEQEND\n8\nJSP\n"
        )
    return Made("".join([*parts, "0\nENDSEC\n0\nEOF\n"]).encode(codec), "dxf")


FORMATS: Mapping[str, Callable[[Trapped, str], Made]] = {
    "csv": lambda one, codec: _text(one, codec, ",", "pcneh", headed=True, ending="csv"),
    "tabs": lambda one, codec: _text(one, codec, "\t", "pcneh", headed=True, ending="txt"),
    "cass": lambda one, codec: _text(one, codec, ",", "pcenh", headed=False, ending="dat"),
    "pnezd": lambda one, codec: _text(one, codec, ",", "pnehc", headed=False, ending="txt"),
    "wide commas": lambda one, codec: _text(one, codec, "，", "pcneh", headed=True, ending="csv"),
    "xlsx of texts": lambda one, codec: _book(one, codec, numbers=False),
    "xlsx of numbers": lambda one, codec: _book(one, codec, numbers=True),
    "xls": _old_book,
    "landxml": _land,
    "jobxml": _job,
    "gsi": _gsi,
    "dxf": _drawing,
}


def _heading_and(rows: list[Row]) -> list[list[Any]]:
    return _rows_of_a_book(Trapped(rows), numbers=True)


def _several_sheets(_codec: str) -> tuple[Trapped, Made]:
    rows = street()
    sheets = {
        "说明": [["某路给水管线测量成果"]],
        "JS1": _heading_and(rows[:2]),
        "JS2": _heading_and(rows[2:]),
    }
    return Trapped(rows, golden_of(rows)), Made(plain_workbook(sheets), "xlsx", 2)


def _wrong_in_the_second_sheet(_codec: str) -> tuple[Trapped, Made]:
    rows = street()
    rows[3] = replace(rows[3], east="约408301")
    sheets = {"JS1": _heading_and(rows[:2]), "JS2": _heading_and(rows[2:])}
    return Trapped(rows, rule="bad_number", at=1), Made(plain_workbook(sheets), "xlsx", 2)


def _days_of_1904(_codec: str) -> tuple[Trapped, Made]:
    day = datetime.date(2026, 11, 1)
    serial = (day - datetime.date(1904, 1, 1)).days
    (heading, *body), rows = _heading_and(street()), street()
    cell = Raw(f'<c r="{{r}}" s="{DAY}"><v>{serial}</v></c>')
    cells = [[*heading, "测量日期"], *([*row, cell] for row in body)]
    trapped = Trapped(rows, golden_of(rows), surveyed_on=day.isoformat())
    return trapped, Made(plain_workbook({"JS": cells}, is_1904=True), "xlsx", 2)


def _merged_cells(_codec: str) -> tuple[Trapped, Made]:
    rows = _heading_and(street())
    for row in rows[2:]:
        row[1] = None
    # The heading takes two rows, and its cells are merged over both; so are the codes of all points.
    numbered = {1: rows[0], **dict(enumerate(rows[1:], start=3))}
    merged = [f"{letter}1:{letter}2" for letter in "ABCDE"] + [f"B3:B{len(rows) + 1}"]
    made = Made(workbook({"JS": sheet_xml(numbered, merged=merged)}), "xlsx", 3)
    return Trapped(street(), golden_of(street())), made


def _with_a_cell(cell: str) -> tuple[Trapped, Made]:
    rows = _heading_and(street())
    rows[3][2] = Raw(cell)
    return Trapped(street(), rule="error_cell", at=2), Made(plain_workbook({"JS": rows}), "xlsx", 2)


def _formula_without_value(_codec: str) -> tuple[Trapped, Made]:
    return _with_a_cell('<c r="{r}"><f>C3+7</f></c>')


def _formula_with_an_error(_codec: str) -> tuple[Trapped, Made]:
    return _with_a_cell('<c r="{r}" t="e"><f>C3/0</f><v>#DIV/0!</v></c>')


def _in_feet(row: Row) -> Row:
    return replace(
        row, **{name: f"{float(getattr(row, name)) / 0.3048:.4f}" for name in ("north", "east", "height")}
    )


def _land_in_feet(codec: str) -> tuple[Trapped, Made]:
    made = _land(Trapped([_in_feet(row) for row in street()]), codec)
    unit = '<Imperial linearUnit="foot"/>'
    raw = made.raw.decode(codec).replace('<Metric linearUnit="meter"/>', unit).encode(codec)
    return Trapped(street(), golden_of(street())), replace(made, raw=raw)


def _job_in_feet(codec: str) -> tuple[Trapped, Made]:
    # JobXML keeps metres, whatever the instrument shows.
    made = _job(Trapped(street()), codec)
    shown = (
        "<JOBFile><Environment><DisplaySettings><DistanceUnits>InternationalFeet</DistanceUnits>"
        "</DisplaySettings></Environment>"
    )
    raw = made.raw.decode(codec).replace("<JOBFile>", shown).encode(codec)
    return Trapped(street(), golden_of(street())), replace(made, raw=raw)


def _gsi_in_feet(codec: str) -> tuple[Trapped, Made]:
    made = _gsi(Trapped([_in_feet(row) for row in street()]), codec)
    return Trapped(street(), golden_of(street())), replace(made, raw=made.raw.replace(b"..00", b"..01"))


def _gsi_8(rows: list[Row], at: int) -> tuple[Trapped, Made]:
    """Return words of eight digits, the leading ones of larger numbers cut off."""

    def word(index: str, text: Optional[str]) -> str:
        return f"{index}..00{round(float(text or 0) * 1000) % 10**8:+09d} "

    lines = [
        f"11{place + 1:04d}+{(row.number or '').rjust(8, '0')} "
        + word("81", row.east)
        + word("82", row.north)
        + word("83", row.height)
        for place, row in enumerate(rows)
    ]
    made = Made("\n".join([*lines, ""]).encode("ascii"), "gsi")
    return Trapped(rows, rule="gsi8_full", at=at), made


def _gsi_8_cut(_codec: str) -> tuple[Trapped, Made]:
    return _gsi_8(street(), 0)


def _gsi_8_height_cut(_codec: str) -> tuple[Trapped, Made]:
    rows = [
        replace(row, north=f"{100 + place}.5", east=f"{200 + place}.5") for place, row in enumerate(street())
    ]
    rows[3] = replace(rows[3], height="112345.678")
    return _gsi_8(rows, 3)


# Traps that only some formats have, each with how its file is made there.
_OwnMake = Callable[[str], tuple[Trapped, Made]]
OWN_TRAPS: Mapping[str, Mapping[str, _OwnMake]] = {
    "several sheets": {"xlsx of numbers": _several_sheets},
    "wrong in the second sheet": {"xlsx of numbers": _wrong_in_the_second_sheet},
    "days of 1904": {"xlsx of numbers": _days_of_1904},
    "merged cells": {"xlsx of numbers": _merged_cells},
    "a formula without value": {"xlsx of numbers": _formula_without_value},
    "a formula with an error": {"xlsx of numbers": _formula_with_an_error},
    "feet": {"landxml": _land_in_feet, "jobxml": _job_in_feet, "gsi": _gsi_in_feet},
    "GSI-8 cut off": {"gsi": _gsi_8_cut},
    "a height cut off in GSI-8": {"gsi": _gsi_8_height_cut},
}
_BINARY = ("xlsx of texts", "xlsx of numbers", "xls", "gsi")
_TABLES = ("csv", "tabs", "cass", "pnezd", "wide commas", "xlsx of texts")
_HEADLESS = ("cass", "pnezd")
# What a format can't say at all: its numbers are digits in a place, or its words stand in XML.
_UNSAID: Mapping[str, frozenset[str]] = {
    "gsi": frozenset({"leading zeros", "an error cell", "a word for a number", "no number"}),
    "dxf": frozenset({"an error cell", "a word for a number", "no easting", "no number"}),
    "landxml": frozenset({"no easting"}),
}


@dataclass(frozen=True)
class CorpusCase:
    """One file of the corpus: its name tells format, encoding and trap."""

    format: str
    codec: str
    trap: str

    @property
    def name(self) -> str:
        return f"{self.format}, {self.codec}, {self.trap}"

    def made(self) -> tuple[Trapped, Made]:
        """Return the rows and the file."""
        if self.trap in OWN_TRAPS:
            return OWN_TRAPS[self.trap][self.format](self.codec)
        trapped = TRAPS[self.trap]()
        return trapped, FORMATS[self.format](trapped, self.codec)


def corpus() -> Iterator[CorpusCase]:
    """Yield all cases that can be written."""
    for format_ in FORMATS:
        for codec in ("",) if format_ in _BINARY else CODECS:
            # Drawings are in the code page of their country, or in UTF-8.
            if format_ == "dxf" and codec == "utf-16":
                continue
            for trap, make in TRAPS.items():
                if trap in _UNSAID.get(format_, ()) or (make().only_text and format_ not in _TABLES):
                    continue
                yield CorpusCase(format_, codec, trap)
            yield from (CorpusCase(format_, codec, trap) for trap, own in OWN_TRAPS.items() if format_ in own)


@dataclass(frozen=True)
class Outcome:
    """What became of a file: its points, or a refusal as (rule, row), or open keys."""

    points: Golden
    refused: tuple[tuple[str, int], ...] = ()
    open_keys: tuple[str, ...] = ()
    message: str = ""
    days: tuple[str, ...] = ()


def outcome_of(path: Path) -> Outcome:
    """Return what becomes of a file beside existing assets."""
    try:
        file = read_survey_file(path, path.name)
    except InputError as error:
        return Outcome({}, message=error.message)
    typed = typed_file(file, TODAY, Settings())
    answers = {"height_of": "ground"}
    decisions = decide(file_facts(typed), _AROUND, answers, settings=Settings(), today=TODAY)
    keys = tuple(one.key for one in decisions.questions)
    if keys:
        return Outcome({}, _errors(file_checks(typed)), open_keys=keys)
    known = SimpleNamespace(facts=_AROUND, around=no_network())
    survey = placed_survey(DecidedFiles((typed,), (decisions,), ()), known, {}, 0.05)  # type: ignore[arg-type]
    assert survey is not None
    result = checked_survey(survey, no_network(), CheckOptions(Settings(), TODAY))
    found = findings_frame(result.findings, survey.rows, survey.file_names)
    refused = _errors(found)
    nodes = result.left.assets.nodes
    points = {}
    if not refused:
        for number, shape, ground in zip(nodes["node_id"], nodes["geom"], nodes["ground_m"]):
            points[str(number)] = (shape.y, shape.x, float(ground))
    days = sorted({str(day)[:10] for day in nodes["verified_on"].dropna()})
    return Outcome(points, refused, days=tuple(days))


def _errors(checks: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    errors = checks[checks["severity"] == "error"]
    return tuple((str(rule), int(row)) for rule, row in zip(errors["rule_id"], errors["row_no"]))


def fault_of(case: CorpusCase, folder: Path) -> Optional[str]:
    """Return what is wrong with how a file of the corpus is read, None for nothing."""
    trapped, made = case.made()
    path = folder / f"给水 a.{made.ending}"
    path.write_bytes(made.raw)
    found = outcome_of(path)
    if trapped.golden is None:
        row = made.first_row + trapped.at
        if found.message:
            fine = path.name in found.message and str(row) in found.message
            return None if fine else f"refused without file or row {row}: {found.message}"
        if any(rule in trapped.rule.split("|") and at == row for rule, at in found.refused):
            return None
        # In a format without rows by lines the entity counts.
        return f"{found.refused or found.points or found.open_keys} instead of {trapped.rule} in row {row}"
    if found.message and case.format in _HEADLESS and case.trap == "decimal commas":
        # Without headings nothing says which of its cells are numbers: a sentence that names the file.
        return None if path.name in found.message else found.message
    if found.message or found.refused or found.open_keys:
        return f"refused: {found.message or found.refused or found.open_keys}"
    if trapped.surveyed_on and found.days != (trapped.surveyed_on,):
        return f"days {found.days}"
    golden = _as_written(case, trapped.golden)
    if set(found.points) != set(golden):
        return f"points {sorted(set(found.points) ^ set(golden))}"
    for number, wanted in golden.items():
        for name, one, other in zip(("north", "east", "height"), found.points[number], wanted):
            if math.isnan(one) != math.isnan(other) or abs(one - other) > 0.0006:
                return f"{number}: {name} {one} instead of {other}"
    return None


def _as_written(case: CorpusCase, golden: Golden) -> Golden:
    """Return the points with their numbers as the format can hold them."""
    if case.format != "gsi":
        return golden
    return {number.lstrip("0"): place for number, place in golden.items()}
