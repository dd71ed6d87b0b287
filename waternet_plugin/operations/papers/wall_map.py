"""Wall maps: what they show, and the totals beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import pandas as pd
import shapely

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.papers.inventory import INVENTORY_COLUMNS, take_inventory
from waternet_plugin.core.reports.papers.wall_totals import ProgrammeTotal, pipe_totals, programme_totals
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import listed, tr, with_name
from waternet_plugin.operations.papers.data_state import paper_head
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult, SubjectPaper
from waternet_plugin.operations.papers.yearbook_statistics import lengths_inside
from waternet_plugin.operations.programmes.programme_summary import shown_programme
from waternet_plugin.operations.programmes.read_items import read_items
from waternet_plugin.store.network import Network

PROGRAMME_THEME = "programme"
_TABLES = ("compound", "zone")


@dataclass(frozen=True)
class WallPaper(SubjectPaper):
    """The figures of a wall map; ``place`` is what must be on it, None for all pipes.

    Parameters
    ----------
    name
        Ids and names of what is shown, '' for the whole network.
    """

    name: str = ""


def make_wall_maps(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the figures of a wall map of each subject, and of one that shows all of them.

    Raises
    ------
    InputError
        When there is no such compound or zone, or none of SUBJECT has an area.
    """
    if not request.subjects:
        joined = WallPaper("", _report(network, request, None, ()))
        return PapersResult(paper_head(network, request), (joined,), joined)
    areas, names = _areas(network, request.subjects)
    wanted = list(dict.fromkeys(request.subjects))
    drawn = [one for one in wanted if one in areas]
    failed = {one: tr("It has no area.") for one in wanted if one not in areas}
    if not drawn:
        raise InputError(
            tr("SUBJECT: {ids} has no area, so there is no map of it.").format(ids=listed(wanted))
        )
    papers = []
    for number, one in enumerate(drawn):
        progress.at(number / len(drawn), one)
        name = with_name(one, names[one])
        papers.append(
            WallPaper(one, _report(network, request, areas[one], (one,)), place=areas[one], name=name)
        )
    shape = shapely.union_all([shapely.make_valid(shapely.force_2d(areas[one])) for one in drawn])
    joined = papers[0]
    if len(papers) > 1:
        name = listed(paper.name for paper in papers)
        joined = WallPaper("", _report(network, request, shape, tuple(drawn)), place=shape, name=name)
    return PapersResult(paper_head(network, request), tuple(papers), joined, failed)


def _areas(network: Network, subjects: tuple[str, ...]) -> tuple[dict[str, shapely.Geometry], dict[str, str]]:
    """Return area and name of compounds and zones by id; of like ids the compound's."""
    areas: dict[str, shapely.Geometry] = {}
    names: dict[str, str] = {}
    for each in _TABLES:
        id_field = table(each).id_field
        rows = pd.DataFrame(network.read(each, [id_field, "name"], where={id_field: list(subjects)}))
        for identifier, name, shape in tuples(rows[[id_field, "name", GEOMETRY_COLUMN]]):
            names.setdefault(identifier, "" if pd.isna(name) else str(name))
            if shape is not None and not shape.is_empty:
                areas.setdefault(identifier, shape)
    missing = [one for one in subjects if one not in names]
    if missing:
        _refuse(missing)
    return areas, names


@texts.in_interface()
def _refuse(missing: list[str]) -> None:
    message = tr("SUBJECT: there is no compound or zone {ids}. Correct the ids or leave SUBJECT empty.")
    raise InputError(message.format(ids=listed(missing)))


def _report(
    network: Network,
    request: PaperRequest,
    area: Optional[shapely.Geometry],
    compounds: tuple[str, ...],
) -> Report:
    """Return the totals beside a map."""
    head = paper_head(network, request)
    if request.theme == PROGRAMME_THEME:
        programme, totals = _programme_totals(network, request, compounds)
        return programme_totals(head, programme, totals)
    pipes = pd.DataFrame(network.read("pipe", list(INVENTORY_COLUMNS), geometry=area is not None))
    metres = None
    if area is not None:
        metres = lengths_inside(pipes, area)
        pipes, metres = pipes[metres > 0], metres[metres > 0]
    return pipe_totals(head, take_inventory(pipes, metres))


def _programme_totals(
    network: Network, request: PaperRequest, compounds: tuple[str, ...]
) -> tuple[str, list[ProgrammeTotal]]:
    """Return the programme that is shown, and its totals by unit and unit of counting."""
    items = read_items(network, "", request.as_of)
    programme = shown_programme(network, items)
    if not programme:
        raise InputError(tr("The network has no items of a programme. Bring in a list of them first."))
    items = items.chosen(items.texts("programme") == programme)
    if compounds:
        items = items.chosen(pd.Series(items.texts("compound_id")).isin(compounds).to_numpy(bool))
    frame = pd.DataFrame(
        {
            "unit": items.texts("unit"),
            "count_unit": items.count_units,
            "total": items.known_counts,
            "done": items.done_counts,
        }
    )
    sums = frame.groupby(["unit", "count_unit"], sort=True)[["total", "done"]].sum().reset_index()
    return programme, [
        ProgrammeTotal(str(unit), str(count_unit), float(total), float(done))
        for unit, count_unit, total, done in tuples(sums)
    ]
