"""A report as a document for Word: headings, tables whose heads repeat, pictures, a foot with the page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from qgis.PyQt.QtCore import QBuffer, QIODevice, QRectF
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from waternet_plugin import dependencies
from waternet_plugin.atlas.chart import Chart
from waternet_plugin.atlas.papers.map_pages import MapPages
from waternet_plugin.atlas.table_columns import shared_widths
from waternet_plugin.bridge.export.layer_files import file_errors
from waternet_plugin.bridge.printing.page_fonts import page_families
from waternet_plugin.core import texts
from waternet_plugin.core.colours import FAINT, INK, NOTE, WHITE
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.files.spreadsheet_file import text_width, without_controls
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report, ReportTable, numeric_columns, one_line, table_cells
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import INCH_MM, INCH_PT
from waternet_plugin.store.outputs import refuse_network_as_output

ENDING = ".docx"
_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# A4, A3 across for wide tables, with these margins; Word counts in twentieths of a point.
_PAGE_MM, _WIDE_MM, _MARGIN_MM = (210.0, 297.0), (420.0, 297.0), 18.0
_TWENTIETHS_MM = 20 * INCH_PT / INCH_MM
_TEXT_MM, _WIDE_TEXT_MM = (page[0] - 2 * _MARGIN_MM for page in (_PAGE_MM, _WIDE_MM))
_PICTURE_DPI, _MAP_DPI = 220.0, 160.0
# Letters of a cell in half points; the width of one and the room at the right of each cell.
_CELL_HALF_PT, _SIGN_TWENTIETHS, _GAP_TWENTIETHS = 16, 120, 100
# Fonts that Word has, for both scripts; where they are missing, it takes its own.
_LATIN, _CHINESE = "Calibri", "Microsoft YaHei"


def write_document(
    path: Path, report: Report, maps: MapPages | None = None, progress: Progress = SILENT
) -> None:
    """Write a report as a document for Word; a file that is there is replaced when it is complete.

    Parameters
    ----------
    maps
        Draws the maps; None leaves them out.

    Raises
    ------
    WaterNetError
        When python-docx is missing, or the place can't be written.
    """
    dependencies.demand_optional("docx", tr("Or choose a name that ends in .pdf or .html."))
    refuse_network_as_output(path)
    import docx

    document = docx.Document()
    _prepare(document, report)
    parts = (report, *report.chapters)
    before = report
    for number, part in enumerate(parts):
        progress.at(number / len(parts))
        if part.is_wide != before.is_wide:
            _set_pages(document, document.add_section(), report, is_wide=part.is_wide)
        _write_part(document, part, maps, begins_page=number > 0 and part.is_wide == before.is_wide)
        before = part
    with scratch.folder(path.absolute().parent, "report") as folder, file_errors(path):
        partial = folder / f"document{ENDING}"
        document.save(str(partial))
        replace_set({partial: path})


def _prepare(document: Any, report: Report) -> None:
    """Set styles, properties, and pages with their foot."""
    from docx.shared import Pt

    document.core_properties.title = without_controls(report.title)
    document.core_properties.author = "WaterNet"
    for name, points in (("Normal", 9.5), ("Heading 1", 17), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(points)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script, family in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", _CHINESE)):
            fonts.set(_named(script), family)
        for colour in style.element.rPr.findall(_named("color")):
            colour.attrib.clear()
            colour.set(_named("val"), INK[1:])
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    _set_pages(document, document.sections[0], report, is_wide=report.is_wide)


def _set_pages(document: Any, section: Any, report: Report, *, is_wide: bool) -> None:
    """Set paper, margins and foot of a section."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    wide, high = _WIDE_MM if is_wide else _PAGE_MM
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    section.footer.is_linked_to_previous = False
    foot = section.footer.paragraphs[0]
    foot._p.append(_element(_run(f"{report.page_foot}\t", is_note=True)))
    page, pages = "PAGE", "NUMPAGES"
    before, between, after = _around_numbers()
    for piece in (before, page, between, pages, after):
        made = _field(piece) if piece in (page, pages) else _run(piece, is_note=True)
        foot._p.append(_element(made))
    tabs = foot.paragraph_format.tab_stops
    for stop in list(document.styles["Footer"].paragraph_format.tab_stops):
        tabs.add_tab_stop(stop.position, alignment=_clear())
    tabs.add_tab_stop(Mm(_WIDE_TEXT_MM if is_wide else _TEXT_MM), alignment=_right())


def _around_numbers() -> list[str]:
    """Return what stands before, between and after the number of the page and that of all pages."""
    mark = "\x00"
    text = tr("Page {page} of {pages}").format(page=mark, pages=mark)
    return text.split(mark)


def _right() -> Any:
    from docx.enum.text import WD_TAB_ALIGNMENT

    return WD_TAB_ALIGNMENT.RIGHT


def _clear() -> Any:
    from docx.enum.text import WD_TAB_ALIGNMENT

    return WD_TAB_ALIGNMENT.CLEAR


def _named(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(f"w:{name}")


def _write_part(document: Any, report: Report, maps: MapPages | None, *, begins_page: bool) -> None:
    """Write a report, or a chapter of it, on a page of its own."""
    heading = document.add_heading(without_controls(report.title), level=1)
    heading.paragraph_format.page_break_before = begins_page
    if report.subtitle:
        _add_note(document, report.subtitle)
    if report.lead:
        document.add_paragraph(without_controls(report.lead))
    for section in report.sections:
        document.add_heading(without_controls(section.title), level=2)
        goes_on = bool(section.chart or section.table or (section.map_of and maps))
        for paragraph in section.paragraphs:
            said = document.add_paragraph(without_controls(paragraph))
            said.paragraph_format.keep_with_next = goes_on
        if section.chart:
            width, picture = _picture(section.chart)
            document.add_picture(picture, width=width)
            document.paragraphs[-1].paragraph_format.keep_with_next = section.table is not None
        if section.map_of and maps is not None:
            from docx.shared import Mm

            data, width_mm = maps.picture(section, _MAP_DPI)
            document.add_picture(io.BytesIO(data), width=Mm(min(width_mm, _TEXT_MM)))
        if section.table is not None:
            _append(document, _table(section.table, _WIDE_TEXT_MM if report.is_wide else _TEXT_MM))
            # Word joins tables that nothing stands between.
            document.add_paragraph()
        if section.code:
            document.add_paragraph(without_controls(section.code))
        if section.note:
            _add_note(document, section.note)


def _add_note(document: Any, text: str) -> None:
    document.add_paragraph()._p.append(_element(_run(text, is_note=True)))


def _append(document: Any, xml: str) -> None:
    # The last element of a body is what says the size of its pages.
    document.element.body.insert(len(document.element.body) - 1, _element(xml))


def _element(xml: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(xml)


def _run(text: str, *, is_note: bool = False) -> str:
    colour = f'<w:rPr><w:color w:val="{NOTE[1:]}"/><w:sz w:val="16"/></w:rPr>' if is_note else ""
    pieces = without_controls(text).split("\t")
    inside = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)
    return f"<w:r {_NAMES}>{colour}{inside}</w:r>"


def _field(code: str) -> str:
    return f'<w:fldSimple {_NAMES} w:instr=" {code} ">{_run("1", is_note=True)}</w:fldSimple>'


def _table(table: ReportTable, width_mm: float) -> str:
    """Return a table over the width of the text; python-docx would take a minute for 10,000 rows."""
    cells = table_cells(table)
    numeric = numeric_columns(cells, len(table.columns))
    widths = _widths(table.columns, cells, width_mm)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([one_line(name) for name in table.columns], numeric, widths, is_head=True)
    body = "".join(_row([one_line(text) for text, _number in row], numeric, widths) for row in cells)
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{FAINT[1:]}"'
    borders = f"<w:tblBorders><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
    # Cells begin at the left edge of the text.
    room = f'<w:left w:w="0" w:type="dxa"/><w:right w:w="{_GAP_TWENTIETHS}" w:type="dxa"/>'
    layout = f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{room}</w:tblCellMar>'
    return (
        f'<w:tbl {_NAMES}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}{layout}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )


def _widths(names: tuple[str, ...], cells: list[list[tuple[str, bool]]], width_mm: float) -> list[int]:
    """Return widths of columns by their texts; no word is broken where there is room for all."""
    columns = [[name, *(row[index][0] for row in cells)] for index, name in enumerate(names)]
    # Each reader has fonts of its own: a wide one decides, which is bold in headings.
    widths = shared_widths(
        columns,
        width_mm * _TWENTIETHS_MM,
        lambda text: _SIGN_TWENTIETHS * text_width(text) + _GAP_TWENTIETHS,
    )
    return [round(wide) for wide in widths]


def _row(texts_of: list[str], numeric: list[bool], widths: list[int], *, is_head: bool = False) -> str:
    made = []
    # A head is on the page of its first row.
    keeps = "<w:keepNext/>" if is_head else ""
    for text, is_number, width in zip(texts_of, numeric, widths):
        side = '<w:jc w:val="right"/>' if is_number else ""
        look = f'<w:b/><w:color w:val="{NOTE[1:]}"/>' if is_head else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr>{keeps}<w:spacing w:before="20" w:after="20"/>{side}</w:pPr>'
            f'<w:r><w:rPr>{look}<w:sz w:val="{_CELL_HALF_PT}"/></w:rPr>'
            f'<w:t xml:space="preserve">{escape(without_controls(text))}</w:t></w:r></w:p></w:tc>'
        )
    kind = "<w:cantSplit/><w:tblHeader/>" if is_head else "<w:cantSplit/>"
    return f"<w:tr><w:trPr>{kind}</w:trPr>{''.join(made)}</w:tr>"


def _picture(drawing: str) -> tuple[Any, io.BytesIO]:
    """Return a drawing as a PNG over the width of the text."""
    from docx.shared import Mm

    chart = Chart(drawing, page_families(texts.language()))
    wide = _TEXT_MM / INCH_MM * _PICTURE_DPI
    high = wide * chart.size.height() / chart.size.width()
    image = QImage(round(wide), round(high), QImage.Format.Format_RGB32)
    image.fill(QColor(WHITE))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chart.draw(painter, QRectF(0, 0, image.width(), image.height()))
    finally:
        painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return Mm(_TEXT_MM), io.BytesIO(bytes(buffer.data()))
