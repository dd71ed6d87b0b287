"""The walks of docs/architecture.md: rooms entered once, downwards, by modules that exist."""

from __future__ import annotations

import re

import pytest
from support.sources import PACKAGE, ROOT, known_module, shipped

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
WALKS = dict(re.findall(r"^### (.+?)\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL))
_STEP = re.compile(r"^\d\. `(\w+)`: (.*?)(?=^\d\. |\n\n|\Z)", re.MULTILINE | re.DOTALL)
# From the ground; test_architecture.py has them with what is within core.
_ROOMS = ("core", "store", "operations", "bridge", "atlas", "processing", "gui")


def _modules() -> set[str]:
    return {source.module for source in shipped()}


def test_a_pipe_row_and_a_burst_are_walked() -> None:
    assert (
        len(WALKS) == 2
        and any("pipe" in title for title in WALKS)
        and any("Burst" in title for title in WALKS)
    )


@pytest.mark.parametrize("title", sorted(WALKS))
def test_each_room_is_entered_once_downwards(title: str) -> None:
    rooms = [room for room, _text in _STEP.findall(WALKS[title])]
    floors = [_ROOMS.index(room) for room in rooms]
    assert rooms[0] == "gui" and rooms[-1] == "core" and len(rooms) >= 5
    assert floors == sorted(set(floors), reverse=True)


@pytest.mark.parametrize("title", sorted(WALKS))
def test_the_modules_of_a_walk_exist(title: str) -> None:
    named = [
        f"{PACKAGE}.{room}.{path[:-3].replace('/', '.')}"
        for room, text in _STEP.findall(WALKS[title])
        for path in re.findall(r"`([\w/]+\.py)`", text)
    ]
    assert len(named) >= 10 and [name for name in named if name not in _modules()] == []


def test_what_the_page_names_exists() -> None:
    rooms = "|".join(_ROOMS)
    missing = []
    for path in re.findall(rf"`((?:{rooms})/[\w/]+\.py)`", PAGE):
        name = f"{PACKAGE}.{path[:-3].replace('/', '.')}"
        missing += [] if name in _modules() else [path]
    packages = {name.rpartition(".")[0] for name in _modules()}
    for dotted in re.findall(rf"`((?:{rooms})(?:\.[a-z_]+)+)`", PAGE):
        whole = f"{PACKAGE}.{dotted}"
        known = whole in packages or known_module(whole, dict.fromkeys(_modules())) is not None
        missing += [] if known else [dotted]
    for path in re.findall(r"`((?:tests|tools|docs)/[\w/]+\.(?:py|md))`", PAGE):
        missing += [] if (ROOT / path).exists() else [path]
    assert missing == []
