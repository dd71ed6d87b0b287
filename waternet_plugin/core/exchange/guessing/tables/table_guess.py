"""Which of our tables the rows of a foreign layer belong to: by geometry, name and columns."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.guessing import column_fits, column_names
from waternet_plugin.core.exchange.guessing.confidences import GUESS, SURE
from waternet_plugin.core.exchange.guessing.end_pairs import NODE, find_end_pairs, names_connections
from waternet_plugin.core.exchange.guessing.tables.work_records import records_work
from waternet_plugin.core.exchange.guessing.value_natures import share
from waternet_plugin.core.exchange.mapping.adoptable_tables import (
    NO_OWN,
    OwnTables,
    adoptable,
    adoptable_fields,
)
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.schema.tables import Table

_OF_COMPOUNDS = ("indicator", "checklist")
_FAMILIES = {
    "LineString": ("pipe", "road_work", "node"),
    "Point": ("node", "failure", "customer", "work_item"),
    "Polygon": ("compound", "zone", "road_work"),
    "": (
        "failure",
        "inspection",
        "defect",
        "reading",
        "customer",
        "node",
        "work_item",
        "volume",
        *_OF_COMPOUNDS,
        "programme_item",
    ),
}
# Their columns are those of many lists: only a name speaks for them.
_BY_NAME = ("volume", *_OF_COMPOUNDS, "programme_item")
# A list of compounds has their name or number, and one of these; of users they are headed otherwise.
_COMPOUNDS = re.compile(r"^(?:住宅)?小区(?:名称?|编号|编码|代码)?$|^xq(?:mc|bh)$")
_OF_COMPOUND = re.compile(r"户数|栋数?$|幢数|楼栋|物业|建成|占地|接管")
_OF_USER = re.compile(r"户号|户名|用户|水表|表号|^yhbh$|管径|口径|^(?:阀门|井|管段|管线|设施)编号$")
_OF_USERS = (
    re.compile(r"^(?:户号|(?:用水)?用?户(?:编号|号|编码))$"),
    re.compile(r"^(?:户名|用?户(?:名称?|姓名))$"),
)
# Lists of projects have columns of these tables.
_LIKE_PROJECTS = ("pipe", "failure", "node")
_OF_PROJECTS = (re.compile(r"^(?:项目|工程)名称?$"), re.compile(r"投资|造价|概算|估算|预算|资金"))
_COUNTER = re.compile(r"表底数?$|表码$|止码$|读数$|^底数$")
_OF_COUNTER = (
    re.compile(
        r"^(?:水?表号|(?:水|远传|总|户|计量|流量计?)?表(?:编号|号)|表具编号|水表|(?:电磁|超声波?)?流量计(?:编号|号)?"
        r"|(?:监?测点|设备|仪表)(?:编号|号)?)$"
    ),
    re.compile(r"(?:抄表|抄见|读数|读表)(?:时间|日期)$"),
)
# What a programme plans and pays for a compound, which no list of compounds alone has.
_TABS_OF_PROGRAMME = ("plan", "cost")


@lru_cache(maxsize=1)
def _hints() -> dict[str, tuple[str, ...]]:
    """Return the words in layer names that speak for a table."""
    return {row["table"]: words(row["words"]) for row in rows_of(Path(__file__).parent / "hints.csv")}


def table_words(table: str) -> tuple[str, ...]:
    """Return the words by which names of layers speak for a table."""
    return _hints().get(table, ())


def geometry_family(frame: pd.DataFrame) -> str:
    """Return the kind of geometry most rows have, '' for none."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return ""
    kinds = frame.geometry.dropna().geom_type
    if not len(kinds):
        return ""
    common = str(kinds.value_counts().sort_index().idxmax())
    return common.replace("Multi", "").replace("LinearRing", "LineString")


def guess_table(frame: pd.DataFrame, name: str, own: OwnTables = NO_OWN) -> tuple[str, str]:
    """Return the table that geometry, layer name and columns speak for, and how sure that is."""
    columns = source_columns(frame)
    # Lines may come as the coordinates of their ends.
    family = geometry_family(frame) or ("LineString" if coordinates.end_columns(columns) else "")
    scores = []
    tables = _FAMILIES.get(family, _FAMILIES[""])
    if not family:
        headed = _table_of_headings(frame, columns, name, own)
        if headed:
            return headed, GUESS
        if names_both_nodes(frame):
            tables = (*tables, "pipe")
    for table_name in tables:
        table = adoptable(table_name, own)
        hint = column_fits.table_hint(table, table_words(table_name), name)
        needs_hint = table_name in _BY_NAME or (family == "LineString" and table_name != "pipe")
        if needs_hint and hint == 0:
            continue
        fields_named = _by_name_only(table, source_columns(frame))
        if table_name == "volume" and "volume_m3" not in fields_named:
            # A list of users is named after their volumes now and then.
            continue
        scores.append((hint * 2 + len(fields_named), hint, table_name))
    is_placed = coordinates.coordinate_columns(columns) is not None
    if not family and not is_placed and not any(hint for _score, hint, _name in scores):
        # Pipes without a place are no failures: an update finds them by their ids.
        pipe = adoptable("pipe", own)
        is_called_so = column_fits.table_hint(pipe, table_words("pipe"), name) > 0
        if is_called_so or len(_by_name_only(pipe, columns)) > max(score for score, *_ in scores):
            return "pipe", GUESS
    ranked = sorted(scores, key=lambda score: -score[0])
    best = ranked[0]
    if not best[1] and _may_be_nodes(frame, scores):
        return "node", GUESS
    if best[2] == "node" and lists_users(columns):
        return "customer", GUESS
    clear = len(ranked) == 1 or best[0] > ranked[1][0]
    return best[2], SURE if clear and (best[1] > 0 or len(ranked) == 1) else GUESS


def _table_of_headings(frame: pd.DataFrame, columns: list[str], name: str, own: OwnTables) -> str:
    """Return the table that the headings of rows without a geometry are those of, '' where none decides."""
    is_placed = coordinates.coordinate_columns(columns) is not None
    if not is_placed and names_connections(frame, columns):
        return "pipe"
    if not is_placed and records_work(columns, name):
        return "work_item"
    if lists_counters(columns):
        return "reading"
    if names_compounds(columns) and _plans_works(columns, own):
        return "programme_item"
    return "compound" if lists_compounds(frame) else ""


def _may_be_nodes(frame: pd.DataFrame, scores: list[tuple[float, float, str]]) -> bool:
    """Return whether no heading speaks against nodes, and the values of a column are kinds of these."""
    own = next((score for score, _hint, name in scores if name == "node"), -1.0)
    node = adoptable("node")
    return own + 1 >= max(score for score, *_ in scores) and any(
        share(node.field("kind"), node, frame[column], None) >= column_fits.SURE_FIT
        for column in source_columns(frame)
    )


def names_both_nodes(frame: pd.DataFrame) -> bool:
    """Return whether columns are headed as the ids of the nodes at both ends of pipes."""
    return any(pair.kind == NODE and pair.is_named for pair in find_end_pairs(frame, source_columns(frame)))


def lists_users(columns: list[str]) -> bool:
    """Return whether a list has numbers and names of users: their meters are facts of them, no assets."""
    names = [fold(bare_name(column)) for column in columns]
    return all(any(part.search(name) for name in names) for part in _OF_USERS)


def lists_projects(frame: pd.DataFrame) -> bool:
    """Return whether rows without a place are projects with what they cost, which no table of ours takes."""
    columns = source_columns(frame)
    names = [fold(bare_name(column)) for column in columns]
    is_placed = bool(geometry_family(frame)) or coordinates.coordinate_columns(columns) is not None
    return not is_placed and all(any(part.search(name) for name in names) for part in _OF_PROJECTS)


def guessed_of_projects(table: str, frame: pd.DataFrame) -> bool:
    """Return whether what was guessed to be rows of a table are projects, which look like those."""
    return table in _LIKE_PROJECTS and lists_projects(frame)


def names_compounds(columns: list[str]) -> bool:
    """Return whether a column is headed as that of compounds, and none as one of users or assets."""
    names = [fold(bare_name(column)) for column in columns]
    return any(_COMPOUNDS.search(name) for name in names) and not any(_OF_USER.search(name) for name in names)


def lists_compounds(frame: pd.DataFrame) -> bool:
    """Return whether the headings are those of a list of compounds, which may be without their outlines."""
    columns = source_columns(frame)
    if not names_compounds(columns):
        return False
    return any(_OF_COMPOUND.search(fold(bare_name(column))) for column in columns)


def lists_counters(columns: list[str]) -> bool:
    """Return whether a list tells what the counters of meters showed on days; bills tell volumes."""
    names = [fold(bare_name(column)) for column in columns]
    counters = [name for name in names if _COUNTER.search(name)]
    return len(counters) == 1 and all(any(part.search(one) for one in names) for part in _OF_COUNTER)


def _plans_works(columns: list[str], own: OwnTables) -> bool:
    """Return whether a list of compounds has columns of a programme that are none of compounds."""
    compound = adoptable("compound", own)
    foreign = [column for column in columns if not _by_name_only(compound, [column])]
    programme = adoptable("programme_item", own)
    named = _by_name_only(programme, foreign)
    return any(
        described.name in named for described in programme.fields if described.tab in _TABS_OF_PROGRAMME
    )


def _by_name_only(table: Table, columns: list[str]) -> set[str]:
    return {
        described.name
        for described in adoptable_fields(table)
        if any(column_names.name_worth(described, column) >= column_names.ALIAS - 0.5 for column in columns)
    }
