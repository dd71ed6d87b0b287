"""What every WaterNet algorithm shares: parameters with help, plain errors, the network."""

from __future__ import annotations

import errno
import os
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtGui import QIcon

from waternet_plugin import dependencies, log, wheels
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.paths import icon_path
from waternet_plugin.processing import groups
from waternet_plugin.processing.destinations import MOST_BYTES_THERE, SHOWN, too_long
from waternet_plugin.processing.job import Job, project_network, sayable
from waternet_plugin.processing.usable import MAKES_NETWORK, is_beyond_limits, unusable

# Where QGIS's dialogs find the widget of a choice with labels.
_CHOICE_WIDGET = "waternet_plugin.processing.choice_widget.ChoiceWidget"
# QGIS hands whole numbers on with 32 bits.
LARGEST_WHOLE = 2**31 - 1
# What qgis_process itself may pass beside an algorithm's own parameters.
_QGIS_NAMES = frozenset({"PROJECT_PATH", "ELLIPSOID", "DISTANCE_UNITS", "AREA_UNITS"})


def _sentence(error: Exception) -> str:
    """Return the sentence for an error that no part of the work made a sentence of."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        # Any text may turn out to be a path, which only the file system measures.
        path = os.fsdecode(error.filename or "")
        return too_long(path, MOST_BYTES_THERE) or tr(
            "The path “{path}…” is too long. Choose a shorter one."
        ).format(path=path[:SHOWN])
    return log.unexpected(error).message


class WaterNetAlgorithm(QgsProcessingAlgorithm):
    """Base class: a subclass says its ``ID``, ``GROUP``, texts and parameters, and does its work in ``work``.

    Errors of the core become the one sentence that the user reads; anything unforeseen becomes a sentence
    too, with the details in a file.
    """

    ID = ""
    GROUP = ""
    ICON = "waternet"
    TAGS: tuple[str, ...] = ()
    MAIN_THREAD_ONLY = False
    # Whether it writes to a network, the one it works on or a new one: what shows it is renewed then.
    WRITES = False
    # What a login must be allowed for that on a server, where it is not a keeper: the kind of its batch.
    KIND = "edit"
    # Whether it reads or computes by packages beyond those of QGIS.
    NEEDS_PACKAGES = True

    def __init__(self) -> None:
        super().__init__()
        self._project_network = ""

    def title(self) -> str:
        """Return the name people see."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return what the algorithm does, in a few sentences."""
        raise NotImplementedError

    def declare(self) -> None:
        """Add the parameters and outputs."""
        raise NotImplementedError

    def work(self, job: Job) -> dict[str, Any]:
        """Do the work and return the outputs by name."""
        raise NotImplementedError

    def check(self, job: Job) -> None:
        """Raise a WaterNetError when parameters can't be used; called before anything starts."""
        self.request(job)

    def request(self, job: Job) -> Any:
        """Return the request, where it can be made before anything starts."""

    # The rest is what QGIS calls.

    def createInstance(self) -> WaterNetAlgorithm:  # noqa: N802
        """Return a fresh algorithm of this class."""
        return type(self)()

    def name(self) -> str:
        """Return the id that scripts rely on."""
        return self.ID

    def displayName(self) -> str:  # noqa: N802
        """Return the name people see."""
        return self.title()

    def group(self) -> str:
        """Return the group people see."""
        return groups.label(self.GROUP)

    def groupId(self) -> str:  # noqa: N802
        """Return the group's id."""
        return self.GROUP

    def tags(self) -> list[str]:
        """Return words by which the toolbox finds the algorithm, in both languages."""
        return [self.ID, *self.TAGS]

    def icon(self) -> QIcon:
        """Return the algorithm's icon."""
        return QIcon(icon_path(self.ICON))

    def svgIconPath(self) -> str:  # noqa: N802
        """Return the path of the algorithm's icon."""
        return icon_path(self.ICON)

    def shortDescription(self) -> str:  # noqa: N802
        """Return the first sentence of the summary."""
        return self.summary().split("\n")[0]

    def shortHelpString(self) -> str:  # noqa: N802
        """Return the summary and what each parameter and output means."""
        lines = [f"<p>{self.summary()}</p>"]
        for definition in self.parameterDefinitions():
            if definition.help():
                lines.append(f"<p><b>{definition.description()}</b><br>{definition.help()}</p>")
        return "\n".join(lines).replace("\n\n", "<br>")

    def flags(self) -> Any:
        """Return QGIS's flags; what touches projects or layouts stays in the main thread."""
        flags = super().flags()
        if self.MAIN_THREAD_ONLY:
            flags |= QgsProcessingAlgorithm.Flag.FlagNoThreading
        return flags

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802
        """Say whether the needed packages are there, and how to get them if not."""
        try:
            sentence = self._lacking()
        except Exception as error:  # noqa: BLE001 (an exception that reaches QGIS ends the process)
            sentence = log.unexpected(error).message
        return not sentence, sentence

    def _lacking(self) -> str:
        """Return which packages are missing for this algorithm and what to do, '' where none is."""
        return dependencies.sentence() if self.NEEDS_PACKAGES else ""

    def initAlgorithm(self, _config: Any = None) -> None:  # noqa: N802
        """Add the parameters."""
        self.declare()

    def checkParameterValues(self, parameters: dict[str, Any], context: Any) -> tuple[bool, str]:  # noqa: N802
        """Refuse unknown names, places that can't be written, and what the algorithm itself refuses."""
        try:
            sentence = self._refusal(parameters, context)
        except WaterNetError as error:
            sentence = error.message
        except QgsProcessingException as error:
            sentence = str(error)
        except Exception as error:  # noqa: BLE001 (an exception that reaches QGIS ends the process)
            sentence = _sentence(error)
        if sentence:
            return False, sayable(sentence)
        return super().checkParameterValues(parameters, context)

    def _refusal(self, parameters: dict[str, Any], context: Any) -> str:
        """Return the sentence that says why a run with these parameters is refused, '' when it is not."""
        known = {definition.name() for definition in self.parameterDefinitions()}
        strange = sorted(name for name in parameters if name not in known and name.upper() not in _QGIS_NAMES)
        if strange:
            return tr("{algorithm} has no parameter {names}. It has: {known}.").format(
                algorithm=self.ID, names=listed(strange), known=listed(sorted(known))
            )
        self._project_network = project_network(context.project())
        job = Job(self, parameters, context, None)
        if self._lacking():
            return self._lacking()
        if self.NEEDS_PACKAGES:
            wheels.keep_apart()
            job.refuse_networks()
        beyond = ""
        for definition in self.parameterDefinitions():
            value = parameters.get(definition.name())
            sentence = unusable(definition, value, context)
            if sentence and not is_beyond_limits(definition, value):
                return sentence
            beyond = beyond or sentence
        # The algorithm's own sentence tells more of a number that can't be than its limits do.
        self.check(job)
        return beyond

    def prepareAlgorithm(self, _parameters: dict[str, Any], context: Any, _feedback: Any) -> bool:  # noqa: N802
        """Read what belongs to the main thread: the project's network."""
        try:
            self._project_network = project_network(context.project())
            sentence = ""
        except Exception as error:  # noqa: BLE001 (an exception that reaches QGIS ends the process)
            sentence = log.unexpected(error).message
        if sentence:
            del _parameters, context, _feedback
            raise QgsProcessingException(sentence)
        return True

    def processAlgorithm(self, parameters: dict[str, Any], context: Any, feedback: Any) -> dict[str, Any]:  # noqa: N802
        """Run the work; an error becomes one sentence."""
        results, sentence = self._outcome(parameters, context, feedback)
        if sentence is not None:
            # QGIS never frees what is raised here (its handler of errors in virtual methods), and with it
            # whatever the frames on its way hold: the context has layers, whose files would stay open.
            del parameters, context, feedback
            raise QgsProcessingException(sayable(sentence))
        return results

    def _outcome(
        self, parameters: dict[str, Any], context: Any, feedback: Any
    ) -> tuple[dict[str, Any], str | None]:
        """Return the results of the run, and the sentence that says why it failed, None where it did not."""
        job = Job(self, parameters, context, feedback)
        try:
            if self.NEEDS_PACKAGES:
                dependencies.demand()
                wheels.keep_thread()
                # A model runs its steps without checking them before.
                job.refuse_networks()
            answer = self.work(job)
            return {**job.written, **answer, **job.publish()}, None
        except WaterNetError as error:
            for line in error.details:
                job.info(line)
            # The panel wants more than the sentence.
            if hasattr(feedback, "keep_refusal"):
                feedback.keep_refusal(error)
            return {}, error.message
        except QgsProcessingException as error:
            return {}, str(error)
        except Exception as error:  # noqa: BLE001 (whatever it is, the user reads a sentence)
            return {}, _sentence(error)
        finally:
            job.close()

    @property
    def network_of_project(self) -> str:
        """The network that the open project belongs to, '' if it belongs to none."""
        return self._project_network

    # Helpers for declare().

    def _add(self, definition: Any, help_text: str, *, advanced: bool = False) -> None:
        definition.setHelp(help_text)
        if advanced:
            flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
            definition.setFlags(definition.flags() | flag)
        self.addParameter(definition)

    def add_network(self) -> None:
        """Add NETWORK; empty means the network of the open project."""
        # The second filter is for the address of a server; other files are refused by `usable`.
        kinds = ";;".join((tr("WaterNet network (*.gpkg)"), tr("All files (*)")))
        self._add(
            QgsProcessingParameterFile("NETWORK", tr("Network"), optional=True, fileFilter=kinds),
            tr(
                "The network file, or the address of a network on a server; empty: the network of the open "
                "project."
            ),
        )

    def add_text(
        self,
        name: str,
        label: str,
        help_text: str,
        *,
        default: str = "",
        optional: bool = True,
        advanced: bool = False,
    ) -> None:
        """Add a text; bad values get our own sentence."""
        definition = QgsProcessingParameterString(name, label, defaultValue=default, optional=optional)
        self._add(definition, help_text, advanced=advanced)

    def add_number(
        self,
        name: str,
        label: str,
        help_text: str,
        *,
        between: tuple[float, float],
        default: float | None = None,
        integer: bool = False,
        optional: bool = False,
        advanced: bool = False,
    ) -> None:
        """Add a number, ``between`` the least and the largest; ``integer`` for counts and years."""
        kinds = QgsProcessingParameterNumber.Type
        definition = QgsProcessingParameterNumber(
            name, label, kinds.Integer if integer else kinds.Double, default, optional or default is None
        )
        least, largest = between
        definition.setMinimum(least)
        definition.setMaximum(largest)
        self._add(definition, help_text, advanced=advanced)

    def add_flag(
        self, name: str, label: str, help_text: str, *, default: bool | None = False, advanced: bool = False
    ) -> None:
        """Add a yes/no choice; with the default None it may be left open."""
        parameter = QgsProcessingParameterBoolean(name, label, default, default is None)
        self._add(parameter, help_text, advanced=advanced)

    def add_choice(
        self,
        name: str,
        label: str,
        help_text: str,
        codes: list[str],
        *,
        labels: dict[str, str] | None = None,
        default: str | None = None,
        advanced: bool = False,
    ) -> None:
        """Add a choice among codes; scripts pass the code itself, dialogs show its label."""
        definition = QgsProcessingParameterEnum(name, label, codes, False, default, default is None, True)
        if labels:
            definition.setMetadata({"widget_wrapper": {"class": _CHOICE_WIDGET, "labels": labels}})
        self._add(definition, help_text, advanced=advanced)

    def add_file(
        self, name: str, label: str, help_text: str, *, file_filter: str, optional: bool = False
    ) -> None:
        """Add an existing file."""
        definition = QgsProcessingParameterFile(name, label, optional=optional, fileFilter=file_filter)
        self._add(definition, help_text)

    def add_crs(self, name: str, label: str, help_text: str) -> None:
        """Add a coordinate system, which may be left out."""
        self._add(QgsProcessingParameterCrs(name, label, optional=True), help_text)

    def add_folder(self, name: str, label: str, help_text: str) -> None:
        """Add a folder, which may be left out."""
        folder = QgsProcessingParameterFile.Behavior.Folder
        self._add(QgsProcessingParameterFile(name, label, folder, optional=True), help_text)

    def add_file_output(
        self,
        name: str,
        label: str,
        help_text: str,
        file_filter: str,
        *,
        optional: bool = True,
        is_network: bool = False,
    ) -> None:
        """Add a file to write, or a network to make; an optional one is written only when asked for."""
        definition = QgsProcessingParameterFileDestination(
            name, label, file_filter, None, optional, not optional
        )
        if is_network:
            definition.setMetadata({MAKES_NETWORK: True})
        self._add(definition, help_text)

    def add_workbook(self) -> None:
        """Add WORKBOOK, which has all rows as sheets."""
        self.add_file_output(
            "WORKBOOK", tr("Workbook"), tr("All rows as sheets of an .xlsx."), "XLSX (*.xlsx)"
        )

    def add_sink(
        self, name: str, label: str, help_text: str, *, kind: Any = None, optional: bool = True
    ) -> None:
        """Add a layer or table to write; ``kind`` is a QgsProcessing source type."""
        definition = QgsProcessingParameterFeatureSink(
            name,
            label,
            QgsProcessing.SourceType.TypeVector if kind is None else kind,
            None,
            optional,
            not optional,
        )
        self._add(definition, help_text)

    def add_number_outputs(self, **labels: str) -> None:
        """Add figures to the results, by name."""
        for name, label in labels.items():
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def add_text_outputs(self, **labels: str) -> None:
        """Add texts to the results, by name."""
        for name, label in labels.items():
            self.addOutput(QgsProcessingOutputString(name, label))

    def add_path_output(self, name: str, label: str) -> None:
        """Add a file's path to the results."""
        self.addOutput(QgsProcessingOutputFile(name, label))
