"""Print verification sheets: a page for each pipe, from the template."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsLayoutExporter, QgsProject

from waternet_plugin import language as languages
from waternet_plugin.atlas.layouts.page_template import load_template, template_path
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pdf_pages import DPI, pdf_pages
from waternet_plugin.atlas.verification.filled_sheet import NAME, fill
from waternet_plugin.atlas.verification.sheet_words import page_values, table_of
from waternet_plugin.atlas.verification.sketch import sketch_of
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.survey.verification.verification_facts import VerifiedPipe

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
    """Print a page for each pipe and return how many. Only in the main thread.

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
    words, families = PageWords(language), page_fonts.page_families(language)
    template = template_path(NAME, Path(network.uri), QgsProject.instance())
    # Its pages go with a layout.
    model = load_template(template)
    first = model.pageCollection().page(0).pageSize()
    size = Box(0.0, 0.0, first.width(), first.height())
    today = datetime.date.today()
    with scratch.folder(None, "sketch") as folder, pdf_pages(path, size, words("ver_title")) as pages:
        for number, pipe in enumerate(pipes):
            progress.at(number / len(pipes), str(pipe.known.pipe["pipe_id"]))
            painter = pages.next()
            drawn, sketch = sketch_of(pipe), folder / f"sketch_{number}.svg"
            sketch.write_text(drawn.svg, encoding="utf-8")
            layout = load_template(template)
            layout.renderContext().setDpi(DPI)
            with languages.speaking(language):
                values = page_values(pipe, words, network.title, today)
                rows = table_of(pipe, words)
            values["wn_sketch"] = _caption(drawn.times, words)
            fill(layout, values, table=rows, sketch=sketch, photos=pipe.photos, families=families)
            painter.save()
            QgsLayoutExporter(layout).renderPage(painter, 0)
            painter.restore()
    return len(pipes)


def _caption(times: int, words: PageWords) -> str:
    return words("ver_sketch").format(n=times) if times > 1 else words("ver_sketch_alone")
