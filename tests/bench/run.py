"""Climb every ladder: ``python tests/bench/run.py [NAME ...] [ROWS ...]``.

A ladder is a file ``ladder_NAME.py`` with ``main(sizes) -> int`` and its own ``SIZES``; the exit status is 1
when a limit was broken. Figures are kept in ``build/bench``.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def main(words: list[str]) -> int:
    """Run the ladders that were named, or all, at the sizes that were named, or their own."""
    sizes = tuple(int(word) for word in words if word.isdigit())
    there = [path.stem[len("ladder_") :] for path in sorted(HERE.glob("ladder_*.py"))]
    names = [word for word in words if not word.isdigit()] or there
    unknown = sorted(set(names) - set(there))
    if unknown:
        print(f"no ladder {', '.join(unknown)}; there are: {', '.join(there)}", file=sys.stderr)
        return 2
    broken = []
    for name in names:
        ladder = importlib.import_module(f"ladder_{name}")
        if ladder.main(sizes or ladder.SIZES):
            broken.append(name)
    if broken:
        print(f"limits broken: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
