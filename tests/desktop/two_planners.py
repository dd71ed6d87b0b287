"""Two desktop QGIS draw metered areas in the same scenario: ``python tests/desktop/two_planners.py``.

Each has a screen of its own and real events. The first stores a scenario, the second opens it, draws more
and stores it too. What the first then draws is refused in words and kept as a scenario of its own, and what
the second stored is as it was. Exit status 1 where anything of the other was overwritten.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from drive import ROOT, drive

HERE = Path(__file__).resolve().parent
WINDOWS = ("first", "second")
SHOTS = ROOT / "build" / "shots" / "two_planners"


def main() -> int:
    """Start both windows and compare what they told with what is stored."""
    ended: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="waternet-planners-") as folder:
        script = (HERE / "zone_window.py").read_text(encoding="utf-8")
        threads = []
        for name in WINDOWS:
            # Each window has a script of its own, which says who it is.
            own = Path(folder) / f"{name}.py"
            says = f"import os\nos.environ.update(WATERNET_WINDOW={name!r}, WATERNET_SHARED={folder!r})\n"
            own.write_text(script.replace("import json\n", says + "import json\n", 1), encoding="utf-8")
            output = SHOTS / name
            shutil.rmtree(output, ignore_errors=True)

            def run(own: Path = own, name: str = name, output: Path = output) -> None:
                ended[name] = drive(own, "en", output)

            threads.append(threading.Thread(target=run))
        os.environ.setdefault("WATERNET_STEP", "600")
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = {
            word: json.loads((Path(folder) / word).read_text(encoding="utf-8"))
            for word in ("first", "second", "kept")
            if (Path(folder) / word).exists()
        }
    if any(ended.values()) or len(told) < 3:
        print(f"exits {ended}, told {sorted(told)}; pictures in {SHOTS.relative_to(ROOT)}")
        return 1
    wanted = {
        told["first"]["scenario"]: told["second"]["pipes"],
        told["kept"]["scenario"]: told["kept"]["pipes"],
    }
    is_right = len(wanted) == 2 and told["kept"]["stored"] == wanted
    print(f"refused: {told['kept']['said']}")
    print(f"pipes of each scenario { ({name: len(pipes) for name, pipes in wanted.items()}) }")
    print("as each window drew them" if is_right else f"but stored is {told['kept']['stored']}")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
