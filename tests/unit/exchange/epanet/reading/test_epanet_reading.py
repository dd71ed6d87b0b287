"""What EPANET reads, the reader reads; what it can't is said with its line."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.epanet_files import TOWN, exchanged, read

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading import sections, text, units


def test_a_file_is_counted():
    model = read(TOWN)
    assert [model.count(kind) for kind in ("junction", "reservoir", "tank")] == [6, 1, 1]
    assert [model.count("PIPE"), model.count("PUMP"), model.valves] == [6, 1, 2]
    assert model.warnings == []


def test_sections_may_come_in_any_order():
    parts = ["[" + part for part in TOWN.split("[")[1:-1]]
    random.Random(7).shuffle(parts)
    shuffled, plain = read("".join(parts)), read(TOWN)
    assert shuffled.nodes.keys() == plain.nodes.keys()
    assert {id_: link.status for id_, link in shuffled.links.items()} == {
        id_: link.status for id_, link in plain.links.items()
    }


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("[JUNC]", "JUNCTIONS"),
        ("[junctions]", "JUNCTIONS"),
        ("[Coordinate]", "COORDINATES"),
        ("[END", "END"),
        ("[LEAKAGE]", "LEAKAGE"),
        ("[NODES]", "?"),
    ],
)
def test_headings_are_known_by_their_beginning(heading, name):
    assert sections.section_of(heading) == name


def test_a_section_may_be_there_twice_and_without_end():
    more = "[junc]\nJ9 3\n[PIPES]\nP9 J9 J1 10 100 100\n[COORD]\nJ9 1 2\n"
    model = read(TOWN.replace("[END]", more))
    assert model.links["P9"].length_m == 10
    assert model.xy["J9"] == (1, 2)


def test_what_follows_the_end_is_not_read():
    assert "J9" not in read(TOWN + "[JUNCTIONS]\nJ9 3\n").nodes


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 4096, b"\r\n\0\0\0", b"\n\xff\xfe\x80 rubbish"])
@pytest.mark.parametrize("ending", ["[END]", "[end]\n", "  [END"])
def test_what_pads_a_file_behind_its_end_is_not_read(padding: bytes, ending: str) -> None:
    plain = TOWN.partition("[END]")[0]
    data = (plain + ending).encode("utf-8")
    padded, alone = text.read_document(data + padding, "a.inp"), text.read_document(data, "a.inp")
    assert (padded.lines, padded.encoding) == (alone.lines, alone.encoding)


def test_zero_bytes_pad_a_file_without_end() -> None:
    plain = TOWN.partition("[END]")[0].encode("utf-8")
    assert text.read_document(plain + b"\0" * 100, "a.inp").lines == text.read_document(plain, "a.inp").lines


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_zero_bytes_within_a_file_are_refused(encoding: str) -> None:
    with pytest.raises(InputError, match="EPANET input file"):
        text.read_document(TOWN.encode(encoding), "a.inp")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  a\tb ;c d", ("a", "b")),
        ('"my pipe" J1 "J 2"', ("my pipe", "J1", "J 2")),
        ('a"b c', ('a"b', "c")),
        (";all comment", ()),
        ("P#1/中 (x) 5", ("P#1/中", "(x)", "5")),
    ],
)
def test_words(line, words):
    assert text.TextLine(1, "PIPES", line, False).words == words


@pytest.mark.parametrize(
    ("word", "value"),
    [("1", 1.0), ("-.5", -0.5), ("1e3", 1000.0), ("5.", 5.0), ("1,5", None), ("x", None), ("3m", None)],
)
def test_numbers_are_those_of_epanet(word, value):
    assert text.number(word) == value


def test_a_stray_byte_behind_a_number_does_no_harm():
    assert text.number("12¡") == 12


def test_a_stray_byte_in_place_of_a_number_is_0_as_in_epanet():
    assert text.number("¡") == text.number("\uff15") == 0


def test_a_pipe_with_more_than_eight_words_says_no_status():
    assert read(exchanged("110  0  Closed", "110  0  Closed main")).links["P3"].status == "open"
    assert read(exchanged("110  0  Closed", "110  Closed")).links["P3"].status == "closed"


@pytest.mark.parametrize(
    ("flow", "metres", "millimetres"),
    [("GPM", 0.3048, 25.4), ("IMGD", 0.3048, 25.4), ("CMH", 1, 1), ("lps", 1, 1), ("SI", 1, 1)],
)
def test_the_flow_unit_brings_the_others(flow, metres, millimetres):
    link = read(exchanged("Units LPS", f"units {flow}")).links["P1"]
    assert link.length_m == pytest.approx(500 * metres)
    assert link.diameter_mm == pytest.approx(300 * millimetres)


def test_without_options_a_file_is_in_gallons_and_feet():
    assert units.units_of(read(exchanged(" Units LPS\n", "")).document).flow == "GPM"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_files(encoding):
    data = TOWN.replace("the market", "市场门前").replace("J5", "节点5").encode(encoding)
    model = read(data)
    assert "节点5" in model.nodes
    assert model.links["P6"].start == "节点5"


def test_stray_bytes_are_latin():
    model = read(TOWN.encode().replace(b"small", b"Almer\xa1a"))
    assert model.document.encoding == "latin-1"
    assert len(model.links) == 9


def test_states_at_the_start():
    states = {id_: link.status for id_, link in read(TOWN).links.items()}
    assert states.pop("P3") == states.pop("J6") == "closed"
    assert states.pop("P5") == "check_valve"
    assert set(states.values()) == {"open"}


@pytest.mark.parametrize(
    ("lines", "closed"),
    [
        (" 1 Closed", {"1", "P3"}),
        (" 1 0", {"1", "P3"}),
        (" 1 1.2", {"P3"}),
        (" P3 Open", set()),
        (" P1 P4 Closed", {"P1", "P2", "P3", "P4"}),
        (" P5 Closed", {"P3"}),
        (" V1 Closed\n V1 30", {"P3"}),
    ],
)
def test_status_lines(lines, closed):
    links = read(exchanged(" J6  Closed", lines)).links
    assert {id_ for id_, link in links.items() if link.status == "closed"} == closed


def test_a_pump_of_speed_0_is_closed():
    assert read(exchanged("HEAD lift", "HEAD lift SPEED 0")).links["1"].status == "closed"


def test_a_line_of_tanks_with_a_head_only_is_a_reservoir():
    assert read(exchanged("45  3  0  6  20  0", "48")).nodes["T1"].kind == "reservoir"


def test_a_tank_without_diameter_is_a_reservoir():
    assert read(exchanged("45  3  0  6  20  0", "45 0 0 0 0 0")).nodes["T1"].kind == "reservoir"


def test_a_tank_has_its_volume():
    assert read(TOWN).nodes["T1"].volume_m3 == pytest.approx(3.14159265 * 100 * 6)


@pytest.mark.parametrize("kind", ["PRV", "PSV", "PBV", "FCV", "TCV", "GPV", "PCV", "prv"])
def test_all_types_of_valves(kind):
    assert read(exchanged("150  PRV  25", f"150 {kind} 25")).links["V1"].type == kind.upper()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (" P1  J1  J2  500", " P1  J1  J9  500", "Line 17, [PIPES]: “P1  J1  J9"),
        (" P1  J1  J2  500", " P1  J1  J9  500", "there is no node J9 in the file"),
        (" P1  J1  J2  500", " P1  J1  J2  50x", "“50x” is not a number"),
        (" P2  J2  J3  400  200  120  0  Open", " P2  J2", "2 of at least 3 values are there"),
        (" P2  J2  J3  400", " P1  J2  J3  400", "the link P1 already exists, in line 17"),
        (" J3  14", " J1  14", "the node J1 already exists, in line 6"),
        (" T1  45  3  0  6  20  0", " T1  45  3  0", "4 of at least 6 values"),
        (" P6  J5  J6", ' ""  J5  J6', "the id is empty"),
        ("150  PRV", "150  XRV", "“XRV” is not a type of valve"),
    ],
)
def test_a_broken_line_is_named(old, new, sentence):
    with pytest.raises(InputError) as error:
        read(exchanged(old, new))
    assert sentence in error.value.message
    assert "town.inp can't be read" in error.value.message


def test_all_broken_lines_are_in_the_details():
    data = exchanged(" P1  J1  J2", " P1  J1  J9", exchanged(" P2  J2  J3", " P2  J2  J9"))
    with pytest.raises(InputError) as error:
        read(data)
    assert "2" in error.value.message
    assert len(error.value.details) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"hello world", "is not an EPANET input file"),
        (bytes(range(256)), "is not an EPANET input file"),
        (b"[TITLE]\nonly\n", "is not an EPANET input file"),
        (b"[JUNCTIONS]\nJ1 5\n", "contains no pipe, pump or valve"),
    ],
)
def test_other_files_are_refused(data, sentence):
    with pytest.raises(InputError, match=sentence):
        read(data)


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (" J1  100   100", " J1  abc   100", "Line 58, [COORDINATES]: the coordinates can't be read"),
        (
            " J1  100   100",
            " J77 100   100",
            "Elements that have coordinates but do not exist in the file: 1 line",
        ),
        ("[TAGS]", "[NONSENSE]", "EPANET has no section [NONSENSE]"),
        (" J6  Closed", " J8  Closed", "there is no link J8"),
        (" J4  2.5  day", " J77  2.5  day", "there is no node J77"),
        (" Duration 0", " Start ClockTime 20 PM", "That is not a time"),
    ],
)
def test_what_epanet_ignores_is_a_warning(old, new, warning):
    warnings = read(exchanged(old, new)).warnings
    assert len(warnings) == 1
    assert warning in warnings[0]


def sentence_of(data: bytes) -> str:
    """Return what reading answers: the sentence of its refusal, "read" when it reads."""
    try:
        read(data)
    except InputError as error:
        return error.message
    return "read"


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    for whole in (data, TOWN.encode() + data, data + b"\n" + TOWN.encode()):
        assert sentence_of(whole)
