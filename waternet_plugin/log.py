"""What nobody foresaw: a sentence for the user, and its details in a file to be sent on."""

from __future__ import annotations

import datetime
import os
import platform
import tempfile
import traceback
from collections import deque
from contextlib import suppress
from pathlib import Path

from qgis.core import Qgis, QgsApplication

from waternet_plugin import dependencies, paths
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr

# Files of older errors are deleted.
_KEPT = 20


class UnexpectedError(WaterNetError):
    """An error that nobody foresaw.

    Parameters
    ----------
    message
        Sentence for the user.
    short
        The same without the file, for where a button shows the details.
    path
        The file of its details.
    text
        What is in that file.
    """

    def __init__(self, message: str, short: str, path: Path, text: str) -> None:
        super().__init__(message)
        self.short = short
        self.path = path
        self.text = text


# What was said lately: QGIS hands errors of algorithms on as texts.
_said: deque[UnexpectedError] = deque(maxlen=_KEPT)


def folder() -> Path:
    """Return the folder of the files, in the user's profile."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "errors"


def _text(error: BaseException) -> str:
    """Return the details of an error with the versions it happened with."""
    there = [f"{package.name} {package.found or '-'}" for package in dependencies.packages()]
    lines = [
        f"WaterNet {paths.version()}, QGIS {Qgis.QGIS_VERSION}, Python {platform.python_version()}",
        platform.platform(),
        ", ".join(there),
        datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "",
        "",
    ]
    # The same function a thousand times tells nothing more.
    trace = traceback.format_exception(type(error), error, error.__traceback__, limit=-40)
    return "\n".join(lines) + "".join(trace)


def _write(text: str) -> Path:
    """Write the details to a file of their own: in the profile, else in the temporary folder."""
    now = datetime.datetime.now(datetime.timezone.utc)
    name = f"error_{now:%Y%m%dT%H%M%S%f}Z_{os.getpid()}.txt"
    place = folder()
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        path = place / name
        path.write_text(text, encoding="utf-8")
        # This one stays, though a clock that was put back may call it the oldest.
        others = [one for one in sorted(place.glob("error_*Z_*.txt")) if one != path]
        for old in others[: 1 - _KEPT]:
            with suppress(OSError):
                old.unlink()
        return path
    path = Path(tempfile.gettempdir()) / f"waternet_{name}"
    with suppress(OSError):
        path.write_text(text, encoding="utf-8")
    return path


def unexpected(error: BaseException) -> UnexpectedError:
    """Keep the details of an error that nobody foresaw and return it as a sentence for the user."""
    text = _text(error)
    path = _write(text)
    message = tr(
        "Unexpected error: {error}. The details are in {path}: send that file to whoever looks after "
        "WaterNet for you."
    )
    said = f"{type(error).__name__}: {error}"[:300]
    short = tr("Unexpected error: {error}.").format(error=said)
    made = UnexpectedError(message.format(error=said, path=path), short, path, text)
    _said.append(made)
    return made


def newest() -> UnexpectedError | None:
    """Return the details of the last unexpected error that a file keeps, None where there is none."""
    if _said and _said[-1].path.exists():
        return _said[-1]
    for path in sorted(folder().glob("error_*Z_*.txt"), reverse=True):
        with suppress(OSError, UnicodeDecodeError):
            text = path.read_text(encoding="utf-8")
            return UnexpectedError("", "", path, text)
    return None


def recalled(message: str) -> WaterNetError:
    """Return the error that a sentence was said of, with its details where nobody had foreseen it."""
    for made in reversed(_said):
        if made.message in message:
            return made
    return WaterNetError(message)
