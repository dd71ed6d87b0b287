"""Make the book of projects: a list with a map of all, then a sheet for each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from waternet_plugin.atlas.assembly.joined_pdf import BookPart, join_pdf
from waternet_plugin.atlas.imprint import imprint_of, logo_of
from waternet_plugin.atlas.layouts.layout_export import export_page
from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.layouts.sheet_layout import BookLook
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.page import Imprint, SheetPage, Sign, SignGroup
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.projects import project_facts
from waternet_plugin.atlas.projects.project_facts import SheetBasis
from waternet_plugin.atlas.projects.project_marks import (
    ProjectMarks,
    failure_symbol,
    halo_sign,
    is_located,
    pipe_numbers,
    project_numbers,
)
from waternet_plugin.atlas.projects.project_page import (
    PageContent,
    ProjectPage,
    frame_of_page,
    project_template,
)
from waternet_plugin.atlas.sheets.frames import PROJECT, PROJECT_LIST
from waternet_plugin.atlas.sheets.series_basis import read_series_basis
from waternet_plugin.atlas.sheets.sheet_series import sheets_around
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.project.project_basis import read_project_basis
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.reports.renewal.failure_bars import failure_bars
from waternet_plugin.core.texts import tr
from waternet_plugin.store.outputs import refuse_network_as_output

if TYPE_CHECKING:
    from waternet_plugin.store import Network

_THEME, _PALETTE, _DPI = "plan", "print", 300.0
# Every layer that shows at this scale is in the book; the scale of each map sorts the rest out.
_NEAREST = 500.0
# The map of the list shows all projects.
_ALL = ""


@dataclass(frozen=True)
class PrintedProjects:
    """Pages of a book of projects; ``note`` says what its maps are without, '' for nothing."""

    pages: int
    note: str = ""


@dataclass(frozen=True)
class _Maker:
    """All that pages are made with."""

    dossiers: Sequence[Dossier]
    basis: SheetBasis
    imprint: Imprint
    words: PageWords
    families: tuple[str, ...]
    marks: ProjectMarks
    list_page: ProjectPage
    sheet: ProjectPage
    folder: Path

    def _shared(self) -> dict[str, str]:
        basis = project_facts.basis_text(self.basis, self.imprint.title, self.imprint.secrecy, self.words)
        return {"basis": basis, "map_note": "", "year_caption": self.words("project_year")}

    def list_content(self, page: SheetPage | None, firsts: Sequence[int]) -> PageContent:
        """Return what the list says; ``firsts`` are the pages of the sheets."""
        words, currency = self.words, self.basis.currency
        years = project_facts.list_years(self.dossiers)
        texts = {
            **self._shared(),
            "kind": self.imprint.title,
            "title": words("projects"),
            "note": project_facts.list_note(self.dossiers, currency, words),
            "year": years,
        }
        if not years:
            texts["year_caption"] = ""
        if page is None:
            texts["map_note"] = words("no_place")
        table = project_facts.list_table(self.dossiers, firsts, currency, words)
        return PageContent(
            page, texts, {"projects": table}, following={"projects": _continued(words, words("projects"))}
        )

    def sheet_content(self, dossier: Dossier, page: SheetPage | None) -> PageContent:
        """Return what the sheet of a project says."""
        words, basis = self.words, self.basis
        title = project_facts.title_of(dossier, words)
        texts = {
            **self._shared(),
            "kind": words("project"),
            "title": title,
            "note": project_facts.note_of(dossier, words),
            "year": words("not_funded") if dossier.year is None else str(dossier.year),
            "pipes_title": words("pipes_of_project"),
            "pipes_note": words("rate_note"),
        }
        if page is None:
            texts["map_note"] = words("no_place")
        tables = {
            "why": project_facts.why_table(dossier, words),
            "cost": project_facts.cost_table(dossier, basis, words),
            "touched": project_facts.touched_table(dossier, basis, words),
            "pipes": project_facts.pipe_table(dossier, basis.currency, words),
        }
        bars = failure_bars(
            dossier.failures["date"].dropna().dt.year.astype(int).tolist(),
            first=basis.first_year,
            last=int(basis.as_of.year),
            size_mm=self.sheet.picture_mm("failures"),
            caption=words("failures_by_year" if len(dossier.failures) else "no_failures"),
            family=self.families[0],
        )
        headings = {"why": "why", "cost": "cost", "touched": "touched", "pipes": "pipes_of_project"}
        following = {name: f"{title}  {_continued(words, words(word))}" for name, word in headings.items()}
        return PageContent(page, texts, tables, {"failures": bars}, following)

    def draw(
        self, progress: Progress, maps: Mapping[str, SheetPage], overview: SheetPage | None
    ) -> list[BookPart]:
        """Print all pages and return them in their order."""
        words = self.words
        contents = [self.sheet_content(dossier, maps.get(dossier.project_id)) for dossier in self.dossiers]
        rests = [self.sheet.following(content) for content in contents]
        lists = (
            self.list_page.following(self.list_content(overview, [0] * len(self.dossiers)))
            if len(self.dossiers) > 1
            else None
        )
        firsts, page = [], 1 + (len(lists) + 1 if lists is not None else 0)
        for rest in rests:
            firsts.append(page)
            page += 1 + len(rest)
        pages = page - 1
        parts = []
        if lists is not None:
            self._show_all(overview)
            content = self.list_content(overview, firsts)
            self.list_page.fill(content, number=1, pages=pages)
            parts.append(BookPart(self._printed(self.list_page, 1), words("projects")))
            parts += self._following(self.list_page, self.list_page.following(content), 2, pages)
        for index, (dossier, content, rest) in enumerate(zip(self.dossiers, contents, rests)):
            progress.at(index / len(contents))
            self._show(dossier, content.map)
            self.sheet.fill(content, number=firsts[index], pages=pages)
            bookmark = f"{content.texts['title']} {dossier.project_id}"
            parts.append(BookPart(self._printed(self.sheet, firsts[index]), bookmark))
            parts += self._following(self.sheet, rest, firsts[index] + 1, pages)
        return parts

    def _show_all(self, page: SheetPage | None) -> None:
        if page is not None:
            frame = frame_of_page(page)
            shapes = [dossier.geom for dossier in self.dossiers]
            self.marks.show(shapes, (), project_numbers(self.dossiers, frame), frame)

    def _show(self, dossier: Dossier, page: SheetPage | None) -> None:
        if page is not None:
            frame = frame_of_page(page)
            self.marks.show(
                [dossier.geom], list(dossier.failures["geom"]), pipe_numbers(dossier, frame), frame
            )

    def _printed(self, page: ProjectPage, number: int) -> Path:
        path = self.folder / f"page_{number:05d}.pdf"
        export_page(page.layout, path, dpi=_DPI)
        return path

    def _following(
        self, page: ProjectPage, rest: Sequence[tuple[str, TableText]], first: int, pages: int
    ) -> Iterator[BookPart]:
        for number, (heading, table) in enumerate(rest, first):
            layout = page.following_layout(heading, table, f"{number}/{pages}")
            path = self.folder / f"page_{number:05d}.pdf"
            export_page(layout, path, dpi=_DPI)
            yield BookPart(path)


def _continued(words: PageWords, heading: str) -> str:
    return f"{heading} ({words('pipes_more')})"


def print_projects(
    network: Network,
    dossiers: Sequence[Dossier],
    output: Path,
    *,
    basis: SheetBasis,
    language: str = "en",
    progress: Progress = SILENT,
) -> PrintedProjects:
    """Print a list and a sheet for each project to one PDF.

    A file that is there is replaced when the new one is complete. Only in the main thread.

    Parameters
    ----------
    dossiers
        The projects, in their order.
    output
        The PDF.
    basis
        What the sheets rest on.
    language
        As for building a project.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    if not dossiers:
        raise InputError(tr("There is no project to print. Make a plan, or choose projects of it."))
    refuse_network_as_output(output)
    words, families = PageWords(language), page_fonts.page_families(language)
    content = map_content(
        read_project_basis(network),
        theme=_THEME, palette=_PALETTE, language=language, scale=_NEAREST, families=families,
        templates=[project_template(name, network.address) for name in (PROJECT_LIST, PROJECT)],
    )  # fmt: skip
    imprint = imprint_of(
        network.settings(), name=network.title, crs=network.crs, theme=_THEME, scale=_NEAREST,
        pages=len(dossiers), words=words, today=datetime.date.today(),
    )  # fmt: skip
    try:
        with scratch.folder(None, "projects") as folder:
            marks = ProjectMarks(content, families)
            own = BookLook(words, families, imprint, logo=logo_of(network.settings(), network.address))
            list_page, sheet = (
                ProjectPage(name, network.address, marks.content, own, folder)
                for name in (PROJECT_LIST, PROJECT)
            )
            series, chosen = read_series_basis(network), look.Look(look.ON_PAPER[_PALETTE], language)
            located = {each.project_id: each.geom for each in dossiers if is_located(each.geom)}

            def maps(name: str, shapes: Mapping[str, shapely.Geometry]) -> dict[str, SheetPage]:
                if not shapes:
                    return {}
                made = pages_of(sheets_around(series, shapes, name), content, _THEME, chosen, words)
                return {page.sheet_no: _with_marks(page, words, name == PROJECT) for page in made}

            own_maps = maps(PROJECT, located)
            whole = {_ALL: shapely.GeometryCollection(list(located.values()))} if located else {}
            all_maps = maps(PROJECT_LIST, whole)
            sheet.prepare(list(own_maps.values()))
            list_page.prepare(list(all_maps.values()))
            maker = _Maker(dossiers, basis, imprint, words, families, marks, list_page, sheet, folder)
            parts = maker.draw(progress, own_maps, all_maps.get(_ALL))
            title = words("map_title").format(title=imprint.title, theme=words("projects"))
            pages = join_pdf(output, parts, title=title)
            # Layouts must be gone before the project is.
            del maker, list_page, sheet
        return PrintedProjects(pages, content.missing_text)
    finally:
        # Layers must be gone before QGIS is, whoever still holds the project.
        content.project.clear()


def _with_marks(page: SheetPage, words: PageWords, is_one: bool) -> SheetPage:
    """Return a page whose legend has what stands out, the years and road works, nothing else."""
    marks = [Sign(halo_sign(), words("map_project" if is_one else "map_projects"))]
    if is_one:
        marks.append(Sign(failure_symbol(), words("map_failure")))
    years = [
        replace(sign, figure="")
        for group in page.legend[:1]
        for sign in group.signs
        if sign.label.isdecimal()
    ]
    works = [sign for group in page.legend for sign in group.signs if sign.label == words("road_works")]
    # All in one line: a heading would push what is below it out of line.
    return replace(page, legend=(SignGroup("", (*marks, *years, *works)),))
