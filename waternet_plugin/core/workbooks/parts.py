"""The small parts of a workbook: its sheets, shared texts and formats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waternet_plugin.core.files.guarded_xml import local
from waternet_plugin.core.workbooks.number_formats import PLAIN, CellFormat, cell_format
from waternet_plugin.core.workbooks.package import WorkbookPackage, damaged

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it: name, part, whether it is hidden."""

    name: str
    part: str
    is_hidden: bool


@dataclass(frozen=True)
class WorkbookParts:
    """What the cells of all sheets refer to."""

    sheets: tuple[SheetEntry, ...]
    shared: list[str]
    formats: list[CellFormat]
    is_1904: bool


def unescaped(text: str) -> str:
    """Return a text whose signs that XML does not allow are written as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _ignore(_text: str) -> None:
    return None


def _relations(package: WorkbookPackage, folder: str, base: str) -> dict[str, tuple[str, str]]:
    """Return kind and part by the id of a relationship."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, package.resolved(folder, attributes.get("Target", "")))

    part = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    if package.has(part):
        package.parse(part, start, _ignore, _ignore)
    return found


def shared_texts(package: WorkbookPackage, part: str) -> list[str]:
    """Return the texts that cells refer to by number; how they are to be spoken is left out."""
    found: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "spoken": False}

    def start(name: str, _attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["spoken"] = True
        elif tag == "t":
            state["text"] = not state["spoken"]

    def end(name: str) -> None:
        tag = local(name)
        if tag == "t":
            state["text"] = False
        elif tag == "rPh":
            state["spoken"] = False
        elif tag == "si":
            found.append(unescaped("".join(pieces)).strip())

    def text(piece: str) -> None:
        if state["text"]:
            pieces.append(piece)

    package.parse(part, start, end, text)
    return found


def _formats(package: WorkbookPackage, part: str) -> list[CellFormat]:
    codes: dict[int, str] = {}
    found: list[CellFormat] = []
    state = {"cells": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        number = attributes.get("numFmtId", "")
        if tag == "cellXfs":
            state["cells"] = True
        elif tag == "numFmt" and number.isdecimal():
            codes[int(number)] = attributes.get("formatCode", "")
        elif tag == "xf" and state["cells"]:
            known = int(number) if number.isdecimal() and len(number) < 9 else 0
            found.append(cell_format(known, codes.get(known)))

    def end(name: str) -> None:
        if local(name) == "cellXfs":
            state["cells"] = False

    package.parse(part, start, end, _ignore)
    return found


def _main_part(package: WorkbookPackage) -> str:
    return next(
        (part for kind, part in _relations(package, "", "").values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )


def counts_from_1904(package: WorkbookPackage) -> bool:
    """Return whether a workbook counts its days from 1904; errors as for `workbook_parts`."""
    found = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "workbookPr":
            found.append(attributes.get("date1904", "0") in ("1", "true", "on"))

    package.parse(_main_part(package), start, _ignore, _ignore)
    return found[-1]


def workbook_parts(package: WorkbookPackage) -> WorkbookParts:
    """Return what a workbook says of its sheets.

    Raises
    ------
    InputError
        When it is damaged, or no workbook.
    """
    main = _main_part(package)
    folder, _slash, base = main.rpartition("/")
    relations = _relations(package, folder, base)
    listed: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            own = {local(key): value for key, value in attributes.items()}
            hidden = own.get("state", "visible") != "visible"
            listed.append((own.get("name", ""), own.get("id", ""), hidden))

    package.parse(main, start, _ignore, _ignore)
    sheets = [
        SheetEntry(name, relations[key][1], hidden)
        for name, key, hidden in listed
        if key in relations and relations[key][0] == "worksheet"
    ]
    if not sheets or not all(package.has(sheet.part) for sheet in sheets):
        raise damaged(package.name)
    others = {kind: part for kind, part in relations.values() if package.has(part)}
    shared = shared_texts(package, others["sharedStrings"]) if "sharedStrings" in others else []
    formats = _formats(package, others["styles"]) if "styles" in others else []
    return WorkbookParts(tuple(sheets), shared, formats or [PLAIN], counts_from_1904(package))
