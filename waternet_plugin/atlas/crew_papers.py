"""Papers of crews in a folder: a day sheet for each day, of a plan a workbook of its work, too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from waternet_plugin.atlas.report import print_report
from waternet_plugin.bridge.export.spreadsheets import write_sheets
from waternet_plugin.core.files.file_names import free_names
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.compounds.crew_work import CrewWork, crew_workbook
from waternet_plugin.core.reports.compounds.day_sheet import DaySheet, Surroundings, day_sheets


def print_day_sheets(
    folder: Path,
    sheets: Sequence[DaySheet],
    network: str,
    around: Surroundings,
    progress: Progress = SILENT,
) -> list[Path]:
    """Print sheets as ``<crew>-<day>.pdf`` and return where they are.

    Parameters
    ----------
    folder
        Where they go.
    sheets
        Sheets, each crew and day once.
    network
        The title of the network.
    around
        For their maps.
    """
    names = free_names([sheet.stem for sheet in sheets])
    written = []
    for place, (name, sheet) in enumerate(zip(names, sheets)):
        progress.at(place / len(sheets), name)
        written.append(folder / f"{name}.pdf")
        print_report(written[-1], sheet.report(network, around))
    return written


def write_crew_papers(folder: Path, work: CrewWork, network: str, progress: Progress = SILENT) -> list[Path]:
    """Write ``<crew>.xlsx`` and the day sheets of each crew of a plan, and return where they are."""
    written = []
    for name, crew in zip(free_names(work.crews), work.crews):
        written.append(folder / f"{name}.xlsx")
        write_sheets(written[-1], crew_workbook(work, crew))
    sheets = day_sheets(order for crew in work.crews for order in work.day_orders(crew))
    return [*written, *print_day_sheets(folder, sheets, network, work.around, progress.part(0.1, 1.0))]
