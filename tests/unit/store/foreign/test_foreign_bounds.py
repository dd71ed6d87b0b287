"""Files that are small and grow: refused in one sentence before anything is unpacked or read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.mapping_file import parse
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.renewal import plan_constraints
from waternet_plugin.store.foreign import foreign, foreign_descriptions, foreign_sources
from waternet_plugin.store.foreign.engines import raw_layers as foreign_engines

PLUGIN = Path(foreign.__file__).resolve().parents[2]
DEEP = 100_000


def bomb(path: Path, megabytes: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/sheet.xml", "w") as part:
        for _ in range(megabytes):
            part.write(bytes(1024 * 1024))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("end", sorted(foreign_sources.PACKED_SUFFIXES))
def test_a_packed_bomb_is_refused_unread(tmp_path: Path, end: str, monkeypatch):
    file = bomb(tmp_path / f"bomb{end}", 201)

    def never():
        raise AssertionError("it was opened")

    monkeypatch.setattr(foreign_engines, "has_pyogrio", never)
    for read in (foreign.read_foreign, foreign_descriptions.read_layers):
        with pytest.raises(InputError, match="201 MB when unpacked"):
            read(file)


def test_a_large_file_is_refused_however_honestly_it_is_packed(tmp_path: Path, monkeypatch):
    file = bomb(tmp_path / "large.xlsx", 3)
    foreign_sources.check_unpacked(file)
    monkeypatch.setattr(
        "waternet_plugin.core.schema.settings.Settings.integer",
        lambda _self, key: 2 if "most" in key else 200,
    )
    with pytest.raises(InputError, match="3 MB"):
        foreign_sources.check_unpacked(file)


def test_what_is_no_zip_is_left_to_its_reader(tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(b"no zip")
    foreign_sources.check_unpacked(tmp_path / "a.xlsx")


@pytest.mark.parametrize("text", ["[" * DEEP, '{"a":' * DEEP])
def test_brackets_without_end_are_a_sentence(text: str):
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)
    with pytest.raises(MappingError):
        parse('{"fields": ' + text)
    with pytest.raises(InputError, match="FIXED"):
        plan_constraints.parse_fixed('{"P": ' + text, start_year=2027, years=2)


@pytest.mark.parametrize("layer", ["[" * DEEP, '{"type":"FeatureCollection","features":' + "[" * DEEP])
def test_geojson_with_brackets_without_end_is_a_sentence(tmp_path: Path, layer: str):
    file = tmp_path / "deep.geojson"
    file.write_text(layer, encoding="utf-8")
    with pytest.raises(InputError):
        foreign.read_foreign(file)
