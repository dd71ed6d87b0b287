"""The report of what lies in compounds and grids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from waternet_plugin.core.drainage.compounds.facts.locations import NONE, OTHER, TWO
from waternet_plugin.core.drainage.compounds.facts.outlets import HIGH
from waternet_plugin.core.drainage.compounds.facts.unit_facts import COMPOUND, GRID, CompoundFacts
from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import KM_M

_MOST_ROWS = 300
_DRAINS = ["sewage_m", "storm_m", "combined_m"]
_TANKS = ["septic_tanks", "grease_traps", "sediment_tanks"]


def figures_of(facts: CompoundFacts) -> dict[str, Any]:
    """Return every number of the facts by name."""
    units, left = facts.units, facts.left
    compounds, grids = units[units["unit"] == COMPOUND], units[units["unit"] == GRID]
    in_compounds = left[left["unit"] == COMPOUND]
    return {
        "compounds": len(compounds),
        "grids": len(grids),
        "users": int(compounds["users"].sum()),
        "permits": int(compounds["permits"].sum()),
        "drains_m": float(compounds[_DRAINS].to_numpy(dtype=float).sum()),
        "tanks": int(compounds[_TANKS].to_numpy(dtype=float).sum()),
        "exits": int(compounds["exits"].sum()),
        "exits_without_municipal_node": int(facts.exits["to_node"].isna().sum()),
        "misconnections": _sum(compounds["misconnections"]),
        "overdue": _sum(compounds["overdue"]),
        "buildings": _sum(compounds["buildings"]),
        "left": {
            state: {str(name): int(many) for name, many in rows["table"].value_counts(sort=False).items()}
            for state, rows in in_compounds.groupby("state")
        },
        "in_no_grid": int(((left["unit"] == GRID) & (left["state"] == NONE)).sum()),
        "shared_unnamed": facts.shared_unnamed,
        "split_compounds": facts.split_compounds,
        "lengths_unknown": facts.lengths_unknown,
        "volumes_unknown": facts.volumes_unknown,
        "filled": {name: len(frame) for name, frame in facts.filled.items()},
        "compound_rows": _plain(compounds),
        "grid_rows": _plain(grids),
    }


def _sum(column: pd.Series) -> int | None:
    return int(column.sum()) if column.notna().any() else None


def _plain(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(row) for row in records(rows.drop(columns=["unit", "geom"]))]


def summary_lines(facts: CompoundFacts, *, is_stored: bool) -> list[str]:
    """Return what lies where in sentences, the answer first."""
    figures = figures_of(facts)
    if not figures["compounds"] and not figures["grids"]:
        return [tr("The network has no compounds and no grids. Bring in their boundaries first.")]
    lines = [
        tr(
            "{compounds} compounds in {grids} grids: {users} users, {permits} of them with a permit, {km} km "
            "of drains, {tanks} tanks, {exits} exits."
        ).format(
            km=number(figures["drains_m"] / KM_M, 1),
            **{
                name: number(figures[name])
                for name in ("compounds", "grids", "users", "permits", "tanks", "exits")
            },
        ),
        *_left_lines(facts, figures),
    ]
    if figures["exits_without_municipal_node"]:
        text = tr("Exits that reach no municipal node: {count}. Look at OUTPUT_EXITS.")
        lines.append(text.format(count=number(figures["exits_without_municipal_node"])))
    if figures["lengths_unknown"]:
        text = tr("Pipes with neither line nor length, which add nothing: {count}.")
        lines.append(text.format(count=number(figures["lengths_unknown"])))
    if figures["volumes_unknown"]:
        text = tr("Tanks of unknown volume, which add nothing: {count}.")
        lines.append(text.format(count=number(figures["volumes_unknown"])))
    if is_stored:
        lines.append(_filled_line(figures["filled"]))
    return lines


def _left_lines(facts: CompoundFacts, figures: Mapping[str, Any]) -> list[str]:
    lines = []
    for state, text in (
        (NONE, tr("In no compound: {what}.")),
        (TWO, tr("In two or more compounds: {what}.")),
        (OTHER, tr("Assigned to one compound but lying in another: {what}.")),
    ):
        counts = figures["left"].get(state)
        if counts:
            lines.append(text.format(what=_counted(counts)))
    if figures["shared_unnamed"]:
        text = tr(
            "{count} assets lie in several compounds and name none: each counts in the first by id. Enter "
            "their compound, or correct the boundaries."
        )
        lines.append(text.format(count=number(figures["shared_unnamed"])))
    if figures["in_no_grid"]:
        lines.append(tr("In no grid: {count}.").format(count=number(figures["in_no_grid"])))
    if figures["split_compounds"]:
        text = tr("Compounds in several grids: {count}. Each counts in the one with most of it.")
        lines.append(text.format(count=number(figures["split_compounds"])))
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    return listed([f"{table(name).label} {number(many)}" for name, many in counts.items()])


def _filled_line(filled: Mapping[str, int]) -> str:
    assets = {name: many for name, many in filled.items() if name != COMPOUND}
    if filled:
        return tr("Filled in: the compound of {assets} assets and the grid of {compounds} compounds.").format(
            assets=number(sum(assets.values())), compounds=number(filled.get(COMPOUND, 0))
        )
    return tr("Nothing was filled in: every asset in a compound names one.")


def facts_report(
    facts: CompoundFacts, names: Mapping[str, str | None], *, network: str, is_stored: bool
) -> Report:
    """Return the report: compounds, grids, exits, outfalls, and what lies outside.

    Parameters
    ----------
    names
        Names of the compounds by id.
    is_stored
        Whether what can be filled in was.
    """
    lead, *further = summary_lines(facts, is_stored=is_stored)
    units = facts.units
    sections = [ReportSection(tr("What to know"), tuple(further))] if further else []
    for unit, title in ((COMPOUND, tr("Compounds")), (GRID, tr("Grids"))):
        rows = units[units["unit"] == unit]
        if len(rows):
            sections.append(_units(rows, unit, title, names))
    if len(facts.exits):
        sections.append(_exits(facts.exits))
    if len(facts.outfalls):
        sections.append(_outfalls(facts.outfalls))
    if len(facts.left):
        sections.append(_left(facts.left))
    return Report(
        title=tr("Compounds and grids"),
        subtitle=network,
        lead=lead,
        sections=tuple(sections),
        figures=figures_of(facts),
    )


def _cut(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the first rows of a long table, and the note that there are more."""
    if len(rows) <= _MOST_ROWS:
        return rows, ""
    return rows.head(_MOST_ROWS), tr("The first {most} of {count} rows; all are in the outputs.").format(
        most=number(_MOST_ROWS), count=number(len(rows))
    )


def _units(rows: pd.DataFrame, unit: str, title: str, names: Mapping[str, str | None]) -> ReportSection:
    shown, note = _cut(rows)
    id_column = f"{unit}_id"
    cells = [
        (
            row[id_column],
            *((names.get(str(row[id_column])), row["grid_id"]) if unit == COMPOUND else ()),
            *(_whole(row[name]) for name in ("users", "permits")),
            *(None if row[name] is None else float(row[name]) for name in _DRAINS),
            *(_whole(row[name]) for name in ("manholes", "inlets")),
            _whole(sum(row[name] for name in _TANKS)),
            row["tank_volume_m3"],
            *(_whole(row[name]) for name in ("exits", "misconnections", "overdue", "buildings")),
        )
        for row in records(shown)
    ]
    columns = (
        tr("Id"), *((tr("Name"), tr("Grid")) if unit == COMPOUND else ()), tr("Users"), tr("With a permit"),
        tr("Sewers, m"), tr("Storm drains, m"), tr("Combined drains, m"), tr("Manholes"), tr("Inlets"),
        tr("Tanks"), tr("Volume of tanks, m3"), tr("Exits"), tr("Misconnections"), tr("Tanks overdue"),
        tr("Buildings"),
    )  # fmt: skip
    return ReportSection(title, (), ReportTable(columns, tuple(cells)), note)


def _whole(value: float | None) -> int | None:
    return None if value is None or value != value else int(value)


def _exits(exits: pd.DataFrame) -> ReportSection:
    shown, note = _cut(exits)
    cells = tuple(
        (row["compound_id"], row["node_id"], domain("system")[row["system"]].label, row["to_node"])
        for row in records(shown)
    )
    columns = (tr("Compound"), tr("Exit"), tr("System"), tr("Municipal node"))
    return ReportSection(tr("Exits of compounds"), (), ReportTable(columns, cells), note)


def _outfalls(outfalls: pd.DataFrame) -> ReportSection:
    shown, note = _cut(outfalls)
    risks, types = domain("outfall_risk"), domain("outfall_type")
    cells = tuple(
        (
            row["node_id"],
            risks[row["outfall_risk"]].label if row["outfall_risk"] in risks else None,
            types[row["outfall_type"]].label if row["outfall_type"] in types else row["outfall_type"],
            (row["compounds"] or "–").replace(";", ", ") if row["outfall_risk"] == HIGH else None,
            _whole(row["users"]),
        )
        for row in records(shown)
    )
    columns = (tr("Outfall"), tr("Risk"), tr("Type"), tr("Compounds upstream"), tr("Users upstream"))
    return ReportSection(
        tr("Outfalls"),
        (tr("Those of high risk are traced up to the compounds and users that drain to them."),),
        ReportTable(columns, cells),
        note,
    )


def _left(left: pd.DataFrame) -> ReportSection:
    shown, note = _cut(left)
    states = {NONE: tr("in none"), TWO: tr("in two or more"), OTHER: tr("in another than it names")}
    units = {COMPOUND: tr("Compound"), GRID: tr("Grid")}
    cells = tuple(
        (
            table(str(row["table"])).label, row["asset"], units[row["unit"]], states[row["state"]],
            row["named"], row["lies_in"],
        )
        for row in records(shown)
    )  # fmt: skip
    columns = (tr("Table"), tr("Asset"), tr("Unit"), tr("Where it lies"), tr("Names"), tr("Lies in"))
    return ReportSection(tr("What lies outside or in another place"), (), ReportTable(columns, cells), note)
