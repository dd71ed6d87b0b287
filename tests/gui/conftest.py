"""The plugin in a fake window, and a small network with its project."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QMainWindow
from support.built_network import EAST, NORTH, copied, loaded_plugin, write_built
from support.database_server import server_of_run, skip_or_fail_without_server
from support.edit_session import make_network
from support.fake_iface import FakeIface
from support.kept_project import KeptProject
from support.made_once import Once
from support.registering import registered
from support.staging import ROOT
from support.tool_town import make_tool_town, show_all_of
from support.wizard_helpers import InstantSession, second_utility_files, utility_files

SAMPLE_TOWN = ROOT / "build" / "sample_town" / "en" / "sample_town.gpkg"


@pytest.fixture(scope="session")
def _network_and_project(once: Once) -> Path:
    """Three pipes (100 m potable, 200 m potable, 50 m sewage) and a valve, with the project beside them."""
    from shapely.geometry import LineString, Point

    def pipe(number: int, system: str, metres: float, **more: Any) -> dict[str, Any]:
        line = LineString([(EAST, NORTH + 20 * number, 1), (EAST + metres, NORTH + 20 * number, 1)])
        return {"pipe_id": f"P-{number}", "system": system, "status": "in_use", "geom": line, **more}

    pipes = [
        pipe(1, "potable", 100, material="cast_iron", diameter_mm=150.0, install_year=1975.0),
        pipe(2, "potable", 200, material="ductile_iron", diameter_mm=300.0, install_year=2005.0),
        pipe(3, "sewage", 50, material="concrete"),
    ]
    nodes: list[dict[str, Any]] = [
        {"node_id": "N-1", "kind": "valve", "system": "potable", "status": "in_use"}
    ]
    nodes[0]["geom"] = Point(EAST, NORTH + 20, 1)
    made = once("small", lambda folder: write_built(folder / "small.gpkg", pipe=pipes, node=nodes))
    return made / "small.gpkg"


@pytest.fixture
def network_on_server(qgis_app: object) -> Iterator[str]:
    """Address of a network of three pipes and a valve in a schema of an odd name."""
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    yield str(make_network(server.address(database, '城 "1')))
    QgsProject.instance().clear()
    server.drop_database(database)


@pytest.fixture(scope="session")
def _kept_project(
    qgis_app: QgsApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeptProject]:
    kept = KeptProject(lambda: tmp_path_factory.mktemp("kept"))
    yield kept
    kept.close()


@pytest.fixture
def kept_project(_kept_project: KeptProject) -> KeptProject:
    """For a fixture that opens a town: the town that is open already serves it while no test changed it."""
    return _kept_project


@pytest.fixture
def own_copy(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    """Return a function that gives a test its copy of a network and the project beside it."""
    if "kept_project" in request.fixturenames:
        kept: KeptProject = request.getfixturevalue("kept_project")
        return kept.copy_of
    return partial(copied, folder=tmp_path)


@pytest.fixture
def small_network(_network_and_project: Path, own_copy: Callable[[Path], Path]) -> Path:
    """A copy of the small network with its project beside it."""
    return own_copy(_network_and_project)


@pytest.fixture
def iface(_kept_project: KeptProject, request: pytest.FixtureRequest) -> Iterator[FakeIface]:
    """QGIS's interface; nothing is remembered, and the project is empty or one that its test opens first."""
    if "kept_project" not in request.fixturenames:
        _kept_project.close()
    QgsSettings().remove("waternet")
    iface = FakeIface()
    iface.kept = _kept_project
    yield iface
    _kept_project.keep_or_close()
    QgsSettings().remove("waternet")


@pytest.fixture
def plugin(iface: FakeIface) -> Iterator[Any]:
    """The plugin as loaded by QGIS, in English."""
    with loaded_plugin(iface) as loaded:
        yield loaded


@pytest.fixture
def open_kept(plugin: Any, kept_project: KeptProject) -> Callable[[Path], Any]:
    """Return a function that opens a network which `own_copy` gave, and returns the session."""

    def open_one(network: Path) -> Any:
        assert plugin.session.open_network(str(network))
        kept_project.remember(plugin.session.iface.mapCanvas())
        return plugin.session

    return open_one


@pytest.fixture
def open_session(open_kept: Callable[[Path], Any], small_network: Path) -> Any:
    """The session with the project of the small network open."""
    return open_kept(small_network)


@pytest.fixture(scope="session")
def tool_town(once: Once, qgis_app: QgsApplication) -> Path:
    """A town for tools of the map, with its project; see `support.tool_town`."""
    return once("tools", make_tool_town) / "tools.gpkg"


@pytest.fixture
def open_tool_town(
    plugin: Any, own_copy: Callable[[Path], Path], open_kept: Callable[[Path], Any], tool_town: Path
) -> Callable[..., Path]:
    """Return a function that opens a copy of such a town, all of it in view, and returns the copy's path."""

    def open_one(template: Path = tool_town) -> Path:
        path = own_copy(template)
        plugin.session.iface.window.resize(1200, 800)
        plugin.session.iface.window.show()
        show_all_of(open_kept(path))
        return path

    return open_one


@pytest.fixture
def open_sample_town(
    plugin: Any, own_copy: Callable[[Path], Path], open_kept: Callable[[Path], Any]
) -> Callable[..., Any]:
    """Return a function that opens a copy of the sample town in a window, and returns the session."""

    def open_one(template: Path = SAMPLE_TOWN) -> Any:
        plugin.session.iface.window.resize(1366, 768)
        plugin.session.iface.window.show()
        session = open_kept(own_copy(template))
        session.iface.mapCanvas().setDestinationCrs(session.layer("pipe").crs())
        return session

    return open_one


@pytest.fixture
def dock(open_session: Any, plugin: Any, iface: FakeIface, until: Callable[..., None]) -> Iterator[Any]:
    """The dock with the small network, its figures read."""
    iface.window.show()
    section = plugin.dock.sections[0]
    until(lambda: section.statistics is not None)
    yield plugin.dock
    iface.window.hide()


@pytest.fixture
def until() -> Callable[..., None]:
    """Return a function that lets QGIS work until a condition holds, or fails after some seconds."""

    def wait(condition: Callable[[], Any], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "what was waited for did not happen"
            QCoreApplication.processEvents()
            time.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def _towns(qgis_app: QgsApplication, once: Once) -> tuple[Path, Path]:
    """A town nobody assessed, and the same town assessed twice and planned once."""
    folder = once("towns", _make_towns)
    return folder / "bare" / "town.gpkg", folder / "assessed" / "town.gpkg"


def _make_towns(folder: Path) -> None:
    from support.health_town import make_town, run

    bare, assessed = (folder / name / "town.gpkg" for name in ("bare", "assessed"))
    for town in (bare, assessed):
        town.parent.mkdir()
    with registered():
        make_town(bare)
        for suffix in (".gpkg", ".qgz"):
            shutil.copy(bare.with_suffix(suffix), assessed.with_suffix(suffix))
        run("assesshealth", NETWORK=str(assessed), AS_OF="2016-12-31")
        run("assesshealth", NETWORK=str(assessed), AS_OF="2022-12-31")
        run("planrenewal", NETWORK=str(assessed), BUDGET=500_000, START_YEAR=2023, YEARS=3)


@pytest.fixture
def bare_town(_towns: tuple[Path, Path], own_copy: Callable[[Path], Path]) -> Path:
    """A copy of the town that nobody assessed, with its project beside it."""
    return own_copy(_towns[0])


@pytest.fixture
def assessed_town(_towns: tuple[Path, Path], own_copy: Callable[[Path], Path]) -> Path:
    """A copy of the assessed and planned town, with its project beside it."""
    return own_copy(_towns[1])


@pytest.fixture(scope="module")
def printed_town(once: Once, tmp_path_factory: pytest.TempPathFactory, qgis_app: QgsApplication) -> Path:
    """Path of a network of three pipes on three sheets, with its project."""
    from support.way_out import make_town

    from waternet_plugin.bridge.project.project import build_project

    def make(folder: Path) -> None:
        build_project(make_town(folder / "小城.gpkg"))

    return copied(once("printed", make) / "小城.gpkg", tmp_path_factory.mktemp("printed"))


@pytest.fixture(scope="module")
def _shared_session(printed_town: Path) -> Iterator[Any]:
    """A session that the tests of a file share: opening a project takes a second."""
    from support.way_out import opened_session

    with opened_session(printed_town) as made:
        yield made


@pytest.fixture
def town_session(_shared_session: Any, printed_town: Path) -> Any:
    """The session on the printed town as after opening."""
    from support.way_out import refresh

    refresh(_shared_session, printed_town)
    return _shared_session


@pytest.fixture
def session(qgis_app: QgsApplication) -> Iterator[InstantSession]:
    """A session that does everything at once, for the wizard without the plugin around it."""
    session = InstantSession(QMainWindow())
    yield session
    QgsProject.instance().clear()
    session.end()


@pytest.fixture(scope="module")
def files(qgis_app: QgsApplication, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The town as a utility hands it over."""
    return utility_files(tmp_path_factory.mktemp("utility") / "城区")


@pytest.fixture(scope="module")
def second_files(qgis_app: QgsApplication, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The town's supply as a second utility hands it over."""
    return second_utility_files(tmp_path_factory.mktemp("second") / "二水")
