"""Make a map book: the sheets of an area, what each page says, one PDF."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas import figures, fonts, legend
from waternet_plugin.atlas.furniture import Page, Sign, SignGroup
from waternet_plugin.atlas.imprint import false_easting, imprint_of
from waternet_plugin.atlas.layers import MapContent, map_content
from waternet_plugin.atlas.overview import overview_of
from waternet_plugin.atlas.paint import DOTS_PER_MM, map_settings, write_pdf
from waternet_plugin.atlas.plan import frame_of, plan_of
from waternet_plugin.atlas.searchable import make_searchable
from waternet_plugin.atlas.sheets import NEIGHBOUR_SEPARATOR, Grid, cut, grid_of, sheet_index, zone_offset
from waternet_plugin.atlas.words import Words
from waternet_plugin.bridge.styling import lines, look
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.store import Network

_PIPE_COLUMNS = (
    "pipe_id",
    "function",
    "material",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "length_m",
    "street",
)
# Scales of maps of pipes, for the advice when a book would get too thick.
_SCALES = (500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
_STREETS = 3


@dataclass(frozen=True)
class Sheets:
    """The sheets of a book and what they were cut from."""

    index: pd.DataFrame
    grid: Grid
    pipes: pd.DataFrame
    scale: float
    paper: str


@dataclass(frozen=True)
class Book:
    """What was printed."""

    path: Path
    pages: int
    sheets: pd.DataFrame


def check_scale(scale: float) -> None:
    """Refuse a denominator that no map has.

    Raises
    ------
    InputError
        When it is no number from 50 to 10 000 000.
    """
    if not 50 <= scale <= 10_000_000:
        raise InputError(
            tr("SCALE is the denominator of the scale, from 50 to 10 000 000; 1000 stands for 1:1000.")
        )


def sheets_of(
    network: Network,
    *,
    scale: float,
    paper: str = "A3",
    area: shapely.Geometry | None = None,
    progress: Progress = SILENT,
) -> Sheets:
    """Return the sheets of a network at a scale.

    Parameters
    ----------
    network
        Open network.
    scale
        Denominator.
    paper
        A4 to A0.
    area
        Only sheets with pipes in this part of the plane; None for all.
    progress
        Told of the two steps, reading and cutting.

    Raises
    ------
    InputError
        For a scale or paper that is none, and when there is no pipe.
    """
    check_scale(scale)
    grid = grid_of(frame_of(paper), scale, zone_offset_m=zone_offset(false_easting(network.crs)))
    progress.at(0.0)
    pipes = network.read("pipe", list(_PIPE_COLUMNS))
    progress.at(0.5)
    index = sheet_index(pipes["geom"].to_numpy(), grid, area=area)
    progress.at(1.0)
    return Sheets(index, grid, pipes, scale, paper)


def check_thickness(sheets: Sheets, most: int, area: shapely.Geometry | None = None) -> None:
    """Refuse a book of absurdly many pages.

    Raises
    ------
    InputError
        With the number of pages and a scale that would do.
    """
    count = len(sheets.index)
    if count <= most:
        return
    frame = frame_of(sheets.paper)
    geometry = sheets.pipes["geom"].to_numpy()
    for scale in _SCALES:
        if scale <= sheets.scale:
            continue
        grid = grid_of(frame, scale, zone_offset_m=sheets.grid.zone_offset_m)
        coarser = len(sheet_index(geometry, grid, area=area))
        if coarser <= most:
            raise InputError(
                tr(
                    "At 1:{scale:,.0f} the book would have {count:,} pages, more than the {most:,} that setting "
                    "printing.max_pages allows. Print at 1:{better:,} ({pages:,} pages), or choose an AREA."
                ).format(scale=sheets.scale, count=count, most=most, better=scale, pages=coarser)
            )
    raise InputError(
        tr("The book would have {count:,} pages, more than the {most:,} allowed. Choose an AREA.").format(
            count=count, most=most
        )
    )


def _streets(pieces: pd.DataFrame, lengths: np.ndarray, streets: np.ndarray) -> dict[int, str]:
    """Return the longest streets of each sheet; numbers are no names and are left out."""
    names = pd.Series(streets[pieces["line"]], dtype=object)
    named = (names.notna() & ~names.astype(str).str.fullmatch(r"[\d\s.\-]*")).to_numpy(bool)
    tallies = figures.tallies(pieces["sheet"].to_numpy()[named], names.to_numpy()[named], lengths[named])
    return {sheet: ", ".join(row.key for row in rows[:_STREETS]) for sheet, rows in tallies.items()}


def _width_signs(sizes_mm: np.ndarray, chosen: look.Look) -> tuple[Sign, ...]:
    """Return the widths of pipes of these DN, thin to thick."""
    steps = look.width_steps()
    limits = [float(limit) for limit, _ in steps[:-1] if limit is not None]
    used = sorted(set(np.searchsorted(limits, sizes_mm[~np.isnan(sizes_mm)], side="left").tolist()))
    texts = [f"≤ {limits[0]:g}", *(f"≤ {limit:g}" for limit in limits[1:]), f"> {limits[-1]:g}"]
    symbols = (
        lines.line([lines.stroke(chosen.colour("system.none"), chosen.width(width_mm))]) for _, width_mm in steps
    )
    signs = [Sign(symbol, f"DN {text}") for symbol, text in zip(symbols, texts)]
    return tuple(signs[step] for step in used)


def _width_groups(
    sheets: Sheets, pieces: pd.DataFrame, chosen: look.Look, words: Words
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


def _pipe_signs(content: MapContent, sheets: Sheets) -> tuple[dict[str, Sign], np.ndarray]:
    """Return the signs of pipes by key, and the key of each pipe: that of the first layer that draws it."""
    signs: dict[str, Sign] = {}
    drawn = pd.Series("", index=range(len(sheets.pipes)), dtype=object)
    ids = sheets.pipes["pipe_id"]
    for place, layer in enumerate(content.pipes):
        found = legend.signs_of(layer, sheets.scale, id_field="pipe_id")
        # The project's legend has the length of the whole network behind the label.
        signs.update(
            {f"{place}.{key}": Sign(symbol, label.split("  ")[0]) for key, (symbol, label) in found.symbols.items()}
        )
        keys = pd.Series(found.keys["key"].to_numpy(), index=found.keys["id"].to_numpy())
        keys = keys[keys != ""]
        own = ids.map(keys[~keys.index.duplicated()]).fillna("").to_numpy()
        drawn = drawn.where((drawn != "") | (own == ""), [f"{place}.{key}" for key in own])
    return signs, drawn.to_numpy()


def _pipe_groups(
    content: MapContent, sheets: Sheets, pieces: pd.DataFrame, lengths: np.ndarray, theme: str, words: Words
) -> dict[int, SignGroup]:
    """Return the classes of pipes on each sheet with their length there."""
    signs, keys = _pipe_signs(content, sheets)
    keys = keys[pieces["line"]]
    drawn = keys != ""
    rows = figures.tallies(pieces["sheet"].to_numpy()[drawn], keys[drawn], lengths[drawn])
    has_patterns = theme in look.themes() and any(each.dash or each.mark for each in look.line_classes(theme))
    far = sheets.scale > look.scale("patterns")
    result = {}
    for sheet, found in rows.items():
        length = {tally.key: tally.length_m for tally in found}
        result[sheet] = SignGroup(
            words(f"legend_{theme}"),
            tuple(
                Sign(sign.symbol, sign.label, figures.metres(length[key])) for key, sign in signs.items() if key in length
            ),
            words("patterns_off") if has_patterns and far else "",
        )
    return result


def _other_groups(content: MapContent, sheets: Sheets, words: Words) -> list[dict[int, SignGroup]]:
    """Return the signs of points and areas on each sheet, a dictionary for each heading."""
    groups = []
    layers = [(content.nodes, words("legend_nodes"))] if content.nodes is not None else []
    layers += [(layer, layer.name()) for layer in content.others]
    for layer, heading in layers:
        signs = legend.signs_of(layer, sheets.scale, shapes=True)
        geometry = signs.keys["geom"].to_numpy()
        there = legend.shapes_on_sheets(geometry, sheets.index)
        keys = signs.keys["key"].to_numpy()[there["line"]]
        pairs = {(sheet, key) for sheet, key in zip(there["sheet"].tolist(), keys.tolist()) if key}
        by_sheet: dict[int, set[str]] = {}
        for sheet, key in pairs:
            by_sheet.setdefault(sheet, set()).add(key)
        groups.append(
            {
                sheet: SignGroup(
                    heading,
                    tuple(
                        Sign(symbol, label or heading)
                        for key, (symbol, label) in signs.symbols.items()
                        if key in found
                    ),
                )
                for sheet, found in by_sheet.items()
            }
        )
    return groups


def _pages(sheets: Sheets, content: MapContent, theme: str, chosen: look.Look, words: Words) -> Iterator[Page]:
    """Yield what each page says, in the order of the index."""
    index, pipes = sheets.index, sheets.pipes
    pieces = figures.on_sheets(cut(pipes["geom"].to_numpy(), sheets.grid), index)
    connectors = (pipes["function"] == "connector").to_numpy()[pieces["line"]]
    pieces = pieces[~connectors].reset_index(drop=True)
    lengths = figures.piece_lengths(pieces, pipes["length_m"].to_numpy())
    sheet = pieces["sheet"].to_numpy()
    materials = figures.tallies(sheet, pipes["material"].to_numpy()[pieces["line"]], lengths)
    streets = _streets(pieces, lengths, pipes["street"].to_numpy())
    groups = [_pipe_groups(content, sheets, pieces, lengths, theme, words)]
    if any(each.width_mm is None for each in look.line_classes(theme)):
        groups.append(_width_groups(sheets, pieces, chosen, words))
    groups += _other_groups(content, sheets, words)
    labels = {code.code: code.label_in(words.language) for code in domain("material").values()}
    bounds = shapely.bounds(index["geom"].to_numpy()).tolist()
    for position, row in enumerate(index.itertuples(index=False)):
        yield Page(
            number=position + 1,
            sheet_no=row.sheet_no,
            bounds=tuple(bounds[position]),
            neighbours=tuple(row.neighbours.split(NEIGHBOUR_SEPARATOR)),
            streets=streets.get(position, ""),
            legend=tuple(group[position] for group in groups if position in group),
            materials=tuple(materials.get(position, ())),
            material_labels=labels,
        )


def export_book(
    network: Network,
    output: Path,
    *,
    scale: float,
    paper: str = "A3",
    area: shapely.Geometry | None = None,
    theme: str = "system",
    palette: str = "print",
    language: str = "en",
    today: datetime.date | None = None,
    progress: Progress = SILENT,
) -> Book:
    """Print the sheets of a network to one PDF; a file that is there is replaced when the new one is complete.

    Only in the main thread.

    Parameters
    ----------
    network
        Open network.
    output
        The PDF.
    scale, paper, area
        As for `sheets_of`.
    theme, palette, language
        As for building a project.
    today
        Date printed; None for today.
    progress
        Told of each page.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    words = Words(language)
    families = fonts.page_families(language)
    settings = network.settings()
    sheets = sheets_of(network, scale=scale, paper=paper, area=area, progress=progress.part(0.0, 0.05))
    check_thickness(sheets, settings.integer("printing.max_pages"), area)
    content = map_content(
        Path(network.uri), theme=theme, palette=palette, language=language, scale=scale, families=families
    )
    plan = plan_of(paper)
    imprint = imprint_of(
        settings,
        name=network.name,
        crs=network.crs,
        theme=theme,
        scale=scale,
        pages=len(sheets.index),
        words=words,
        today=today or datetime.date.today(),
    )
    overview = overview_of(
        sheets.index,
        sheets.pipes["geom"].to_numpy(),
        width_mm=plan.column.width,
        height_mm=min(55.0, plan.column.height * 0.22),
        dots=DOTS_PER_MM,
    )
    chosen = look.Look(look.ON_PAPER[palette], language)
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        pages = write_pdf(
            part,
            _pages(sheets, content, theme, chosen, words),
            families=families,
            plan=plan,
            imprint=imprint,
            overview=overview,
            words=words,
            settings=map_settings(content, content.project.crs(), plan.frame),
            project=content.project,
            progress=progress.part(0.1, 1.0),
        )
        make_searchable(part)
        try:
            os.replace(part, output)
        except OSError as error:
            message = tr("{path} can't be replaced: {reason}. Close it where it is open and try again.")
            raise StoreError(message.format(path=output, reason=error.strerror)) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    return Book(output, pages, sheets.index)
