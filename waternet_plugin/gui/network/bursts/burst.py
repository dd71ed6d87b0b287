"""A burst: what was asked, what came out, ready for the map, the list and the papers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.network.isolation.roles import (
    ALREADY_CLOSED,
    OPEN_TO_FEED,
    SECOND_CHOICE,
    closing_headline,
)
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.network.isolate_burst import IsolateRequest, IsolateResult
    from waternet_plugin.operations.network.live_network import LiveNetwork

# Said to be broken: no longer among the valves of the answer, but in the list to be taken back.
BROKEN = "broken"
# More points than anybody tells apart on a map.
_MOST_POINTS = 20_000


@dataclass(frozen=True)
class BurstQuestion:
    """A burst on a pipe.

    Parameters
    ----------
    failed
        Valves that can't be closed, beside those known for it.
    what_if
        Nodes and pipes at which a valve is thought of.
    tanks_are_sources, directed
        As the algorithm has them.
    """

    pipe_id: str
    failed: tuple[str, ...] = ()
    what_if: tuple[str, ...] = ()
    tanks_are_sources: bool = True
    directed: bool = False

    def with_valve(self, valve: str, *, is_broken: bool) -> BurstQuestion:
        """Return the question with a valve that can't be closed, or can after all."""
        others = [one for one in self.failed if one != valve]
        return replace(self, failed=tuple(sorted([*others, valve] if is_broken else others)))

    def thinking_of(self, spot: str) -> BurstQuestion:
        """Return the question with a valve thought of at a place, or without it where it was there."""
        others = [one for one in self.what_if if one != spot]
        return replace(self, what_if=tuple(sorted([*others, spot] if spot not in self.what_if else others)))

    def parameters(self, network_path: str) -> dict[str, Any]:
        """Return the parameters of the algorithm `isolateburst` that ask the same."""
        # As JSON: an id may have a semicolon inside.
        return {
            "NETWORK": network_path,
            "PIPE": self.pipe_id,
            "FAILED_VALVES": json.dumps(list(self.failed)) if self.failed else "",
            "WHAT_IF_VALVES": json.dumps(list(self.what_if)) if self.what_if else "",
            "TANKS_ARE_SOURCES": self.tanks_are_sources,
            "DIRECTED": self.directed,
        }


@dataclass(frozen=True)
class BurstAnswer:
    """What came out.

    Parameters
    ----------
    question
        What was asked.
    figures
        Every number by name, as the report has them, and ``is_narrow``: whether what is left is too narrow.
    valves
        Rows of the list: number, node_id, role, diameter_mm, turns, street, reason, added_customers,
        restored_customers, instead_of, is_thought, x, y.
    lines
        WKB of the pipes by effect.
    customers, hydrants
        Places: x, y, and whether the customer is critical.
    xy
        Middle of the pipe that burst.
    bounds
        Of all that shows: min x, min y, max x, max y.
    notes
        Sentences about what to know or doubt.
    """

    question: BurstQuestion
    figures: dict[str, Any]
    valves: tuple[dict[str, Any], ...]
    lines: dict[str, bytes]
    customers: tuple[tuple[float, float, bool], ...]
    hydrants: tuple[tuple[float, float], ...]
    xy: tuple[float, float]
    bounds: tuple[float, float, float, float]
    notes: tuple[str, ...]


def ask(live: LiveNetwork, question: BurstQuestion, progress: Progress) -> BurstAnswer:
    """Return what isolating a burst means; to be called in a task.

    Raises
    ------
    InputError
        When the pipe can't be isolated, or the network can't be asked.
    """
    from waternet_plugin.operations.network.isolate_burst import isolate_burst

    return _answer(isolate_burst(live, request_of(question), progress), question)


def request_of(question: BurstQuestion) -> IsolateRequest:
    """Return the question as the operation takes it, without papers."""
    from waternet_plugin.operations.network.isolate_burst import IsolateRequest

    return IsolateRequest(
        pipe_id=question.pipe_id,
        failed_valves=question.failed,
        what_if_valves=question.what_if,
        tanks_are_sources=question.tanks_are_sources,
        directed=question.directed,
        papers=(),
    )


def _answer(found: IsolateResult, question: BurstQuestion) -> BurstAnswer:
    import shapely

    from waternet_plugin.core.shapes.wkb import to_wkb

    pipes = found.pipes
    middle = shapely.line_interpolate_point(found.pipe_line, 0.5, normalized=True)
    lines = {
        effect: to_wkb(shapely.force_2d(shapely.union_all(group["geom"].to_numpy())))
        if len(group) == 1
        else to_wkb(_together(group["geom"].to_numpy()))
        for effect, group in pipes.groupby("effect")
    }
    customers = found.customers.head(_MOST_POINTS)
    there = customers[~customers.geometry.is_empty & customers.geometry.notna()]
    valves = _valve_rows(found, question)
    everything = [
        *pipes.loc[pipes["effect"] != "dead_end", "geom"],
        found.pipe_line,
        *(shapely.Point(row["x"], row["y"]) for row in valves if row["role"] != OPEN_TO_FEED),
    ]
    return BurstAnswer(
        question=question,
        figures={**found.figures, "is_narrow": found.is_narrow},
        valves=valves,
        lines=lines,
        customers=tuple(
            (point.x, point.y, critical == "yes")
            for point, critical in zip(there.geometry, there["critical"])
        ),
        hydrants=tuple((point.x, point.y) for point in found.hydrants.geometry.head(_MOST_POINTS)),
        xy=(middle.x, middle.y),
        bounds=tuple(shapely.total_bounds(everything).tolist()),
        notes=found.notes,
    )


def _together(lines: Any) -> Any:
    import shapely

    return shapely.multilinestrings(shapely.get_parts(shapely.force_2d(lines[~shapely.is_missing(lines)])))


def _valve_rows(found: IsolateResult, question: BurstQuestion) -> tuple[dict[str, Any], ...]:
    """Return the valves as the list shows them, those to close numbered first."""
    from waternet_plugin.core.frames import records

    rows = [
        {**_placed(row), "number": number, "is_thought": row["node_id"] in question.what_if}
        for number, row in enumerate(records(found.valves), 1)
    ]
    shown = {row["node_id"] for row in rows}
    broken = [row for row in records(found.failed_valves) if row["node_id"] not in shown]
    return (*rows, *(_broken_row(row) for row in broken))


def _placed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its place as x and y."""
    point = row.pop("geom")
    return {**row, "x": point.x, "y": point.y}


def _broken_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a valve that was said to be broken."""
    return {
        **_placed(row),
        "role": BROKEN,
        "reason": "",
        "added_customers": float("nan"),
        "restored_customers": float("nan"),
        "instead_of": None,
        "number": None,
        "is_thought": False,
    }


# How it looks.


def _look() -> Look:
    # Above the map, whatever its palette: these are colours of the screen.
    return Look("screen", "en")


def role_colour(role: str) -> str:
    """Return the colour of what a valve has to do."""
    return _look().colour(f"burst.{role}")


def valve_mark(row: dict[str, Any], x: float, y: float) -> OverlayMark:
    """Return the sign of a valve: full where something has to be done, a ring where perhaps."""
    ring = row["role"] in (SECOND_CHOICE, ALREADY_CLOSED, BROKEN)
    text = "–" if row["number"] is None else str(row["number"])
    return OverlayMark(x, y, role_colour(row["role"]), overlay.RING if ring else overlay.BADGE, text)


def drawn(answer: BurstAnswer) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows of an answer."""
    look = _look()
    lines = [
        OverlayLine(answer.lines[effect], look.colour(f"burst.{effect}"), width, is_dashed=is_dashed)
        for effect, width, is_dashed in (
            ("dead_end", 3, True),
            ("unintended", 5, False),
            ("isolated", 6, False),
        )
        if effect in answer.lines
    ]
    lost = look.colour("burst.customer")
    marks = [OverlayMark(x, y, lost) for x, y, critical in answer.customers if not critical]
    marks += [
        OverlayMark(x, y, look.colour("burst.hydrant"), overlay.SQUARE, "H") for x, y in answer.hydrants
    ]
    marks += [OverlayMark(x, y, lost, overlay.SQUARE, "!") for x, y, critical in answer.customers if critical]
    # The first ones last: they lie on top.
    marks += [valve_mark(row, row["x"], row["y"]) for row in reversed(answer.valves)]
    marks.append(OverlayMark(*answer.xy, look.colour("burst.place"), overlay.BADGE, "×", 1.1))
    return lines, marks


# What is said.


def headline(answer: BurstAnswer) -> str:
    """Return what it comes to, in one short sentence."""
    from waternet_plugin.core.network.model.customers import RECORDED
    from waternet_plugin.core.reports.network.people import not_recorded

    figures = answer.figures
    valves = closing_headline(figures["valves"], figures["reserve"], figures["valves_to_check"])
    customers = tr("%n customer(s) without water", "", figures["customers"])
    if not figures[RECORDED]:
        customers = not_recorded()
    return tr("{first}, {second}").format(first=valves, second=customers)


def consequences(answer: BurstAnswer) -> list[tuple[str, str, bool]]:
    """Return what it costs: names, figures, and whether one is a warning; what is nothing is left out."""
    from waternet_plugin.core.network.model.customers import RECORDED
    from waternet_plugin.core.reports.network.people import not_recorded

    figures = answer.figures
    number = amounts.number
    left, lost = figures["remaining_diameter_mm"], figures["lost_diameter_mm"]
    shown = [
        (name, tr("not recorded") if value is None else write(value), warns)
        for name, value, write, warns in [
            (tr("Customers without water"), figures["customers"], number, False),
            (tr("of these beyond the closed valves"), figures["customers_unintended"], number, False),
            (tr("Households"), figures["households"], number, False),
            (tr("Critical customers"), figures["critical"], number, True),
            (tr("Hydrants without water"), figures["hydrants"], number, False),
            (tr("Isolated"), figures["length_m"], amounts.length, False),
            (tr("Cut off unintentionally"), figures["unintended_m"], amounts.length, False),
            (tr("New dead ends"), figures["dead_end_m"], amounts.length, False),
        ]
        if value or value is None
    ]
    if not figures[RECORDED]:
        shown = [row for row in shown if row[0] != tr("Critical customers")]
        shown.insert(0, (tr("Customers without water"), not_recorded(), True))
    shown.append((tr("Volume to drain"), f"{number(figures['volume_m3'], 1)} m³", False))
    if left is not None:
        name = tr("Smallest DN left ({lost} is shut off)").format(lost=_diameter(lost))
        shown.append((name, _diameter(left), figures["is_narrow"]))
    return shown


def _diameter(value: float | None) -> str:
    return amounts.number(value) if value is None or value != value else f"DN{value:.0f}"
