"""What fixing issues would do: every field before and after in words, and the lines as they will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.repairs.repairing import repairable
from waternet_plugin.core.reports.changes.change_words import AssetChange, worded
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.quality.repairs.repair_draft import RepairStep
    from waternet_plugin.operations.checks.issue_rows import Issue
    from waternet_plugin.store import Network

_JOINING = ", "


@dataclass(frozen=True)
class RepairPreview:
    """What fixing would do: ``done`` are the issues it mends, ``refusals`` the reasons of the others."""

    lines: tuple[AssetChange, ...]
    done: tuple[str, ...]
    refusals: dict[str, str]
    shapes: tuple[bytes, ...] = ()


def can_be_fixed(issue: Issue) -> bool:
    """Return whether an issue's rule has a remedy that can be run."""
    return issue.rule_id in catalogue() and repairable(issue.rule_id)


def plan(network: Network, issues: Sequence[str], progress: Progress) -> RepairPreview:
    """Work out what repairing some issues does; nothing is written."""
    from waternet_plugin.operations.checks import repair_network

    repaired = repair_network.plan_repairs(network, _JOINING.join(issues), progress=progress).repaired
    refused = repaired.refused
    return RepairPreview(
        tuple(worded(issue_id, step) for issue_id, step in repaired.steps),
        repaired.done,
        dict(zip(refused["issue_id"], refused["reason"])),
        _new_shapes(repaired.steps),
    )


def _new_shapes(steps: Sequence[tuple[str, RepairStep]]) -> tuple[bytes, ...]:
    """Return the lines and points that change or are new, as they will be."""
    import shapely

    from waternet_plugin.core.shapes.wkb import to_wkb

    last: dict[tuple[str, str], Any] = {}
    for _issue, step in steps:
        if step.field == GEOMETRY_COLUMN and isinstance(step.after, shapely.Geometry):
            last[step.table, step.asset] = step.after
        elif not step.field and step.after is None:
            last.pop((step.table, step.asset), None)
    return tuple(to_wkb(shape) for shape in last.values())
