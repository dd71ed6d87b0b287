"""What the printing algorithms share: the same parameters choose the sheets and the pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from waternet_plugin.atlas.pages.page_layout import FRAMES_MM
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import shapely

    from waternet_plugin.store import Network

_SMALLEST, _LARGEST = 50, 10_000_000


def add_sheet_parameters(algorithm: WaterNetAlgorithm) -> None:
    """Add what chooses sheets: SCALE, PAPER, AREA."""
    algorithm.add_number(
        "SCALE",
        tr("Scale 1:"),
        tr("The denominator of the scale: at 1000, 1 m on the ground is printed as 1 mm."),
        default=1000,
        between=(_SMALLEST, _LARGEST),
    )
    algorithm.add_choice("PAPER", tr("Paper"), tr("Paper size, landscape."), list(FRAMES_MM), default="A3")
    algorithm.add_text(
        "AREA",
        tr("Area"),
        tr(
            "Only sheets with pipes in this area: an extent (xmin,xmax,ymin,ymax, followed by [EPSG:…] if "
            "it is not in the network's coordinate system), the id of a compound or zone, or a layer. "
            "Empty: all sheets."
        ),
    )


def add_look_parameters(algorithm: WaterNetAlgorithm, *, advanced: bool = False) -> None:
    """Add THEME, PALETTE and LANGUAGE; ``advanced`` where they change nothing and only may be named.

    The sheets of all themes are the same, so that their books can be laid side by side; the sheet index
    takes these parameters all the same, and one set of parameters serves both algorithms.
    """
    none = [tr("It does not change the sheets.")] if advanced else []
    algorithm.add_choice(
        "THEME",
        tr("Theme"),
        joined([tr("What the colours of the pipes show."), *none]),
        list(look.themes()),
        labels=choice_labels.themes(),
        default="system",
        advanced=advanced,
    )
    algorithm.add_choice(
        "PALETTE",
        tr("Palette"),
        joined([tr("print for paper, screen as in the project, cjj61 as in the standard CJJ 61."), *none]),
        list(look.PALETTES),
        labels=choice_labels.palettes(),
        default="print",
        advanced=advanced,
    )
    algorithm.add_text(
        "LANGUAGE",
        tr("Language"),
        joined([tr("Language of the pages, en or zh_CN; empty: the language of QGIS."), *none]),
        advanced=advanced,
    )


def _check_code(job: Job, name: str, codes: Collection[str]) -> None:
    """Refuse a code that is none of a list; a number is the place in it."""
    value = job.parameters.get(name)
    if value in (None, "") or value in list(codes):
        return
    if str(value).isdigit() and int(value) < len(codes):
        return
    raise InputError(
        tr("{name} “{value}” is not known. Choose one of: {known}.").format(
            name=name, value=value, known=listed(codes)
        )
    )


def check_sheet_parameters(job: Job) -> None:
    """Refuse a scale or paper that is none."""
    value = job.parameters.get("SCALE")
    try:
        scale = float(value) if isinstance(value, str) and value else job.number("SCALE")
    except ValueError:
        scale = 0.0
    if not _SMALLEST <= scale <= _LARGEST:
        raise InputError(
            tr(
                "SCALE “{value}” is not a valid scale. Write its denominator, 50 to 10000000: 1000 for "
                "1:1000."
            ).format(value=value)
        )
    _check_code(job, "PAPER", FRAMES_MM)


def check_look_parameters(job: Job) -> None:
    """Refuse a theme, palette or language that is none."""
    _check_code(job, "THEME", look.themes())
    _check_code(job, "PALETTE", look.PALETTES)
    check_language(job)


def check_language(job: Job) -> None:
    """Refuse a language that pages and tables are not made in."""
    language = job.text("LANGUAGE")
    if language and language not in look.LANGUAGES:
        raise InputError(
            tr("{name} “{value}” is not known. Choose one of: {known}.").format(
                name="LANGUAGE", value=language, known=listed(look.LANGUAGES)
            )
        )


def chosen_area(job: Job, network: Network, name: str = "AREA") -> shapely.Geometry | None:
    """Return the area that a parameter names, None for all."""
    from waternet_plugin.atlas.sheets.area import area_of
    from waternet_plugin.atlas.sheets.arealayer import layer_reader

    return area_of(job.text(name), network, layer_reader(job.context), name)
