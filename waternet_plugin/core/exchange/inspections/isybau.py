"""Inspections of ISYBAU XML (EN 13508-2): every run with its rows, damage numbers and the class it was given.

The names are those of the format, 2006 to 2024: `OptischeInspektion` of a pipe (`Rohrleitung`, rows
`RZustand`) or a manhole (`Knoten`, rows `KZustand`). Of the damage numbers the final ones of a row (`SZ.e`)
are taken, those entered by hand before the computed ones, and provisional ones where there are no others.
"""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.files.guarded_xml import GuardedParser, XmlFaultError, local
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.texts import tr

COLUMNS = (
    "inspection_id",
    "pipe_id",
    "node_id",
    "date",
    "inspection_length",
    "structural_grade",
    "inspection_note",
    "code_raw",
    "number_d",
    "number_s",
    "number_b",
    "position_m",
    "clock",
    "note",
)
_RENAMED = ("inspection_length", "inspection_note", "note")
# Fields that inspections and defects both have are named with their table.
MAPPING = Mapping(
    fields={
        name: FieldSource(column)
        for name, column in {
            **{column: column for column in COLUMNS if column not in _RENAMED},
            "inspection.length_m": "inspection_length",
            "inspection.note": "inspection_note",
            "defect.note": "note",
        }.items()
    },
    defaults={"standard": "en_13508"},
)
_ROOT, _PLANT, _RUN = "Identifikation", "InspizierteAbwassertechnischeAnlage", "OptischeInspektion"
_ROWS = ("RZustand", "KZustand")
_NODE = "Knoten"
# What is directly in these describes the run.
_OF_RUN = (_RUN, "Rohrleitung", _NODE, "Bewertung")
_NODE_TYPES = ("3", "4")
_END_CODE = "BCE"
_NO_CLOCK = ("", "0", "00")

Texts = dict[str, str]


class _Run:
    """One inspection: what is said of it, whether of a manhole, and its rows."""

    def __init__(self) -> None:
        self.said: Texts = {}
        self.is_node = False
        self.rows: list[Texts] = []


class _Isybau:
    """Takes the elements of a file as they come."""

    def __init__(self) -> None:
        self.plants: list[tuple[Texts, list[_Run]]] = []
        self.root = ""
        self._path: list[str] = []
        self._pieces: list[list[str]] = []
        self._row: Texts | None = None

    def begin(self, name: str, _attributes: Texts) -> None:
        tag = local(name)
        self.root = self.root or tag
        self._path.append(tag)
        self._pieces.append([])
        if tag == _PLANT:
            self.plants.append(({}, []))
        elif tag == _RUN and self.plants:
            self.plants[-1][1].append(_Run())
        elif tag in _ROWS:
            self._row = {}

    def text(self, piece: str) -> None:
        if self._pieces:
            self._pieces[-1].append(piece)

    def finish(self, _name: str) -> None:
        tag, text = self._path.pop(), "".join(self._pieces.pop()).strip()
        parent = self._path[-1] if self._path else ""
        if not self.plants or _PLANT not in self._path:
            return
        said, runs = self.plants[-1]
        if parent == _PLANT:
            said[tag] = text
        if not runs:
            return
        if tag in _ROWS and self._row is not None:
            runs[-1].rows.append(self._row)
            self._row = None
        elif self._row is not None:
            self._row[tag] = text
        elif parent in _OF_RUN:
            runs[-1].said[tag] = text
            runs[-1].is_node |= tag == _NODE and parent == _RUN


def read(raw: bytes, name: str) -> pd.DataFrame:
    """Return the rows of a file as texts (`COLUMNS`), one a row of an inspection; empty cells are None.

    An inspection without rows has one, without a code. `MAPPING` says which fields the columns fill.

    Parameters
    ----------
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is not XML, declares a document type, is nested too deep, is no ISYBAU file, or has no
        inspections.
    """
    found = _Isybau()
    try:
        GuardedParser(found.begin, found.finish, found.text).read_bytes(raw)
    except XmlFaultError as fault:
        raise InputError(_fault_text(fault, name)) from fault
    if found.root != _ROOT:
        message = tr(
            "{file} is XML, but not ISYBAU: its outermost element is “{root}”. Export the inspections as "
            "ISYBAU XML or as a table."
        )
        raise InputError(message.format(file=name, root=found.root))
    rows: list[dict[str, str | None]] = []
    taken: dict[str, int] = {}
    for said, runs in found.plants:
        for run in runs:
            rows += _rows_of(said, run, taken)
    if not rows:
        raise InputError(tr("{file} has no inspections. Export the inspection data too.").format(file=name))
    return made_of({column: [row.get(column) for row in rows] for column in COLUMNS}, COLUMNS)


def _fault_text(fault: XmlFaultError, name: str) -> str:
    reasons = {
        "doctype": tr("{file}, line {line}: the file declares a document type. It is not read."),
        "depth": tr("{file}, line {line}: the elements are nested too deep. Export the file again."),
    }
    damaged = tr("{file}, line {line}: the XML is damaged. Export the file again.")
    return reasons.get(fault.reason, damaged).format(file=name, line=fault.line)


def _rows_of(said: Texts, run: _Run, taken: dict[str, int]) -> list[dict[str, str | None]]:
    """Return the rows of a run; its id is made of object, day and direction, the same for the same file."""
    is_node = run.is_node or said.get("Anlagentyp") in _NODE_TYPES
    parts = (
        said.get("Objektbezeichnung"),
        run.said.get("Inspektionsdatum"),
        run.said.get("Inspektionsrichtung"),
    )
    stem = " ".join(part for part in parts if part)
    taken[stem] = taken.get(stem, 0) + 1
    head: dict[str, str | None] = {
        "inspection_id": stem if taken[stem] == 1 else f"{stem} {taken[stem]}",
        "node_id" if is_node else "pipe_id": (said.get("Objektbezeichnung") or None),
        "date": run.said.get("Inspektionsdatum") or None,
        "inspection_note": run.said.get("Bemerkung") or None,
    }
    if not is_node:
        head["inspection_length"] = _length(run)
        head["structural_grade"] = run.said.get("KlasseManuell") or run.said.get("KlasseAutomatisch") or None
    return [{**head, **_defect(row)} for row in run.rows] or [head]


def _length(run: _Run) -> str | None:
    """Return the inspected length: as said, else where the row of the end stands."""
    said = run.said.get("Inspektionslaenge", "")
    if said.strip("0.,"):
        return said
    ends = [row.get("Station", "") for row in run.rows if row.get("InspektionsKode") == _END_CODE]
    return next((end for end in ends if end.strip("0.,")), None)


def _defect(row: Texts) -> dict[str, str | None]:
    code = "".join(
        row.get(key, "") for key in ("InspektionsKode", "Charakterisierung1", "Charakterisierung2")
    )
    stretch = row.get("Streckenschaden", "")
    mark = f" {stretch}{row.get('StreckenschadenLfdNr') or 0}" if stretch else ""
    clocks = [row.get(key, "") for key in ("PositionVon", "PositionBis")]
    amounts = [
        f"Q{place} {row[key]}"
        for place in (1, 2)
        for key in (f"Quantifizierung{place}Numerisch", f"Quantifizierung{place}Text")
        if row.get(key)
    ]
    return {
        "code_raw": code + mark if code else None,
        **{f"number_{goal.lower()}": _number(row, goal) for goal in "DSB"},
        "position_m": row.get("Station") or row.get("VertikaleLage") or None,
        "clock": "".join(clock.zfill(2) for clock in clocks if clock not in _NO_CLOCK) or None,
        "note": " ".join([*amounts, row.get("Kommentar", "")]).strip() or None,
    }


def _number(row: Texts, goal: str) -> str | None:
    """Return the damage number of one goal (D, S or B) of a row."""
    return next(
        (row[key] for state in "ev" for who in ("Manu", "Auto") if row.get(key := f"SZ{goal}{state}{who}")),
        None,
    )
