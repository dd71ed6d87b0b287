"""Read survey files: what a path names becomes points and lines by our fields, or one entry of an error."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.drawn_circles import circles_as_points
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.fillers import FILLERS
from waternet_plugin.core.survey.reading.book_files import read_with_totalopenstation
from waternet_plugin.core.survey.reading.drawing_tables import drawing_tables
from waternet_plugin.core.survey.reading.field_layer_tables import field_layer_tables
from waternet_plugin.core.survey.reading.gsi import read_gsi
from waternet_plugin.core.survey.reading.idex import read_idex
from waternet_plugin.core.survey.reading.survey_formats import (
    HEAD_BYTES,
    SUFFIXES,
    format_of,
    refuse_unreadable,
)
from waternet_plugin.core.survey.reading.text_tables import read_text_table
from waternet_plugin.core.survey.reading.workbook_tables import workbook_tables
from waternet_plugin.core.survey.reading.xml_tables import read_xml_tables
from waternet_plugin.core.survey.recognition.open_tables import TableHead, UnknownTablesError
from waternet_plugin.core.survey.recognition.recognised_file import recognised_file
from waternet_plugin.core.survey.recognition.survey_mapping import SurveyMapping, survey_mapping
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.tables_read import TablesRead
from waternet_plugin.core.texts import tr
from waternet_plugin.core.workbooks.old_workbook import read_old_workbook
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.store.foreign.foreign_drawings import read_drawing, remarks_of
from waternet_plugin.store.foreign.foreign_field_layers import read_field_layers

# Larger than any survey, and as much as memory allows to be read at once.
MOST_BYTES = 500 * 1024 * 1024
# Before the name of a workbook: the file in which Excel keeps who has it open.
_OWNER = "~$"


@dataclass(frozen=True)
class UnreadableFile:
    """A file that can't be read, with the sentence that says why and what to do.

    ``tables`` are its tables where they are read and nobody knows what their columns hold.
    """

    name: str
    message: str
    tables: tuple[TableHead, ...] = ()


@dataclass(frozen=True)
class SurveyFiles:
    """The files that a user named, in the order of their names, and those that can't be read."""

    files: tuple[SurveyFile, ...]
    unreadable: tuple[UnreadableFile, ...]


def named_files(inputs: str) -> list[tuple[str, Path]]:
    """Return name and path of each file that a parameter INPUT names, the files of its folders among them.

    Parameters
    ----------
    inputs
        Files or folders, joined by semicolons. Files of folders are named relative to the folder.

    Raises
    ------
    InputError
        When nothing is named, a path is not there, or a folder holds no survey file, or more than any survey.
    """
    found: dict[str, Path] = {}
    owners: list[str] = []
    for part in (one.strip() for one in inputs.split(";")):
        if not part:
            continue
        path = Path(part)
        if path.is_dir():
            inside = _files_within(path)
            if not inside:
                raise InputError(
                    tr(
                        "The folder {path} has no survey file. Choose another folder, or name the files."
                    ).format(path=part)
                )
            for file in inside:
                _note(found, _readable(file.relative_to(path).as_posix()), file)
        elif path.name.startswith(_OWNER):
            owners.append(path.name)
        elif not path.exists():
            raise InputError(tr("There is no file {path}. Check the name and the folder.").format(path=part))
        else:
            _note(found, path.name, path)
    if owners and not found:
        message = tr("{file} only says who has the workbook open. Choose the workbook itself.")
        raise InputError(message.format(file=owners[0]))
    if not found:
        raise InputError(tr("Name at least one survey file, or a folder of them."))
    return sorted(found.items())


def owner_files(inputs: str) -> tuple[str, ...]:
    """Return the files in which Excel keeps who has a workbook open, where a parameter INPUT names any."""
    found = []
    for part in (one.strip() for one in inputs.split(";")):
        path = Path(part)
        inside = _within(path) if part and path.is_dir() else [path]
        found += [one.name for one in inside if one.name.startswith(_OWNER)]
    return tuple(sorted(found))


def _readable(name: str) -> str:
    """Return the name of a file in letters: on Linux it may be bytes in the encoding of another computer."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _note(found: dict[str, Path], name: str, path: Path) -> None:
    """Add a file; two of one name in different folders keep their folders."""
    if name in found and found[name] != path:
        name = str(path)
    found[name] = path


def _within(folder: Path) -> Iterator[Path]:
    """Return the files within a folder, which may be a whole drive by a wrong click.

    Raises
    ------
    InputError
        When more lies in it than in the folder of any survey.
    """
    most, seen = Settings().integer("survey.most_in_folder"), 0
    for root, folders, names in os.walk(folder):
        folders.sort()
        seen += len(folders) + len(names)
        if seen > most:
            raise InputError(
                tr(
                    "The folder {path} holds more than {most} files and folders, more than a survey has. "
                    "Choose the folder of the survey, or name its files."
                ).format(path=folder, most=f"{most:,}")
            )
        for name in sorted(names):
            yield Path(root) / name


def _files_within(folder: Path) -> list[Path]:
    """Return the survey files within a folder.

    Raises
    ------
    InputError
        When it is too large to be the folder of a survey.
    """
    found = [
        one
        for one in _within(folder)
        if one.suffix.lower() in SUFFIXES and not one.name.startswith((_OWNER, "."))
    ]
    size_mb = sum(one.stat().st_size for one in found if one.is_file()) // 1024**2
    most_mb = Settings().integer("survey.most_in_folder_mb")
    if size_mb > most_mb:
        raise InputError(
            tr(
                "The survey files in the folder {path} have {size} MB, more than {most} MB. Choose the "
                "folder of one survey, or name its files."
            ).format(path=folder, size=f"{size_mb:,}", most=f"{most_mb:,}")
        )
    return found


def _checked(path: Path, name: str) -> int:
    """Return the size of a file that may be read.

    Raises
    ------
    InputError
        When it is a link, empty, too large or not readable.
    """
    if path.is_symlink():
        raise InputError(tr("{file} is a link to another file. Copy the file itself here.").format(file=name))
    if not os.access(path, os.R_OK):
        raise InputError(
            tr("You do not have permission to read the file {path}. Ask for it.").format(path=name)
        )
    size = path.stat().st_size
    if size == 0:
        raise InputError(tr("The file {path} is empty. Choose another file.").format(path=name))
    if size > MOST_BYTES:
        message = tr("{file} is {size} MB, more than {most} MB. Divide it into smaller files.")
        raise InputError(message.format(file=name, size=size // 1024**2, most=MOST_BYTES // 1024**2))
    return size


def _tables(raw: bytes, name: str, found: str, encoding: Optional[str]) -> TablesRead:
    """Return the tables of the bytes of a file by the reader of its format."""
    if found == "xlsx":
        return workbook_tables(read_workbook(raw, name), name)
    if found == "xls":
        return workbook_tables(read_old_workbook(raw, name, encoding), name)
    if found == "xml":
        return read_xml_tables(raw, name)
    if found == "gsi":
        return read_gsi(raw, name, encoding)
    if found == "idex":
        return read_idex(raw, name, encoding)
    if found == "dxf":
        entities, codec = read_drawing(raw, name, encoding)
        entities = circles_as_points(entities).entities
        return drawing_tables(entities, name, codec, remarks_of(raw, codec))
    if found in ("sdr33", "rw5"):
        return read_with_totalopenstation(raw, name, found, encoding)
    return read_text_table(raw, name, encoding)


def read_survey_file(
    path: Path,
    name: str,
    mapping: Optional[SurveyMapping] = None,
    encoding: Optional[str] = None,
    called: frozenset[str] = frozenset(),
) -> SurveyFile:
    """Return the points and lines of one file by our fields, nothing of it typed.

    Parameters
    ----------
    path
        Of the file.
    name
        As the user gave it, for messages and the ledger.
    mapping
        What the user says of its tables.
    encoding
        Of its texts; found out where it is None.
    called
        Numbers of points of other files that would fill a cell only.

    Raises
    ------
    InputError
        When it can't be read, or stays in doubt; the sentence names file, row and reason.
    """
    _checked(path, name)
    checked = mapping or SurveyMapping()
    if path.suffix.lower() in (".gpkg", ".gpx"):
        # Not opened here: closing a file that QGIS has open would drop its locks.
        layers, mark = read_field_layers(path)
        return recognised_file(field_layer_tables(layers, name), name, mark, checked, called)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = format_of(head, name)
    refuse_unreadable(found, name)
    raw = path.read_bytes()
    read = _tables(raw, name, found, encoding)
    return recognised_file(read, name, hashlib.sha256(raw).hexdigest(), checked, called)


def read_survey_files(
    inputs: str,
    mapping: Optional[Mapping[str, Any]] = None,
    *,
    encodings: Optional[Mapping[str, str]] = None,
    level_columns: Optional[Mapping[str, Mapping[str, str]]] = None,
    sheets: Optional[Mapping[str, Mapping[str, str]]] = None,
    makes_lines: bool = False,
    progress: Optional[Progress] = None,
) -> SurveyFiles:
    """Read all files that a user named; one that can't be read is an entry, not the end.

    Parameters
    ----------
    inputs
        Files or folders, joined by semicolons.
    mapping
        The object of a MAPPING.
    encodings
        Encoding by file name, ``*`` for all others, where DECISIONS name it.
    level_columns
        Fields of columns of levels by heading, by file name as above.
    sheets
        What becomes of sheets that nobody understands, by file name as above.
    makes_lines
        Whether the points make lines, of which their tables tell, too.

    Raises
    ------
    InputError
        When the mapping is not valid, or no file is named.
    """
    checked = replace(
        survey_mapping(mapping),
        level_columns=level_columns or {},
        sheets=sheets or {},
        makes_lines=makes_lines,
    )
    named = named_files(inputs)
    told, paths = encodings or {}, dict(named)
    files, unreadable = [], []
    for number, (name, path) in enumerate(named):
        if progress is not None:
            progress.at(number / len(named))
        try:
            files.append(read_survey_file(path, name, checked, _encoding(name, paths, told)))
        except UnknownTablesError as error:
            unreadable.append(UnreadableFile(name, error.message, error.tables))
        except InputError as error:
            unreadable.append(UnreadableFile(name, error.message))
        except PermissionError:
            message = tr(
                "{file} is open in another program, such as Excel. Save and close it there, then try again."
            )
            unreadable.append(UnreadableFile(name, message.format(file=name)))
        except OSError as error:
            message = tr("{file} can't be read: {reason}. Copy it to another folder and try again.")
            unreadable.append(
                UnreadableFile(name, message.format(file=name, reason=error.strerror or str(error)))
            )
    return SurveyFiles(tuple(_with_called(files, paths, checked, told)), tuple(unreadable))


def _with_called(
    files: list[SurveyFile],
    paths: Mapping[str, Path],
    mapping: SurveyMapping,
    encodings: Mapping[str, str],
) -> list[SurveyFile]:
    """Return files whose lines may name the points of another one, be they called as a cell is filled."""
    called = frozenset().union(*(FILLERS.intersection(file.points["point_no"].tolist()) for file in files))
    if not called:
        return files
    return [
        read_survey_file(paths[one.name], one.name, mapping, _encoding(one.name, paths, encodings), called)
        for one in files
    ]


def _encoding(name: str, paths: Mapping[str, Path], encodings: Mapping[str, str]) -> Optional[str]:
    return encodings.get(name, encodings.get(paths[name].name, encodings.get("*")))
