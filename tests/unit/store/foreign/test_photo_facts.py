"""Where and when photos were taken, however many there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from pyproj import CRS
from support.surveyed_pipes import photo

from waternet_plugin.store.foreign import photo_facts as module
from waternet_plugin.store.foreign.photo_facts import PhotoFacts, photo_facts


@pytest.mark.slow
def test_photos_are_read_without_their_folder_and_by_one_transformation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crs = CRS.from_epsg(4547)
    photos = [photo(tmp_path / f"{number}.jpg") for number in range(3)]
    made: list[Any] = []
    listed: list[Any] = []
    make, opened = module.Transformer.from_crs, gdal.OpenEx
    monkeypatch.setattr(
        module.Transformer, "from_crs", lambda *args, **more: made.append(1) or make(*args, **more)
    )

    def noted(*args: Any, **more: Any) -> Any:
        listed.append(gdal.GetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN"))
        return opened(*args, **more)

    monkeypatch.setattr(gdal, "OpenEx", noted)
    module._to.cache_clear()
    found = [photo_facts(path, crs) for path in photos]
    assert {round(facts.x or 0) for facts in found} == {400_030}
    assert all(facts.taken_on is not None for facts in found)
    assert made == [1]
    assert listed[-1] == "EMPTY_DIR"
    assert gdal.GetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN") is None


def test_what_is_no_photo_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"text")
    assert photo_facts(tmp_path / "a.jpg", CRS.from_epsg(4547)) == PhotoFacts()
