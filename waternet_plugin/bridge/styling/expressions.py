"""The expressions that styles, labels and map tips share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look, Theme
from waternet_plugin.core.schema import domains, map_values
from waternet_plugin.core.schema.use import TAKEN_OUT, systems

# A box counts as the square root of width times height; unknown stays NULL.
SIZE = 'coalesce(sqrt("width_mm" * "height_mm"), "diameter_mm")'
# What the store keeps for maps: a map of a million pipes asks stored values.
CODE, STEP, RANK = '"map_code"', '"map_width"', '"map_rank"'
# Systems from the most frequent to the least.
_SELDOM = "potable sewage storm reclaimed combined fire raw_water".split()
# One sign a pipe, at the place of its row number: the classes of a preview, known to the map alone.
PREVIEW = "wn_preview"
PREVIEW_SIGNS = {"renew_now": "1", "priority": "2", "monitor": "3", "in_service": "4", "unknown": "5"}
# The theme whose classes are those numbers; others ask words.
_BY_CODE = "system"


def text(value: str) -> str:
    """Return a text as a literal of an expression."""
    return "'" + value.replace("'", "''") + "'"


def words(values: Mapping[str, str], key: str, default: str) -> str:
    """Return an expression that looks a key's value up, with a default for all others."""
    pairs = ", ".join(f"{text(name)}, {text(value)}" for name, value in values.items())
    return f"coalesce(map_get(map({pairs}), {key}), {text(default)})"


def is_drain() -> str:
    """Return the expression for pipes that drain."""
    return is_among("system", systems("drain"))


def is_among(column: str, values: Iterable[str]) -> str:
    """Return the condition for rows with one of some values in a column."""
    return '"{}" IN ({})'.format(column, ", ".join(map(text, values)))


def width(chosen: Look, wider_mm: float = 0.0) -> str:
    """Return the line width in mm by the step of the DN that the store keeps; unknown as the thinnest."""
    steps = [f"{chosen.width(width_mm) + wider_mm:g}" for _, width_mm in look.width_steps()]
    cases = " ".join(f"WHEN {STEP} = {step} THEN {mm}" for step, mm in enumerate(steps, start=1))
    return f"CASE {cases} ELSE {steps[0]} END"


def is_of_step(step: int) -> str:
    """Return the condition for pipes of a step of width, 1 the thinnest."""
    return f"{STEP} = {step}"


def is_no_service() -> str:
    """Return the condition for all pipes but house connections; one not yet saved is none of them."""
    return f"{RANK} IS NOT {map_values.RANK_SERVICE}"


def is_large() -> str:
    """Return the condition for pipes that show at every scale: from DN 300, drains from DN 800."""
    return f"{RANK} = {map_values.RANK_LARGE}"


def is_large_drain() -> str:
    """Return the condition for drains of DN 300 to below 800."""
    return f"{RANK} = {map_values.RANK_LARGE_DRAIN}"


def is_of_unknown_size() -> str:
    """Return the condition for pipes with neither DN nor width and height."""
    return f"{STEP} IS NULL"


def is_one_of(column: str, value: str, *, or_null: bool = False) -> str:
    """Return the condition for rows with a value in a column, or with none at all."""
    same = f'"{column}" = {text(value)}'
    return f'("{column}" IS NULL OR {same})' if or_null else same


def is_of_class(chosen: Look, theme: Theme, key: str) -> str:
    """Return the condition for pipes of a class of a theme that is a value of its column."""
    if theme.name == _BY_CODE:
        if key == "planned":
            return f"{CODE} > {map_values.PLANNED_CODE}"
        code = map_values.ABANDONED_CODE if key == "abandoned" else map_values.SYSTEM_CODES[key]
        return f"{CODE} = {code}"
    alike = chosen.counting_as(theme.domain, key) if theme.domain else [key]
    if len(alike) == 1:
        return is_one_of(theme.value, key, or_null=key == "unknown")
    same = is_among(theme.value, alike)
    return f'("{theme.value}" IS NULL OR {same})' if key == "unknown" else same


def previewed_sign() -> str:
    """Return the expression for the sign that a preview gives a row."""
    return f"substr(@{PREVIEW}, $id, 1)"


def preview_signs(fid: Any, class_index: Any) -> str:
    """Return what a preview says of every row of the layer: a sign by row number, 0 for rows not named.

    Parameters
    ----------
    fid
        (N,) row numbers of pipes, from 1.
    class_index
        (N,) their classes of health, as numbers in ``CLASSES`` of `core.health.risk.classes`.
    """
    import numpy as np

    from waternet_plugin.core.health.risk.classes import CLASSES

    sign = np.array([ord(PREVIEW_SIGNS[code]) for code in CLASSES], dtype=np.uint8)
    return row_signs(fid, sign[class_index])


def row_signs(fid: Any, sign: Any) -> str:
    """Return a text with the sign of each row at the place of its number, 0 for rows not named.

    Parameters
    ----------
    fid
        (N,) row numbers, from 1.
    sign
        (N,) the signs as ASCII numbers.
    """
    import numpy as np

    row = np.full(int(fid.max(initial=0)), ord("0"), dtype=np.uint8)
    row[fid - 1] = sign
    return row.tobytes().decode("ascii")


def is_previewed(key: str) -> str:
    """Return the condition for pipes that a preview puts in a class of health."""
    return f"{previewed_sign()} = {text(PREVIEW_SIGNS[key])}"


def previewed_class() -> str:
    """Return the expression for the class of health in which a preview puts a pipe."""
    return words({sign: key for key, sign in PREVIEW_SIGNS.items()}, previewed_sign(), "unknown")


def _by_code(colours: Mapping[int, str], otherwise: str) -> str:
    cases = " ".join(f"WHEN {CODE} = {code} THEN {text(colour)}" for code, colour in colours.items())
    return f"CASE {cases} ELSE {text(otherwise)} END"


def planned_colour(chosen: Look) -> str:
    """Return the colour of the system that a planned pipe will belong to."""
    codes = map_values.SYSTEM_CODES.items()
    colours = {code + map_values.PLANNED_CODE: chosen.colour(f"system.{system}") for system, code in codes}
    return _by_code(colours, chosen.colour("system.none"))


def class_colour(chosen: Look, theme: Theme, keys: Iterable[str], default: str) -> str:
    """Return the colour of a pipe by its class in a theme; frequent classes are asked first."""
    if theme.name == _BY_CODE:
        ordered = sorted(map_values.SYSTEM_CODES, key=_SELDOM.index)
        by_code = {map_values.SYSTEM_CODES[system]: chosen.colour(f"system.{system}") for system in ordered}
        by_code[map_values.ABANDONED_CODE] = chosen.colour("system.abandoned")
        return _by_code(by_code, chosen.colour("system.planned"))
    value = f'"{theme.value}"' if theme.value.isidentifier() else theme.value
    colours = {
        alike: chosen.colour(f"{theme.name}.{key}")
        for key in keys
        for alike in (chosen.counting_as(theme.domain, key) if theme.domain else [key])
    }
    return words(colours, value, colours.get("unknown", chosen.colour(default)))


def system_colour(chosen: Look, *, of_text: bool = False) -> str:
    """Return the colour of the system a pipe or node belongs to; grey where it is out of use."""
    pick = chosen.text_colour if of_text else chosen.colour
    colours = {system: pick(f"system.{system}") for system in domains.domain("system")}
    by_system = words(colours, '"system"', pick("system.none"))
    gone = text(pick("system.abandoned"))
    return f'if("status" IN {TAKEN_OUT}, {gone}, {by_system})'
