"""Photos and documents of a network on a server lie in the folder that its setting names."""

from __future__ import annotations

import pytest

from waternet_plugin.core.errors import StoreError
from waternet_plugin.operations.attachments.attach_files import AttachRequest, attach_files
from waternet_plugin.operations.attachments.attached_files import attached_files

pytestmark = pytest.mark.parametrize("kept_in", ["server"], indirect=True)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "tank.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    return path


def _name_folder(network, value):
    with network.write("setting") as batch:
        batch.set_setting("general.attachments_folder", str(value))


def test_they_are_kept_there_and_found_again(town, photo, tmp_path):
    folder = tmp_path / "共享" / "photos"
    folder.parent.mkdir()
    _name_folder(town, folder)
    attach_files(town, AttachRequest("pipe", "P00001", (photo,)))
    (found,) = attached_files(town, "pipe", "P00001")
    assert (found.path.parent, found.name, found.fault) == (folder, "tank.jpg", "")
    assert found.path.read_bytes() == photo.read_bytes()
    _name_folder(town, tmp_path / "elsewhere")
    (found,) = attached_files(town, "pipe", "P00001")
    assert found.path is None and found.fault.endswith("Copy that folder beside the network.")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "names no folder for photos and documents"),
        ("photos", "The folder “photos” for photos and documents of town is not a complete path"),
        ("/no/such/share/photos", "can't be copied beside the network"),
    ],
)
def test_without_a_folder_nothing_is_attached_and_a_sentence_says_why(town, photo, value, sentence):
    _name_folder(town, value)
    with pytest.raises(StoreError, match=sentence):
        attach_files(town, AttachRequest("pipe", "P00001", (photo,)))
    assert town.count("attachment") == 0
    assert attached_files(town, "pipe", "P00001") == ()
