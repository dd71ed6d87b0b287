"""Where a network lies, in every spelling of Windows: shares, drives, folders that are copied to a cloud."""

from __future__ import annotations

import ast
import ntpath
import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
from support.sources import shipped

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.store.geopackage.location import network_shares, synced
from waternet_plugin.store.geopackage.opening import creating
from waternet_plugin.store.geopackage.sharing import file_locks


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drive Z: is a share, C: a disk; the current folder lies on Z:."""
    drives = {"Z:\\": 4, "C:\\": 3}
    kernel = SimpleNamespace(GetDriveTypeW=lambda drive: drives.get(drive.upper(), 1))
    monkeypatch.setattr(network_shares.ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(os, "getcwd", lambda: "Z:\\gis")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("C:\\gis\\town.gpkg", None),
        ("c:/gis/town.gpkg", None),
        ("Z:\\gis\\town.gpkg", "Z:"),
        ("z:/gis/town.gpkg", "z:"),
        ("town.gpkg", "Z:"),
        (".\\town.gpkg", "Z:"),
        ("..\\town.gpkg", "Z:"),
        ("\\\\server\\gis\\town.gpkg", "UNC"),
        ("//server/gis/town.gpkg", "UNC"),
        ("\\\\?\\UNC\\server\\gis\\town.gpkg", "UNC"),
        ("\\\\?\\unc\\server\\gis\\town.gpkg", "UNC"),
        ("\\\\?\\C:\\gis\\town.gpkg", None),
        ("\\\\?\\Z:\\gis\\town.gpkg", "Z:"),
    ],
)
def test_shares_of_windows_are_known_in_every_spelling(windows: None, path: str, kind: str | None) -> None:
    assert network_shares.windows_share(path) == kind


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("C:\\gis\\town.gpkg", "file:///C:/gis/town.gpkg?mode=ro"),
        ("C:/管网/a b#1.gpkg", "file:///C:/%E7%AE%A1%E7%BD%91/a%20b%231.gpkg?mode=ro"),
        ("\\\\server\\gis\\town.gpkg", "file:////server/gis/town.gpkg?mode=ro"),
        ("//server/gis/town.gpkg", "file:////server/gis/town.gpkg?mode=ro"),
    ],
)
def test_sqlite_finds_paths_of_windows(monkeypatch: pytest.MonkeyPatch, path: str, uri: str) -> None:
    monkeypatch.setattr(file_locks, "Path", PureWindowsPath)
    monkeypatch.setattr(os.path, "abspath", ntpath.abspath)
    assert file_locks.uri(path, "mode=ro") == uri  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["virtiofs", "prl_fs", "cifs", "fuse.sshfs"])
def test_folders_shared_with_a_virtual_machine_are_shares(kind: str) -> None:
    mounts = [("/", "ext4"), ("/shared/host", kind)]
    assert network_shares.share_type(Path("/shared/host/town.gpkg"), lambda: mounts) == kind
    assert network_shares.share_type(Path("/data/town.gpkg"), lambda: mounts) is None


def test_a_mac_is_asked_once_and_may_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def silent(*args: object, **_options: object) -> None:
        asked.append(args)
        raise subprocess.TimeoutExpired("/sbin/mount", 5)

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(subprocess, "run", silent)
    monkeypatch.setattr(network_shares.time, "monotonic", lambda: 1000.0)
    network_shares.mac_mounts_of.cache_clear()
    try:
        assert [network_shares.share_type(Path("/Volumes/gis/town.gpkg")) for _ in range(3)] == [None] * 3
        assert len(asked) == 1
        monkeypatch.setattr(network_shares.time, "monotonic", lambda: 1100.0)
        assert network_shares.share_type(Path("/Volumes/gis/town.gpkg")) is None
        assert len(asked) == 2
    finally:
        network_shares.mac_mounts_of.cache_clear()


@pytest.mark.slow
def test_every_output_asks_by_trying() -> None:
    """On Windows ``os.access`` says of every folder that it can be written."""
    found = [
        f"{source.label}:{node.lineno}"
        for source in shipped()
        if not source.module.startswith("waternet_plugin.store")
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == "W_OK"
    ]
    assert found == []


@pytest.mark.parametrize("sink", ["export", "algorithm"])
def test_outputs_into_a_folder_that_takes_none_are_refused(
    sink: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin.bridge.export.export_files import check_target
    from waternet_plugin.processing.destinations import unwritable

    target = tmp_path / "pipes.csv"
    monkeypatch.setattr(os, "access", lambda *_args, **_options: True)
    monkeypatch.setattr(network_shares.tempfile, "TemporaryFile", _refuse)
    if sink == "algorithm":
        assert "can't be written" in unwritable(str(target), None)
        return
    with pytest.raises(InputError, match="can't be written"):
        check_target(target)


def test_whether_a_folder_takes_files_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert network_shares.takes_new_files(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not network_shares.takes_new_files(tmp_path / "gone")
    monkeypatch.setattr(os, "access", lambda *_args, **_options: True)
    monkeypatch.setattr(network_shares.tempfile, "TemporaryFile", _refuse)
    assert not network_shares.takes_new_files(tmp_path)
    with pytest.raises(StoreError, match="read-only"):
        creating.check_target(tmp_path / "town.gpkg")


def _refuse(*_args: object, **_options: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_file_that_came_meanwhile_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On exFAT there are no hard links, and Windows does not rename over a file."""

    def no_links(*_args: object) -> None:
        raise OSError(1, "Incorrect function")

    def there(*_args: object) -> None:
        raise FileExistsError(17, "Cannot create a file when that file already exists")

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(os, "rename", there)
    (tmp_path / "new").touch()
    with pytest.raises(InputError, match="already exists"):
        creating.publish(tmp_path / "new", tmp_path / "town.gpkg")


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("C:\\people\\me\\OneDrive\\Documents\\WaterNet\\town.gpkg", "OneDrive"),
        ("C:\\people\\me\\OneDrive - 水务公司\\town.gpkg", "OneDrive"),
        ("c:/people/me/onedrive/town.gpkg", "OneDrive"),
        ("/people/me/Library/CloudStorage/OneDrive-Company/town.gpkg", "OneDrive"),
        ("D:\\Dropbox (Personal)\\town.gpkg", "Dropbox"),
        ("G:\\My Drive\\gis\\town.gpkg", "Google Drive"),
        ("G:\\我的云端硬盘\\town.gpkg", "Google Drive"),
        ("C:\\people\\me\\iCloudDrive\\town.gpkg", "iCloud Drive"),
        ("/people/me/Library/Mobile Documents/com~apple~CloudDocs/town.gpkg", "iCloud Drive"),
        ("D:\\我的坚果云\\town.gpkg", "Nutstore"),
        ("/people/me/Nutstore Files/town.gpkg", "Nutstore"),
        ("D:\\BaiduSyncdisk\\town.gpkg", "Baidu Netdisk"),
        ("D:\\微云\\town.gpkg", "Weiyun"),
        ("D:\\WPSDrive\\town.gpkg", "WPS Cloud"),
        ("C:\\gis\\town.gpkg", None),
        ("C:\\gis\\one drive\\town.gpkg", None),
        ("D:\\Dropboxes\\town.gpkg", None),
    ],
)
def test_folders_that_are_copied_to_a_cloud_are_known(path: str, label: str | None) -> None:
    found = synced.program(path)
    assert (found.label_en if found else None) == label


def test_the_environment_names_the_folder_of_onedrive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Firma"))
    assert synced.program(tmp_path / "Firma" / "deep" / "town.gpkg") is not None
    assert synced.program(tmp_path / "Firma-2" / "town.gpkg") is None


def test_marks_that_a_program_leaves_are_seen(tmp_path: Path) -> None:
    (tmp_path / "files" / "gis").mkdir(parents=True)
    assert synced.program(tmp_path / "files" / "gis" / "town.gpkg") is None
    (tmp_path / "files" / ".dropbox.cache").mkdir()
    found = synced.program(tmp_path / "files" / "gis" / "town.gpkg")
    assert found is not None and found.label == "Dropbox"
    assert synced.note(tmp_path / "files" / "gis" / "town.gpkg").startswith("Dropbox copies this folder")


def test_documents_that_icloud_has_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = tmp_path / "Library" / "Mobile Documents" / "com~apple~CloudDocs"
    cloud.mkdir(parents=True)
    (tmp_path / "Documents").mkdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    town = tmp_path / "Documents" / "WaterNet" / "town.gpkg"
    assert synced.program(town) is None
    (cloud / "Documents").symlink_to(tmp_path / "Documents")
    found = synced.program(town)
    assert found is not None and found.label_en == "iCloud Drive"


def test_programs_are_called_as_people_call_them() -> None:
    texts.set_translator(None, "zh_CN")
    try:
        assert {"坚果云", "百度网盘", "微云", "WPS 云盘"} <= {each.label for each in synced.programs()}
    finally:
        texts.set_translator(None, "en")
    assert "Nutstore" in {each.label for each in synced.programs()}


def test_no_folder_of_a_cloud_or_a_share_is_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    documents = tmp_path / "Documents"
    assert synced.local_folder(documents) == documents / "WaterNet"
    assert synced.local_folder("") == tmp_path / "WaterNet"
    assert synced.local_folder(tmp_path / "OneDrive" / "Documents") == tmp_path / "WaterNet"
    monkeypatch.setattr(network_shares, "share_type", lambda path: "UNC" if path == documents else None)
    assert synced.local_folder(documents) == tmp_path / "WaterNet"


@pytest.mark.parametrize(
    ("network", "kept"),
    [("D:\\gis\\town.gpkg", "D:\\gis\\town.gpkg"), ("C:\\projects\\a\\town.gpkg", "a/town.gpkg")],
)
def test_a_project_names_its_network_on_every_drive(
    monkeypatch: pytest.MonkeyPatch, network: str, kept: str
) -> None:
    from waternet_plugin.core.files import file_names
    from waternet_plugin.gui.session import memory
    from waternet_plugin.store import addresses

    monkeypatch.setattr(os.path, "relpath", ntpath.relpath)
    monkeypatch.setattr(os.path, "dirname", ntpath.dirname)
    for module in (file_names, memory, addresses):
        monkeypatch.setattr(module, "Path", PureWindowsPath)
    folder = PureWindowsPath("C:\\projects")
    found = file_names.relative_name(PureWindowsPath(network), folder)  # type: ignore[arg-type]
    assert found == kept.replace("\\", "/")
    written: list[str] = []
    opened = SimpleNamespace(
        fileName=lambda: "C:\\projects\\town.qgz",
        writeEntry=lambda _scope, _key, value: written.append(value),
    )
    memory.write_network(opened, network)  # type: ignore[arg-type]
    assert written == [kept.replace("\\", "/")]


@pytest.mark.slow
def test_one_place_turns_paths_into_uris() -> None:
    """What SQLite opens goes through ``file_locks.uri``; shares have a spelling of their own there."""
    users = {
        source.label
        for source in shipped()
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == "as_uri"
    }
    assert users == {"waternet_plugin/store/geopackage/sharing/file_locks.py"}
