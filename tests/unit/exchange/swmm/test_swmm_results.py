"""Results of SWMM are read from the bytes that its Interface Guide describes."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from support.swmm_files import DRAINS, read_swmm

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.swmm.reading.swmm_results import (
    read_swmm_results,
    worst_of_links,
    worst_of_nodes,
)
from waternet_plugin.core.units import FOOT_M

MAGIC = 516_114_522
# Steps of 300 s: depths of J1 and "Old well", flow and filling of C1.
DEPTHS = [(0.1, 0.2), (0.9, 0.3), (0.4, 2.0)]
FLOWS = [(0.5, 0.2), (-2.0, 1.0), (1.0, 0.7)]


def results_file(*, unit: int = 3, fault: int = 0) -> bytes:
    """Return a file with one subcatchment, two nodes, one link and one pollutant."""

    def integers(*values: int) -> bytes:
        return struct.pack(f"<{len(values)}i", *values)

    data = integers(MAGIC, 52000, unit, 1, 2, 1, 1)
    ids_at = len(data)
    for name in ("S1", "J1", "Old well", "C1", "TSS"):
        data += integers(len(name)) + name.encode()
    data += integers(0)
    properties_at = len(data)
    data += integers(1, 1) + struct.pack("<d", 36526.0) + integers(300)
    values_at = len(data)
    for (first, second), (flow, filling) in zip(DEPTHS, FLOWS):
        values = [7.0] * 9
        for depth in (first, second):
            values += [depth, *[8.0] * 6]
        values += [flow, 1.0, 2.0, 3.0, filling, 9.0]
        values += [6.0] * 15
        data += struct.pack("<d", 0.0) + struct.pack(f"<{len(values)}f", *values)
    return data + integers(ids_at, properties_at, values_at, len(DEPTHS), fault, MAGIC)


def test_every_value_is_where_it_belongs() -> None:
    found = read_swmm_results(results_file(), "a.out")
    assert (found.node_ids, found.link_ids) == (("J1", "Old well"), ("C1",))
    assert found.step_h == pytest.approx(300 / 3600)
    np.testing.assert_allclose(found.depth_m, DEPTHS, rtol=1e-6)
    np.testing.assert_allclose(found.flow_m3h[:, 0], [flow * 3600 for flow, _filling in FLOWS], rtol=1e-6)
    np.testing.assert_allclose(found.filling[:, 0], [filling for _flow, filling in FLOWS], rtol=1e-6)
    feet = read_swmm_results(results_file(unit=0), "a.out")
    np.testing.assert_allclose(feet.depth_m, np.array(DEPTHS) * FOOT_M, rtol=1e-6)


def test_the_worst_of_a_run() -> None:
    found = read_swmm_results(results_file(), "a.out")
    nodes = worst_of_nodes(found, read_swmm(DRAINS)).set_index("node_id")
    assert nodes["depth_m"].tolist() == pytest.approx([0.9, 2.0])
    # The crown of C1 lies 0.1 + 0.5 m above the bottom of J1, that of C2 0.2 + 0.8 m above the other's.
    assert nodes["surcharge_h"].tolist() == pytest.approx([1 / 12, 1 / 12])
    links = worst_of_links(found)
    assert links["flow_m3h"].item() == pytest.approx(-7200.0) and links["filling"].item() == 1.0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing",
        results_file()[:-30],
        results_file(fault=200),
        results_file()[:60] + results_file()[80:],
    ],
)
def test_what_is_no_whole_run_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no results of a whole run"):
        read_swmm_results(data, "a.out")
