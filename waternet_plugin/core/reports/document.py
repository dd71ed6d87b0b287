"""A report as HTML to read and JSON to compute with."""

from __future__ import annotations

import datetime
import html
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from waternet_plugin.core import texts
from waternet_plugin.core.colours import FAINT, NOTE, SURFACE, TEXT, WHITE
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.texts import tr

_STYLE = f"""
body {{ font: 15px/1.5 "Noto Sans CJK SC", "Noto Sans", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: {TEXT}; background: {WHITE}; max-width: 60em; margin: 2em auto; padding: 0 1.5em; }}
h1 {{ font-size: 1.6em; margin: 0 0 .2em; }} h2 {{ font-size: 1.15em; margin: 2em 0 .4em; }}
.sub {{ color: {NOTE}; margin: 0 0 1.5em; }} .lead {{ font-size: 1.1em; }}
table {{ border-collapse: collapse; margin: .6em 0 1em; }}
th, td {{ padding: .25em .9em .25em 0; border-bottom: 1px solid {FAINT}; }}
th, td {{ text-align: left; vertical-align: top; }}
th {{ color: {NOTE}; font-weight: 600; font-size: .9em; }}
td.n, th.n {{ text-align: right; font-variant-numeric: tabular-nums; }}
.note {{ color: {NOTE}; font-size: .9em; }}
pre {{ background: {SURFACE}; padding: .8em; overflow: auto; font-size: .85em; }}
figure {{ margin: .8em 0; }} figure svg {{ max-width: 100%; height: auto; }}
footer {{ color: {NOTE}; font-size: .85em; margin-top: 3em;
  border-top: 1px solid {FAINT}; padding-top: .6em }}
.chapter {{ margin-top: 4em; break-before: page; }}
@media print {{ body {{ margin: 0; max-width: none; }} }}
"""


@dataclass(frozen=True)
class ReportTable:
    """Rows under headings; numbers are set right and written with their unit in the heading.

    ``sums`` are the places of rows that sum up others, for pages that set them in bold or shorten a table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    decimals: int = 1
    sums: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ReportSection:
    """A heading with paragraphs, a chart (SVG of `charts`), a table and a note below it.

    ``map_of`` is the id of what a map below the heading shows, which those draw who know maps: such a section
    has nothing else but paragraphs. ``chart_table`` has the numbers of a chart for a workbook, which holds no
    charts.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    table: ReportTable | None = None
    note: str = ""
    code: str = ""
    chart: str = ""
    map_of: str = ""
    chart_table: ReportTable | None = None


@dataclass(frozen=True)
class Report:
    """A report: ``lead`` is the answer in one or two sentences, ``figures`` all numbers by name.

    ``figures`` is what the JSON file holds, beside title and date; keys are English and stable, since
    scripts read them. ``foot`` stands at the foot of each page: the day, the edition and the state of the
    data; '' for the day on which it is written. ``chapters`` follow, each on a page of its own; their figures
    and feet do not count. ``is_wide`` where a table has more columns than fit across A4: A3 across then.
    """

    title: str
    lead: str
    subtitle: str = ""
    sections: tuple[ReportSection, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    foot: str = ""
    chapters: tuple[Report, ...] = ()
    is_wide: bool = False

    @property
    def page_foot(self) -> str:
        """The foot of a printed page: the title and the state of the data, else subtitle and this day."""
        state = (self.foot,) if self.foot else (self.subtitle, datetime.date.today().isoformat())
        return " · ".join(text for text in (self.title, *state) if text)

    def write(self, path: Path) -> Path:
        """Write the HTML file and, beside it with the ending .json, the figures: both or none.

        Raises
        ------
        WaterNetError
            When the place can't be written.
        """
        target = self.html_path(path)
        with ExitStack() as held:
            try:
                page = held.enter_context(scratch.folder(target.absolute().parent, "report")) / target.name
            except OSError as error:
                raise self._refused(target, error) from error
            self.prepare(page, target)
            replace_set({made: target.with_name(made.name) for made in (page, page.with_suffix(".json"))})
        return target

    def prepare(self, page: Path, target: Path) -> None:
        """Write the HTML file, and the figures beside it, where they wait for their place.

        Parameters
        ----------
        page
            The HTML file to write, in a folder of its own.
        target
            Its place, which is named when it can't be written.

        Raises
        ------
        InputError
            When it can't be written.
        """
        try:
            page.write_text(self.to_html(), encoding="utf-8")
        except OSError as error:
            raise self._refused(target, error) from error
        self.prepare_figures(page, target)

    def prepare_figures(self, page: Path, target: Path) -> None:
        """Write the figures alone, as .json beside a file that says the same to people.

        Parameters
        ----------
        page, target
            As for `prepare`.

        Raises
        ------
        InputError
            When they can't be written.
        """
        try:
            page.with_suffix(".json").write_text(self.to_json(), encoding="utf-8")
        except OSError as error:
            raise self._refused(target, error) from error

    @staticmethod
    @texts.in_interface()
    def _refused(target: Path, error: OSError) -> InputError:
        message = tr("The report can't be written to {path}: {reason}. Choose another location.")
        return InputError(message.format(path=target, reason=error.strerror))

    @staticmethod
    def html_path(path: Path) -> Path:
        """Return where a report is written that was asked for at a path: it always ends in .html."""
        return path if path.suffix.lower() in (".html", ".htm") else path.with_suffix(".html")

    def to_json(self) -> str:
        """Return the figures as JSON text."""
        content = {"title": self.title, **{key: plain(value) for key, value in self.figures.items()}}
        return json.dumps(content, ensure_ascii=False, indent=1)

    def to_html(self) -> str:
        """Return the page; every text is escaped."""
        language = "zh-CN" if texts.language() == "zh_CN" else "en"
        parts = [
            f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">',
            f"<title>{html.escape(self.title)}</title><style>{_STYLE}</style></head><body>",
            *self._html_body(),
        ]
        for chapter in self.chapters:
            parts += ['<article class="chapter">', *chapter._html_body(), "</article>"]
        foot = self.foot or datetime.date.today().isoformat()
        parts.append(f"<footer>WaterNet · {html.escape(foot)}</footer></body></html>\n")
        return "\n".join(part for part in parts if part)

    def _html_body(self) -> list[str]:
        """Return title, lead and sections."""
        parts = [
            f"<h1>{html.escape(self.title)}</h1>",
            f'<p class="sub">{html.escape(self.subtitle)}</p>' if self.subtitle else "",
            f'<p class="lead">{html.escape(self.lead)}</p>',
        ]
        for section in self.sections:
            parts.append(f"<h2>{html.escape(section.title)}</h2>")
            parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in section.paragraphs]
            if section.chart:
                parts.append(f"<figure>{section.chart}</figure>")
            if section.table is not None:
                parts.append(html_table(section.table))
            if section.code:
                parts.append(f"<pre>{html.escape(section.code)}</pre>")
            if section.note:
                parts.append(f'<p class="note">{html.escape(section.note)}</p>')
        return parts


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: NaN becomes null, dates become text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def number(value: Optional[float], decimals: int = 0) -> str:
    """Write a number with thousands separated by commas as both our languages do, a dash for unknown."""
    return "–" if value is None or not math.isfinite(value) else f"{value:,.{decimals}f}"


def percent(share: float) -> str:
    """Write a share as whole percents without their sign, a dash for unknown."""
    return "–" if math.isnan(share) else f"{100 * share:.0f}"


def length(metres: float) -> str:
    """Write a length: metres below 10 km, else kilometres with one decimal."""
    if not math.isfinite(metres):
        return "–"
    if metres < 10_000:
        return f"{number(metres)} m"
    return f"{number(metres / 1000, 1)} km"


# From this on nobody reads decimals: of money the cents, of metres the decimetres.
_WHOLE_FROM = 10_000
# What stands for what nobody recorded.
_UNKNOWN = "–"


def cell_text(value: Any, decimals: int) -> tuple[str, bool]:
    """Return the text of a table's cell and whether it is a number."""
    value = plain(value)
    if value is None:
        return _UNKNOWN, False
    if isinstance(value, bool):
        return (tr("yes") if value else tr("no")), False
    if isinstance(value, int):
        return number(value), True
    if isinstance(value, float):
        return number(value, 0 if abs(value) >= _WHOLE_FROM else decimals), True
    return str(value), False


def table_cells(table: ReportTable) -> list[list[tuple[str, bool]]]:
    """Return the texts of a table's cells and whether each is a number, row by row.

    A column of nothing but large amounts and zeros has no decimals.
    """
    decimals = [
        0
        if all(not value or abs(value) >= _WHOLE_FROM for value in _known_numbers(column))
        else table.decimals
        for column in zip(*table.rows)
    ]
    return [[cell_text(value, digits) for value, digits in zip(row, decimals)] for row in table.rows]


def _known_numbers(values: Sequence[Any]) -> Iterator[float]:
    """Yield the numbers among values that have decimals and are known."""
    for value in map(plain, values):
        if isinstance(value, float):
            yield value


def numeric_columns(rows: Sequence[Sequence[tuple[str, bool]]], count: int) -> list[bool]:
    """Return which columns are set right: those of numbers, some of them unknown.

    Parameters
    ----------
    rows
        What `table_cells` gives.
    count
        Of columns, where there is no row.
    """
    if not rows:
        return [False] * count
    return [
        any(is_number for _, is_number in column)
        and all(is_number or text == _UNKNOWN for text, is_number in column)
        for column in zip(*rows)
    ]


def one_line(text: str) -> str:
    """Return a text with blanks for line breaks: each row of a table is a line of its page."""
    return " ".join(text.splitlines())


def html_table(table: ReportTable) -> str:
    """Return a table as HTML, each row on a line."""
    cells = table_cells(table)
    numeric = numeric_columns(cells, len(table.columns))

    def mark(column: int) -> str:
        return ' class="n"' if numeric[column] else ""

    head = "".join(f"<th{mark(i)}>{html.escape(one_line(name))}</th>" for i, name in enumerate(table.columns))
    body = "\n".join(
        "<tr>"
        + "".join(f"<td{mark(i)}>{html.escape(one_line(text))}</td>" for i, (text, _) in enumerate(row))
        + "</tr>"
        for row in cells
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def rows_of(items: Sequence[tuple[str, Any]]) -> tuple[tuple[Any, ...], ...]:
    """Return pairs as the rows of a two-column table."""
    return tuple((name, value) for name, value in items)
