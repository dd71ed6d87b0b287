"""Put finished files where they belong: all of a set, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr


def _refused(path: Path, error: OSError) -> StoreError:
    message = tr("{path} can't be replaced: {reason}. Close it where it is open and try again.")
    return StoreError(message.format(path=path, reason=error.strerror or error))


def _move_back(moved: list[tuple[Path, Path]]) -> None:
    """Undo moves, the last one first."""
    for source, target in reversed(moved):
        with suppress(OSError):
            os.replace(target, source)


def replace_set(made: Mapping[Path, Path], gone: Iterable[Path] = ()) -> None:
    """Move finished files to their places, as a set: where one can't be moved, all is as it was before.

    On Windows a file that another program has open can be neither replaced nor renamed, so what is there
    is renamed aside first, which shows that nobody has it open, and deleted last.

    Parameters
    ----------
    made
        The place of each finished file, in a folder of the same disk.
    gone
        Files of an older set that do not fit the new one and have to go.

    Raises
    ------
    StoreError
        With the file that can't be replaced.
    """
    places = dict.fromkeys(made.values())
    old = [path for path in dict.fromkeys([*places, *gone]) if os.path.lexists(path)]
    if len(places) == 1 and not set(old) - set(places):
        # One file is replaced in one step.
        for source, place in made.items():
            try:
                os.replace(source, place)
            except OSError as error:
                raise _refused(place, error) from None
        return
    # Under a name that no sweep of unfinished files takes: what is in it belongs to the user.
    aside = Path(tempfile.mkdtemp(prefix=".replaced-", dir=next(iter(places)).absolute().parent))
    moved: list[tuple[Path, Path]] = []
    try:
        moves = [(path, aside / f"{number}-{path.name}") for number, path in enumerate(old)]
        for source, target in [*moves, *made.items()]:
            try:
                os.replace(source, target)
            except OSError as error:
                raise _refused(source if target.parent == aside else target, error) from None
            moved.append((source, target))
    except BaseException:
        _move_back(moved)
        # Not with what is in it: an old file that did not come back stays there.
        with suppress(OSError):
            aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)
