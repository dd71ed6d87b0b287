"""Hand the network over as survey data: tables of CJJ 61 or a drawing, with a statement of their quality."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.files.spreadsheet_file import Sheet, write_csv_sheet, write_workbook
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.survey import handover as reports
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.survey.handover.codes import class_letters
from waternet_plugin.core.survey.handover.given_levels import CJJ61, LEVELS_OF
from waternet_plugin.core.survey.handover.handover_tables import LINES, POINTS, sheets_of, word
from waternet_plugin.core.survey.handover.map_drawing import drawn_points, write_map_drawing
from waternet_plugin.core.survey.handover.placing import (
    AXES,
    X_NORTH,
    Placing,
    box_of,
    is_chinese,
    placing_of,
)
from waternet_plugin.core.survey.handover.points_lines import (
    NODE_COLUMNS,
    PIPE_COLUMNS,
    HandedOver,
    handed_over,
)
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.store.network import Network
from waternet_plugin.store.outputs import refuse_network_as_output

if TYPE_CHECKING:
    import shapely

XLSX, CSV, DXF = "cjj61_xlsx", "cjj61_csv", "dxf"
FORMATS = (XLSX, CSV, DXF)
_ENDINGS = {XLSX: ".xlsx", DXF: ".dxf"}
# Nodes at the ends of chosen pipes lie at most this far outside their box, m.
_REACH_M = 5.0


@dataclass(frozen=True)
class ExportSurveyRequest:
    """What is handed over, how and where to.

    Parameters
    ----------
    output_path
        The file; for ``cjj61_csv`` a folder, which is made if it is not there.
    format
        One of `FORMATS`.
    systems
        Codes of systems; none for all.
    area
        Only pipes and nodes that meet it, in the network's CRS; None for all.
    axes, crs, level_of
        What the column X holds, the CRS to hand over in (empty: the network's), what levels are of.

    Raises
    ------
    InputError
        For a word that is not known.
    """

    output_path: str
    format: str = XLSX
    systems: tuple[str, ...] = ()
    area: Optional[shapely.Geometry] = None
    axes: str = X_NORTH
    crs: str = ""
    level_of: str = CJJ61

    def __post_init__(self) -> None:
        for name, value, known in (
            ("FORMAT", self.format, FORMATS),
            ("AXES", self.axes, AXES),
            ("LEVEL_OF", self.level_of, LEVELS_OF),
        ):
            if value not in known:
                message = tr("{name} “{value}” is not known. Choose one of: {known}.")
                raise InputError(message.format(name=name, value=value, known=listed(known)))
        strange = [system for system in self.systems if system not in domain("system")]
        if strange:
            message = tr("There is no system {name}. The systems are: {names}.")
            raise InputError(message.format(name=strange[0], names=listed(domain("system"))))


@dataclass(frozen=True)
class ExportSurveyResult:
    """What was written: files, counts of points and lines, length of the pipes in m, report, what is told."""

    paths: tuple[Path, ...]
    points: int
    lines: int
    length_m: float
    report: Report
    summary: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """Pipes and nodes that may be handed over, and what is left out."""

    pipes: pd.DataFrame
    nodes: pd.DataFrame
    listed: Array
    left_out: reports.LeftOut


def export_survey(
    network: Network,
    request: ExportSurveyRequest,
    progress: Progress = SILENT,
    *,
    speaking: Callable[[], AbstractContextManager[Any]] = nullcontext,
    before_placing: Callable[[ExportSurveyResult], Any] = no_outputs,
) -> ExportSurveyResult:
    """Write a network as survey data; the network stays as it is.

    Parameters
    ----------
    speaking
        Gives the language of tables and report; all else is told in the language that is spoken.
    before_placing
        Called with the result before any file is put in its place: when it raises, none is.

    Raises
    ------
    WaterNetError
        When there is nothing to hand over, or the place can't be written, is a network or holds other tables.
    """
    output = Path(request.output_path).absolute()
    _check_place(network, output, request.format)
    progress.at(0.02, tr("Reading the network"))
    rows = _read(network, request)
    if rows.pipes.empty and not rows.listed.any():
        raise InputError(
            tr("There is nothing to hand over: no pipe or node in use fits SYSTEMS and AREA. Change them.")
        )
    progress.at(0.4, tr("Numbering points"))
    settings = network.settings()
    graph = build_graph(rows.pipes, rows.nodes, settings=settings).graph
    handed = handed_over(
        rows.pipes, rows.nodes, graph,
        listed=rows.listed, level_of=request.level_of, settings=settings,
    )  # fmt: skip
    bounds = box_of(handed.points["x"].to_numpy(dtype=float), handed.points["y"].to_numpy(dtype=float))
    placing = placing_of(network.crs, request.crs, request.axes, bounds)
    progress.at(0.6, tr("Writing"))
    with speaking():
        sheets = () if request.format == DXF else tuple(_sheets(network, handed, placing, request))
    with ExitStack() as held:
        with _in_words(output):
            folder = held.enter_context(scratch.folder(output.parent, "survey"))
            files = _written(folder, handed, placing, sheets, request, output)
        points = len(drawn_points(handed)) if request.format == DXF else len(handed.points)
        lines = len(rows.pipes) if request.format == DXF else len(handed.lines)
        statement = reports.HandoverStatement(
            network=network.title,
            files=tuple(path.name for path in files.values()),
            crs=placing.crs_code,
            points=points,
            lines=lines,
            pipes=rows.pipes,
            issues=network.read(
                "issue", ["rule_id", "severity", "assets"], where={"state": "open"}, geometry=False
            ),
            handed=handed,
            left_out=rows.left_out,
        )
        change = (placing.change.note,) if placing.change.note else ()
        with speaking():
            # The same sentence in the language of the report.
            moved = placing_of(network.crs, request.crs, request.axes, bounds).change.note
            told = (moved,) if moved else ()
            report = reports.handover_report(statement, (*told, *reports.notes(statement)))
        result = ExportSurveyResult(
            paths=tuple(files.values()),
            points=points,
            lines=lines,
            length_m=reports.length_m(statement),
            report=report,
            summary=reports.lead(statement),
            notes=(*change, *reports.notes(statement)),
        )
        progress.at(0.95)
        before_placing(result)
        with _in_words(output):
            _put(files, output, is_folder=request.format == CSV)
    progress.at(1.0)
    return result


@contextmanager
def _in_words(output: Path) -> Iterator[None]:
    """Make a sentence of what the file system refuses."""
    try:
        yield
    except OSError as error:
        message = tr("{path} can't be written: {reason}. Choose another location.")
        raise InputError(message.format(path=output, reason=error.strerror)) from error


def _check_place(network: Network, output: Path, format_: str) -> None:
    """Refuse a place before anything is read."""
    refuse_network_as_output(output, (network.uri,))
    ending = _ENDINGS.get(format_, "")
    if ending and output.suffix.lower() != ending:
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=output.name, known=ending))
    if not output.parent.is_dir():
        message = tr("The folder {folder} does not exist. Create it or choose another one.")
        raise InputError(message.format(folder=output.parent))
    if format_ == CSV and output.exists() and not output.is_dir():
        raise InputError(
            tr("{path} is a file, and CSV tables need a folder. Choose another location.").format(path=output)
        )


def _height_datum(network: Network, placing: Placing) -> str:
    """Return the words for the height datum: the setting, else the one that goes with Chinese systems."""
    said = network.settings().text("printing.height_datum")
    return said or (word("1985") if is_chinese(placing.crs) else "")


def _read(network: Network, request: ExportSurveyRequest) -> _Rows:
    """Read what may be handed over, in the order of the ids."""
    import shapely

    box = None if request.area is None else tuple(float(one) for one in shapely.bounds(request.area))
    where = {"system": list(request.systems)} if request.systems else None
    pipes = network.read("pipe", list(PIPE_COLUMNS), where=where, bbox=box)  # type: ignore[arg-type]
    if request.area is not None:
        shapely.prepare(request.area)
        pipes = pipes[shapely.intersects(request.area, pipes["geom"].to_numpy())]
    pipes, left_out = _chosen_pipes(pipes.sort_values("pipe_id", kind="stable").reset_index(drop=True))
    if request.area is None:
        nodes = network.read("node", list(NODE_COLUMNS))
    else:
        bounds = [shapely.bounds(request.area), *shapely.bounds(pipes["geom"].to_numpy())]
        low, high = (np.nanmin(bounds, axis=0)[:2] - _REACH_M, np.nanmax(bounds, axis=0)[2:] + _REACH_M)
        wide = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        nodes = network.read("node", list(NODE_COLUMNS), bbox=wide)
    nodes = nodes[~nodes["status"].isin(["removed"])]
    nodes = nodes.sort_values("node_id", kind="stable").reset_index(drop=True)
    chosen = ~nodes["status"].isin(OUT_OF_USE).to_numpy()
    if request.systems:
        chosen &= nodes["system"].isin(request.systems).to_numpy()
    if request.area is not None:
        chosen &= shapely.intersects(request.area, nodes["geom"].to_numpy())
    return _Rows(pipes, nodes, chosen, left_out)


def _chosen_pipes(pipes: pd.DataFrame) -> tuple[pd.DataFrame, reports.LeftOut]:
    """Return the pipes that tables can hold, and the ids of the others."""
    import shapely

    ids = pipes["pipe_id"].to_numpy(dtype=object)
    lines = pipes["geom"].to_numpy()
    has_line = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING.value) & ~shapely.is_empty(
        lines
    )
    out_of_use = pipes["status"].isin(OUT_OF_USE).to_numpy()
    connectors = pipes["function"].eq("connector").to_numpy() & ~out_of_use
    # One that is not in the list, which another program wrote, is none either.
    unknown = ~pipes["system"].isin(list(domain("system"))).to_numpy() & ~out_of_use & ~connectors
    flat = ~has_line & ~out_of_use & ~connectors & ~unknown
    kept = ~(out_of_use | connectors | unknown | flat)
    return pipes[kept].reset_index(drop=True), reports.LeftOut(
        out_of_use=tuple(ids[out_of_use]),
        connectors=tuple(ids[connectors]),
        without_system=tuple(ids[unknown]),
        without_line=tuple(ids[flat]),
    )


def _sheets(
    network: Network, handed: HandedOver, placing: Placing, request: ExportSurveyRequest
) -> Iterable[Sheet]:
    """Return the tables to hand over."""
    return sheets_of(handed, placing, level_of=request.level_of, height_datum=_height_datum(network, placing))


def _written(
    folder: Path,
    handed: HandedOver,
    placing: Placing,
    sheets: tuple[Sheet, ...],
    request: ExportSurveyRequest,
    output: Path,
) -> dict[Path, Path]:
    """Write the files into a folder of their own; return the place of each."""
    if request.format == CSV:
        return _tables(folder, output, sheets)
    made = folder / f"survey{_ENDINGS[request.format]}"
    if request.format == DXF:
        write_map_drawing(made, handed, placing, request.level_of)
    else:
        write_workbook(made, sheets)
    return {made: output}


def _tables(folder: Path, output: Path, sheets: Iterable[Sheet]) -> dict[Path, Path]:
    """Write a CSV file for each table; return its place in the folder of the user.

    Raises
    ------
    InputError
        When that folder holds tables that would stay beside these.
    """
    made = {}
    for sheet in sheets:
        path = folder / f"{sheet.name}.csv"
        write_csv_sheet(path, sheet)
        made[path] = output / path.name
    letters = [class_letters(system) for system in domain("system")]
    known = {output / f"{one}{table}.csv" for one in letters for table in (POINTS, LINES)}
    stale = sorted(path.name for path in known - set(made.values()) if path.exists())
    if stale:
        raise InputError(
            tr(
                "{folder} holds tables that would stay beside the new ones: {names}. Choose an empty folder."
            ).format(folder=output, names=listed(stale))
        )
    return made


def _put(files: dict[Path, Path], output: Path, *, is_folder: bool) -> None:
    """Put the files in their places, all or none; a folder is made for tables."""
    refuse_network_as_output(output)
    is_new = is_folder and not output.exists()
    if is_folder:
        output.mkdir(exist_ok=True)
    try:
        replace_set(files)
    except BaseException:
        if is_new:
            with suppress(OSError):
                output.rmdir()
        raise
