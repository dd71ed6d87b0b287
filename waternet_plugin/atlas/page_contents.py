"""Gather what each page says: figures, streets and the signs that are on its sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas import legend
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.atlas.pages import figures
from waternet_plugin.atlas.pages.page import SheetPage, Sign, SignGroup
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.atlas.sheets.sheets import NEIGHBOUR_SEPARATOR
from waternet_plugin.bridge.styling import lines, look
from waternet_plugin.bridge.styling.pipes import FLOW_UNKNOWN
from waternet_plugin.core.schema.domains import domain

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

# How many streets the title strip names.
_STREETS = 3


def _scale(sheets: Sheets) -> float:
    """Return the scale by which signs are drawn; the finest where each sheet has its own."""
    return float(sheets.index["scale"].min())


def named_streets(names: np.ndarray, sheets: Sheets) -> np.ndarray:
    """Return which names are those of streets: no numbers, no compounds, not missing."""
    texts = pd.Series(names, dtype=object)
    is_number = texts.astype(str).str.fullmatch(r"[\d\s.\-]*")
    return (texts.notna() & ~is_number & ~texts.isin(list(sheets.compounds))).to_numpy(bool)


def _streets(pieces: pd.DataFrame, lengths: np.ndarray, sheets: Sheets, words: PageWords) -> dict[int, str]:
    """Return the longest streets of each sheet, without numbers and the names of compounds."""
    names = sheets.pipes["street"].to_numpy()[pieces["line"]]
    named = named_streets(names, sheets)
    tallies = figures.tallies(pieces["sheet"].to_numpy()[named], names[named], lengths[named])
    return {sheet: words.listed(row.key for row in rows[:_STREETS]) for sheet, rows in tallies.items()}


def _width_signs(sizes_mm: np.ndarray, chosen: look.Look) -> tuple[Sign, ...]:
    """Return the widths of pipes of these DN, thin to thick."""
    steps = look.width_steps()
    limits = [float(limit) for limit, _ in steps[:-1] if limit is not None]
    used = sorted(set(np.searchsorted(limits, sizes_mm[~np.isnan(sizes_mm)], side="left").tolist()))
    between = [f"{low + 1:g}–{high:g}" for low, high in zip(limits, limits[1:])]
    texts = [f"≤ {limits[0]:g}", *between, f"> {limits[-1]:g}"]
    symbols = (
        lines.line([lines.stroke(chosen.colour("system.none"), chosen.width(width_mm))])
        for _, width_mm in steps
    )
    signs = [Sign(symbol, f"DN {text}") for symbol, text in zip(symbols, texts)]
    return tuple(signs[step] for step in used)


def _width_groups(
    sheets: Sheets, pieces: pd.DataFrame, chosen: look.Look, words: PageWords
) -> dict[int, SignGroup]:
    """Return the widths by DN on each sheet; a box counts as the root of width times height."""
    pipes = sheets.pipes
    box = np.sqrt(pipes["width_mm"].to_numpy(float) * pipes["height_mm"].to_numpy(float))
    size = np.where(np.isnan(box), pipes["diameter_mm"].to_numpy(float), box)[pieces["line"]]
    result = {}
    for sheet, rows in pd.Series(size).groupby(pieces["sheet"].to_numpy()):
        signs = _width_signs(rows.to_numpy(), chosen)
        if signs:
            result[int(sheet)] = SignGroup(words("legend_widths"), signs)
    return result


def _bounds(sheets: Sheets) -> np.ndarray:
    """Return the box around all sheets: what lies beyond it needs no sign."""
    return shapely.total_bounds(sheets.index["geom"].to_numpy())


def _class_label(label: str, chosen: look.Look) -> str:
    """Return a label for the page: without the figures of the whole network, with the letters on the line."""
    # The project's legend has two blanks between label and length.
    plain = label.split("  ", maxsplit=1)[0]
    letters = {code.label_in(chosen.language): code.standard_code for code in domain("system").values()}
    return f"{plain} {letters[plain]}" if chosen.is_cjj61 and plain in letters else plain


def _pipe_signs(
    content: MapContent, sheets: Sheets, ids: pd.Series, chosen: look.Look
) -> tuple[dict[str, Sign], np.ndarray, np.ndarray]:
    """Return the signs of pipes by key, the key of each of some pipes, and which are drains of unknown flow.

    The key of a pipe is that of the first layer that draws it.
    """
    signs: dict[str, Sign] = {}
    drawn = np.full(len(ids), "", dtype=object)
    is_drawn = np.zeros(len(drawn), dtype=bool)
    unknown: set[str] = set()
    for index, layer in enumerate(content.pipes):
        layer_signs = legend.signs_of(layer, _scale(sheets), _bounds(sheets), id_field="pipe_id")
        for key, (symbol, label) in layer_signs.symbols.items():
            signs[f"{index}.{key}"] = Sign(symbol, _class_label(label, chosen))
        keys = pd.Series(layer_signs.keys["key"].to_numpy(), index=layer_signs.keys["id"].to_numpy())
        keys = keys[keys != ""]
        unknown.update(layer_signs.keys.loc[layer_signs.keys["flow_unknown"], "id"])
        own, names = pd.factorize(ids.map(keys[~keys.index.duplicated()]).to_numpy(dtype=object))
        is_first = (own >= 0) & ~is_drawn
        named = np.array([f"{index}.{name}" for name in names], dtype=object)
        drawn[is_first] = named[own[is_first]]
        is_drawn |= is_first
    return signs, drawn, ids.isin(unknown).to_numpy()


def _pipe_groups(
    content: MapContent,
    sheets: Sheets,
    pieces: pd.DataFrame,
    lengths: np.ndarray,
    theme: str,
    chosen: look.Look,
    words: PageWords,
) -> dict[int, SignGroup]:
    """Return the classes of pipes on each sheet with their length there."""
    # Of a million pipes few may lie on the sheets.
    ids = pd.Series(sheets.pipes["pipe_id"].to_numpy(dtype=object)[pieces["line"]], dtype=object)
    signs, keys, is_unknown = _pipe_signs(content, sheets, ids, chosen)
    drawn, sheet_of = keys != "", pieces["sheet"].to_numpy()
    rows = figures.tallies(sheet_of[drawn], keys[drawn], lengths[drawn])
    # Drawn over their class, whose length they are part of.
    unknown_m = pd.Series(lengths[is_unknown]).groupby(sheet_of[is_unknown]).sum()
    marks = [sign for key, sign in signs.items() if key.endswith(FLOW_UNKNOWN)][:1]
    far = _scale(sheets) > look.scale("patterns")
    patterned = {key for key, sign in signs.items() if far and legend.has_pattern(sign.symbol)}
    result = {}
    for sheet, sheet_rows in rows.items():
        length = {tally.key: tally.length_m for tally in sheet_rows}
        result[sheet] = SignGroup(
            words(f"legend_{theme}"),
            (
                *(
                    Sign(sign.symbol, sign.label, figures.metres(length[key]))
                    for key, sign in signs.items()
                    if key in length
                ),
                *(
                    Sign(sign.symbol, sign.label, figures.metres(float(unknown_m[sheet])))
                    for sign in marks
                    if sheet in unknown_m.index
                ),
            ),
            words("patterns_off") if patterned & set(length) else "",
        )
    return result


def _sign_groups(layers: Sequence[QgsVectorLayer], heading: str, sheets: Sheets) -> dict[int, SignGroup]:
    """Return the signs of points and areas on each sheet, under one heading."""
    signs_of_sheet: dict[int, list[Sign]] = {}
    for layer in layers:
        signs = legend.signs_of(layer, _scale(sheets), _bounds(sheets), shapes=True)
        shapes = legend.shapes_on_sheets(signs.keys["geom"].to_numpy(), sheets.index)
        keys = signs.keys["key"].to_numpy()[shapes["line"]]
        by_sheet: dict[int, set[str]] = {}
        for sheet, key in set(zip(shapes["sheet"].tolist(), keys.tolist())):
            by_sheet.setdefault(sheet, set()).add(key)
        for sheet, on_sheet in by_sheet.items():
            signs_of_sheet.setdefault(sheet, []).extend(
                Sign(symbol, label or layer.name())
                for key, (symbol, label) in signs.symbols.items()
                if key in on_sheet
            )
    return {sheet: SignGroup(heading, tuple(signs)) for sheet, signs in signs_of_sheet.items() if signs}


def pages_of(
    sheets: Sheets, content: MapContent, theme: str, chosen: look.Look, words: PageWords
) -> Iterator[SheetPage]:
    """Yield what each page says, in the order of the index."""
    index, pipes = sheets.index, sheets.pipes
    pieces = sheets.pieces[sheets.pieces["is_counted"]].reset_index(drop=True)
    lengths = pieces["length_m"].to_numpy()
    sheet = pieces["sheet"].to_numpy()
    materials = figures.tallies(sheet, pipes["material"].to_numpy()[pieces["line"]], lengths)
    streets = _streets(pieces, lengths, sheets, words)
    groups = [_pipe_groups(content, sheets, pieces, lengths, theme, chosen, words)]
    if any(each.width_mm is None for each in look.line_classes(theme)):
        groups.append(_width_groups(sheets, pieces, chosen, words))
    if content.nodes is not None:
        groups.append(_sign_groups([content.nodes], words("legend_nodes"), sheets))
    groups.append(_sign_groups(content.others, words("legend_others"), sheets))
    labels = {code.code: code.label_in(words.language) for code in domain("material").values()}
    rows = zip(index["sheet_no"], index["neighbours"], index["geom"], index["scale"], index["angle_deg"])
    for position, (number, neighbours, outline, scale, angle_deg) in enumerate(rows):
        yield SheetPage(
            number=position + 1,
            sheet_no=str(number),
            bounds=_level_bounds(outline) if angle_deg else tuple(shapely.bounds(outline).tolist()),
            neighbours=tuple(neighbours.split(NEIGHBOUR_SEPARATOR)),
            streets=streets.get(position, ""),
            legend=tuple(group[position] for group in groups if position in group),
            materials=tuple(materials.get(position, ())),
            material_labels=labels,
            scale=float(scale),
            angle_deg=float(angle_deg),
        )


def _level_bounds(outline: shapely.Polygon) -> tuple[float, float, float, float]:
    """Return the bounds of a sheet before it is turned about its middle, its lower left corner first."""
    corners = shapely.get_coordinates(outline)[:4]
    east, north = corners.mean(axis=0)
    half_x, half_y = (float(np.hypot(*(corners[end] - corners[0]))) / 2.0 for end in (1, 3))
    return float(east) - half_x, float(north) - half_y, float(east) + half_x, float(north) + half_y
