"""What a verification sheet says, as values for its template."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.core.colours import DOUBT, INK, PASSED, SEVERE
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.survey.verification import verdict_words
from waternet_plugin.core.survey.verification.pipe_evidence import day, text
from waternet_plugin.core.survey.verification.stored_verdicts import override_of
from waternet_plugin.core.vertices import distances_along
from waternet_plugin.operations.survey.verification.verification_facts import VerifiedPipe

# Points on a page.
ROWS = 13
# Reasons that have room beside it.
_REASONS = 8
_PASSED = "pass"
_ENDS = ("from_node", "to_node")
_BETWEEN = "  ·  "
# Columns of the table of points with how their figures are written.
_COLUMNS = {
    "ver_x": ".3f",
    "ver_y": ".3f",
    "ver_ground": ".3f",
    "ver_depth": ".2f",
    "ver_along": ".2f",
    "ver_off": ".0f",
    "ver_invert": ".3f",
    "ver_level": "+.0f",
}
COLORS = dict(zip(("pass", "open", "fail"), (PASSED, DOUBT, SEVERE)))


def page_values(
    one: VerifiedPipe, words: PageWords, title: str, today: datetime.date, page_no: str = "1/1"
) -> dict[str, str]:
    """Return the values of a page by the names of its variables.

    Parameters
    ----------
    one
        The pipe.
    words
        Of the language of the page, which is spoken while this is asked for.
    title
        What the network is called.
    today
        The day of printing.
    page_no
        The page n/m of the pipe's sheet.
    """
    row = one.verification
    reasons = verdict_words.WORDS.say_all(
        verdict_words.WORDS.read(row.get("reason_facts"), row.get("reasons"))
    )
    override = override_of(row)
    told = [f"{number}. {reason}" for number, reason in enumerate(reasons[:_REASONS], 1)]
    if len(reasons) > _REASONS:
        told.append(words("ver_more_reasons").format(n=len(reasons) - _REASONS))
    verdict = str(row.get("verdict"))
    if verdict == _PASSED and not reasons:
        told.append(words("ver_no_reasons"))
    if all(override):
        told.append(words("ver_override").format(name=override[0], reason=override[1]))
    return {
        "wn_title": words("ver_title"),
        "wn_network": title,
        "wn_pipe": str(one.known.pipe["pipe_id"]),
        "wn_facts_left": _lines(words, _pipe_facts(one, words)),
        "wn_facts_right": _lines(words, _evidence_facts(one, words)),
        "wn_verdict": _label("verification_verdict", verdict),
        "wn_verdict_color": COLORS.get(verdict, INK),
        "wn_reasons": "\n".join(told),
        "wn_photos": f"{words('ver_photos')}{words.colon}{len(one.photos) or words('ver_none')}",
        "wn_surveyor": words("ver_surveyor"),
        "wn_inspector": words("ver_inspector"),
        "wn_printed": _BETWEEN.join(
            part
            for part in (
                text(row.get("verification_id")),
                words("ver_page").format(page=page_no),
                words("ver_printed").format(day=today),
            )
            if part
        ),
        "wn_note": "",
    }


def _lines(words: PageWords, facts: list[tuple[str, str]]) -> str:
    return "\n".join(f"{words(key)}{words.colon}{value or words('ver_not_known')}" for key, value in facts)


def _label(name: str, code: Any) -> str:
    known = domain(name).get(str(code or ""))
    return known.label if known else text(code)


def _pipe_facts(one: VerifiedPipe, words: PageWords) -> list[tuple[str, str]]:
    pipe, planned = one.known.pipe, one.known.evidence.planned
    size, material = text(pipe.get("diameter_mm")), _label("material", pipe.get("material"))
    size = f"DN{float(size):.0f}" if size else ""
    if planned is not None:
        wanted = "" if planned.diameter_mm is None else f"DN{planned.diameter_mm:.0f}"
        size = _with_planned(size, wanted, words)
        material = _with_planned(material, _label("material", planned.material), words)
    length = distances_along(one.known.evidence.line)[-1]
    return [
        ("ver_street", text(pipe.get("street"))),
        ("ver_system", _label("system", pipe.get("system"))),
        ("ver_size", size),
        ("ver_material", material),
        ("ver_length", f"{length:.2f} m"),
        ("ver_ends", words.comma.join(filter(None, (text(pipe.get(end)) for end in _ENDS)))),
        ("ver_file", one.survey_file),
    ]


def _with_planned(now: str, planned: str, words: PageWords) -> str:
    if not planned:
        return now
    left, right = ("（", "）") if words.language == "zh_CN" else (" (", ")")
    return f"{now or words('ver_not_known')}{left}{words('ver_planned')}{words.colon}{planned}{right}"


def _evidence_facts(one: VerifiedPipe, words: PageWords) -> list[tuple[str, str]]:
    row = one.verification
    by, on = text(row.get("material_verified_by")), day(row.get("material_verified_on"))
    backfilled = day(row.get("backfilled_on"))
    return [
        ("ver_surveyed", words.comma.join(filter(None, _survey(one)))),
        ("ver_material_verified", words.comma.join(one for one in (by, str(on or "")) if one)),
        ("ver_backfilled", str(backfilled or words("ver_trench_open"))),
        ("ver_cover", _cover(one, words)),
        ("ver_off_line", _unit(row.get("off_line_m"), 1000, "mm", 0)),
        ("ver_off_level", _unit(row.get("off_level_m"), 1000, "mm", 0)),
    ]


def _unit(value: Any, factor: float, unit: str, digits: int) -> str:
    return f"{float(value) * factor:.{digits}f} {unit}" if text(value) else ""


def _survey(one: VerifiedPipe) -> tuple[str, str]:
    """Return by whom and when a pipe was surveyed."""
    on = day(one.verification.get("surveyed_on"))
    return text(one.known.pipe.get("verified_by")), str(on or "")


def _cover(one: VerifiedPipe, words: PageWords) -> str:
    """Return the cover with its limit, '' where it is not known."""
    cover, limit = one.verification.get("cover_m"), words("ver_limit")
    return f"{_unit(cover, 1, 'm', 2)} ({limit} {one.least_cover_m:.2f} m)" if text(cover) else ""


def table_of(one: VerifiedPipe, words: PageWords) -> list[list[str]]:
    """Return the table of points: its heading, then all points along the pipe."""
    heading = [words(key).replace(" (", "\n(").replace("（", "\n（") for key in ("ver_point", *_COLUMNS)]
    points, off = one.known.evidence.points, one.deviations
    if not len(points):
        return [heading]
    import shapely

    line = shapely.linestrings(one.known.evidence.line[:, :2])
    along = shapely.line_locate_point(line, shapely.points(points[:, :2]))
    figures = np.column_stack(
        [points[:, :2], one.heights, along, off[:, 0] * 1000, points[:, 2], off[:, 1] * 1000]
    )
    rows = []
    for index, cells in enumerate(figures.tolist()):
        forms = zip(cells, _COLUMNS.values())
        shown = (f"{value:{form}}" if np.isfinite(value) else "–" for value, form in forms)
        rows.append([one.known.point_numbers[index], *shown])
    return [heading, *rows]
