"""Photos and documents of any asset: kept by their hash beside the network, found again wherever both go."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.attachments.attach_files import (
    AttachRequest,
    AttachResult,
    attach_files,
    bearing_tables,
)
from waternet_plugin.operations.attachments.attached_files import attached_files
from waternet_plugin.store import Network, create_network

PHOTO, PAPER = b"\xff\xd8\xff\xe0", b"%PDF-1.4"
CRS = "EPSG:4547"


@pytest.fixture
def network(tmp_path: Path) -> Network:
    folder = tmp_path / "office"
    folder.mkdir()
    made = create_network(folder / "town.gpkg", CRS)
    with made.write("edit") as batch:
        for table, name, fields, shape in (
            ("node", "X1", {"kind": "septic_tank", "status": "in_use"}, shapely.Point(0, 0, 0)),
            ("compound", "X1", {}, shapely.MultiPolygon([shapely.box(0, 0, 9, 9)])),
            ("customer", "U1", {}, shapely.Point(1, 1)),
        ):
            rows = gpd.GeoDataFrame([{f"{table}_id": name, **fields}], geometry=[shape], crs=CRS)
            batch.insert(table, rows.rename_geometry("geom"))
        batch.insert("work_item", pd.DataFrame([{"item_id": "W1", "type": "clean", "asset": "X1"}]))
    return made


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "tank.jpg", tmp_path / "agreement.pdf"]
    for path, content in zip(made, (PHOTO, PAPER)):
        path.write_bytes(content)
    return made


def attach(network: Network, table: str, asset: str, *files: Path) -> AttachResult:
    return attach_files(network, AttachRequest(table, asset, files))


@pytest.mark.slow
@pytest.mark.parametrize("of", [("compound", "X1"), ("customer", "U1"), ("work_item", "W1"), ("node", "X1")])
def test_any_asset_has_files_and_another_of_its_id_has_not(network, files, of):
    done = attach(network, *of, *files)
    assert (done.added, done.sentence) == (2, f"2 files added to {of[1]}.")
    found = attached_files(network, *of)
    assert [(one.name, one.kind, one.fault) for one in found] == [
        ("tank.jpg", "photo", ""),
        ("agreement.pdf", "document", ""),
    ]
    assert [one.path.read_bytes() for one in found] == [PHOTO, PAPER]
    assert found[0].path.name == f"{hashlib.sha256(PHOTO).hexdigest()}.jpg"
    assert [len(attached_files(network, *other)) for other in (("node", "X1"), ("compound", "X1"))] == [
        2 if other == of else 0 for other in (("node", "X1"), ("compound", "X1"))
    ]
    network.undo(done.batch_id)
    assert attached_files(network, *of) == ()


@pytest.mark.slow
def test_one_photo_of_two_assets_is_one_file(network, files):
    attach(network, "node", "X1", files[0])
    done = attach(network, "compound", "X1", *files)
    assert done.added == 2
    assert network.count("attachment") == 3 and len(list(network.attachments_folder.iterdir())) == 2
    again = attach(network, "node", "X1", *files)
    assert (again.added, again.sentence) == (1, "1 file added to X1. There already: tank.jpg.")
    with pytest.raises(InputError, match=r"X1 has these files already: tank\.jpg"):
        attach(network, "node", "X1", files[0])


@pytest.mark.slow
def test_the_photo_opens_after_the_network_moved_to_another_folder(network, files, tmp_path):
    attach(network, "node", "X1", files[0])
    network.close()
    moved = tmp_path / "moved" / "here"
    shutil.move(str(tmp_path / "office"), str(moved))
    with store.open_network(moved / "town.gpkg") as again:
        (found,) = attached_files(again, "node", "X1")
        assert found.path.read_bytes() == PHOTO and found.path.is_relative_to(moved)
        shutil.rmtree(moved / "town_files")
        (found,) = attached_files(again, "node", "X1")
    assert found.path is None
    assert found.fault.endswith("is not in the folder town_files. Copy that folder beside the network.")


@pytest.mark.slow
@pytest.mark.parametrize(
    "file",
    ["../secret.pdf", "..\\secret.pdf", "a/../../secret.pdf", "/etc/passwd", "C:secret.pdf", "link.pdf", ""],
)
def test_a_path_that_leaves_the_folder_is_refused(network, files, tmp_path, file):
    attach(network, "node", "X1", files[0])
    secret = tmp_path / "office" / "secret.pdf"
    secret.write_bytes(PAPER)
    (network.attachments_folder / "link.pdf").symlink_to(secret)
    with network.write("edit") as batch:
        row = {"attachment_id": "A1", "table": "node", "asset": "X1", "kind": "document", "file": file}
        batch.insert("attachment", pd.DataFrame([row]))
    found = next(one for one in attached_files(network, "node", "X1") if one.name == (file or "tank.jpg"))
    if file:
        assert found.path is None
        assert found.fault == f"{file} leads out of the folder town_files and is not opened."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "asset", "names", "sentence"),
    [
        ("pipes", "X1", ["tank.jpg"], "There is no table “pipes” of assets"),
        ("issue", "X1", ["tank.jpg"], "There is no table “issue” of assets"),
        ("node", " ", ["tank.jpg"], "ASSET is empty"),
        ("node", "X1", [], "FILES is empty"),
        ("node", "X9", ["tank.jpg"], "there is no X9 in this network"),
        ("node", "X1", ["gone.jpg"], "There is no photo"),
        ("node", "X1", ["virus.exe"], "virus.exe is not a photo"),
    ],
)
def test_bad_input_gets_one_sentence_and_nothing_is_written(
    network, files, tmp_path, table, asset, names, sentence
):
    (tmp_path / "virus.exe").write_bytes(b"MZ")
    with pytest.raises(InputError, match=sentence):
        attach(network, table, asset, *(tmp_path / name for name in names))
    assert not network.count("attachment") and not network.attachments_folder.exists()


def test_what_bears_files_is_what_people_work_with():
    assert {"pipe", "node", "compound", "zone", "customer", "work_item", "checklist"} <= set(bearing_tables())
    assert not {"attachment", "issue", "setting", "tank_due"} & set(bearing_tables())
