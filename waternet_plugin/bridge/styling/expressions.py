"""The expressions that styles, labels and map tips share."""

from __future__ import annotations

from collections.abc import Mapping

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains

# A box counts as the square root of width times height; unknown stays NULL.
SIZE = 'coalesce(sqrt("width_mm" * "height_mm"), "diameter_mm")'
# DN in mm from which pipes and drains show farther out than the scale of all pipes.
_LARGE_SUPPLY = 300
_LARGE_DRAIN = 800


def text(value: str) -> str:
    """Return a text as a literal of an expression."""
    return "'" + value.replace("'", "''") + "'"


def words(values: Mapping[str, str], key: str, default: str) -> str:
    """Return an expression that looks a key's value up, with a default for all others."""
    pairs = ", ".join(f"{text(name)}, {text(value)}" for name, value in values.items())
    return f"coalesce(map_get(map({pairs}), {key}), {text(default)})"


def drains() -> tuple[str, ...]:
    """Return the systems that drain."""
    return tuple(code.code for code in domains.domain("system").values() if code.family == "drain")


def is_drain() -> str:
    """Return the expression for pipes that drain."""
    return '"system" IN ({})'.format(", ".join(text(system) for system in drains()))


def width(chosen: Look) -> str:
    """Return the line width in mm by the DN; unknown as the thinnest."""
    steps = look.width_steps()
    parts = [
        f"WHEN {SIZE} <= {limit:g} THEN {chosen.width(width_mm):g}"
        for limit, width_mm in steps
        if limit is not None
    ]
    thinnest, thickest = chosen.width(steps[0][1]), chosen.width(steps[-1][1])
    known = f"WHEN {SIZE} > {steps[-2][0]:g} THEN {thickest:g}"
    return f"CASE {' '.join(parts)} {known} ELSE {thinnest:g} END"


def _far(large: str) -> str:
    return f"@map_scale > {look.scale('pipes'):g} AND NOT coalesce({large}, false)"


def is_left_out() -> str:
    """Return the condition under which a pipe does not show at the map's scale."""
    large = f"{SIZE} >= if({is_drain()}, {_LARGE_DRAIN}, {_LARGE_SUPPLY})"
    service = f"@map_scale > {look.scale('services'):g} AND \"function\" = 'service'"
    return f"{_far(large)} OR coalesce({service}, false)"


def is_left_out_of_health() -> str:
    """Return the same for health: what is to be renewed or watched shows at every scale."""
    important = "\"class\" IN ('renew_now', 'priority', 'monitor')"
    return _far(f"coalesce({important}, false) OR {SIZE} >= {_LARGE_SUPPLY}")


def shown_value(value: str, left_out: str, default: str | None = None) -> str:
    """Return the class of a pipe, by a column or an expression, NULL where it does not show.

    A feature without a class is passed over before anything of it is computed; switching off the layers
    of its symbol takes twice as long and keeps every feature in memory.
    """
    quoted = f'"{value}"' if value.isidentifier() else value
    if default is not None:
        quoted = f"coalesce({quoted}, {text(default)})"
    return f"CASE WHEN {left_out} THEN NULL ELSE {quoted} END"


def system_colour(chosen: Look, *, of_text: bool = False) -> str:
    """Return the colour of the system a pipe or node belongs to; grey where it is out of use."""
    pick = chosen.text_colour if of_text else chosen.colour
    colours = {system: pick(f"system.{system}") for system in domains.domain("system")}
    by_system = words(colours, '"system"', pick("system.none"))
    gone = text(pick("system.abandoned"))
    return f"if(\"status\" IN ('abandoned', 'removed'), {gone}, {by_system})"
