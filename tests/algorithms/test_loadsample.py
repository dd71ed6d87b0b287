"""The sample town as an algorithm: it is all there, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from headless import must, run

from waternet_plugin import store
from waternet_plugin.bridge import sample
from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.core.progress import Progress


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sample town, built once by qgis_process."""
    folder = tmp_path_factory.mktemp("示例 城镇") / "town"
    return must("loadsample", OUTPUT=folder)


@pytest.fixture(scope="module")
def network(made: dict[str, str]) -> Iterator[store.Network]:
    """Its network, open."""
    with store.open_network(made["NETWORK"]) as opened:
        yield opened


def test_outputs(made: dict[str, str]) -> None:
    folder = Path(made["NETWORK"]).parent
    assert Path(made["NETWORK"]).is_file()
    assert Path(made["PROJECT"]) == folder / "sample_town.qgz"
    assert Path(made["PROJECT"]).is_file()
    assert (folder / "background" / "base_water.geojson").is_file()


def test_every_row_of_the_town_is_there(network: store.Network) -> None:
    source = sample.source_folder()
    for name, file in sample.TABLES.items():
        text = (source / file).read_text(encoding="utf-8")
        rows = text.count('{"type":"Feature",') if file.endswith(".geojson") else len(text.splitlines()) - 1
        assert network.count(name) == rows, name


def test_it_opens_assessed_and_planned(network: store.Network) -> None:
    runs = network.read("assessment_run", ["as_of"])
    assert [str(day)[:10] for day in runs["as_of"]] == ["2025-12-31"]
    health = network.read("pipe_health", ["class", "length_m"], geometry=False)
    assert {"renew_now", "priority", "monitor", "in_service", "unknown"} == set(health["class"].dropna())
    plan = network.read("project", ["year", "cost"], geometry=False)
    years = plan.groupby("year")["cost"].sum()
    assert set(years.index) <= {2026, 2027, 2028, 2029, 2030}
    assert len(years) == sample.PLAN_YEARS
    assert (years <= sample.BUDGET).all()


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


def test_the_project_holds_its_network_and_the_background(made: dict[str, str], qgis_app: object) -> None:
    from qgis.core import QgsProject

    project = QgsProject()
    assert project.read(made["PROJECT"])
    layers = list(project.mapLayers().values())
    assert all(layer.isValid() for layer in layers)
    assert sum("background" in layer.source() for layer in layers) == 5
    assert project.viewSettings().defaultViewExtent().width() > 1400


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


def test_without_a_folder_the_next_number_is_taken(tmp_path: Path) -> None:
    assert sample.numbered_folder(tmp_path) == tmp_path / "WaterNet" / "SampleTown-1"
    (tmp_path / "WaterNet" / "SampleTown-1").mkdir(parents=True)
    assert sample.numbered_folder(tmp_path) == tmp_path / "WaterNet" / "SampleTown-2"


def test_what_failed_is_removed_with_the_folders_made_for_it(tmp_path: Path) -> None:
    target = tmp_path / "new" / "deeper"
    made = sample.make_target(target)
    (target / "half.gpkg").write_text("half")
    (target / "background").mkdir()
    sample.remove_target(target, made)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    made = sample.make_target(target)
    (target / "half.gpkg").write_text("half")
    sample.remove_target(target, made)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("stop", [0.0, 0.3, 0.8])
def test_cancelled_the_network_stays_empty(tmp_path: Path, stop: float) -> None:
    progress = Progress(lambda fraction, _text: fraction < stop)
    with store.create_network(tmp_path / "n.gpkg", sample.CRS) as network:
        with pytest.raises(CancelledError):
            sample.adopt_town(network, sample.source_folder(), progress=progress)
        assert all(network.count(name) == 0 for name in sample.TABLES)


def test_cancelled_nothing_is_left(tmp_path: Path, qgis_app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from waternet_plugin.processing.algorithms.loadsample import LoadSample
    from waternet_plugin.processing.job import Job

    algorithm = LoadSample().create()
    feedback = QgsProcessingFeedback()
    feedback.progressChanged.connect(lambda percent: feedback.cancel() if percent > 50 else None)
    job = Job(algorithm, {"OUTPUT": str(tmp_path / "a" / "b")}, QgsProcessingContext(), feedback)
    with pytest.raises(CancelledError):
        algorithm.work(job)
    job.close()
    assert list(tmp_path.iterdir()) == []
