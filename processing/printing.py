"""What the printing algorithms share: the same parameters choose the sheets and the pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from waternet_plugin.atlas.assembly.book_forms import TABLES
from waternet_plugin.atlas.layouts.layout_export import FORMATS
from waternet_plugin.atlas.sheets.frames import PAPERS
from waternet_plugin.atlas.sheets.sheet_request import GRID, SERIES, SheetRequest, check_request
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

if TYPE_CHECKING:
    import shapely

    from waternet_plugin.atlas.book import Book
    from waternet_plugin.atlas.sheets.sheet_series import Sheets
    from waternet_plugin.store import Network

_SMALLEST, LARGEST = 50, 10_000_000


def add_sheet_parameters(algorithm: WaterNetAlgorithm) -> None:
    """Add what chooses sheets: SCALE, PAPER, SERIES, SUBJECT, SINCE, AREA."""
    algorithm.add_number(
        "SCALE",
        tr("Scale 1:"),
        joined(
            [
                tr("The denominator of the scale: at 1000, 1 m on the ground is printed as 1 mm."),
                tr("0, not for a grid: the first of 200 to 10000 at which each subject fits on its sheet."),
            ]
        ),
        default=1000,
        between=(0, LARGEST),
    )
    algorithm.add_choice(
        "PAPER",
        tr("Paper"),
        tr(
            "Paper size, landscape, or the standard sheets of 50x50 cm and 40x50 cm (40 cm north), at the "
            "scales 1:500, 1:1000, 1:2000 and 1:5000 only."
        ),
        list(PAPERS),
        default="A3",
    )
    algorithm.add_choice(
        "SERIES",
        tr("Series"),
        tr(
            "grid divides the network evenly; strip follows the pipes of SUBJECT with the map turned; "
            "compound, zone and project make one sheet for each."
        ),
        list(SERIES),
        labels=choice_labels.series(),
        default=GRID,
    )
    algorithm.add_text(
        "SUBJECT",
        tr("Subject"),
        tr(
            "Ids separated by semicolons: pipes for a strip or for the sheets of the grid they lie on, else "
            "compounds, zones or projects. Empty: all."
        ),
    )
    algorithm.add_text(
        "SINCE",
        tr("Changed since"),
        tr(
            "The number of an edition, the id of a batch, or a time such as 2026-10-02: sheets are changed "
            "on which something was made, moved, changed or deleted since then."
        ),
    )
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


def add_form_parameters(algorithm: WaterNetAlgorithm) -> None:
    """Add TABLE, FORMAT and DPI."""
    algorithm.add_choice(
        "TABLE",
        tr("Table"),
        tr(
            "summary: the pipes of each sheet by material; assets: its valves, hydrants and pipes one by "
            "one, on further pages where they are many; none: no table."
        ),
        list(TABLES),
        labels={
            "none": tr("No table"),
            "summary": tr("Pipes by material"),
            "assets": tr("Valves, hydrants, pipes"),
        },
        default="summary",
        advanced=True,
    )
    algorithm.add_choice(
        "FORMAT",
        tr("Format"),
        tr(
            "pdf; png: a picture of each page, for a folder as OUTPUT; geopdf: a PDF with georeferenced "
            "maps, for other GIS and tablets; a search may miss Chinese characters in it."
        ),
        list(FORMATS),
        labels={"pdf": tr("PDF"), "png": tr("Pictures (PNG)"), "geopdf": tr("Geo-PDF")},
        default="pdf",
        advanced=True,
    )
    algorithm.add_number(
        "DPI",
        tr("Dots per inch"),
        tr("Of pictures in the book; lines and texts are as sharp as the printer draws them."),
        default=300,
        between=(72, 1200),
        integer=True,
        advanced=True,
    )


def check_code(job: Job, name: str, codes: Collection[str]) -> None:
    """Refuse a code that is none of a list; a number is the place in it."""
    value = job.parameters.get(name)
    if value in (None, "") or value in list(codes):
        return
    if str(value).isdecimal() and int(value) < len(codes):
        return
    raise InputError(
        tr("{name} “{value}” is not known. Choose one of: {known}.").format(
            name=name, value=value, known=listed(codes)
        )
    )


def check_sheet_parameters(job: Job) -> None:
    """Refuse a scale, paper or series that is none, or that do not go together."""
    scale = check_scale(job)
    check_code(job, "PAPER", PAPERS)
    check_code(job, "SERIES", SERIES)
    check_request(_request(job, scale))


def check_scale(job: Job) -> float:
    """Return the denominator of SCALE; refuse one that no map has."""
    value = job.parameters.get("SCALE")
    try:
        scale = float(value) if isinstance(value, str) and value else job.number("SCALE")
    except ValueError:
        scale = -1.0
    if scale and not _SMALLEST <= scale <= LARGEST:
        raise InputError(
            tr(
                "SCALE “{value}” is not a valid scale. Write its denominator, 50 to 10000000: 1000 for "
                "1:1000."
            ).format(value=value)
        )
    return scale


def _request(job: Job, scale: float) -> SheetRequest:
    subject = tuple(ids_of(job.text("SUBJECT")))
    return SheetRequest(scale, job.choice("PAPER"), job.choice("SERIES"), subject)


def sheet_request(job: Job, network: Network) -> SheetRequest:
    """Return which sheets the parameters choose."""
    request = _request(job, job.number("SCALE"))
    return replace(request, area=chosen_area(job, network), since=job.text("SINCE").strip())


def check_look_parameters(job: Job) -> None:
    """Refuse a theme, palette or language that is none."""
    check_code(job, "THEME", look.themes())
    check_code(job, "PALETTE", look.PALETTES)
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


def add_area(algorithm: WaterNetAlgorithm) -> None:
    """Add the area that `chosen_area` reads."""
    algorithm.add_text(
        "AREA",
        tr("Area"),
        tr(
            "Only what lies in this area: an extent (xmin,xmax,ymin,ymax, followed by [EPSG:…] if it is not "
            "in the network's coordinate system), the id of a compound or zone, or a layer. Empty: "
            "everything."
        ),
    )


def chosen_area(job: Job, network: Network, name: str = "AREA") -> shapely.Geometry | None:
    """Return the area that a parameter names, None for all."""
    from waternet_plugin.atlas.sheets.area import area_of
    from waternet_plugin.atlas.sheets.arealayer import layer_reader

    return area_of(job.text(name), network, layer_reader(job.context), name)


def tell_of_sheets(job: Job, sheets: Sheets) -> None:
    """Say what is on no sheet, and what the figures leave out."""
    from waternet_plugin.atlas.sheets.sheet_pieces import left_out_pipes_text
    from waternet_plugin.atlas.sheets.sheets import left_out_text

    warnings = [left_out_text(sheets.strays), *sheets.notes]
    job.tell(filter(None, [left_out_pipes_text(sheets.left_out)]), warnings=filter(None, warnings))


def tell_of_book(job: Job, printed: Book) -> None:
    """Say what was printed, and what could not be."""
    from waternet_plugin.atlas.sheets.sheets import left_out_text

    if not printed.pages:
        job.info(tr("No sheet was changed since then, so there is nothing to print."))
        return
    job.info(tr("%n page(s) printed.", "", printed.pages))
    failed = [
        tr("Sheet {sheet} could not be printed: {reason}").format(sheet=sheet.sheet_no, reason=sheet.error)
        for sheet in printed.printed
        if sheet.error
    ]
    job.tell(warnings=filter(None, [left_out_text(printed.strays), printed.note, *failed]))
