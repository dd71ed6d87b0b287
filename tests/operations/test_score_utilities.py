"""Many utilities in one run: the numbers of one network, and one sentence for whatever can't be read."""

from __future__ import annotations

import builtins
import os
import re
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from support.parted_networks import parted
from support.scored_utilities import (
    AS_OF,
    restate,
    results_of,
    town,
    unknown_as_none,
    write_utility,
)
from support.slow_cases import a_few_quick

pytest.importorskip("pyarrow")

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.health.pooling.sums import Sums
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.health.utilities.pooled import Part
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.utilities import engines, partitions, passes
from waternet_plugin.operations.utilities.engines import engine
from waternet_plugin.operations.utilities.score_utilities import (
    ScoreUtilitiesRequest,
    ScoreUtilitiesResult,
    score_utilities,
)
from waternet_plugin.store.partitions.partition_files import TABLES, StoredRows, Utility

TOWN = town()
PARTS = parted(*TOWN, 3)
NAMES = ("甲水司", "B", "C.d")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three utilities."""
    made = tmp_path / "in"
    made.mkdir()
    for name, part in zip(NAMES, PARTS):
        write_utility(made, name, part)
    return made


def score(folder: Path, output: str = "out", **more: Any) -> ScoreUtilitiesResult:
    inputs, progress = more.pop("inputs", [str(folder)]), more.pop("progress", SILENT)
    return score_utilities(ScoreUtilitiesRequest(inputs, folder.parent / output, AS_OF, **more), progress)


def test_as_one_network_they_have_its_numbers_bit_by_bit(folder: Path) -> None:
    result = score(folder, pool="group")
    whole = assess(*TOWN, as_of=AS_OF, settings=Settings()).pipes
    pd.testing.assert_frame_equal(results_of(folder.parent / "out"), unknown_as_none(whole), check_exact=True)
    assert [utility.name for utility in result.scored] == sorted(NAMES)
    assert result.rated_pipes == whole["rate_per_100km_y"].notna().sum()
    assert result.how == "One process, utility by utility."
    page = "http://127.0.0.1:8787/status"
    by_dask = replace(result, dashboard=page)
    assert f"Its page: {page}" in by_dask.report().sections[0].paragraphs


@pytest.mark.slow
def test_alone_each_has_the_numbers_of_its_own_assessment(folder: Path) -> None:
    score(folder)
    own = [assess(part.pipes, part.failures, as_of=AS_OF, settings=Settings()).pipes for part in PARTS]
    expected = unknown_as_none(pd.concat(own, ignore_index=True))
    pd.testing.assert_frame_equal(results_of(folder.parent / "out"), expected, check_exact=True)


def test_failures_that_may_be_of_several_pipes_count_as_in_one_assessment(folder: Path) -> None:
    pipes, failures = PARTS[0].pipes, PARTS[0].failures.copy()
    lines = [shapely.LineString([(0, 9 * row), (50, 9 * row)]) for row in range(len(pipes))]
    rows = np.arange(len(failures))
    unsure, named = rows < 40, rows % 2 == 0
    failures["match_state"] = np.where(unsure, "ambiguous", failures["match_state"])
    failures["pipe_id"] = failures["pipe_id"].astype(object).where(~unsure, None)
    street = pipes["street"].to_numpy(dtype=object)[rows % len(pipes)]
    part = Part(
        pipes.assign(geom=lines),
        failures.assign(geom=list(shapely.points(25, 9 * rows + 4.5)), street=np.where(named, street, None)),
    )
    for file in (write_utility(folder, "B", part, shapes=True).file(name) for name in TABLES):
        restate(file)
    score(folder, inputs=[str(folder / "B.pipe.parquet")])
    whole = assess(part.pipes, part.failures, as_of=AS_OF, settings=Settings())
    assert whole.summary.in_cohorts > 20
    found = results_of(folder.parent / "out")
    pd.testing.assert_frame_equal(found, unknown_as_none(whole.pipes), check_exact=True)


@pytest.mark.parametrize("pool", ["alone", "partly", "group"])
def test_no_pass_reads_what_an_earlier_one_has_made_of_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, pool: str
) -> None:
    columns: dict[str, list[int]] = {"pipe": [], "failure": []}
    read = partitions.read_rows

    def noted(utility: Utility, table: str, names: Sequence[str]) -> StoredRows:
        columns[table].append(len(names))
        return read(utility, table, names)

    monkeypatch.setattr(partitions, "read_rows", noted)
    score(folder, pool=pool, inputs=[str(folder / "B.pipe.parquet")])
    whole = max(columns["pipe"])
    # Failures once, before them their days and kinds; pipes for rates again, for sums of rates without ids.
    expected = {
        "alone": {"pipe": [whole], "failure": [4]},
        "partly": {"pipe": [4, whole, whole], "failure": [2, 4]},
        "group": {"pipe": [4, whole, whole - 1, whole], "failure": [2, 4]},
    }
    assert columns == expected[pool]


def test_after_a_change_of_one_utility_of_a_group_only_its_failures_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(folder, pool="group")
    sums = folder.parent / "out" / "sums"
    kept = len(list(sums.glob("*.npz")))
    assert score(folder, pool="group").reused == 3
    write_utility(folder, "B", Part(PARTS[1].pipes, PARTS[1].failures.iloc[1:].reset_index(drop=True)))
    asked: list[tuple[str, str]] = []
    read = partitions.read_rows

    def noted(utility: Utility, table: str, names: Sequence[str]) -> StoredRows:
        asked.append((utility.name, table))
        return read(utility, table, names)

    monkeypatch.setattr(partitions, "read_rows", noted)
    score(folder, pool="group")
    of_others = [each for each in asked if each[0] != "B"]
    # Their rates change with those of the group, so their pipes are rated, summed and written anew.
    assert sorted(of_others) == sorted([(name, "pipe") for name in ("甲水司", "C.d")] * 2)
    assert asked.count(("B", "failure")) == 2
    # Those of the night before that nobody asks for are gone.
    assert len(list(sums.iterdir())) == kept
    score(folder, "afresh", pool="group")
    pd.testing.assert_frame_equal(
        results_of(folder.parent / "out"), results_of(folder.parent / "afresh"), check_exact=True
    )


def test_sums_of_many_utilities_are_never_in_memory_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, part in enumerate(parted(*TOWN, 12)):
        write_utility(folder, f"U{number}", part)
    made: weakref.WeakSet[Sums] = weakref.WeakSet()
    most: list[int] = []
    sums_of = passes.sums_of

    def noted(*asked: Any) -> Sums:
        sums = sums_of(*asked)
        made.add(sums)
        most.append(len(made))
        return sums

    def stopped(*_asked: Any) -> None:
        raise KeyboardInterrupt

    # Keys of a set of weak references are compared by what they are.
    monkeypatch.setattr(Sums, "__hash__", object.__hash__)
    monkeypatch.setattr(passes, "sums_of", noted)
    monkeypatch.setattr(passes, "rating_sums_of", stopped)
    with pytest.raises(KeyboardInterrupt):
        score(folder, pool="group")
    assert len(most) > 12
    assert max(most) <= 8


def test_partly_a_utility_without_failures_is_rated_by_those_of_the_group(folder: Path) -> None:
    pipes = PARTS[0].pipes.head(40)
    rename = pipes.assign(pipe_id=[f"X{number}" for number in range(40)])
    write_utility(folder, "none", Part(rename, PARTS[0].failures.head(0)))
    alone, partly = score(folder, "alone"), score(folder, "partly", pool="partly")
    rates = [results_of(folder.parent / way)["rate_per_100km_y"].dropna() for way in ("alone", "partly")]
    its_own = rates[0].index.str.startswith("X")
    assert its_own.any() and (rates[0] != rates[1])[its_own].all()
    assert alone.rated_pipes == partly.rated_pipes


@pytest.mark.slow
def test_a_second_run_takes_what_the_first_one_made(folder: Path) -> None:
    for pool in ("alone", "partly", "group"):
        first = score(folder, pool, pool=pool)
        second = score(folder, pool, pool=pool)
        assert (first.reused, second.reused) == (0, 3)
        assert [utility.figures for utility in first.scored] == [utility.figures for utility in second.scored]
    write_utility(folder, "B", Part(PARTS[1].pipes.iloc[1:].reset_index(drop=True), PARTS[1].failures))
    assert score(folder, "alone").reused == 2


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_and_ends_like_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(folder, "undisturbed", pool="group")
    written = passes.write_rows

    def killed(path: Path, *rest: Any) -> None:
        written(path, *rest)
        if path.name.startswith("C"):
            raise KeyboardInterrupt

    monkeypatch.setattr(passes, "write_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        score(folder, "killed", pool="group")
    monkeypatch.setattr(passes, "write_rows", written)
    kept = sorted((folder.parent / "killed" / "sums").glob("*.npz"))
    kept[0].write_bytes(kept[0].read_bytes()[:50])
    assert score(folder, "killed", pool="group").reused == 1
    pd.testing.assert_frame_equal(
        results_of(folder.parent / "killed"), results_of(folder.parent / "undisturbed"), check_exact=True
    )


def _damaged(folder: Path) -> None:
    (folder / "B.pipe.parquet").write_bytes(b"PAR1 nothing")


def _cut(folder: Path) -> None:
    file = folder / "B.failure.parquet"
    file.write_bytes(file.read_bytes()[:-30])


def _missing(folder: Path) -> None:
    (folder / "B.failure.parquet").unlink()


def _newer(folder: Path) -> None:
    restate(folder / "B.pipe.parquet", schema=99)


def _feet(folder: Path) -> None:
    restate(folder / "B.pipe.parquet", crs="EPSG:3547")


def _no_rows(folder: Path) -> None:
    write_utility(folder, "B", Part(PARTS[1].pipes.head(0), PARTS[1].failures.head(0)))


def _same_id(folder: Path) -> None:
    twice = pd.concat([PARTS[1].pipes, PARTS[1].pipes.head(1)], ignore_index=True)
    write_utility(folder, "B", Part(twice, PARTS[1].failures))


def _not_ours(folder: Path) -> None:
    TOWN[0][["pipe_id"]].to_parquet(folder / "B.pipe.parquet")


def _bad_wkb(folder: Path) -> None:
    path = folder / "B.pipe.parquet"
    import pyarrow
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(path)
    metadata = rows.schema.metadata
    rows = rows.append_column("geom", pyarrow.array([b"\x01\x02"] * len(rows)))
    pyarrow.parquet.write_table(rows.replace_schema_metadata(metadata), path)
    restate(path, needs_shapes=True)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_damaged, "B.pipe.parquet is damaged or is not a Parquet file. Export"),
        (_cut, "B.failure.parquet is damaged or is not a Parquet file. Export"),
        (_missing, "B.failure.parquet can't be read: "),
        (_newer, "B.pipe.parquet has version 99 of the tables, and this WaterNet reads "),
        (_feet, "B.pipe.parquet does not measure in metres. Export"),
        (_no_rows, "B has no pipes. Export"),
        (_same_id, "B has pipes without an id, or with the same one. Check"),
        (_not_ours, "B.pipe.parquet was not exported by WaterNet. Export"),
        (_bad_wkb, "B.pipe.parquet is damaged. Export"),
    ],
)
@pytest.mark.parametrize("pool", ["alone", pytest.param("group", marks=pytest.mark.slow)])
def test_what_cannot_be_read_is_named_and_left_out(
    folder: Path, spoil: Callable[[Path], None], words: str, pool: str
) -> None:
    spoil(folder)
    result = score(folder, pool=pool)
    assert [(each.name, each.sentence[: len(words)]) for each in result.left_out] == [("B", words)]
    assert [utility.name for utility in result.scored] == ["C.d", "甲水司"]
    assert words in str(result.report().figures["left_out"])
    with pytest.raises(InputError, match=re.escape(words)):
        score(folder, pool=pool, strict=True)


@pytest.mark.slow
def test_a_file_that_is_replaced_while_it_is_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(folder, "undisturbed", pool="group")
    read = passes.read_part

    def replaced(utility: Utility, *asked: Any) -> Part:
        part = read(utility, *asked)
        if utility.name == "B":
            write_utility(folder, "B", PARTS[2])
        return part

    monkeypatch.setattr(passes, "read_part", replaced)
    result = score(folder, pool="group")
    assert [each.sentence for each in result.left_out] == [
        "The files of B changed while they were read. Run again when they are complete."
    ]
    monkeypatch.setattr(passes, "read_part", read)
    write_utility(folder, "B", PARTS[1])
    assert not score(folder, pool="group").left_out
    pd.testing.assert_frame_equal(
        results_of(folder.parent / "out"), results_of(folder.parent / "undisturbed"), check_exact=True
    )


@pytest.mark.slow
def test_two_utilities_of_one_name_are_both_left_out(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    write_utility(more, "B", PARTS[0])
    result = score(folder, inputs=[str(folder), str(more), str(tmp_path / "none.gpkg")])
    assert [each.name for each in result.left_out] == [str(tmp_path / "none.gpkg"), "B"]
    assert "B is there twice, in " in result.left_out[1].sentence
    only = score(folder, "two", inputs=[str(folder / "B.pipe.parquet")])
    assert [utility.name for utility in only.scored] == ["B"]
    # Networks are not even opened.
    twice = [str(folder), str(tmp_path / "B.gpkg")]
    assert [each.name for each in score(folder, "three", inputs=twice).left_out] == ["B"]


@pytest.mark.parametrize(
    ("more", "words"),
    a_few_quick(
        [
            ({"workers": 0}, "WORKERS must be 1 to 256."),
            ({"workers": 1000}, "WORKERS must be 1 to 256."),
            ({"pool": "all"}, "POOL “all” is not known. Choose one of: alone, group, partly."),
            ({"inputs": []}, "INPUTS is empty. "),
            ({"scheduler": "tcp://127.0.0.1:1"}, "No Dask scheduler answers at tcp://127.0.0.1:1."),
            ({"scheduler": "nonsense://x"}, "No Dask scheduler answers at nonsense://x."),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_what_makes_no_sense_is_refused(folder: Path, more: dict[str, Any], words: str) -> None:
    if "scheduler" in more:
        pytest.importorskip("distributed")
    with pytest.raises(InputError, match=re.escape(words)):
        score(folder, **more)


def test_nothing_to_score_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match=re.escape("There is no utility in INPUTS")):
        score(tmp_path / "in")
    (tmp_path / "in" / "B.pipe.parquet").write_text("x")
    with pytest.raises(InputError, match=re.escape("No utility can be scored. B.failure.parquet can't")):
        score(tmp_path / "in", pool="group")


@pytest.mark.slow
def test_pooled_utilities_need_the_same_settings(folder: Path) -> None:
    write_utility(folder, "B", PARTS[1], settings={"health.cell_prior": "7"})
    for pool in ("group", "partly"):
        with pytest.raises(InputError, match=r"differ in the setting health\.cell_prior"):
            score(folder, pool=pool)
    assert len(score(folder).scored) == 3


@pytest.mark.slow
def test_records_that_begin_late_are_named(folder: Path) -> None:
    late = PARTS[1].failures[PARTS[1].failures["date"] > "2008"].reset_index(drop=True)
    write_utility(folder, "B", Part(PARTS[1].pipes, late))
    notes = score(folder, pool="group").notes
    assert [note[:26] for note in notes] == ["B: its records begin on 20"]
    assert not score(folder, "own").notes


@pytest.mark.slow
@pytest.mark.parametrize("pool", ["alone", "group"])
def test_no_room_is_one_sentence_and_the_next_run_ends_like_another(folder: Path, pool: str) -> None:
    small_disk = pytest.importorskip("support.full_disk").small_disk
    score(folder, "undisturbed", pool=pool)
    # Alone the first file is one of results, as one network one of sums.
    with small_disk(3_000), pytest.raises(StoreError, match=r"can't be written.* Make room"):
        score(folder, pool=pool)
    score(folder, pool=pool)
    pd.testing.assert_frame_equal(
        results_of(folder.parent / "out"), results_of(folder.parent / "undisturbed"), check_exact=True
    )


def test_one_process_needs_no_dask(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def imported() -> None:
        pytest.fail("Dask was imported")

    monkeypatch.setattr(engines, "_dask", imported)
    assert score(folder, inputs=[str(folder / "B.pipe.parquet")]).how == "One process, utility by utility."


@pytest.mark.slow
def test_without_dask_one_process_does_the_work_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "distributed":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    said = "One process, utility by utility: WORKERS needs the package distributed (Dask)."
    assert score(folder, workers=2).how == said
    with pytest.raises(InputError, match="SCHEDULER needs the package distributed"):
        score(folder, scheduler="tcp://127.0.0.1:8786")


def test_processes_of_this_computer_keep_memory_that_they_use_again(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
    set_for_workers: dict[str, int] = {}

    def noted(**_asked: Any) -> None:
        set_for_workers.update(dask.config.get("distributed.nanny.pre-spawn-environ"))
        raise KeyboardInterrupt

    monkeypatch.setattr(distributed, "LocalCluster", noted)
    with pytest.raises(KeyboardInterrupt), engine(2, ""):
        pass
    assert set_for_workers["MALLOC_TRIM_THRESHOLD_"] == 512 << 20
    # glibc ignores more, and each array of 128 kB and more would come from the system.
    assert set_for_workers["MALLOC_MMAP_THRESHOLD_"] == 32 << 20
    assert set_for_workers["MALLOC_ARENA_MAX"] == set_for_workers["OMP_NUM_THREADS"] == 1


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler of Dask and its process, with those of two workers."""
    pytest.importorskip("distributed")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    address_file = tmp_path / "scheduler.json"
    scheduling = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(address_file),
    ]
    working = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-dashboard", "--nthreads", "1"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    worker = [*working, "--scheduler-file", str(address_file), "--death-timeout", "60"]
    processes = [
        subprocess.Popen(command, env=environment, start_new_session=True, **quiet)
        for command in ([*scheduling, "--host", "127.0.0.1"], worker, worker)
    ]
    import distributed

    try:
        with distributed.Client(scheduler_file=str(address_file), timeout="60s") as client:
            client.wait_for_workers(2, timeout=120)
            address = client.scheduler.address
        yield address, processes
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.always
@pytest.mark.slow
@pytest.mark.kill
def test_processes_of_their_own_give_the_same(
    folder: Path, scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, processes = scheduler
    score(folder, "single", pool="group")
    single = results_of(folder.parent / "single")
    assert score(folder, "parallel", pool="group", scheduler=address).how == f"Dask, scheduler {address}."
    pd.testing.assert_frame_equal(results_of(folder.parent / "parallel"), single, check_exact=True)
    # Networks are exported by the workers; one that is not there is named.
    made_network(tmp_path / "town.gpkg")
    networks = [str(tmp_path / name) for name in ("town.gpkg", "none.gpkg")]
    exported = score(folder, "networks", inputs=networks, scheduler=address)
    assert [utility.name for utility in exported.scored] == ["town"]
    assert [each.name for each in exported.left_out] == networks[1:]
    # A worker that is lost, in the middle too, is done without.
    lost = _killing(processes[1].pid, 0.3)
    score(folder, "lost", pool="group", scheduler=address, progress=lost)
    pd.testing.assert_frame_equal(results_of(folder.parent / "lost"), single, check_exact=True)
    assert len(score(folder, "few", inputs=networks[:1], scheduler=address).scored) == 1
    # A scheduler that is lost in the middle ends the run in one sentence; what is done is kept.
    with pytest.raises(StoreError, match="The scheduler or its workers are gone"):
        score(folder, "gone", pool="group", scheduler=address, progress=_killing(processes[0].pid, 0.5))
    assert list((folder.parent / "gone" / "sums").glob("*.npz"))
    with pytest.raises(InputError, match="No Dask scheduler answers at "):
        score(folder, "gone", pool="group", scheduler=address)
    score(folder, "gone", pool="group")
    pd.testing.assert_frame_equal(results_of(folder.parent / "gone"), single, check_exact=True)


def _killing(process: int, when: float) -> Progress:
    """Return a progress that kills a process and those it started as soon as so much is done."""
    alive = [process]

    def listen(done: float, _text: str) -> bool:
        if done >= when and alive:
            os.killpg(alive.pop(), signal.SIGKILL)
        return True

    return Progress(listen)


def made_network(path: Path) -> None:
    """Write a network of a street."""
    lines = [shapely.LineString([(x, 0, 0), (x + 9, 0, 0)]) for x in range(500_000, 500_400, 10)]
    rows = [
        {"pipe_id": f"P{number}", "system": "potable", "status": "in_use", "geom": line}
        for number, line in enumerate(lines)
    ]
    pipes = gpd.GeoDataFrame(rows, geometry="geom", crs="EPSG:4547")
    with store.create_network(path, "EPSG:4547", by="Li") as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)


@pytest.mark.slow
def test_a_network_that_was_restored_and_edited_anew_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    made_network(path)
    before = path.read_bytes()
    diameters = []
    for diameter_mm in (100, 900):
        path.write_bytes(before)
        with store.open_network(path) as network, network.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P0"], "diameter_mm": [diameter_mm]}))
        score(tmp_path / "in", inputs=[str(path)])
        rows = pd.read_parquet(tmp_path / "out" / "networks" / "town.pipe.parquet")
        diameters.append(rows.loc[rows["pipe_id"] == "P0", "diameter_mm"].item())
    assert diameters == [100, 900]
