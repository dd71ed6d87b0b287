"""The reader of each kind of survey in XML."""

from __future__ import annotations

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.survey.reading.jobxml import read_jobxml
from waternet_plugin.core.survey.reading.landxml import read_landxml
from waternet_plugin.core.survey.reading.survey_xml import root_of
from waternet_plugin.core.survey.tables_read import TablesRead
from waternet_plugin.core.texts import tr


def read_xml_tables(raw: bytes, name: str) -> TablesRead:
    """Return the tables of a file of XML.

    Parameters
    ----------
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is neither LandXML nor JobXML, damaged, or declares a document type.
    """
    root = root_of(raw, name)
    if root == "LandXML":
        return read_landxml(raw, name)
    if root == "JOBFile":
        return read_jobxml(raw, name)
    message = tr("{file} is XML of another kind: {root}. Export LandXML or JobXML.")
    raise InputError(message.format(file=name, root=root or "-"))
