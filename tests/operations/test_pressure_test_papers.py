"""The paper of a zero-pressure test: every customer or the file with the rest, places, doubtful bores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support.pressure_test_town import edit, square_file

from waternet_plugin import store
from waternet_plugin.core.reports.dma import pressure_test_plan
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import (
    PressureTestRequest,
    PressureTestResult,
    plan_zero_pressure_test,
)
from waternet_plugin.store import Network


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """The square zone, open."""
    with store.open_network(square_file(tmp_path / "n.gpkg")) as found:
        yield found


def planned(network: Network, **more: str) -> PressureTestResult:
    """Return the plan of the zone with its papers."""
    return plan_zero_pressure_test(network, PressureTestRequest("Z", **more))


def paper_of(found: PressureTestResult, many: int, file: str = "") -> Report:
    """Return the paper of a plan with so many customers."""
    names = [f"U{number:04d}" for number in range(many)]
    customers = pd.concat([found.plan.customers.iloc[:1]] * many).assign(customer_id=names)
    context = pressure_test_plan.PlanContext("n", (), (), "", Settings(), "EPSG:4547", file)
    return pressure_test_plan.plan_paper(replace(found.plan, customers=customers), context)


@pytest.mark.parametrize("many", [3, 21, *(pytest.param(one, marks=pytest.mark.slow) for one in (20, 738))])
def test_every_customer_is_on_the_paper(network: Network, many: int) -> None:
    page = paper_of(planned(network), many).to_html()
    assert all(f"U{number:04d}" in page for number in range(many))
    assert (f"All {many} customers are listed at the end" in page) == (many > 20)


@pytest.mark.slow
def test_of_very_many_the_paper_names_the_file_with_the_rest(network: Network) -> None:
    found = planned(network)
    page = paper_of(found, 2100, "customers.xlsx").to_html()
    assert "100 more customers are in the file customers.xlsx." in page
    assert "U1999" in page and "U2000" not in page
    assert (
        "100 more customers are in the table of customers: give OUTPUT_CUSTOMERS a file"
        in paper_of(found, 2100).to_html()
    )


@pytest.mark.slow
def test_each_step_has_its_place_in_the_coordinates_of_the_network(network: Network) -> None:
    found = planned(network)
    page = found.paper.to_html()
    for row in found.steps.itertuples():
        assert f"{row.geom.x:.1f}, {row.geom.y:.1f}" in page, row.node_id
    assert f"Coordinates: {network.crs.name}." in page


@pytest.mark.slow
def test_a_bore_that_no_valve_has_is_told_before_the_night(network: Network) -> None:
    assert not [one for one in planned(network).warnings if "bore" in one]
    edit(network, "node", node_id="V2", diameter_mm=10160.0)
    (told,) = [one for one in planned(network).warnings if "bore" in one]
    assert "V2 DN10160" in told
    assert told in planned(network).paper.to_html().replace("&#x27;", "'")


@pytest.mark.slow
def test_a_zone_named_like_its_id_is_named_once_and_unknown_is_not_recorded(network: Network) -> None:
    edit(network, "zone", zone_id="Z", name="Z")
    edit(network, "customer", customer_id="c1", critical=None)
    found = planned(network)
    assert "Z Z" not in found.paper.title
    page = found.paper.to_html()
    row = page[page.index("<td>c1") :]
    assert "not recorded" in row[: row.index("</tr>")]
