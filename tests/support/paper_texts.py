"""What stands in papers, read by other ways than they were written: PDF, workbook, document for Word."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path
from typing import Union
from xml.etree import ElementTree

Cell = Union[str, float, None]
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def pdf_pages(path: Path) -> list[str]:
    """Return the words of each page of a PDF, a row of a table on a line."""
    command = ["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    return text.split("\f")[:-1]


def pdf_words(path: Path) -> str:
    """Return the words of a PDF as they were written, one cell after the other, without blanks and breaks."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
    return "".join(subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8").split())


def page_sizes_mm(path: Path) -> list[tuple[float, float]]:
    """Return width and height of each page of a PDF."""
    command = ["pdfinfo", "-f", "1", "-l", "9999", str(path)]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    sizes = re.findall(r"^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts", text, re.MULTILINE)
    return [(float(wide) * 25.4 / 72, float(high) * 25.4 / 72) for wide, high in sizes]


def unembedded_fonts(path: Path) -> list[str]:
    """Return the fonts of a PDF that are not in it."""
    lines = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True).stdout.decode()
    rows = [line for line in lines.splitlines()[2:] if line.strip()]
    return [line for line in rows if re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s", line).group(1) != "yes"]  # type: ignore[union-attr]


def workbook_rows(path: Path) -> dict[str, list[list[Cell]]]:
    """Return the rows of each sheet of a workbook by its name, numbers as they are stored.

    Raises
    ------
    AssertionError
        Where a cell holds a formula.
    """
    with zipfile.ZipFile(path) as book:
        texts: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            texts = ["".join(part.text or "" for part in one.iter(f"{_SHEET}t")) for one in root]
        relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
        target = {one.get("Id"): str(one.get("Target")) for one in relations}
        root = ElementTree.fromstring(book.read("xl/workbook.xml"))
        names = {str(one.get("name")): target[one.get(_RELATION)] for one in root.iter(f"{_SHEET}sheet")}
        return {
            name: _rows(book.read(f"xl/{part.rpartition('xl/')[2]}"), texts) for name, part in names.items()
        }


def _rows(xml: bytes, texts: list[str]) -> list[list[Cell]]:
    rows = []
    for row in ElementTree.fromstring(xml).iter(f"{_SHEET}row"):
        cells: list[Cell] = []
        for cell in row.iter(f"{_SHEET}c"):
            assert cell.find(f"{_SHEET}f") is None, "a formula"
            column = 0
            for letter in re.match(r"[A-Z]*", cell.get("r") or "").group():  # type: ignore[union-attr]
                column = 26 * column + ord(letter) - ord("A") + 1
            cells += [None] * (column - 1 - len(cells))
            value, inside = cell.find(f"{_SHEET}v"), cell.find(f"{_SHEET}is")
            if inside is not None:
                cells.append("".join(part.text or "" for part in inside.iter(f"{_SHEET}t")))
            elif value is None or value.text is None:
                cells.append(None)
            elif cell.get("t") == "s":
                cells.append(texts[int(value.text)])
            else:
                cells.append(value.text if cell.get("t") in ("str", "b") else float(value.text))
        rows.append(cells)
    return rows


def word_tables(path: Path) -> list[list[list[str]]]:
    """Return the rows of each table of a document for Word."""
    return [
        [
            ["".join(text.text or "" for text in cell.iter(f"{_WORD}t")) for cell in row.iter(f"{_WORD}tc")]
            for row in table.iter(f"{_WORD}tr")
        ]
        for table in _document(path).iter(f"{_WORD}tbl")
    ]


def word_lines(path: Path) -> list[str]:
    """Return the paragraphs of a document for Word, those of tables too."""
    return [
        "".join(text.text or "" for text in each.iter(f"{_WORD}t"))
        for each in _document(path).iter(f"{_WORD}p")
    ]


def _document(path: Path) -> ElementTree.Element:
    with zipfile.ZipFile(path) as document:
        return ElementTree.fromstring(document.read("word/document.xml"))
