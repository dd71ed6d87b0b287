"""Hands inside desktop QGIS: find a widget by its name, move the pointer to it, press, type, look.

Events are real ones of the X server (xdotool), so they go the way a person's do. Places are asked from the
widgets at that moment. A script is a generator: each ``yield condition`` waits until ``condition()`` is true,
while QGIS goes on working.
"""

from __future__ import annotations

import faulthandler
import fnmatch
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QPoint, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog, QScrollArea, QWidget

SHOTS = Path(os.environ["WATERNET_SHOTS"])
LANGUAGE = os.environ["WATERNET_LANGUAGE"]
ROOT = Path(__file__).resolve().parent.parent.parent
# The throw-away home of this one QGIS.
HOME = Path(os.environ["HOME"])
STEP_MS = 100
PATIENCE_S = float(os.environ.get("WATERNET_STEP") or 120)

Condition = Callable[[], object]
Script = Generator[Condition, None, None]


class Hands:
    """One pair of hands: counts the clicks it makes."""

    def __init__(self) -> None:
        self.clicks = 0

    def find(self, name: str) -> QWidget | None:
        """Return the widget of a name that can be seen, None if there is none."""
        for widget in QApplication.allWidgets():
            if widget.objectName() == name and widget.isVisible():
                return widget
        return None

    def takes(self, name: str) -> bool:
        """Return whether the widget of a name can be seen and pressed."""
        widget = self.find(name)
        return widget is not None and widget.isEnabled()

    def window(self, kind: type) -> QWidget | None:
        """Return the window of a kind that can be seen, None if there is none."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                return widget
        return None

    def there(self, name: str) -> Condition:
        """Return the condition that a widget can be seen and used."""
        return lambda: (found := self.find(name)) is not None and found.isEnabled()

    def click_at(self, place: QPoint) -> None:
        """Press the left button at a place of the screen."""
        self.clicks += 1
        # Qt counts in logical points, the X server in its own.
        ratio = QApplication.primaryScreen().devicePixelRatio()
        x, y = (str(round(ratio * value)) for value in (place.x(), place.y()))
        subprocess.run(["xdotool", "mousemove", x, y, "sleep", "0.1", "click", "1"], check=True)

    def click(self, name: str) -> None:
        """Press the left button on the middle of a widget."""
        widget = self.find(name)
        if widget is None:
            raise LookupError(f"nothing named {name} can be seen")
        self.click_at(widget.mapToGlobal(widget.rect().center()))

    def reveal(self, name: str) -> None:
        """Scroll what holds a widget until it shows, as a wheel would."""
        widget = self.find(name)
        parent = widget.parentWidget() if widget is not None else None
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()

    def onward(self, page: str, picture: str = "") -> Script:
        """Press the wizard's Next and wait for a page; a picture is taken before."""
        yield self.there("wn_wizard_next")
        yield pause(0.3)
        if picture:
            self.shoot(picture)
        self.click("wn_wizard_next")
        yield lambda: self.find(page) is not None

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        subprocess.run(["xdotool", "type", "--delay", "5", text], check=True)

    def key(self, name: str) -> None:
        """Press a key, such as Return."""
        subprocess.run(["xdotool", "key", name], check=True)

    def shoot(self, name: str) -> None:
        """Save what the whole screen shows, and a dialog on it apart in the folder ``windows``."""
        screen = QApplication.primaryScreen()
        picture = screen.grabWindow(0)
        picture.save(str(SHOTS / f"{name}.{LANGUAGE}.png"))
        dialog = QApplication.activeWindow()
        if isinstance(dialog, QDialog) and screen.devicePixelRatio() == 1:
            folder = SHOTS / "windows"
            folder.mkdir(exist_ok=True)
            picture.copy(dialog.frameGeometry()).save(str(folder / f"{name}.{LANGUAGE}.png"))


def pause(seconds: float) -> Condition:
    """Return the condition that a time has passed, for a picture to settle."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def data_folder(name: str) -> Path:
    """Return a folder of real data; without it the way ends with a plain word."""
    folder = Path(os.environ.get("WATERNET_DATA") or ROOT.parent / "shared" / "data") / name
    if not folder.is_dir():
        finish("", 0, 0, f"skipped: needs the real data, no folder {name} (set WATERNET_DATA)")
        sys.stdout.flush()
        os._exit(0)
    return folder


def written(folder: Path, pattern: str) -> list[Path]:
    """Return the files below a folder whose names fit a pattern: those that are ready.

    Folders of papers that are being made come and go meanwhile; their names begin with a dot.
    """
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in fnmatch.filter(names, pattern)]
    return sorted(found)


def finish(way: str, clicks: int, seconds: float, outcome: str) -> None:
    """Tell what came of a way, also as JSON beside the pictures."""
    told = {"clicks": clicks, "seconds": round(seconds, 1), "outcome": outcome}
    (SHOTS / "outcome.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    print(f"{way}: {clicks} click(s), {seconds:.0f} s, {outcome}" if way else outcome)


def what_shows() -> str:
    """Return what a person would read now: windows, messages, work under way."""
    from qgis.utils import iface, plugins

    session = plugins["waternet_plugin"].session
    lines = [f"under way: {session.running}", f"network: {session.network_path}"]
    lines += [f"message: {item.text()}" for item in iface.messageBar().items()]
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and window.windowTitle():
            lines.append(f"window: {window.objectName()} “{window.windowTitle()}”")
    wizard = session.window("wn_wizard")
    if wizard is not None:
        lines.append(f"wizard: step {wizard.step}, busy {wizard.is_busy}, says “{wizard.message.text()}”")
    return "\n".join(lines)


def where(script: Script) -> str:
    """Return the functions and lines that a script waits in, the outermost first."""
    places = []
    while script is not None and getattr(script, "gi_frame", None) is not None:
        places.append(f"{script.gi_code.co_name}:{script.gi_frame.f_lineno}")
        script = script.gi_yieldfrom
    return " > ".join(places)


def perform(script: Script, hands: Hands) -> None:
    """Start a script; QGIS ends with status 0 when it is through, 1 when something failed."""
    state: dict[str, object] = {"wait": pause(0.5), "since": time.monotonic()}

    heard: list[str] = []

    def hear(text: str, tag: str, _level: int) -> None:
        if tag == "WaterNet" or "Traceback" in text:
            heard.append(f"{tag}: {text}")

    QgsApplication.messageLog().messageReceived.connect(hear)

    def end(status: int) -> None:
        if status:
            print("\n".join(heard))
            print(what_shows())
            sys.stdout.flush()
            # Where every thread stands, for a way that hangs.
            faulthandler.dump_traceback(sys.stdout)
        sys.stdout.flush()
        os._exit(status)

    def step() -> None:
        try:
            wait: Condition = state["wait"]  # type: ignore[assignment]
            if not wait():
                if time.monotonic() - float(state["since"]) > PATIENCE_S:  # type: ignore[arg-type]
                    raise TimeoutError(f"waited too long in {where(script)}")
                QTimer.singleShot(STEP_MS, step)
                return
            state["wait"] = next(script)
            state["since"] = time.monotonic()
            QTimer.singleShot(STEP_MS, step)
        except StopIteration:
            faults = [line for line in heard if "Traceback" in line]
            if faults:
                print(f"{len(faults)} exception(s) in the log")
            end(1 if faults else 0)
        except BaseException:  # noqa: BLE001 (whatever it is, QGIS must end)
            traceback.print_exc()
            hands.shoot("failed")
            end(1)

    QTimer.singleShot(1500, step)
