"""Which ways through desktop QGIS `.ci/run` goes: one of each kind of user, and some of the others.

``python tests/desktop/chosen_ways.py`` prints names for ``make journeys WAYS=...``. Of the ways that no kind
of user stands for, those come first whose rooms the newest commits changed, then others, other ones each day;
what was changed and has no turn is listed on standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from reached_tests import before_this_sitting, changed_files, day_of_commit  # noqa: E402

# Newcomers, technicians, surveyors, planners, managers and crews; what is asked when QGIS is closed.
OF_USERS = ("newcomer", "technician", "editor", "surveyor", "planner", "manager", "crews", "closing")
# The folders by whose names a change reaches a way.
ROOMS = {
    "planner_first": ("exchange", "wizard", "plan"),
    "planner_second": ("updating", "wizard", "renewal"),
    "planner_dma": ("dma",),
    "planner_leak": ("leakage",),
    "drainage": ("drainage", "misconnected"),
    "compounds": ("compounds",),
    "programme": ("programmes",),
    "programme_list": ("programmes", "wizard"),
    "month_report": ("programmes", "papers"),
    "users": ("users",),
    "users_month": ("users", "wizard"),
    "search_year": ("searching", "search"),
    "pressure": ("pressure", "hydraulics"),
    "drain_model": ("swmm", "hydraulics"),
    "field": ("fieldwork",),
    "inspector": ("inspections", "sewers"),
    "page": ("layouts", "printing"),
    "responding": ("solving", "tasks"),
}
MOST_OTHERS = 3
_PRODUCT = ("waternet_plugin", "processing")


def _is_reached(way: str, changed: Collection[str]) -> bool:
    paths = [PurePosixPath(path) for path in changed]
    rooms = {part for path in paths if path.parts[0] in _PRODUCT for part in path.parts[:-1]}
    return f"tests/desktop/{way}.py" in changed or not rooms.isdisjoint(ROOMS[way])


def chosen_ways(changed: Collection[str], day: int) -> tuple[list[str], list[str]]:
    """Return the ways to go, and those that a change reaches though they have no turn.

    Parameters
    ----------
    changed
        Files that changed, from the top of the repository.
    day
        A number of the day: the ways that nothing reaches have their turn one after another.
    """
    turn = day * MOST_OTHERS % len(ROOMS)
    turned = [*list(ROOMS)[turn:], *list(ROOMS)[:turn]]
    others = sorted(turned, key=lambda way: not _is_reached(way, changed))
    left = [way for way in others[MOST_OTHERS:] if _is_reached(way, changed)]
    return [*OF_USERS, *others[:MOST_OTHERS]], left


def main() -> None:
    """Print the ways."""
    ways, left = chosen_ways(changed_files(before_this_sitting()), day_of_commit())
    print(" ".join(ways))
    if left:
        print("changed, but not gone (make journeys goes all):", *left, file=sys.stderr)


if __name__ == "__main__":
    main()
