"""What can be exported: a table, what a theme shows, or chosen rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.bridge.forms.reason_texts import FACTS
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, all_tables, table
from waternet_plugin.core.texts import listed, tr

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.store import Network

VIEWS = map_views.views()
# What a theme shows beside its pipes; nodes and compounds are on every map.
_BESIDE = {
    **dict.fromkeys(("dma", "leakage", "double_criterion", "programme", "users", "meters"), ("pipe",)),
    "health": ("failure",),
    "plan": ("project", "road_work"),
}
_ALWAYS = ("node", "compound")


@dataclass(frozen=True)
class Content:
    """Rows to write: ``geometry`` as in the schema (``none`` for none), the shapes in column ``geom``.

    ``left_out`` are fields about people that have values, which nobody said to take along.
    """

    name: str
    geometry: str
    fields: tuple[Field, ...]
    frame: pd.DataFrame
    left_out: tuple[Field, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.frame)

    @property
    def is_spatial(self) -> bool:
        """Whether rows have a place on the map."""
        return self.geometry != "none"


def known_tables() -> tuple[str, ...]:
    """Return what can be exported by name: every table, then the views."""
    return (*all_tables(), *VIEWS)


def label_of(name: str) -> str:
    """Return what people call a table or view."""
    if name == "pipe_health":
        return tr("Pipes with health")
    if name == "pipe_plan":
        return tr("Pipes of the renewal plan")
    if name == map_views.VERIFIED:
        return tr("Pipes with verdicts")
    if name == map_views.LEAKAGE:
        return tr("Metered areas with leakage")
    if name == map_views.PROGRAMME:
        return tr("Compounds by programme")
    if name == map_views.NODE_DUE:
        return tr("Tanks due for cleaning")
    return table(name).label


def labels(names: Iterable[str]) -> str:
    """Return the labels of tables as people list them."""
    return listed(label_of(name) for name in names)


def tables_of_theme(theme: str) -> tuple[str, ...]:
    """Return the tables that a theme shows: its pipes first.

    Raises
    ------
    InputError
        When there is no such theme.
    """
    if theme not in look.themes():
        message = tr("{name} “{value}” is not known. Choose one of: {known}.")
        raise InputError(message.format(name="THEME", value=theme, known=listed(look.themes())))
    return tuple(dict.fromkeys((look.themes()[theme].layer, *_ALWAYS, *_BESIDE.get(theme, ()))))


def content_of(
    network: Network, name: str, ids: Sequence[str] | None = None, *, personal: bool = False
) -> Content:
    """Read a table or view, or its rows of certain ids.

    Parameters
    ----------
    name
        A table, or a view: ``pipe_health``, ``pipe_plan``, ``zone_leakage``.
    ids
        Ids of the rows; None for all.
    personal
        With the fields about people.

    Raises
    ------
    InputError
        When there is no such table, or ids are given for a table without an id.
    """
    if name not in known_tables():
        message = tr("There is no table {name}. Choose one of: {known}.")
        raise InputError(message.format(name=name, known=listed(known_tables())))
    if name in VIEWS:
        base = map_views.described(name).with_own((), network.own_codes())
    else:
        base = network.table(name)
    if ids is not None and not base.id_field:
        raise InputError(tr("Rows of {table} have no id. Export the whole table.").format(table=base.label))
    frame = network.read(name, base.field_names, ids=ids, as_stored=True)
    about_people = () if personal else base.personal_fields
    left_out = tuple(field for field in about_people if frame[field.name].notna().any())
    frame = frame.drop(columns=[field.name for field in about_people])
    fields = tuple(
        base.field(str(column))
        for column in frame.columns
        # Facts are for us: files have the sentences made of them.
        if column != GEOMETRY_COLUMN and column not in FACTS.values()
    )
    return Content(name, base.geometry, fields, frame, left_out)


def personal_left_out(found: Iterable[Content]) -> tuple[str, ...]:
    """Return the sentence of the fields about people that were left out; none where none has values."""
    fields = [f"{label_of(one.name)}: {field.label}" for one in found for field in one.left_out]
    if not fields:
        return ()
    return (tr("Personal data was left out: {fields}.").format(fields=listed(fields)),)
