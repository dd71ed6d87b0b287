"""Changes of a network in words: fields by their labels, codes by their meaning, shapes by how they move."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, table
from waternet_plugin.core.texts import listed, tr

if TYPE_CHECKING:
    from waternet_plugin.core.quality.repairs.repair_draft import RepairStep

_UNKNOWN = "–"
# Its values are names of other fields.
_NAMES_FIELDS = "estimated"


@dataclass(frozen=True)
class AssetChange:
    """One change: the issue it is for ('' for what several need), the asset, what of it, before, after."""

    issue_id: str
    table: str
    asset: str
    field: str
    before: str
    after: str


def worded(issue_id: str, step: RepairStep) -> AssetChange:
    """Return a change as people read it; what happens to a shape in a word instead of its coordinates."""
    described = table(step.table)
    if not step.field:
        what, before, after = described.label, "", tr("deleted") if step.after is None else tr("new")
    elif step.field == GEOMETRY_COLUMN:
        what = tr("Course") if table(step.table).geometry.startswith("LineString") else tr("Place")
        before, after = "", _moved(step)
    else:
        field = described.field(step.field)
        what, before, after = field.label, written(field, step.before), written(field, step.after)
    return AssetChange(issue_id, described.label, step.asset, what, before, after)


def _moved(step: RepairStep) -> str:
    """Return in words how far a shape moves, or that only its heights change."""
    import shapely

    if step.before is None or step.after is None:
        return tr("redrawn")
    apart = float(shapely.hausdorff_distance(step.before, step.after))
    if apart < 0.0005:
        lifted = not shapely.equals_exact(step.before, step.after) and bool(step.before.has_z)
        return tr("heights changed") if lifted else tr("moved less than 1 mm")
    return tr("moved {metres} m").format(metres=number(apart, 2))


def written(field: Field, value: Any) -> str:
    """Return a value as people read it, a dash for unknown."""
    if value is None or value != value:
        return _UNKNOWN
    if field.name == _NAMES_FIELDS and isinstance(value, str):
        known = table(field.table).field_names
        names = [name.strip() for name in value.split(";")]
        return listed(table(field.table).field(name).label if name in known else name for name in names)
    if field.domain and isinstance(value, str):
        code = domain(field.domain).get(value)
        return code.label if code else value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return str(value)[:10]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # Years and diameters without thousands.
        return f"{float(value):.10g}"
    return str(value)
