"""What pane, report, order and notice list say of a burst: one count, the reserve apart, a map."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from support.water_frames import Drawing

from waternet_plugin.core.network.isolation.isolate import Burst, isolate, pipe_to_isolate
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.isolation.roles import closing_headline
from waternet_plugin.core.reports.document import Report, ReportSection
from waternet_plugin.core.reports.network.isolation import headline, isolation_report, notice_sheets
from waternet_plugin.core.reports.network.isolation_order import order_page
from waternet_plugin.core.reports.network.shut_map import shut_map

COLOURS: dict[str, str] = defaultdict(lambda: "#123456")


def doubtful_town() -> Drawing:
    """Two sources left and right of a pipe; the left valve is broken, the right one doubtful.

    S1 --a-- V1 --b-- V2 (broken) --x-- V3 (doubtful) --c-- V4 --d-- S2
    """
    drawing = Drawing().node("S1", 0, kind="source").node("S2", 500, kind="source")
    drawing.node("V1", 100, kind="valve").node("V2", 200, kind="valve", operable="no", diameter_mm=600.0)
    drawing.node("V3", 300, kind="valve", operable="unknown").node(
        "V4", 400, kind="valve", diameter_mm=1200.0
    )
    drawing.pipe("a", "S1", "V1", street="Elm Street").pipe("b", "V1", "V2", street="Elm Street")
    drawing.pipe("x", "V2", "V3", street="Elm Street", diameter_mm=600.0)
    drawing.pipe("c", "V3", "V4").pipe("d", "V4", "S2")
    return drawing.customer("k", "x", critical="yes").customer("m", "c")


@pytest.fixture
def answer() -> tuple[IsolationModel, Burst]:
    works = doubtful_town().works()
    return works, isolate(works, pipe_to_isolate(works, "x"))


def section(report: Report, begins: str) -> ReportSection:
    return next(each for each in report.sections if each.title.startswith(begins))


def ids(found: ReportSection) -> list[str]:
    assert found.table is not None
    return [row[found.table.columns.index("Valve")] for row in found.table.rows]


@pytest.mark.slow
def test_what_must_be_closed_is_told_from_what_may_have_to_be(answer: tuple[IsolationModel, Burst]) -> None:
    _, found = answer
    assert dict(zip(found.valves["node_id"], found.valves["role"])) == {
        "V3": "close", "V1": "instead", "V4": "second_choice",
    }  # fmt: skip
    reserve = found.valves.set_index("node_id").loc["V4"]
    assert (reserve["instead_of"], reserve["added_customers"]) == ("V3", 1.0)
    assert "only if V3" in reserve["reason"]


def test_one_headline_stands_in_every_paper_and_equals_its_table(
    answer: tuple[IsolationModel, Burst],
) -> None:
    works, found = answer
    assert headline(found) == "2 to close, 1 in reserve"
    assert closing_headline(6, 2) == "6 to close, 2 in reserve"
    assert closing_headline(3, 0) == "3 to close"
    for report in (isolation_report(works, found, network="n"), order_page(works, found, network="n")):
        assert report.lead.startswith("2 to close, 1 in reserve.")
        assert (report.figures["valves"], report.figures["reserve"]) == (2, 1)
        assert sorted(ids(section(report, "Valves to close: 2"))) == ["V1", "V3"]
        # A block of its own, so that nobody closes it for nothing.
        assert ids(section(report, "In reserve: 1")) == ["V4"]
    sheets = {title: rows for title, _, rows in notice_sheets(found)}
    assert sheets["Points to note"][0] == ("2 to close, 1 in reserve",)
    assert [row[0] for row in sheets["Valves"]] == ["Close", "Close instead", "In reserve"]


@pytest.mark.slow
def test_the_order_has_lines_for_crew_times_and_signatures(answer: tuple[IsolationModel, Burst]) -> None:
    works, found = answer
    table = section(order_page(works, found, network="n"), "To be filled in").table
    assert table is not None
    words = {row[place] for row in table.rows for place in (0, 2)}
    assert {"Crew", "Water off (date, time)", "Water back on (date, time)"} <= words
    assert {word for word in words if "signature" in word}


@pytest.mark.slow
def test_diameters_have_no_decimals(answer: tuple[IsolationModel, Burst]) -> None:
    works, found = answer
    for report in (isolation_report(works, found, network="n"), order_page(works, found, network="n")):
        page = report.to_html()
        assert "DN600" in page and "DN1200" in page and not re.search(r"\b(6|12)00\.0|1,200", page)
    assert [row[3] for row in {title: rows for title, _, rows in notice_sheets(found)}["Valves"]][2] == 1200


def test_the_map_shows_pipes_numbered_valves_streets_and_a_scale(
    answer: tuple[IsolationModel, Burst],
) -> None:
    works, found = answer
    drawing = shut_map(works, found, COLOURS)
    assert drawing.startswith("<svg") and drawing.endswith("</svg>")
    texts = re.findall(r">([^<>]+)</text>", drawing)
    assert {"1", "2", "3", "×", "Elm Street", "N", "To close", "In reserve"} <= set(texts)
    assert any(re.fullmatch(r"\d+ m", text) for text in texts)
    for report in (
        isolation_report(works, found, network="n", drawing=drawing),
        order_page(works, found, network="n", drawing=drawing),
    ):
        assert drawing in report.to_html()


@pytest.mark.slow
def test_a_map_of_what_has_no_place_is_left_out(answer: tuple[IsolationModel, Burst]) -> None:
    works, found = answer
    gone = found.__class__(**{
        **found.__dict__, "pipes": found.pipes.iloc[:0], "valves": found.valves.iloc[:0],
    })  # fmt: skip
    assert shut_map(works, gone, COLOURS) == ""


def figures_in(report: Report) -> dict[str, object]:
    """Return the consequences, which the order has in two pairs a row."""
    rows = section(report, "Consequences").table.rows
    return {row[place]: row[place + 1] for row in rows for place in range(0, len(row), 2)}


@pytest.mark.slow
def test_customers_that_nobody_recorded_are_never_zero() -> None:
    """Every paper about an isolation, a trace and segments: unknown is said, no number stands for it."""
    from waternet_plugin.core.network.isolation.segment_ranking import rank_segments
    from waternet_plugin.core.reports.network.segments import segments_report

    drawing = doubtful_town()
    known = drawing.works()
    drawing.customer_rows.clear()
    works = drawing.works()
    found = isolate(works, pipe_to_isolate(works, "x"))
    for report in (isolation_report(works, found, network="n"), order_page(works, found, network="n")):
        assert "no customers are recorded" in report.lead
        assert not re.search(r"\b0 (of|customers)", report.lead)
        rows = figures_in(report)
        for name in ("Customers without water", "Households", "Critical customers", "Demand not met (m³/d)"):
            assert rows[name] == "no customers recorded"
        assert report.figures["customers_recorded"] is False
    told = segments_report(works, rank_segments(works), network="n")
    table = section(told, "Segments, the worst first").table
    assert {row[table.columns.index("Customers")] for row in table.rows} == {None}
    assert any("No customers are recorded" in line for line in section(told, "Points to note").paragraphs)
    # Where customers are known, 0 of them is a number.
    none_hit = isolate(known, pipe_to_isolate(known, "a"))
    assert figures_in(isolation_report(known, none_hit, network="n"))["Customers without water"] == 0
