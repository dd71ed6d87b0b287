"""What killed runs left is swept at the next opening; what others made, or still use, never is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time

import pytest
from support.slow_cases import a_few_quick
from support.sources import shipped

from waternet_plugin import store
from waternet_plugin.core.files import scratch

DAY_S = 24 * 3600


def gone_process() -> int:
    """Return the number of a process that ran on this computer and ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def lay(folder, name, *, age_s=0.0, is_file=False):
    """Make a folder with a file in it, or a file, of some age."""
    path = folder / name
    if is_file:
        path.write_text("x")
    else:
        path.mkdir()
        (path / "new.gpkg").write_text("x")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


@pytest.fixture
def places(town):
    """The folder of a network and that of its backups."""
    (town.outputs_folder / "backups").mkdir()
    return town.outputs_folder, town.outputs_folder / "backups"


def test_what_a_killed_run_left_is_swept_at_the_next_opening(town, places):
    host, pid = scratch.host_name(), gone_process()
    litter = [lay(place, f".waternet-restore-{host}-{pid}-ab12_xyz") for place in places]
    store.open_network(town.uri)
    assert not any(path.exists() for path in litter)


def test_what_a_run_in_progress_uses_stays(town, places):
    with scratch.folder(places[0], "restore") as used, scratch.folder(places[1], "backup") as other:
        (used / "restored.gpkg").write_text("x")
        store.open_network(town.uri)
        assert (used / "restored.gpkg").exists()
        assert other.exists()
    assert not used.exists()


@pytest.mark.parametrize("age_s", a_few_quick([-DAY_S, 8 * DAY_S, 400 * DAY_S], 1))
def test_what_a_living_process_uses_stays_whatever_the_clock_says(town, places, age_s):
    with scratch.folder(places[0], "restore") as used:
        named = f".waternet-backup-{scratch.host_name()}-{os.getppid()}-ab12_xyz"
        other = lay(places[1], named, age_s=age_s)
        os.utime(used, (time.time() - age_s,) * 2)
        store.open_network(town.uri)
        assert used.exists() and other.exists()


@pytest.mark.parametrize("ahead_s", [-400 * DAY_S, 8 * DAY_S])
def test_an_age_counts_by_the_clock_of_the_folder(town, places, monkeypatch, ahead_s):
    young = lay(places[1], f".waternet-backup-0123abcd-{gone_process()}-ab12_xyz", age_s=6 * DAY_S)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + ahead_s)
    store.open_network(town.uri)
    assert young.exists()


@pytest.mark.slow
def test_what_another_computer_made_stays_for_a_week(town, places):
    name = f".waternet-backup-0123abcd-{gone_process()}-ab12_xyz"
    young = lay(places[1], name, age_s=6 * DAY_S)
    store.open_network(town.uri)
    assert young.exists()
    os.utime(young, (time.time() - 8 * DAY_S,) * 2)
    store.open_network(town.uri)
    assert not young.exists()


@pytest.mark.parametrize(
    ("name", "is_file"),
    a_few_quick(
        [
            (".waternet-abcd12_x", False),
            (".waternet-export-abcd12_x", False),
            ("town_20260101T000000000Z.part", True),
            ("town_20260101T000000000Z.part-journal", True),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_what_earlier_versions_left_is_swept_after_a_day(town, places, name, is_file):
    young = lay(places[1], name, is_file=is_file)
    store.open_network(town.uri)
    assert young.exists()
    os.utime(young, (time.time() - 2 * DAY_S,) * 2)
    store.open_network(town.uri)
    assert not young.exists()


STRANGE = [
    (".waternet", False),
    (".waternet-", False),
    (".waternet-mine", False),
    (".waternet-abcd12_x", True),
    (".waternet-Abcd12_x", False),
    (".waternet-abcd12_x.bak", False),
    ("waternet-abcd12_x", False),
    (".waternet-restore-{host}-{pid}-ab12_xyz", True),
    (".waternet-restore-{host}-{pid}-ab12_xyz2", False),
    (".waternet-restore-{host}-{pid}", False),
    ("town.part", True),
    ("town_20260101T000000000Z.part.gpkg", True),
    ("town_20260101T000000000Z.part", False),
    ("town.gpkg.new", True),
    ("town_20200101T000000000Z.gpkg", True),
]


@pytest.mark.parametrize(("name", "is_file"), a_few_quick(STRANGE, 1, is_tuple_one_value=False))
def test_what_others_made_stays_however_old(town, places, name, is_file):
    named = name.format(host=scratch.host_name(), pid=gone_process())
    paths = [lay(place, named, age_s=300 * DAY_S, is_file=is_file) for place in places]
    store.open_network(town.uri)
    assert all(path.exists() for path in paths)


def test_a_link_is_not_followed(town, places, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    link = places[0] / f".waternet-restore-{scratch.host_name()}-{gone_process()}-ab12_xyz"
    link.symlink_to(tmp_path / "mine", target_is_directory=True)
    store.open_network(town.uri)
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_a_part_beside_its_place_goes_with_its_maker(tmp_path):
    target = tmp_path / "城区 v1.2.qgz"
    with scratch.part(target) as part:
        assert part.name == f"城区 v1.2.waternet-{scratch.host_name()}-{os.getpid()}.qgz"
        part.write_bytes(b"half")
        scratch.sweep(tmp_path)
        assert part.exists()
    left = target.with_name(f"城区 v1.2.waternet-{scratch.host_name()}-{gone_process()}.qgz")
    foreign = target.with_name("城区 v1.2.waternet-mine.qgz")
    for path in (left, foreign):
        path.write_bytes(b"half")
    scratch.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [foreign.name]


# The set that is replaced is moved aside under a name that no sweep takes; a log and fonts stay; the process
# of EPANET imports nothing of ours and stands in a temporary folder.
OTHERS = {
    f"waternet_plugin.{name}"
    for name in (
        "atlas.assembly.page_parts",
        "atlas.layouts.own_page",
        "core.files.file_sets",
        "log",
        "gui.plots.plot_fonts",
        "operations.hydraulics.engines.epanet_worker",
        "store.foreign.packed_folders",
        "store.geopackage.location.network_shares",
    )
}


@pytest.mark.slow
def test_every_temporary_file_goes_through_one_module():
    users = set()
    for source in shipped():
        tree = source.tree
        imported = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        makes = any(isinstance(text, str) and text.endswith((".part", ".tmp", ".new")) for text in texts)
        if "tempfile" in imported or makes:
            users.add(source.module)
    assert users - OTHERS == {"waternet_plugin.core.files.scratch"}
