"""Pictures of files that nobody prepared and of the next delivery: places, questions, what was taken how."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from hands import HOME, Condition, Hands, Script, pause
from map_hands import session
from qgis.core import QgsProject

HANDS = Hands()
Take = Callable[[str], None]
Settle = Callable[[float], Script]
# A town near 117 E.
EAST, NORTH, MANY = 512_000.0, 3_512_000.0, 60
CRS, OTHER_CRS = "EPSG:4548", "EPSG:26917"

_BORES = ("DN100", "200", "D219×6", "DN300×2", "0.3m", "φ110")
_YEARS = ("1998", "98.5", "36526", "79年", "2004/5/20", "1900")
_MATERIALS = ("球墨铸铁", "K9球墨", "砂型铸铁", "PE100", "热镀锌", "钢管")


def _folder() -> Path:
    folder = Path(HOME) / "delivery"
    folder.mkdir(exist_ok=True)
    return folder


def _pipes(name: str, bores: dict[int, str], gone: int = 0, new: int = 0, moved: float = 0.0) -> str:
    """Write pipes as an office has them; ``bores`` replaces those of some rows."""
    import geopandas as gpd
    from shapely import LineString

    rows = [*range(MANY - gone), *range(MANY, MANY + new)]
    lines = [
        LineString(
            [
                (EAST + 70 * (k % 10), NORTH + 60 * (k // 10)),
                (EAST + 66 + 70 * (k % 10), NORTH + 4 + 60 * (k // 10) + (moved if k == 5 else 0.0)),
            ]
        )
        for k in rows
    ]
    depths = [round(0.9 + 0.02 * (k % 30), 2) for k in rows]
    for place in (11, 12):
        depths[place] = -depths[place]
    lengths = [one.length * (0.001 if k in (20, 21, 22) else 1.003) for k, one in zip(rows, lines)]
    columns = {
        "管线编号": [f"GS{k + 1:04d}" for k in rows],
        "管径": [bores.get(k, _BORES[k % 6]) for k in rows],
        "管材": [_MATERIALS[k % 6] for k in rows],
        "敷设年代": [_YEARS[k % 6] for k in rows],
        "管长": [round(one, 5) for one in lengths],
        "起点埋深": depths,
        "道路": ["人民路" if k % 2 else "建设路" for k in rows],
        "使用状态": ["在用" for _k in rows],
    }
    path = _folder() / name
    gpd.GeoDataFrame(columns, geometry=lines).to_file(path, encoding="gb18030")
    return str(path)


def _opened(files: list[str]) -> Generator[Condition, None, Any]:
    """Open the wizard with files and wait until they are read; returns the dialog."""
    before = session().window("wn_wizard")
    session().open_wizard(files)
    yield lambda: (session().window("wn_wizard") or HANDS.find("wn_wizard")) not in (None, before)
    dialog = session().window("wn_wizard") or HANDS.find("wn_wizard")
    yield lambda: bool(dialog.state.ready)
    yield pause(0.5)
    return dialog


def _close(dialog: Any) -> None:
    dialog.state.touched = False
    dialog.close()


def _two_places(take: Take) -> Script:
    """Take the question for points that lie as well with x and y exchanged, and the places on the map."""
    import geopandas as gpd
    from shapely import LineString

    from waternet_plugin import store

    path = _folder() / "diagonal.gpkg"
    lines = [LineString([(5e5 + 40 * k, 5e5), (5e5 + 30 + 40 * k, 5e5 + 10)]) for k in range(9)]
    columns = {"pipe_id": [f"P{k}" for k in range(9)], "system": "potable", "status": "in_use"}
    with store.create_network(path, OTHER_CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", gpd.GeoDataFrame(columns, geometry=lines, crs=OTHER_CRS).rename_geometry("geom"))
    rows = [f"F{k},2015-0{1 + k % 9}-11,{500_100 + 30.5 * k},{500_400 + 2.25 * k}" for k in range(20)]
    points = _folder() / "points.csv"
    points.write_text("\n".join(["编号,日期,X,Y", *rows, ""]), encoding="utf-8")
    session().open_network(str(path))
    yield lambda: session().network_path == str(path)
    yield pause(1.5)
    dialog = yield from _opened([str(points)])
    (source,) = dialog.state.ready
    source.use_table("failure")
    source.set_default("kind", "unknown")
    dialog.state.fill_locations()
    dialog.go_to(3)
    yield pause(1.5)
    _must_ask(dialog)
    take("delivery_6_two_places")
    _close(dialog)


def _must_ask(dialog: Any) -> None:
    if not dialog.place.question.isVisible():
        raise AssertionError("no question where the rows lie")


def adopting(take: Take, settle: Settle) -> Script:
    """Take files nobody prepared, from where they lie to what was taken how, and their next delivery."""
    from waternet_plugin import store

    # What another part left open would take the rows.
    QgsProject.instance().clear()
    yield lambda: not session().network_path
    path = _folder() / "town.gpkg"
    dialog = yield from _opened([_pipes("给水管线.shp", {})])
    dialog.fields.accept_suggestions()
    dialog.codes.refresh()
    dialog.codes.accept_suggestions()
    dialog.go_to(3)
    dialog.place.refresh()
    yield pause(1.5)
    _must_ask(dialog)
    take("delivery_1_place")
    asked = dialog.place.question.asked
    dialog.place.question.give([one.value for one in asked.candidates].index(CRS))
    dialog.state.new_path = str(path)
    dialog.go_on()
    yield lambda: bool(dialog.adopting.results)
    yield pause(0.7)
    take("delivery_2_asked")
    HANDS.click("wn_wizard_accept_answers")
    yield pause(0.5)
    yield lambda: bool(dialog.adopting.results)
    dialog.check.tabs.setCurrentIndex(1)
    yield pause(0.7)
    take("delivery_3_taken")
    dialog.check.taken.show_rows(0)
    yield HANDS.there("wn_wizard_taken_rows")
    yield pause(0.5)
    take("delivery_4_taken_rows")
    HANDS.find("wn_wizard_taken_rows").close()
    dialog.go_on()
    yield lambda: session().network_path == str(path)
    yield from settle(2)
    _close(dialog)
    with store.open_network(path) as network, network.write("edit") as batch:
        rows = network.read("pipe", ["pipe_id", "diameter_mm"], ids=["GS0003"], geometry=False)
        batch.update("pipe", rows.assign(diameter_mm=250.0))
    bores = {2: "DN300", 7: "DN250", 8: "DN150", 14: "DN400"}
    dialog = yield from _opened([_pipes("给水管线（二月）.shp", bores, gone=2, new=3, moved=3.5)])
    dialog.codes.refresh()
    dialog.codes.accept_suggestions()
    dialog.go_to(4)
    yield lambda: bool(dialog.adopting.results)
    yield pause(0.7)
    take("delivery_5_update")
    _close(dialog)
    yield from _two_places(take)
