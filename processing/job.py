"""One run of an algorithm: its parameters in plain types, its progress, its results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
)

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import in_interface, tr
from waternet_plugin.processing.destinations import (
    TEXT_TABLES,
    companions,
    destination_path,
    destination_text,
    free_places,
    new_layer_file,
    with_path,
)

if TYPE_CHECKING:
    import datetime

    import pandas as pd

    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.store import Network

Value = TypeVar("Value")

PROJECT_SCOPE = "WaterNet"
PROJECT_KEY = "network"


def project_network(project: Any) -> str:
    """Return the address of the network a project belongs to, '' if it belongs to none."""
    if project is None:
        return ""
    stored, found = project.readEntry(PROJECT_SCOPE, PROJECT_KEY, "")
    if not found or not stored:
        return ""
    from waternet_plugin.store.addresses import read_address

    return read_address(stored, project.absolutePath())


def sayable(text: str) -> str:
    """Return a text that QGIS can show: names of files in another encoding may bring half a character."""
    return text.encode("utf-8", "replace").decode("utf-8")


def date_of(name: str, text: str) -> datetime.date:
    """Return the date that the text of a parameter says.

    Raises
    ------
    InputError
        When it is not written YYYY-MM-DD, or before or after all that is reckoned with.
    """
    from waternet_plugin.core import dates

    try:
        date = dates.parse_date(text)
    except ValueError:
        message = tr("{name}: “{text}” is not a valid date. Write it as YYYY-MM-DD, for example 2025-12-31.")
        raise InputError(message.format(name=name, text=text)) from None
    if not dates.FIRST <= date <= dates.LAST:
        message = tr("{name}: {text} is out of range. Give a date from {first} to {last}.")
        raise InputError(message.format(name=name, text=text, first=dates.FIRST, last=dates.LAST))
    return date


def _listener(feedback: Any) -> Callable[[float, str], bool]:
    """Return what tells QGIS how far a run is and hears whether it was cancelled."""

    def listen(fraction: float, text: str) -> bool:
        if feedback is None:
            return True
        feedback.setProgress(100.0 * fraction)
        if text:
            feedback.pushInfo(sayable(text))
        return not feedback.isCanceled()

    return listen


class Job:
    """One run: what the user asked for, and the ways to answer.

    Parameters
    ----------
    algorithm, parameters, context, feedback
        As QGIS passes them; ``feedback`` is None while parameters are only checked.
    """

    def __init__(self, algorithm: Any, parameters: dict[str, Any], context: Any, feedback: Any) -> None:
        self._algorithm = algorithm
        self.parameters = parameters
        self.context = context
        self.feedback = feedback
        self._held = ExitStack()
        # What was written by the name of its parameter, as QGIS wants it among the results.
        self.written: dict[str, Any] = {}
        # Files that wait for the end of the run: the folder in which each is written, and its place.
        self._staged: dict[str, tuple[Path, Path]] = {}
        # Not a method of this object, which would hold itself then, and with it the layers that QGIS loaded
        # for the run, until the collector of garbage comes by: files stay open, and QGIS itself may be gone.
        self.progress = Progress(_listener(feedback))

    def info(self, text: str) -> None:
        """Tell the user something."""
        if self.feedback is not None:
            self.feedback.pushInfo(sayable(text))

    def warn(self, text: str) -> None:
        """Warn the user of something that did not stop the run."""
        if self.feedback is not None:
            self.feedback.pushWarning(sayable(text))

    def has(self, name: str) -> bool:
        """Return whether a parameter was given a value."""
        return self.parameters.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """Return a text parameter, '' for none."""
        return str(self._algorithm.parameterAsString(self.parameters, name, self.context)).strip()

    def number(self, name: str) -> float:
        """Return a number."""
        return float(self._algorithm.parameterAsDouble(self.parameters, name, self.context))

    def integer(self, name: str) -> int:
        """Return a whole number."""
        return int(self._algorithm.parameterAsInt(self.parameters, name, self.context))

    def flag(self, name: str) -> bool:
        """Return a yes/no choice."""
        return bool(self._algorithm.parameterAsBoolean(self.parameters, name, self.context))

    def choice(self, name: str) -> str:
        """Return the code chosen."""
        return str(self._algorithm.parameterAsEnumString(self.parameters, name, self.context))

    def file(self, name: str) -> str:
        """Return the path of a file to read, '' for none."""
        return str(self._algorithm.parameterAsFile(self.parameters, name, self.context))

    def output_file(self, name: str) -> str:
        """Return the path of a file to write, '' when it was not asked for."""
        if name in self.parameters and self.parameters[name] in (None, ""):
            return ""
        path = str(self._algorithm.parameterAsFileOutput(self.parameters, name, self.context))
        self._refuse_network(path)
        return path

    def refuse_folder(self, name: str) -> None:
        """Refuse a folder where a file is to be written.

        Raises
        ------
        InputError
            With its path.
        """
        path = self.output_file(name)
        if path and Path(path).is_dir():
            raise InputError(
                tr("{name}: {path} is a folder. Give the name of a file in it.").format(name=name, path=path)
            )

    def write_workbook(self, name: str, sheets: Sequence[Any]) -> str:
        """Write sheets to an .xlsx and return its place, '' when it was not asked for.

        Parameters
        ----------
        name
            The parameter.
        sheets
            As `spreadsheets.write_sheets` takes them.
        """
        from waternet_plugin.bridge.export.spreadsheets import write_sheets

        place = self.new_file(name)
        if place:
            write_sheets(Path(place), sheets)
        self.written[name] = self.output_file(name)
        return str(self.written[name])

    def new_file(self, name: str) -> str:
        """Return where to write a file, '' when it was not asked for.

        It takes its place in ``publish``, with what was written beside it: a run that fails leaves none.

        Raises
        ------
        InputError
            When the folder of its place can't be written to, or a folder stands there.
        """
        target = self.output_file(name)
        if not target:
            return ""
        self.refuse_folder(name)
        return str(self._aside(name, Path(target).absolute()))

    def new_folder(self, name: str) -> str:
        """Return where to write files that go to a folder, '' when it was not asked for.

        They take their places in ``publish``, all or none; the folder is made if its parent is there.

        Raises
        ------
        InputError
            When it can't be made or written to, or is a file.
        """
        if not self.has(name):
            return ""
        target = Path(self.file(name)).absolute()
        try:
            target.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(
                tr("{name}: the folder {folder} can't be written to: {reason}. Choose another one.").format(
                    name=name, folder=target, reason=error.strerror or str(error)
                )
            ) from error
        # The place names the folder alone: every file keeps its own name.
        return str(self._aside(name, target / name).parent)

    @in_interface()
    def _aside(self, name: str, path: Path) -> Path:
        """Return where a file is written until ``publish`` gives it its place."""
        try:
            folder = self.hold(scratch.folder(path.parent, "output"))
        except OSError as error:
            message = tr("{path} can't be written: {reason}. Choose another location.")
            raise InputError(message.format(path=path, reason=error.strerror)) from error
        self._staged[name] = (folder, path)
        return folder / path.name

    def refuse_networks(self) -> None:
        """Refuse outputs that would replace or shrink a network, before anything is opened for writing.

        Raises
        ------
        InputError
            With the name of the first one.
        """
        for definition in self._algorithm.destinationParameterDefinitions():
            self._refuse_network(destination_text(self.parameters.get(definition.name()), self.context))

    def _refuse_network(self, destination: str) -> None:
        from waternet_plugin.store.outputs import refuse_network_as_output

        named = self.parameters.get("NETWORK")
        network = named if isinstance(named, str) and named else self._algorithm.network_of_project
        if destination:
            refuse_network_as_output(destination, (network, self._algorithm.network_of_project))

    def crs_text(self, name: str) -> str:
        """Return a coordinate system as a code or WKT; what QGIS does not know as it was written."""
        crs = self._algorithm.parameterAsCrs(self.parameters, name, self.context)
        if not crs.isValid():
            return str(self.parameters.get(name) or "")
        if crs.authid().startswith("EPSG:"):
            return str(crs.authid())
        return str(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))

    def date(self, name: str, default: datetime.date | None = None) -> datetime.date | None:
        """Return a date written YYYY-MM-DD, the default for none."""
        text = self.text(name)
        return date_of(name, text) if text else default

    def layer(self, name: str) -> Any:
        """Return the layer of the project or the context that a parameter names, None for none."""
        source = self.text(name)
        project = self.context.project()
        found = project.mapLayer(source) if source and project is not None else None
        return found or self.context.temporaryLayerStore().mapLayer(source)

    def source(self, name: str) -> Any:
        """Return the features of the layer that a parameter names, None where it can't be read."""
        return self._algorithm.parameterAsSource(self.parameters, name, self.context)

    def network_address(self) -> str:
        """Return the network's address: NETWORK, else that of the open project."""
        path = self.file("NETWORK") if self.has("NETWORK") else self._algorithm.network_of_project
        if not path:
            raise InputError(
                tr("No network was given and the open project has none. Specify one with NETWORK.")
            )
        return path

    def open_network(self) -> Network:
        """Open the network of this run; it is closed when the run ends."""
        from waternet_plugin import store
        from waternet_plugin.store import network_remarks

        network = self.hold(store.open_network(self.network_address()))
        self._refuse_writing(network)
        self._warn_if(network_remarks.repairs_sentence(network.repairs))
        self._warn_if(network_remarks.take_added_sentence(network.uri))
        # Known only when all was read.
        self._held.callback(lambda: self._warn_if(network_remarks.bad_texts_sentence(network)))
        return network

    def _refuse_writing(self, network: Network) -> None:
        """Refuse to begin what this login may not write; a run that writes nothing may go on."""
        algorithm = self._algorithm
        stores = algorithm.parameterDefinition("STORE") is None or self.flag("STORE")
        is_dry = algorithm.parameterDefinition("DRY_RUN") is not None and self.flag("DRY_RUN")
        if algorithm.WRITES and stores and not is_dry:
            refusal = network.refusal(algorithm.KIND)
            if refusal:
                raise StoreError(refusal)

    def tell(self, lines: Iterable[str] = (), *, warnings: Iterable[str] = ()) -> None:
        """Tell the user what an operation said: first what it warns of, then what it found."""
        for line in warnings:
            self.warn(line)
        for line in lines:
            self.info(line)

    def _warn_if(self, sentence: str) -> None:
        """Warn of something if there is anything to say."""
        if sentence:
            self.warn(sentence)

    def hold(self, what: AbstractContextManager[Value]) -> Value:
        """Enter something that is left when the run ends."""
        return self._held.enter_context(what)

    def write_sink(
        self,
        name: str,
        frame: pd.DataFrame,
        columns: list[tuple[str, str]],
        *,
        geometry: str = "none",
        crs: Any = None,
    ) -> str | None:
        """Write a frame to a sink and return its id, None when the sink was not asked for.

        Parameters
        ----------
        name
            The parameter.
        frame
            The rows; geometry in column ``geom``.
        columns
            Name and type (text, integer, real, date) of each column.
        geometry
            As in the schema's tables: LineStringZ, Point, ... or none.
        crs
            What pyproj understands; None without geometry.
        """
        from waternet_plugin.bridge import sinks

        value = self.parameters.get(name)
        place = destination_text(value, self.context)
        is_text = place != "" and destination_path(place).lower().endswith(TEXT_TABLES)
        fields = sinks.fields_of(columns, is_text=is_text)
        self._refuse_network(place)
        path = new_layer_file(value, place)
        # A layer of a file that is there is added to it in place.
        aside = self._aside(name, Path(path).absolute()) if path else None
        asked = self.parameters if aside is None else {**self.parameters, name: with_path(value, aside)}
        sink, identifier = self._algorithm.parameterAsSink(
            asked, name, self.context, fields, sinks.wkb_type(geometry), sinks.qgis_crs(crs)
        )
        if sink is None:
            if self.has(name):
                raise QgsProcessingException(self._algorithm.invalidSinkError(self.parameters, name))
            self.written[name] = None
            return None
        sinks.write(sink, frame, columns, fields, geometry, is_text=is_text)
        self.written[name] = str(identifier)
        if aside is not None:
            place = str(Path(path).absolute().with_name(Path(identifier).name))
            self.written[name] = self._loaded_from(str(identifier), place)
        return str(self.written[name])

    def _loaded_from(self, identifier: str, place: str) -> str:
        """Have a layer loaded from its place at the end of the run; return that."""
        layers = self.context.layersToLoadOnCompletion()
        if identifier in layers:
            layers[place] = layers.pop(identifier)
            self.context.setLayersToLoadOnCompletion(layers)
        return place

    def write_report(self, name: str, report: Report) -> str:
        """Write a report as .html with its .json beside it; return its path, '' when not asked for.

        It takes its place in ``publish``, when the batch it tells of is in the network.
        """
        path = self.output_file(name)
        self.written[name] = str(report.html_path(Path(path))) if path else ""
        if path:
            target = report.html_path(Path(path).absolute())
            report.prepare(self._aside(name, target), target)
        return str(self.written[name])

    def publish(self) -> dict[str, str]:
        """Give files their names at the end of a run; return where those are that could not have them.

        The batch stays then: it is in the network already, and the report tells of it.
        """
        elsewhere = {}
        for name, (folder, target) in self._staged.items():
            # The file that was asked for before those beside it.
            made = sorted(folder.iterdir(), key=lambda part: (part.suffix != target.suffix, part.name))
            files = {part: target.with_name(part.name) for part in made}
            if not files:
                continue
            try:
                replace_set(files, companions(files.values()))
            except StoreError as error:
                places = free_places(files.values())
                replace_set(dict(zip(files, places)))
                elsewhere[name] = str(places[0])
                message = tr("{reason} The run itself has finished, and the file is in {path}.")
                self.warn(message.format(reason=error.message, path=places[0]))
        return elsewhere

    def close(self) -> None:
        """Close what this run opened."""
        self._held.close()
