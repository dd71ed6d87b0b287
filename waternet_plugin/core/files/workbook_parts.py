"""The parts of a workbook beside its sheets: styles of cells, and what the parts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Styles by number: any, text, heading, title, whole numbers, then numbers of 1, 2, ... decimals.
ANY, TEXT, HEAD, TITLE, WHOLE = range(5)
MOST_DECIMALS = 4
# Behind them numbers with thousands: whole ones, and amounts of two decimals.
THOUSANDS = WHOLE + MOST_DECIMALS + 1
AMOUNT = THOUSANDS + 1
# Then days as each reader's system writes them, and moments.
DAY, MOMENT = AMOUNT + 1, AMOUNT + 2
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def column_letters(number: int) -> str:
    """Return the letters of a column, A for 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def styles_xml() -> str:
    """Return the styles that cells have by their numbers."""
    plain = '<font><sz val="10"/><name val="Arial"/><family val="2"/></font>'
    bold = plain.replace("<font>", "<font><b/>")
    formats = "".join(
        f'<numFmt numFmtId="{164 + digits}" formatCode="0.{"0" * digits}"/>'
        for digits in range(1, MOST_DECIMALS + 1)
    )
    moment = 165 + MOST_DECIMALS
    formats += f'<numFmt numFmtId="{moment}" formatCode="yyyy-mm-dd hh:mm:ss"/>'
    wrap = '<alignment vertical="center" wrapText="1"/>'
    cells = [
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
        f'<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFill="1">{wrap}</xf>',
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
        '<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    ]
    cells += [
        f'<xf numFmtId="{164 + digits}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for digits in range(1, MOST_DECIMALS + 1)
    ]
    # Built in: #,##0 and #,##0.00, and the day of the reader's system.
    cells += [
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number in (3, 4, 14, moment)
    ]
    # A second fill is always grey dots, whatever it says.
    fills = "".join(
        f"<fill>{fill}</fill>"
        for fill in (
            '<patternFill patternType="none"/>',
            '<patternFill patternType="gray125"/>',
            '<patternFill patternType="solid"><fgColor rgb="FFE8ECF0"/></patternFill>',
        )
    )
    return (
        f'{HEADER}<styleSheet xmlns="{MAIN}"><numFmts count="{MOST_DECIMALS + 1}">{formats}</numFmts>'
        f'<fonts count="2">{plain}{bold}</fonts><fills count="3">{fills}</fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs></styleSheet>'
    )


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def frame_parts(heads: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a workbook that say what the others are.

    Parameters
    ----------
    heads
        Names of sheets, in their order, and how many rows each has down to its headings, which are printed
        on each page.
    """
    numbers = range(1, len(heads) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    for name, kind in (("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings")):
        overrides += f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    yield "[Content_Types].xml", types
    root = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    yield "_rels/.rels", root
    sheets = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, heads)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">'
        f"{escape(_quoted(name))}!$1:${rows}</definedName>"
        for number, (name, rows) in enumerate(heads.items())
    )
    inside = f"<sheets>{sheets}</sheets><definedNames>{titles}</definedNames>"
    yield "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{_RELATED}">{inside}</workbook>'
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
    )
