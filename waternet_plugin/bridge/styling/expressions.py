"""The expressions that styles, labels and map tips share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look, Theme
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


def width(chosen: Look, wider_mm: float = 0.0) -> str:
    """Return the line width in mm by the DN; unknown as the thinnest.

    The DN is asked first, boxes only where there is none: each step counts in a large town.
    """
    steps = look.width_steps()

    def by(size: str, otherwise: str) -> str:
        parts = [
            f"WHEN {size} <= {limit:g} THEN {chosen.width(width_mm) + wider_mm:g}"
            for limit, width_mm in steps
            if limit is not None
        ]
        known = f"WHEN {size} > {steps[-2][0]:g} THEN {chosen.width(steps[-1][1]) + wider_mm:g}"
        return f"CASE {' '.join(parts)} {known} ELSE {otherwise} END"

    thinnest = f"{chosen.width(steps[0][1]) + wider_mm:g}"
    return by('"diameter_mm"', by('sqrt("width_mm" * "height_mm")', thinnest))


def is_of_width(lower_mm: float | None, upper_mm: float | None) -> str:
    """Return the condition for pipes of a DN above ``lower_mm`` and up to ``upper_mm``."""
    parts = [] if lower_mm is None else [f'"diameter_mm" > {lower_mm:g}']
    return " AND ".join(parts if upper_mm is None else [*parts, f'"diameter_mm" <= {upper_mm:g}'])


def _at_least(size_mm: int) -> str:
    return f'("diameter_mm" >= {size_mm} OR "width_mm" * "height_mm" >= {size_mm**2})'


def is_large() -> str:
    """Return the condition for pipes that show at every scale; SQLite can answer it too."""
    return f"({_at_least(_LARGE_DRAIN)} OR {_at_least(_LARGE_SUPPLY)} AND NOT {is_drain()})"


def is_large_supply() -> str:
    """Return the condition for pipes of DN 300 and more."""
    return _at_least(_LARGE_SUPPLY)


def is_of_unknown_size() -> str:
    """Return the condition for pipes with neither DN nor width."""
    return '"diameter_mm" IS NULL AND "width_mm" IS NULL'


def is_one_of(column: str, value: str, *, or_null: bool = False) -> str:
    """Return the condition for rows with a value in a column, or with none at all."""
    same = f'"{column}" = {text(value)}'
    return f'("{column}" IS NULL OR {same})' if or_null else same


def class_colour(chosen: Look, theme: Theme, keys: Iterable[str], default: str) -> str:
    """Return the colour of a pipe by its class in a theme; frequent classes are asked first."""
    value = f'"{theme.value}"' if theme.value.isidentifier() else theme.value
    colours = {key: chosen.colour(f"{theme.name}.{key}") for key in keys}
    return words(colours, value, colours.get("unknown", chosen.colour(default)))


def system_colour(chosen: Look, *, of_text: bool = False) -> str:
    """Return the colour of the system a pipe or node belongs to; grey where it is out of use."""
    pick = chosen.text_colour if of_text else chosen.colour
    colours = {system: pick(f"system.{system}") for system in domains.domain("system")}
    by_system = words(colours, '"system"', pick("system.none"))
    gone = text(pick("system.abandoned"))
    return f"if(\"status\" IN ('abandoned', 'removed'), {gone}, {by_system})"
