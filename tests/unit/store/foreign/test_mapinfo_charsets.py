"""MapInfo files in GBK or UTF-8, whatever character set they declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from waternet_plugin.store.foreign.foreign import read_foreign

NAMES, MATERIALS = ("管线编号", "材质"), ("球墨铸铁", "灰口铸铁", "钢管")


def _mif(folder: Path, charset: str, encoding: str, names: tuple[str, str] = NAMES) -> Path:
    path = folder / "给水管线.mif"
    head = f'Version 300\nCharset "{charset}"\nDelimiter ","\nColumns 2\n'
    head += "".join(f"  {name} Char(20)\n" for name in names) + "Data\n\n"
    lines = "".join(f"Line {100 * row} 50 {100 * row + 90} 60\n" for row in range(len(MATERIALS)))
    path.write_bytes((head + lines).encode(encoding))
    rows = "".join(f'"给水{row}","{material}"\n' for row, material in enumerate(MATERIALS))
    path.with_suffix(".mid").write_bytes(rows.encode(encoding))
    return path


@pytest.mark.parametrize("charset", ["WindowsSimpChinese", "WindowsLatin1", "Neutral"])
@pytest.mark.parametrize("names", [NAMES, ("GXBH", "CZ")])
def test_texts_in_gbk_are_read_whatever_is_declared(
    tmp_path: Path, charset: str, names: tuple[str, str]
) -> None:
    path = _mif(tmp_path, charset, "gbk", names)
    before = path.read_bytes()
    read = read_foreign(path)
    assert read[names[0]].tolist() == ["给水0", "给水1", "给水2"]
    assert read[names[1]].tolist() == list(MATERIALS)
    assert read.geometry.notna().all()
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["给水管线.mid", "给水管线.mif"]


def test_texts_of_the_west_stay_as_declared(tmp_path: Path) -> None:
    path = _mif(tmp_path, "WindowsLatin1", "gbk", ("NR", "STREET"))
    path.with_suffix(".mid").write_bytes('"1","Große Straße"\n"2","ÄÖÜä"\n"3",""\n'.encode("cp1252"))
    assert read_foreign(path)["STREET"].tolist()[:2] == ["Große Straße", "ÄÖÜä"]


@pytest.mark.parametrize("charset", ["UTF-8", "Neutral", "WindowsLatin1", "WindowsSimpChinese"])
def test_texts_in_utf_8_are_read_whatever_is_declared(tmp_path: Path, charset: str) -> None:
    assert read_foreign(_mif(tmp_path, charset, "utf-8"))["材质"].tolist() == list(MATERIALS)


@pytest.mark.parametrize("charset", ["UTF-8", "Neutral"])
def test_names_and_texts_cut_within_a_character_end_before_it(tmp_path: Path, charset: str) -> None:
    path = _mif(tmp_path, charset, "utf-8")
    path.write_bytes(path.read_bytes().replace("材质".encode(), "材质说明".encode()[:-1]))
    rows = path.with_suffix(".mid")
    rows.write_bytes(rows.read_bytes().replace("球墨铸铁".encode(), "球墨铸铁".encode()[:-2]))
    assert read_foreign(path)["材质说"].tolist() == ["球墨铸", *MATERIALS[1:]]


def test_tables_of_mapinfo_are_read_alike(tmp_path: Path) -> None:
    gdal = pytest.importorskip("osgeo.gdal")
    path = _mif(tmp_path, "WindowsSimpChinese", "gbk", ("GXBH", "CZ"))
    table = tmp_path / "管线.tab"
    options = gdal.VectorTranslateOptions(format="MapInfo File", layerCreationOptions=["ENCODING=CP936"])
    gdal.VectorTranslate(str(table), str(path), options=options)
    declared = table.read_bytes()
    assert b"WindowsSimpChinese" in declared
    table.write_bytes(declared.replace(b"WindowsSimpChinese", b"WindowsLatin1"))
    assert read_foreign(table)["CZ"].tolist() == list(MATERIALS)
