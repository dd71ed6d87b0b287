"""The sample town as an algorithm: it is all there, finished, in the user's language, or nothing is."""

from __future__ import annotations

import errno
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import pytest
from qgis.core import Qgis
from support.headless import must, run

from waternet_plugin import language, store
from waternet_plugin.bridge import sample
from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.sample_data import making

LANGUAGES = ("en", "zh_CN")


def packed_town(folder: Path) -> bytes:
    """The packed town beside a folder."""
    return folder.with_name(f"{folder.name}.tar.xz").read_bytes()


@pytest.fixture(scope="module")
def made(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sample town, copied once by qgis_process."""
    folder = tmp_path_factory.mktemp("示例 城镇") / "town"
    return must("loadsample", OUTPUT=folder)


@pytest.fixture(scope="module")
def network(made: dict[str, str]) -> Iterator[store.Network]:
    """Its network, open."""
    with store.open_network(made["NETWORK"]) as opened:
        yield opened


@pytest.mark.slow
def test_outputs(made: dict[str, str], network: store.Network) -> None:
    folder = Path(made["NETWORK"]).parent
    assert Path(made["PROJECT"]) == folder / "sample_town.qgz"
    assert sorted(path.name for path in folder.iterdir()) == [
        "background",
        "sample_town.gpkg",
        "sample_town.qgz",
    ]
    assert (folder / "background" / "base_water.geojson").is_file()
    assert (made["PIPES"], made["FAILURES"]) == (network.count("pipe"), network.count("failure"))


@pytest.mark.slow
def test_every_row_of_the_town_is_there(network: store.Network) -> None:
    for name, file in making.TABLES.items():
        text = (making.TOWN / file).read_text(encoding="utf-8")
        rows = text.count('{"type":"Feature",') if file.endswith(".geojson") else len(text.splitlines()) - 1
        # Scores are kept as indicators, too.
        made = len(network.read(name, where={"source": "computed"})) if name == "indicator" else 0
        assert network.count(name) - made == rows, name


def test_it_opens_assessed_and_planned(network: store.Network) -> None:
    runs = network.read("assessment_run", ["as_of"])
    assert [str(day)[:10] for day in runs["as_of"]] == ["2025-12-31"]
    health = network.read("pipe_health", ["class", "length_m"], geometry=False)
    assert {"renew_now", "priority", "monitor", "in_service", "unknown"} == set(health["class"].dropna())
    plan = network.read("project", ["year", "cost"], geometry=False)
    assert set(plan["year"].dropna()) <= {2025, 2026, 2027, 2028, 2029, 2030}
    # What was done in the last year of the records is no part of the plan.
    years = plan[plan["year"] > 2025].groupby("year")["cost"].sum()
    assert len(years) == making.PLAN_YEARS
    assert (years <= making.BUDGET).all()


def test_old_iron_fails_more_than_new(network: store.Network) -> None:
    pipes = network.read("pipe", ["pipe_id", "material"], geometry=False)
    rates = network.read("assessment", ["pipe_id", "rate_per_100km_y"])
    mean = rates.merge(pipes, on="pipe_id").groupby("material")["rate_per_100km_y"].mean()
    assert mean["cast_iron"] > 4 * mean["ductile_iron"]


def test_failures_are_matched(network: store.Network) -> None:
    states = network.read("failure", ["match_state"], geometry=False)["match_state"].value_counts()
    assert states["matched"] > 0.9 * states.sum()
    assert states["orphan"] >= 4
    assert states["predecessor"] >= 2


def test_lengths_and_heights(network: store.Network) -> None:
    pipes = network.read("pipe", ["system", "length_m", "install_year"])
    assert 55_000 < pipes["length_m"].sum() < 70_000
    drains = pipes[pipes["system"].isin(["sewage", "storm", "combined"])]
    assert drains.geometry.has_z.mean() > 0.99


def test_one_batch_for_all_tables(network: store.Network) -> None:
    kinds = list(network.batches()["kind"])
    assert kinds.count("adopt") == 1
    assert kinds.count("assess") == 1


def test_opening_it_changes_and_repairs_nothing(network: store.Network) -> None:
    assert network.schema_version == SCHEMA_VERSION
    assert network.repairs == ()


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_of_this_machine_is_in_it(sample_town: Path, code: str) -> None:
    path = sample_town / code / sample.NETWORK_NAME
    with closing(sqlite3.connect(path)) as database:
        people = {row[0] for row in database.execute('SELECT "by" FROM batch')}
        people |= {row[0] for row in database.execute('SELECT "by" FROM change_log')}
        people |= {row[0] for row in database.execute("SELECT edited_by FROM pipe")}
        times = {row[0] for row in database.execute("SELECT at FROM batch UNION SELECT at FROM change_log")}
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert people == {"WaterNet"}
    assert times == {"2026-01-04T01:00:00.000Z"}
    with zipfile.ZipFile(path.with_suffix(".qgz")) as archive:
        text = archive.read("sample_town.qgs").decode("utf-8")
    assert re.findall(r'saveUser(?:Full)?="([^"]*)"', text) == ["", ""]
    assert str(Path.home()) + "/" not in text and str(sample_town.parent) not in text
    sources = re.findall(r"<datasource>([^<]+)</datasource>", text)
    assert sources and all(source.startswith("./") for source in sources)


def test_each_row_with_a_place_is_in_the_spatial_index(tmp_path: Path, qgis_app: object) -> None:
    town = sample.copy_town(tmp_path / "town")
    with closing(sqlite3.connect(town.network)) as database:
        indexed = (
            "SELECT table_name, column_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
        )

        def answer(question: str) -> object:
            return database.execute(question).fetchone()[0]

        for table, column in database.execute(indexed):
            index = f"rtree_{table}_{column}"
            drawn = answer(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL')
            assert answer(f'SELECT count(*) FROM "{index}"') == drawn, table
            assert answer(f"SELECT rtreecheck('{index}')") == "ok"
        assert answer("SELECT count(*) FROM pipe") == town.pipes > 1000
        batches = database.execute("SELECT count(*) FROM batch").fetchone()[0]
    store.open_network(town.network).close()
    with closing(sqlite3.connect(town.network)) as database:
        assert database.execute("SELECT count(*) FROM batch").fetchone()[0] == batches


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_copy_has_each_row_of_the_town_that_was_packed(
    sample_town: Path, tmp_path: Path, code: str
) -> None:
    def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'rtree%'"
        with closing(sqlite3.connect(path)) as database:
            return {
                name: database.execute(f'SELECT rowid, * FROM "{name}"').fetchall()
                for (name,) in database.execute(names).fetchall()
            }

    try:
        language.install(code)
        town = sample.copy_town(tmp_path / "town")
    finally:
        language.install("en")
    packed, copied = rows(sample_town / code / sample.NETWORK_NAME), rows(town.network)
    assert [name for name in packed if packed[name] != copied.get(name)] == []
    assert len(copied["change_log"]) > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
def test_it_speaks_the_language_of_the_user(
    sample_town: Path, tmp_path: Path, qgis_app: object, code: str
) -> None:
    from qgis.core import QgsProject

    try:
        language.install(code)
        town = sample.copy_town(tmp_path / "town")
    finally:
        language.install("en")
    with closing(sqlite3.connect(town.network)) as database:
        reasons = "".join(row[0] or "" for row in database.execute("SELECT reasons FROM assessment"))
    assert bool(re.search("[\u4e00-\u9fff]", reasons)) == (code == "zh_CN")
    project = QgsProject()
    assert project.read(str(town.project))
    assert project.readEntry("WaterNet", "language", "")[0] == code
    assert project.title() == {"en": "Qingyuan", "zh_CN": "清源县"}[code]
    assert all(layer.isValid() for layer in project.mapLayers().values())
    project.clear()


@pytest.mark.slow
def test_the_project_holds_its_network_and_the_background(made: dict[str, str], qgis_app: object) -> None:
    from qgis.core import QgsProject

    project = QgsProject()
    assert project.read(made["PROJECT"])
    layers = list(project.mapLayers().values())
    assert all(layer.isValid() for layer in layers)
    folder = str(Path(made["NETWORK"]).parent)
    assert all(layer.source().startswith(folder) for layer in layers)
    assert sum("background" in layer.source() for layer in layers) == 5
    assert project.viewSettings().defaultViewExtent().width() > 1400
    project.clear()


@pytest.mark.slow
def test_the_same_sources_make_the_same_bytes(sample_town: Path, repo_root: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    subprocess.run([sys.executable, str(repo_root / "tools" / "make_sample.py"), str(again)], check=True)
    files = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(sample_town) for path in sample_town.rglob("*") if path.is_file())
    assert packed_town(again) == packed_town(sample_town) or Qgis.QGIS_VERSION_INT >= 33000
    differing = {
        str(file) for file in files if (again / file).read_bytes() != (sample_town / file).read_bytes()
    }
    # The zip is built on 3.22, so that older versions open its projects; newer ones order them at random.
    ours = {str(file) for file in files if file.suffix == ".qgz" and Qgis.QGIS_VERSION_INT >= 33000}
    assert differing - ours == set()


def test_it_is_made_anew_only_for_other_sources(
    sample_town: Path, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repo_root / "tools"))
    import make_sample

    assert make_sample.is_current(sample_town)
    assert not make_sample.is_current(tmp_path)
    made_of = make_sample.sources_hash()
    read = Path.read_bytes
    for name, counts in {
        "styles/widths.csv": True,
        "waternet_plugin/core/schema/fields.csv": True,
        "sample_data/town/pipes.geojson": True,
        "waternet_plugin/gui/dock/dock.py": False,
    }.items():
        edited = repo_root / name
        assert edited.is_file()
        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_bytes", lambda path, e=edited: read(path) + b"x" * (path == e))
            assert (make_sample.sources_hash() != made_of) == counts, name


@pytest.mark.slow
def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "notes.txt"
    kept.write_text("mine")
    answer = run("loadsample", OUTPUT=tmp_path)
    assert answer.status == 1
    assert "not empty" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_as_folder_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        sample.check_target(target)


def test_a_name_that_is_too_long_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"can't be created: .*\. Choose another one"):
        sample.copy_town(tmp_path / ("x" * 300))


def test_without_a_folder_the_next_number_is_taken(tmp_path: Path) -> None:
    assert sample.numbered_folder(tmp_path) == tmp_path / "SampleTown-1"
    (tmp_path / "SampleTown-1").mkdir(parents=True)
    assert sample.numbered_folder(tmp_path) == tmp_path / "SampleTown-2"


def test_a_folder_that_was_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    made = sample.make_target(target)
    (target / "half.gpkg").write_text("half")
    sample.remove_target(target, made)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("stop", [0.0, 0.3, 0.8])
def test_cancelled_nothing_is_left(sample_town: Path, tmp_path: Path, stop: float) -> None:
    progress = Progress(lambda fraction, _text: fraction < stop)
    with pytest.raises(CancelledError):
        sample.copy_town(tmp_path / "a" / "b", progress=progress)
    assert list(tmp_path.iterdir()) == []


def test_where_the_disk_is_full_nothing_is_left(
    sample_town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: object, target: BinaryIO) -> None:
        target.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(InputError, match="No space left"):
        sample.copy_town(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_installation_gets_a_sentence(
    sample_town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packed_town(sample_town)
    monkeypatch.setattr(sample.paths, "ROOT", tmp_path)
    for damaged in (b"", whole[: len(whole) // 2], whole[:5000] + bytes(50) + whole[5050:]):
        (tmp_path / "sample_town.tar.xz").write_bytes(damaged)
        with pytest.raises(InputError, match="missing or damaged"):
            sample.copy_town(tmp_path / "a" / "b")
        assert [path.name for path in tmp_path.iterdir()] == ["sample_town.tar.xz"]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [0.0, 0.3, 0.8])
def test_a_cancelled_adoption_leaves_the_network_empty(tmp_path: Path, stop: float) -> None:
    progress = Progress(lambda fraction, _text: fraction < stop)
    with store.create_network(tmp_path / "n.gpkg", making.CRS) as network:
        with pytest.raises(CancelledError):
            making.adopt_town(network, progress=progress)
        assert all(network.count(name) == 0 for name in making.TABLES)
