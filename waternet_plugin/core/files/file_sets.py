"""Put finished files where they belong: all of a set, or none."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.modes import is_special
from waternet_plugin.core.texts import in_interface, tr

# Where old files lie while new ones take their places; by whom, so that the next run knows a killed one.
_ASIDE = re.compile(r"\.replaced-(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,10})-[a-z0-9_]{8}", re.ASCII)
_OLD = re.compile(r"\d+-(?P<name>.+)", re.DOTALL)


@in_interface()
def _refused(path: Path, error: OSError) -> StoreError:
    message = tr("{path} can't be replaced: {reason}. Close it where it is open and try again.")
    return StoreError(message.format(path=path, reason=error.strerror or error))


def _move_back(moved: list[tuple[Path, Path]]) -> None:
    """Undo moves, the last one first."""
    for source, target in reversed(moved):
        with suppress(OSError):
            os.replace(target, source)


def _put_back(folder: Path) -> None:
    """Give old files their places back that a killed run had moved aside in a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = _ASIDE.fullmatch(entry.name)
            if named is None or named["host"] != scratch.host_name() or scratch.is_alive(int(named["pid"])):
                continue
            # Where the system does not tell whether the run goes on, its files stay where they are.
            if scratch.is_alive(int(named["pid"])) is None:
                continue
            for old in sorted(Path(entry.path).iterdir()):
                name = _OLD.fullmatch(old.name)
                if name is not None:
                    os.replace(old, folder / name["name"])
            os.rmdir(entry.path)


def replace_set(made: Mapping[Path, Path], gone: Iterable[Path] = ()) -> None:
    """Move finished files to their places, as a set: where one can't be moved, all is as it was before.

    On Windows a file that another program has open can be neither replaced nor renamed, so what is there
    is renamed aside first, which shows that nobody has it open, and deleted last. What a killed run left
    aside in the same folder is put back before.

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
    for place in places:
        if is_special(place):
            raise StoreError(tr("{path} is not an ordinary file. Choose another name.").format(path=place))
    folder = next(iter(places)).absolute().parent
    _put_back(folder)
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
    prefix = f".replaced-{scratch.host_name()}-{os.getpid()}-"
    aside = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
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
    # Under its last name it is litter: from here on the new set counts.
    done = aside.with_name(aside.name.replace(".replaced-", ".waternet-replaced-", 1))
    with suppress(OSError):
        aside.rename(done)
    shutil.rmtree(done if done.exists() else aside, ignore_errors=True)
