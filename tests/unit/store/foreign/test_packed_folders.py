"""Zipped folders are unpacked beside nothing, whatever their names say; what can't be is named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.gui.wizard.sources.file_reading import files_of, read_file
from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.foreign.packed_folders import unpacked

TABLE = "阀门编号,口径,X,Y\nV1,300,500000,3456000\nV2,200,500010,3456000\n"


def _packed(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, TABLE)
    return path


def _written(path: Path, *names: str) -> Path:
    """Write names in GBK without the mark of UTF-8."""
    _packed(path, *[f"{'x' * len(name.encode('gbk'))}" for name in names])
    raw = path.read_bytes()
    for name in names:
        raw = raw.replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
    path.write_bytes(raw)
    return path


def test_files_in_folders_of_a_zip_are_brought_in(tmp_path: Path) -> None:
    path = _packed(tmp_path / "资料.zip", "阀门.csv", "二期/管线.csv", "二期/说明.docx")
    files = files_of([str(path)])
    assert [Path(one).name for one in files] == ["阀门.csv", "管线.csv"]
    (source,) = read_file(files[0])
    assert (source.error, source.name, source.rows) == ("", "阀门.csv", 2)


def test_names_in_gbk_are_read(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.zip", "排水管网阀门表.csv")
    assert [Path(one).name for one in files_of([str(path)])] == ["排水管网阀门表.csv"]


@pytest.mark.parametrize("name", ["../away.csv", "/tmp/away.csv", "C:/away.csv", "a/../../away.csv"])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    path = _packed(tmp_path / "a.zip", name, "阀门.csv")
    (folder, *_more) = unpacked(path)
    assert [one.name for one in folder.rglob("*.csv")] == ["阀门.csv"]
    assert not list(tmp_path.rglob("away.csv")) and not (folder.parent / "away.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", b"PK\x03\x04damaged", "a.zip is damaged.*Unpack it"),
        (
            "a.rar",
            b"Rar!\x1a\x07\x01\x00" + bytes(64),
            "a.rar is an archive.*Unpack it",
        ),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(64), "a.7z is an archive.*Unpack it"),
    ],
)
def test_what_can_not_be_unpacked_is_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert files_of([str(tmp_path / name)]) == [str(tmp_path / name)]
    (source,) = read_file(str(tmp_path / name))
    with pytest.raises(InputError, match=reason) as error:
        read_foreign(str(tmp_path / name))
    assert source.error == error.value.message


def test_a_zip_with_a_password_is_named(tmp_path: Path) -> None:
    path = _packed(tmp_path / "a.zip", "b.csv")
    raw = path.read_bytes()
    # The mark of a password is the first bit of the flags, in both heads of the file.
    raw = raw.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    at = raw.index(b"PK\x01\x02") + 8
    path.write_bytes(raw[:at] + b"\x01" + raw[at + 1 :])
    with pytest.raises(InputError, match="locked with a password"):
        read_foreign(str(path))


@pytest.mark.slow
def test_a_zip_that_fills_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", bytes(400_000_000))
    assert files_of([str(path)]) == [str(path)]
    (source,) = read_file(str(path))
    assert "too much to be read safely" in source.error


def test_headless_a_zip_says_what_to_do(tmp_path: Path) -> None:
    path = _packed(tmp_path / "a.zip", "b.csv")
    with pytest.raises(InputError, match=r"a\.zip is a zipped folder\. Unpack it and choose a file in it"):
        read_foreign(str(path))
