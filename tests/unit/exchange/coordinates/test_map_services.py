"""Places of map services of China are brought back where a file says whose they are; else it is asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer
from support.adoption_frames import CRS, adopted
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.places.map_services import BD_09, GCJ_02, named_service, shifted, without_shift

# Places in WGS 84 and what other programs give for them in GCJ-02: latitude, longitude.
PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
LON, LAT = 114.2 + np.arange(6) / 1000, 30.5 + np.arange(6) / 2000
TRUE = np.column_stack(Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(LON, LAT))


@pytest.mark.parametrize(("true", "shown"), PUBLISHED)
def test_places_are_shown_as_published(true: tuple[float, float], shown: tuple[float, float]) -> None:
    lon, lat = shifted(np.array([true[1]]), np.array([true[0]]), GCJ_02)
    assert (lat[0], lon[0]) == pytest.approx(shown, abs=1e-9)


@pytest.mark.parametrize("service", [GCJ_02, BD_09])
def test_what_is_shown_leads_back(service: str) -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(75, 134, 500), rng.uniform(19, 53, 500)
    back = without_shift(*shifted(lon, lat, service), service)
    assert np.allclose(back, (lon, lat), atol=1e-8)
    apart_m = np.hypot(*(np.subtract(shifted(lon, lat, service), (lon, lat)))) * 111_000
    assert 50 < np.median(apart_m) < 2000


def _table(service: str, x: str = "经度", y: str = "纬度") -> pd.DataFrame:
    lon, lat = shifted(LON, LAT, service) if service else (LON, LAT)
    return pd.DataFrame({"编号": [f"V{at}" for at in range(6)], x: lon, y: lat})


@pytest.mark.parametrize(
    ("service", "x", "y", "name"),
    a_few_quick(
        [
            (GCJ_02, "高德经度", "高德纬度", "阀门.csv"),
            (GCJ_02, "经度(GCJ-02)", "纬度(GCJ-02)", "阀门.csv"),
            (GCJ_02, "经度", "纬度", "阀门（火星坐标）.csv"),
            (BD_09, "百度经度", "百度纬度", "阀门.csv"),
            (BD_09, "经度", "纬度", "valves_bd09.csv"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_headings_and_names_say_whose_places_they_are(service: str, x: str, y: str, name: str) -> None:
    rows = _table(service, x, y)
    told = guess(rows, table="node", name=name, target_crs=CRS).mapping
    assert (told.map_service, told.crs) == (service, "EPSG:4326")
    done = adopted(
        rows,
        {"node_id": "编号"},
        "node",
        geometry=dict(told.geometry),
        source_crs=told.crs,
        map_service=service,
    )
    places = np.array([(one.x, one.y) for one in done.rows["geom"]])
    assert np.abs(places - TRUE).max() < 0.01
    assert any("WGS 84" in note for note in done.notes)


def test_nobody_knows_whose_other_degrees_are_and_it_is_said() -> None:
    rows = _table(GCJ_02)
    told = guess(rows, table="node", target_crs=CRS).mapping
    assert told.map_service == ""
    done = adopted(rows, {"node_id": "编号"}, "node", geometry=dict(told.geometry), source_crs=told.crs)
    assert any("map_service" in note for note in done.notes)


def test_degrees_elsewhere_need_no_word() -> None:
    abroad = pd.DataFrame({"id": ["a", "b"], "lon": [-80.5, -80.51], "lat": [43.45, 43.46]})
    places = {"x": "lon", "y": "lat"}
    done = adopted(
        abroad, {"node_id": "id"}, "node", geometry=places, crs="EPSG:26917", source_crs="EPSG:4326"
    )
    assert not any("map_service" in note for note in done.notes)


def test_another_word_is_refused() -> None:
    with pytest.raises(MappingError, match="map_service"):
        adopted(_table(""), {"node_id": "编号"}, "node", map_service="google")


@pytest.mark.parametrize("word", ["经度", "X", "高程", "百合路", "腾飞路泵站"])
def test_other_words_name_no_service(word: str) -> None:
    assert named_service(word) == ""
