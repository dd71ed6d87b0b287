"""Repair a network in its store: issues by their remedies, or an inventory joined by id; one batch each."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.editing.row_edits import RowEdit, by_table
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping import filled_fields as exchange_columns
from waternet_plugin.core.exchange.mapping import mapping_check, mapping_file
from waternet_plugin.core.network.settling.references.followers import followers
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.checking import check
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.issue_lifecycle import FIXED, ISSUE_COLUMNS, OPEN, with_xy
from waternet_plugin.core.quality.repairs.inventory import InventoryMatch, join_inventory
from waternet_plugin.core.quality.repairs.repair_draft import RepairStep
from waternet_plugin.core.quality.repairs.repairing import Repaired, repair, repairable
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.checks import check_network
from waternet_plugin.operations.rows.edit_rows import write_rows
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

_COLUMN_RULES = ("doctor_widespread", "doctor_displaced")
# What repairs let follow themselves, of work items all but the pipes that were searched.
_NAMING = ("customer", "failure", "inspection")
_ITEM = "work_item"
_FILLED_BY_STORE = (
    "map_class",
    "map_code",
    "map_width",
    "map_rank",
    "map_flow",
    *("edited_by", "edited_on", "batch_id", "row_version"),
)


@dataclass(frozen=True)
class RepairPlan:
    """What would be repaired: the issues asked for, and what their remedies make of the network.

    ``seen`` is the network's position before it was read.
    """

    issues: pd.DataFrame
    repaired: Repaired
    seen: str


@dataclass(frozen=True)
class Filling:
    """What an inventory would fill; ``seen`` is the network's position before it was read."""

    joined: InventoryMatch
    seen: str


def chosen_issues(network: Network, asked: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the issues that words ask for: ids of issues or rules; nothing: all open roots with a remedy.

    Issues of rules that are named are looked for anew, so that all of them are there.

    Raises
    ------
    InputError
        For a word that is neither, a rule without a remedy, and where nothing is there to repair.
    """
    existing = with_xy(network.read("issue", [*ISSUE_COLUMNS]))
    words = [word.strip() for word in asked.replace("\n", ",").replace("，", ",").split(",") if word.strip()]
    if not words:
        # What only a finding about a whole column explains is repaired one by one.
        rule_of = existing.set_index("issue_id")["rule_id"]
        above = existing["root"].map(rule_of).map(lambda name: name in _COLUMN_RULES).astype(bool)
        open_ = existing["state"].eq(OPEN) & (existing["root"].isna() | above)
        rules = existing["rule_id"].map(repairable).astype(bool)
        loud = existing["severity"].ne("info")
        found = existing[open_ & rules & loud]
        if not len(found):
            raise InputError(
                tr("No open issue can be repaired. Check the network first, or give issues or rules.")
            )
        return found
    named = [word for word in words if word in catalogue()]
    ids = [word for word in words if word not in catalogue()]
    strange = sorted(set(ids) - set(existing["issue_id"]))
    if strange:
        message = tr("There is no issue or rule {words}. Check the network first, or correct ISSUES.")
        raise InputError(message.format(words=listed(strange[:5])))
    without = [word for word in named if not repairable(word)]
    if without:
        raise InputError(
            tr(
                "Findings of {rules} have to be corrected by hand; there is no automatic repair for them."
            ).format(rules=listed(without))
        )
    parts = [existing[existing["issue_id"].isin(ids)]]
    if named:
        findings = check(
            tables,
            rules=named,
            settings=network.settings(),
            today=datetime.date.today(),
            bad_texts=check_network.bad_texts(network, named),
        )
        parts.append(findings.frame[findings.frame["rule_id"].isin(named)].assign(state=OPEN))
    columns = [*ISSUE_COLUMNS, "x", "y"]
    whole = frames.stacked([part.reindex(columns=columns) for part in parts])
    return whole.drop_duplicates("issue_id").reset_index(drop=True)


def plan_repairs(network: Network, asked: str, *, progress: Progress = SILENT) -> RepairPlan:
    """Return what repairing issues would do; nothing is written.

    Parameters
    ----------
    asked
        Ids of issues or rules, separated by commas; '' for every open root with a remedy.
    """
    seen = network.position()
    settings = network.settings()
    tables = {name: network.read(name) for name in ("pipe", "node")}
    for name in (*_NAMING, _ITEM):
        tables[name] = network.read(name)
    progress.at(0.3)
    issues = chosen_issues(network, asked, tables)
    texts = check_network.bad_texts(network, set(issues["rule_id"]))
    subject = CheckContext(tables, settings, today=datetime.date.today(), bad_texts=texts)
    return RepairPlan(issues, repair(issues, subject, tables, progress=progress.part(0.4, 1.0)), seen)


def _changed_cells(
    frame: pd.DataFrame, id_field: str, changed: Mapping[str, set[str]]
) -> Iterator[pd.DataFrame]:
    """Yield the rows of a frame by the set of their fields that change, with these fields alone.

    Parameters
    ----------
    frame
        Rows as they will be, with all columns that change in any of them.
    id_field
        The column of the ids.
    changed
        The fields that change, by id.
    """
    rows: dict[tuple[str, ...], list[int]] = grouped(
        (tuple(sorted(changed.get(str(asset), ()))), row) for row, asset in enumerate(frame[id_field])
    )
    for fields, mine in rows.items():
        if fields:
            yield frame.iloc[mine][[id_field, *fields]].reset_index(drop=True)


def _update_cells(batch: Batch, of: str, frame: pd.DataFrame, steps: Iterable[RepairStep], crs: Any) -> None:
    """Write the fields that steps change, and no other of the same rows."""
    changed: dict[str, set[str]] = {}
    for step in steps:
        if step.table == of and step.field:
            changed.setdefault(step.asset, set()).add(step.field)
    for cells in _changed_cells(frame, table(of).id_field, changed):
        batch.update(of, _placed(table(of), cells, crs))


def _with_own_fields(described: Table, network: Network, done: Repaired) -> pd.DataFrame:
    """Return the new pipes of a repair with the fields and codes that users added, as those pipes that go."""
    frame = done.added["pipe"]
    own = [field for field in described.fields if field.is_own or field.own_codes]
    if not own:
        return frame
    source = {name: gone for gone, parts in done.heirs.items() for name in parts}
    names = ["pipe_id", *(field.name for field in own)]
    known = network.read("pipe", names, ids=list(done.heirs), geometry=False, as_stored=True)
    values = known.set_index("pipe_id").reindex(frame["pipe_id"].map(source))
    carried = frame.copy()
    for field in own:
        kept = values[field.name].to_numpy()
        if not field.is_own:
            # A repair reads what a code counts as; where it left that alone, the code itself stays.
            bases = {code.code: code.base for code in field.own_codes}
            now = carried[field.name].to_numpy(dtype=object)
            stays = [one in bases and bases[one] == other for one, other in zip(kept, now)]
            kept = np.where(stays, kept, now)
        carried[field.name] = kept
    return carried


def _placed(described: Table, frame: pd.DataFrame, crs: Any) -> pd.DataFrame:
    """Return rows as the store takes them."""
    rows = frame.drop(columns=[column for column in _FILLED_BY_STORE if column in frame])
    for column in rows.columns:
        if column == GEOMETRY_COLUMN:
            continue
        field = described.field(str(column))
        if field.type in ("real", "integer"):
            rows[column] = pd.to_numeric(rows[column]).astype(float)
        elif field.type == "date":
            rows[column] = pd.to_datetime(rows[column])
        else:
            values = rows[column].astype(object)
            rows[column] = values.where(values.notna(), None)
    if GEOMETRY_COLUMN not in rows:
        return rows
    shapes = np.array(rows[GEOMETRY_COLUMN].tolist(), dtype=object)
    rows = pd.DataFrame(rows.drop(columns=GEOMETRY_COLUMN))
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(shapes, crs=crs)).rename_geometry(GEOMETRY_COLUMN)


def write_repairs(
    network: Network,
    plan: RepairPlan,
    *,
    name: str,
    within: Optional[Callable[[], None]] = None,
    progress: Progress = SILENT,
) -> str:
    """Write repairs as one batch, with the issues they settle, and return its id.

    Parameters
    ----------
    plan
        What is to be repaired.
    name
        What people see in the list of batches.
    within
        Called before the batch is committed: when it raises, nothing is written.
    """
    done = plan.repaired
    steps = [step for _issue, step in done.steps]
    existing = set(network.read("issue", ["issue_id"], geometry=False)["issue_id"])
    follow = _followers(network, done)
    described = {of: network.table(of) for of in done.added}
    added = dict(done.added)
    if "pipe" in added:
        added["pipe"] = _with_own_fields(described["pipe"], network, done)
    facts = {"repaired": len(done.done), "refused": len(done.refused), "changes": len(done.steps)}
    with network.write("repair", name=name, facts=facts, seen=plan.seen, progress=progress) as batch:
        # Their ids may be among them.
        batch.write_as_read(done.texts)
        # Old rows go first, so that what takes their place may have their ids.
        for of, ids in done.deleted.items():
            batch.delete(of, list(ids))
        for of in ("node", "pipe"):
            if of in added:
                batch.insert(of, _placed(described[of], added[of], network.crs))
        for of, frame in done.updated.items():
            _update_cells(batch, of, frame, steps, network.crs)
        write_rows(batch, dict(by_table(follow)))
        settled = [issue for issue in done.done if issue in existing]
        if settled:
            batch.update(
                "issue",
                pd.DataFrame({"issue_id": settled, "state": FIXED, "state_reason": tr("Repaired.")}),
            )
        if within is not None:
            batch.refuse_changed()
            within()
    return batch.batch_id


def _followers(network: Network, done: Repaired) -> tuple[RowEdit, ...]:
    """Return the rows beside those that the repairs move themselves which name pipes that go."""
    gone = done.deleted.get("pipe", ())
    if not gone:
        return ()
    stay = {name for heirs in done.heirs.values() for name in heirs}
    before = network.rows_where("pipe", "pipe_id", [*gone, *stay])
    pipes = [
        RowEdit("pipe", key, row, None if row["pipe_id"] in set(gone) else row) for key, row in before.items()
    ]
    new = done.added.get("pipe")
    if new is not None:
        pipes += [RowEdit("pipe", -number, None, row) for number, row in enumerate(frames.records(new), 1)]
    edits = followers(
        pipes, done.heirs, network, network.settings(), settled=("pipe", "node", "defect", *_NAMING)
    )
    return tuple(_searched_pipes(edit) if edit.table == _ITEM else edit for edit in edits)


def _searched_pipes(edit: RowEdit) -> RowEdit:
    """Return an edit of a work item that changes the pipes it lists and nothing else."""
    if edit.before is None or edit.now is None:
        return edit
    return replace(edit, now={**edit.before, "pipes": edit.now.get("pipes")})


def shown_steps(steps: tuple[tuple[str, RepairStep], ...]) -> pd.DataFrame:
    """Return changes as a table: issue_id, table, asset, field, before, after, in words."""
    rows = [
        (issue or None, step.table, step.asset, step.field or None, _shown(step.before), _shown(step.after))
        for issue, step in steps
    ]
    return pd.DataFrame(
        rows, columns=["issue_id", "table", "asset", "field", "before", "after"], dtype=object
    )


def _shown(value: Any) -> Optional[str]:
    if value is None or value != value:
        return None
    if isinstance(value, shapely.Geometry):
        return str(shapely.to_wkt(value, rounding_precision=3, output_dimension=3))
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


# An inventory.


def plan_inventory(
    network: Network, inventory: pd.DataFrame, mapping: str, *, key: str = "pipe_id", overwrite: bool = False
) -> Filling:
    """Return what an inventory would fill; nothing is written.

    Parameters
    ----------
    inventory
        The foreign table, all columns as it has them.
    mapping
        A mapping as adoption takes it (JSON or its path); its pipe_id is the inventory's id.
    key
        Column of our pipes that holds the inventory's id.
    overwrite
        Let the inventory win where both know something.

    Raises
    ------
    InputError
        For a mapping that does not fit, codes without a meaning, a column that is not ours.
    """
    described = table("pipe")
    if key not in described.field_names:
        raise InputError(tr("JOIN: the table of pipes has no column {name}.").format(name=key))
    chosen = mapping_check.for_table(mapping_file.parse(mapping), table("pipe"))
    names = [
        str(name) for name in inventory.columns if name != getattr(inventory, "_geometry_column_name", None)
    ]
    chosen = mapping_check.for_columns(chosen, names)
    if "pipe_id" not in chosen.fields:
        raise InputError(
            tr("The mapping gives no column for pipe_id: which one contains the inventory’s ids?")
        )
    reader = exchange_columns.Reader(datetime.date.today(), network.settings())
    filled = exchange_columns.fill(pd.DataFrame(inventory), chosen, described, reader, dry_run=True)
    missing = [one for one in filled.unmapped if one.field in chosen.fields]
    if missing:
        named = listed(f"{one.field}: {one.value or '–'} ({one.count})" for one in missing[:20])
        raise InputError(tr("The mapping gives no meaning to these codes: {codes}.").format(codes=named))
    wanted = {
        name: values
        for name, values in filled.columns.items()
        if name in chosen.fields or name in chosen.defaults
    }
    frame = frames.conform(pd.DataFrame(wanted), "pipe")[[*wanted]]
    seen = network.position()
    return Filling(join_inventory(network.read("pipe"), frame, key=key, overwrite=overwrite), seen)


def write_inventory(
    network: Network,
    filling: Filling,
    *,
    name: str,
    within: Optional[Callable[[], None]] = None,
    progress: Progress = SILENT,
) -> str:
    """Write what an inventory fills as one batch and return its id."""
    joined = filling.joined
    facts = {"matched": joined.matched, "unmatched": joined.unmatched, "conflicts": len(joined.conflicts)}
    with network.write("repair", name=name, facts=facts, seen=filling.seen, progress=progress) as batch:
        _update_cells(batch, "pipe", joined.updated, joined.steps, network.crs)
        if within is not None:
            batch.refuse_changed()
            within()
    return batch.batch_id
