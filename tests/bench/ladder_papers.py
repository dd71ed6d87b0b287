"""Books of many compounds beside bare layout pages, and long tables beside short ones, as PDF and workbook.

python tests/bench/ladder_papers.py [compounds ...]
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

from harness import ROOT, Bench

SIZES = (200,)
# A book with its map costs at most so many bare pages; ten times the rows at most so many times the time.
BOOK_LIMIT, TABLE_LIMIT = 8.0, 12.0
SHORT, LONG = 1_000, 10_000
FOLDER = ROOT / "build" / "bench" / "papers"
# QGIS outlives whatever was made of it.
_APPLICATIONS: list[Any] = []


def start() -> None:
    """Start QGIS without windows."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    _APPLICATIONS.append(application)


def network_of(compounds: int) -> str:
    """Return the path of a sample town whose compounds are shared among so many, made anew."""
    import numpy as np
    from support.staging import stage

    from waternet_plugin import store

    stage(ROOT / "build" / "plugins")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"compounds_{compounds}.gpkg"
    shutil.copy(ROOT / "build" / "sample_town" / "en" / "sample_town.gpkg", path)
    with store.open_network(path) as network:
        there = network.read("compound")
        pipes = network.read("pipe", ["pipe_id", "compound_id"], geometry=False)
        number = np.arange(max(compounds - len(there), 0)) % len(there)
        more = there.iloc[number].reset_index(drop=True)
        turn = np.arange(len(more)) // len(there) + 1
        more["compound_id"] = [f"{key}-{one}" for key, one in zip(more["compound_id"], turn)]
        times = int(turn.max(initial=0)) + 1
        known = set(more["compound_id"])
        own = [
            f"{key}-{row % times}" if f"{key}-{row % times}" in known else key
            for row, key in enumerate(pipes["compound_id"])
        ]
        moved = pipes.assign(compound_id=own)[pipes["compound_id"].notna().to_numpy()]
        with network.write("edit", name="compounds") as batch:
            batch.insert("compound", more)
            batch.update("pipe", moved)
    return str(path)


def begun(path: str) -> str:
    """Return the network in a process that has QGIS."""
    start()
    return path


def bare_pages(path: str) -> int:
    """Print the page of the paper's map so many times, with nothing on it but the map."""
    from qgis.core import QgsLayoutExporter, QgsLayoutItemMap, QgsRectangle

    from waternet_plugin import store
    from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
    from waternet_plugin.atlas.map_layers import map_content
    from waternet_plugin.atlas.pages.page_layout import Box
    from waternet_plugin.atlas.pages.pdf_pages import DPI, pdf_pages
    from waternet_plugin.bridge.printing.page_fonts import page_families
    from waternet_plugin.bridge.project.project_basis import project_basis_at

    with store.open_network(path) as network:
        shapes = network.read("compound", ["compound_id"])["geom"].tolist()
    content = map_content(
        project_basis_at(path),
        theme="system",
        palette="print",
        language="en",
        scale=1000,
        families=page_families("en"),
    )
    layout = load_template(shipped_template("paper_map_a4.qpt"), content.project)
    (shown,) = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
    shown.setLayers(list(content.layers))
    shown.setCrs(content.project.crs())
    layout.renderContext().setDpi(DPI)
    with pdf_pages(FOLDER / "bare.pdf", Box(0.0, 0.0, 210.0, 297.0), "bare") as pages:
        for shape in shapes:
            shown.zoomToExtent(QgsRectangle(*shape.bounds))
            shown.setScale(1000)
            QgsLayoutExporter(layout).renderPage(pages.next(), 0)
    del layout
    content.project.clear()
    return len(shapes)


def books(path: str) -> int:
    """Write the book of each compound as a PDF with its map."""
    from waternet_plugin import store
    from waternet_plugin.atlas.papers.map_form import MapForm
    from waternet_plugin.atlas.papers.map_pages import map_pages
    from waternet_plugin.atlas.papers.paper_files import write_paper
    from waternet_plugin.operations.papers.make_papers import make_papers
    from waternet_plugin.operations.papers.paper_request import PaperRequest

    with store.open_network(path) as network:
        made = make_papers(network, PaperRequest("compound_book"))
        with map_pages(network, made.places, MapForm("en"), made.head) as maps:
            for paper in made.papers:
                target = FOLDER / f"{paper.subject}.pdf"
                write_paper(target, target, paper.report, maps=maps)
    return len(made.papers)


def report_of(rows: int) -> Any:
    """Return a paper with one long table."""
    start()
    from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable

    cells = tuple((f"JS-{row:05d}", f"人民路 {row % 97}", row * 1.25, None) for row in range(rows))
    table = ReportTable(("Pipe", "Street", "Length, m", "Note"), cells)
    return Report("Rows", "All of them.", "town", (ReportSection("Rows", table=table),))


def as_pdf(report: Any) -> int:
    """Write the paper as PDF."""
    from waternet_plugin.atlas.papers.paper_files import write_paper

    FOLDER.mkdir(parents=True, exist_ok=True)
    return int(write_paper(FOLDER / "rows.pdf", FOLDER / "rows.pdf", report))


def as_workbook(report: Any) -> int:
    """Write the paper as a workbook."""
    from waternet_plugin.atlas.papers.paper_files import write_paper

    FOLDER.mkdir(parents=True, exist_ok=True)
    return int(write_paper(FOLDER / "rows.xlsx", FOLDER / "rows.xlsx", report))


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("papers", by_cpu=True)
    for compounds in sizes:
        path = network_of(compounds)
        bare = "bare layout pages"
        bench.run(bare, bare_pages, path, rows=compounds, prepare=begun)
        step = "books of compounds"
        bench.run(step, books, path, rows=compounds, prepare=begun, floor=bare, limit=BOOK_LIMIT)
    for name, write in (("PDF", as_pdf), ("workbook", as_workbook)):
        short = f"{SHORT} of the rows as {name}"
        bench.run(short, write, SHORT, rows=LONG, prepare=report_of, repeat=3)
        limits = {"floor": short, "limit": TABLE_LIMIT}
        bench.run(f"all rows as {name}", write, LONG, rows=LONG, prepare=report_of, repeat=3, **limits)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
