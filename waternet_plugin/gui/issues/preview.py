"""What fixing issues would do: every field before and after in words, and the lines as they will be."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.repairing import repairable
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.quality.draft import Step
    from waternet_plugin.gui.issues.recorded import Issue
    from waternet_plugin.store import Network

_UNKNOWN = "–"
_JOINING = ", "
# Its values are names of other fields.
_NAMES_FIELDS = "estimated"


@dataclass(frozen=True)
class Line:
    """One change: the issue it is for ('' for what several need), the asset, what of it, before, after."""

    issue_id: str
    asset: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What fixing would do: ``done`` are the issues it mends, ``refusals`` the reasons of the others."""

    lines: tuple[Line, ...]
    done: tuple[str, ...]
    refusals: dict[str, str]
    shapes: tuple[bytes, ...] = ()


def can_be_fixed(issue: Issue) -> bool:
    """Return whether an issue's rule has a remedy that can be run."""
    return issue.rule_id in catalogue() and repairable(issue.rule_id)


def plan(network: Network, issues: Sequence[str], progress: Progress) -> Preview:
    """Work out what repairing some issues does; nothing is written."""
    from waternet_plugin.store import repairing

    repaired = repairing.plan_repairs(network, _JOINING.join(issues), progress=progress).repaired
    refused = repaired.refused
    return Preview(
        tuple(_line(issue_id, step) for issue_id, step in repaired.steps),
        repaired.done,
        dict(zip(refused["issue_id"], refused["reason"])),
        _new_shapes(repaired.steps),
    )


def _new_shapes(steps: Sequence[tuple[str, Step]]) -> tuple[bytes, ...]:
    """Return the lines and points that change or are new, as they will be."""
    import shapely

    last: dict[tuple[str, str], Any] = {}
    for _issue, step in steps:
        if step.field == GEOMETRY_COLUMN and isinstance(step.after, shapely.Geometry):
            last[step.table, step.asset] = step.after
        elif not step.field and step.after is None:
            last.pop((step.table, step.asset), None)
    return tuple(shapely.to_wkb(shape) for shape in last.values())


def _line(issue_id: str, step: Step) -> Line:
    described = table(step.table)
    if not step.field:
        gone = step.after is None
        return Line(
            issue_id,
            step.asset,
            described.label,
            "",
            tr("deleted") if gone else tr("new"),
        )
    if step.field == GEOMETRY_COLUMN:
        what = tr("Course") if _is_line(step) else tr("Place")
        return Line(issue_id, step.asset, what, "", _moved(step))
    field = described.field(step.field)
    return Line(issue_id, step.asset, field.label, written(field, step.before), written(field, step.after))


def _is_line(step: Step) -> bool:
    return table(step.table).geometry.startswith("LineString")


def _moved(step: Step) -> str:
    """Return in words how far a shape moves, or that only its heights change."""
    import shapely

    if step.before is None or step.after is None:
        return tr("drawn anew")
    apart = float(shapely.hausdorff_distance(step.before, step.after))
    if apart < 0.0005:
        lifted = not shapely.equals_exact(step.before, step.after) and bool(step.before.has_z)
        return tr("other heights") if lifted else tr("moved less than 1 mm")
    return tr("moved {metres} m").format(metres=amounts.number(apart, 2))


def written(field: Field, value: Any) -> str:
    """Return a value as people read it, a dash for unknown."""
    if value is None or value != value:
        return _UNKNOWN
    if field.name == _NAMES_FIELDS and isinstance(value, str):
        known = table(field.table).field_names
        names = [name.strip() for name in value.split(";")]
        return ", ".join(table(field.table).field(name).label if name in known else name for name in names)
    if field.domain and isinstance(value, str):
        code = domain(field.domain).get(value)
        return code.label if code else value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return str(value)[:10]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # Years and diameters without thousands.
        return f"{float(value):.10g}"
    return str(value)
