"""Files that went through a network, computed by EPANET itself: the same heads as before."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from support.epanet_files import NETWORKS, TOWN, exchanged, imported, read
from support.slow_cases import a_few_quick

toolkit = pytest.importorskip("wntr.epanet.toolkit", reason="the EPANET engine (wntr) is not installed")

HEAD, LENGTH, FLOW = 10, 1, 8
SHIPPED = Path(toolkit.__file__).parent.parent / "library" / "networks"
FILES = [
    *(SHIPPED / f"{name}.inp" for name in ("Net1", "Net2", "Net3", "Net6")),
    *(NETWORKS / name for name in ("net3/Net3.inp", "ky4/ky4.inp", "ky10/ky10.inp")),
]


def computed(data: bytes, folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return heads by node and lengths by link, as EPANET 2.2 has them at the start."""
    path = folder / "model.inp"
    path.write_bytes(data)
    engine = toolkit.ENepanet(version=2.2)
    engine.ENopen(str(path), str(folder / "model.rpt"), str(folder / "model.bin"))
    try:
        engine.ENopenH()
        engine.ENinitH(0)
        engine.ENrunH()
        model = read(data)
        heads = {id_: engine.ENgetnodevalue(engine.ENgetnodeindex(id_), HEAD) for id_ in model.nodes}
        lengths = {id_: engine.ENgetlinkvalue(engine.ENgetlinkindex(id_), LENGTH) for id_ in model.links}
        assert engine.ENgetcount(0) == len(heads)
        assert engine.ENgetcount(2) == len(lengths)
        return heads, lengths
    finally:
        engine.ENclose()


def worst(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the largest difference of two results with the same keys in the same order."""
    assert list(one) == list(other)
    return max(abs(one[key] - other[key]) for key in one)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_round_trip_keeps_counts_lengths_and_heads(path, tmp_path):
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    data = path.read_bytes()
    heads, lengths = computed(data, tmp_path)
    again, lengths_again = computed(imported(data).export().data, tmp_path)
    assert worst(heads, again) < 1e-3
    assert worst(lengths, lengths_again) <= 1e-6 * max(lengths.values())


def test_the_small_town_runs(tmp_path):
    heads, _lengths = computed(imported().export().data, tmp_path)
    assert heads == computed(TOWN.encode(), tmp_path)[0]


def test_links_before_nodes_run_after_a_round_trip(tmp_path):
    pipes = TOWN[TOWN.index("[PIPES]") : TOWN.index("[PUMPS]")]
    heads, _lengths = computed(imported(pipes + TOWN.replace(pipes, "")).export().data, tmp_path)
    assert worst(heads, computed(TOWN.encode(), tmp_path)[0]) < 1e-3


def test_a_trace_from_a_node_runs_after_sections_were_ordered(tmp_path):
    places = TOWN[TOWN.index("[COORDINATES]") : TOWN.index("[VERTICES]")]
    data = exchanged("[PIPES]", places + "[PIPES]", TOWN.replace(places, ""))
    data = exchanged(" Headloss H-W", " Headloss H-W\n Quality Trace R1", data)
    heads, _lengths = computed(imported(data).export().data, tmp_path)
    assert worst(heads, computed(data.encode(), tmp_path)[0]) < 1e-3


@pytest.mark.parametrize(
    ("old", "new"),
    a_few_quick(
        [
            ("[COORDINATES]", "[COORDINATES]\n J77 1 1"),
            ("[VERTICES]", "[VERTICES]\n P77 1 1"),
            ("[STATUS]", "[STATUS]\n P77 Open"),
            ("[DEMANDS]", "[DEMANDS]\n J77 3"),
            (" Duration 0", " Duration 0\n Start ClockTime 20 PM"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_lines_that_epanet_refuses_keep_no_file_from_running(old, new, tmp_path):
    # EPANET 2.2 refuses the file as it is.
    heads, _lengths = computed(imported(exchanged(old, new)).export().data, tmp_path)
    assert worst(heads, computed(TOWN.encode(), tmp_path)[0]) < 1e-3


def test_an_edited_town_computes_as_one_edited_by_hand(tmp_path):
    town = imported()
    town.set("pipes", "P1", diameter_mm=250.0)
    town.set("pipes", "P3", initial_status="open")
    town.set("nodes", "J6-tcv", valve_state="open")
    data = exchanged(" P1  J1  J2  500  300", " P1  J1  J2  500  250")
    data = exchanged("110  0  Closed", "110  0  Open", exchanged(" J6  Closed", "", data))
    heads, _lengths = computed(town.export().data, tmp_path)
    by_hand, _lengths = computed(data.encode(), tmp_path)
    assert worst(heads, by_hand) < 1e-3


def test_a_town_with_parts_removed_and_added_runs(tmp_path):
    town = imported()
    town.remove("P2", "J6", "P6", "J6.1", "J6.2", "J6-tcv")
    line = shapely.LineString([(900, -50), (950, -100), (1200, -50)])
    town.add_pipe("N 1", line, length_m=310.0, diameter_mm=200.0)
    heads, lengths = computed(town.export().data, tmp_path)
    assert lengths["N_1"] == pytest.approx(310)
    assert "J6" not in heads


def test_lines_too_long_for_epanet_run_after_a_round_trip(tmp_path):
    data = exchanged(" day  1.0  0.5  1.5", " day " + " ".join(["1.25"] * 35) + " ;" + "x" * 1500)
    heads, _lengths = computed(imported(data).export().data, tmp_path)
    plain = exchanged(" day  1.0  0.5  1.5", " day 1.25")
    assert worst(heads, computed(plain.encode(), tmp_path)[0]) < 1e-3
