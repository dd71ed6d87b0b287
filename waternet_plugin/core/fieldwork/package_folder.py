"""The folder of a package, which is made aside and takes its place as a whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.texts import tr


@contextmanager
def new_folder(target: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Yield an empty folder to fill, and what gives it its place; it goes where the block fails.

    Parameters
    ----------
    target
        Its place: a folder that is not there yet, or is empty, in one that is there.

    Raises
    ------
    InputError
        When the place is taken, or can't be written.
    """
    target = target.absolute()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        message = tr("{folder} is there already and not empty. Choose a new folder.")
        raise InputError(message.format(folder=target))
    if not target.parent.is_dir():
        message = tr("The folder {folder} does not exist. Create it or choose another one.")
        raise InputError(message.format(folder=target.parent))
    placed: list[Path] = []
    try:
        with scratch.folder(target.parent, "package") as aside:
            made = aside / target.name
            made.mkdir()

            def put_in_place() -> None:
                if target.exists():
                    target.rmdir()
                os.replace(made, target)
                placed.append(target)

            yield made, put_in_place
    except OSError as error:
        _remove(placed)
        message = tr("{path} can't be written: {reason}. Choose another location.")
        raise InputError(message.format(path=target, reason=error.strerror or error)) from error
    except BaseException:
        _remove(placed)
        raise


def _remove(placed: list[Path]) -> None:
    for path in placed:
        shutil.rmtree(path, ignore_errors=True)
