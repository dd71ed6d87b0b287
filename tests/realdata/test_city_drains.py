"""Seven cities' drains by the guessed mapping alone: ids and levels of both ends, lines, unknown levels."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import city_drains

pytestmark = pytest.mark.slow

# Of each file: pipes with known inverts at both ends, as the READMEs count them, and lines to turn.
TOLD = {
    "barrie": {"mains": (243, 2), "sanitary_mains": (196, 3)},
    "kamloops": {"mains": (1027, 0), "sanitary_mains": (619, 0)},
    # The README leaves out eight drains on the shore, below sea level.
    "nanaimo": {"mains": (204, 0), "sanitary_mains": (203 + 8, 0)},
    "newwestminster": {"storm_mains": (93, 0), "combined_mains": (9, 1), "sanitary_mains": (3, 0)},
    "peterborough": {"mains": (642, 0), "sanitary_mains": (128, 0)},
    "sudbury": {"mains": (955, 0), "sanitary_mains": (483, 0)},
    "windsor": {"mains": (898, 31), "sanitary_mains": (160, 4)},
}
WITHOUT_IDS = ("kamloops", "sudbury")
# Drains that end in the other system by levels and lines alike: what is left is in the records.
JOINED = {"peterborough": 2, "windsor": 1}


def _folder(data_dir: Path, city: str) -> Path:
    folder = data_dir / "drainage"
    if not (folder / f"canada-{city}").is_dir():
        pytest.skip(f"needs {folder / f'canada-{city}'}")
    return folder


@pytest.mark.parametrize("city", TOLD)
def test_ends_of_drains_are_as_the_readme_counts_them(data_dir: Path, city: str) -> None:
    for found in city_drains.counts(_folder(data_dir, city), city):
        levels, turned = TOLD[city][found.file]
        assert found.has_levels, found
        assert found.has_ids == (city not in WITHOUT_IDS), found
        # Lines of several parts become several pipes.
        assert abs(found.both_levels - levels) <= 2, found
        assert found.turned == turned, found
        assert found.against_after == 0, found


@pytest.mark.parametrize("city", TOLD)
def test_misconnections_do_not_come_from_unknown_levels(data_dir: Path, city: str) -> None:
    found = city_drains.adopted(_folder(data_dir, city), city)
    joined, _near = city_drains.false_findings([result.rows for result, _before in found.values()])
    assert len(joined) == JOINED.get(city, 0), joined
