"""Go the ways through the program in desktop QGIS and print clicks, seconds and what was reached.

``python tests/desktop/journeys.py [--language en] [WAY...]`` ends with 1 when a way fails or costs more than
its budget.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from drive import ROOT, drive

HERE = Path(__file__).resolve().parent
SHOTS = ROOT / "build" / "shots" / "journeys"


@dataclass(frozen=True)
class Budget:
    """What a way may cost."""

    clicks: int
    seconds: float


BUDGETS = {
    "newcomer": Budget(3, 120),
    "planner": Budget(12, 300),
    "planner_first": Budget(12, 300),
    "planner_second": Budget(12, 300),
    # A zone drawn to its verdict 6 clicks, a proposal kept 4, a test plan 3, two scenarios compared 3.
    "planner_dma": Budget(16, 300),
    # Areas ranked 1 click after their readings are in, a year looked at 1, an alarm to a work order 4.
    "planner_leak": Budget(6, 300),
    # Explained 1 click, closed with a reason 3, flow stored 2, seen 2, a source searched 2, catchments 4,
    # zones 3.
    "drainage": Budget(17, 300),
    # What is due today 1 click, a compound to its PDF 3, the scored month to work items 3.
    "compounds": Budget(7, 300),
    # Done dates of chosen compounds to the report of the month.
    "programme": Budget(3, 120),
    # The month that is due is picked: the box of formats, Word, Save.
    "month_report": Budget(3, 120),
    # A list of the task table 3 clicks and the tab of a sample, the meters due 2, the sheet of a compound 3.
    "users": Budget(9, 300),
    # A year's search to its work items 4 clicks at most, a burst kept 1, the KPI sheet 2.
    "search_year": Budget(7, 300),
    # The file of a month like the one before: Next, Adopt, Close; the ranks beside it are new.
    "users_month": Budget(3, 120),
    # A month of pressure to its worst point 3 clicks, eight loggers 3.
    "pressure": Budget(6, 300),
    # The dropped file to its water on the map: Import, flow, SWMM.
    "drain_model": Budget(3, 300),
    # A package given 3 clicks, taken up 2 and one a conflict.
    "field": Budget(6, 300),
    # A list by names, dropped on the panel, to its items on the map.
    "programme_list": Budget(4, 120),
    # A month planned to lists and day sheets 3 clicks, its work items 1, a sheet printed and an order done 6.
    "crews": Budget(10, 300),
    # The menu, its entry, the file, Open.
    "inspector": Budget(4, 300),
    # The drop, at most 3 answers, Next and Import; kinds of warnings are apart.
    "surveyor": Budget(6, 300),
    "manager": Budget(4, 300),
    # The dialog, Edit, Save, Export PDF.
    "page": Budget(4, 300),
    # A joined pipe 4 clicks with the vertices, a valve 2, Save.
    "editor": Budget(7, 120),
    # Nobody counts these: QGIS's own tools, what is asked, refused and offered.
    "technician": Budget(0, 240),
    # Nor these, on a server, and on one whose line stalls and is cut; gone when named.
    "server": Budget(0, 240),
    "line": Budget(0, 300),
    # No way of a person: what happens when QGIS is closed while there is work.
    "closing": Budget(0, 120),
    # Nor this: clicks and a cancel while a plan is made.
    "responding": Budget(8, 60),
}

# Ways that are gone only when they are named: their gestures wait for a server, and a machine that is busy
# makes them late.
NAMED_ONLY = ("server", "line")


def go(way: str, language: str) -> tuple[list[str], bool]:
    """Go one way; return its row of the table and whether it held its budget."""
    folder = SHOTS / way
    told = folder / "outcome.json"
    told.unlink(missing_ok=True)
    status = drive(HERE / f"{way}.py", language, folder)
    budget = BUDGETS[way]
    limits = f"{budget.clicks} clicks, {budget.seconds:.0f} s"
    if not told.exists():
        return [way, "", "", limits, f"failed; see {folder.relative_to(ROOT)}"], False
    found = json.loads(told.read_text(encoding="utf-8"))
    over = found["clicks"] > budget.clicks or found["seconds"] > budget.seconds
    outcome = found["outcome"] + ("; an exception is in the log" if status else "")
    verdict = "OVER BUDGET: " if over else ""
    row = [way, str(found["clicks"]), f"{found['seconds']:.0f}", limits, verdict + outcome]
    return row, not over and status == 0


def main() -> int:
    """Go the ways that are named, else all but those that have to be named."""
    parser = argparse.ArgumentParser(description="clicks and seconds of the ways through the program")
    parser.add_argument(
        "ways", nargs="*", metavar="WAY", help=f"{', '.join(BUDGETS)}; without one all but those on a server"
    )
    parser.add_argument("--language", default="en", help="en or zh_CN")
    wanted = parser.parse_args()
    unknown = set(wanted.ways) - set(BUDGETS)
    if unknown:
        parser.error(f"no way called {', '.join(sorted(unknown))}")
    begun = time.monotonic()
    ways = wanted.ways or [way for way in BUDGETS if way not in NAMED_ONLY]
    answers = {way: go(way, wanted.language) for way in ways}
    rows = [["way", "clicks", "seconds", "budget", "outcome"], *(row for row, _ in answers.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n{len(answers)} way(s), {wanted.language}, {time.monotonic() - begun:.0f} s in all")
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[-1]]))
    return 0 if all(good for _, good in answers.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
