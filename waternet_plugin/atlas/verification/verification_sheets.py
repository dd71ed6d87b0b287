"""Print verification sheets: pages of a template for each pipe until all points and photos are there."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProject

from waternet_plugin import language as languages
from waternet_plugin.atlas.assembly.joined_pdf import BookPart, join_pdf
from waternet_plugin.atlas.layouts.layout_export import export_page
from waternet_plugin.atlas.layouts.page_template import load_template, template_path
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.verification.filled_sheet import NAME, fill, photo_places
from waternet_plugin.atlas.verification.sheet_words import ROWS, page_values, table_of
from waternet_plugin.atlas.verification.sketch import sketch_of
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.survey.verification.verification_facts import VerifiedPipe
from waternet_plugin.store.outputs import refuse_network_as_output

if TYPE_CHECKING:
    from waternet_plugin.store import Network


def print_verification_sheets(
    network: Network,
    pipes: Sequence[VerifiedPipe],
    path: Path,
    *,
    language: str,
    progress: Progress = SILENT,
) -> int:
    """Print the pages of each pipe and return how many. Only in the main thread.

    Parameters
    ----------
    network
        The network, beside which a template of its own may lie.
    path
        The PDF.
    language
        ``en`` or ``zh_CN``.

    Raises
    ------
    WaterNetError
        When the template is none, or the PDF can't be written.
    """
    refuse_network_as_output(path)
    words, title = PageWords(language), network.title
    template = template_path(NAME, network.address, QgsProject.instance())
    parts: list[BookPart] = []
    with scratch.folder(None, "sketch") as folder:
        for number, pipe in enumerate(pipes):
            progress.at(number / len(pipes), str(pipe.known.pipe["pipe_id"]))
            made = _pages(pipe, template, words, title, folder / str(number))
            parts += [BookPart(made[0], str(pipe.known.pipe["pipe_id"])), *map(BookPart, made[1:])]
        return join_pdf(path, parts, title=words("ver_title"))


def _pages(pipe: VerifiedPipe, template: Path, words: PageWords, title: str, folder: Path) -> list[Path]:
    """Print the pages of one pipe into a folder and return them in their order."""
    folder.mkdir()
    families, today = page_fonts.page_families(words.language), datetime.date.today()
    with languages.speaking(words.language):
        heading, *rows = table_of(pipe, words)
    places = photo_places(load_template(template))
    photo_pages = math.ceil(len(pipe.photos) / places) if places else 0
    count = max(math.ceil(len(rows) / ROWS), photo_pages, 1)
    made = []
    for page in range(count):
        points, shown = slice(page * ROWS, (page + 1) * ROWS), slice(page * places, (page + 1) * places)
        # Where only photos go on, the sketch is that of all points.
        drawn = sketch_of(pipe, points if rows[points] else slice(None), words("north"))
        sketch = folder / f"sketch_{page}.svg"
        sketch.write_text(drawn.svg, encoding="utf-8")
        with languages.speaking(words.language):
            values = page_values(pipe, words, title, today, f"{page + 1}/{count}")
        values["wn_sketch"] = (
            words("ver_sketch").format(n=drawn.times) if drawn.times > 1 else words("ver_sketch_alone")
        )
        layout = load_template(template)
        fill(
            layout,
            values,
            table=[heading, *rows[points]],
            sketch=sketch,
            words=drawn.words,
            photos=pipe.photos[shown],
            families=families,
        )
        made.append(folder / f"page_{page}.pdf")
        export_page(layout, made[-1], has_photos=True)
    return made
