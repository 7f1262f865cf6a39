"""Vectors of an unfinished build: what is whole is used again, whatever became of the file."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.checkpoint import NAME, Checkpoint, discard
from scale import scaled

KEYS = [bytes([number]) * 32 for number in range(5)]
VECTORS = [np.random.default_rng(number).random((number + 1, 4), dtype=np.float32) for number in range(5)]


def opened(folder, *, fingerprint="e", dimensions=4):
    return Checkpoint.open(folder, fingerprint=fingerprint, dimensions=dimensions)


def kept(folder, **options):
    checkpoint = opened(folder, **options)
    checkpoint.close()
    return {key: vectors.tolist() for key, vectors in checkpoint.found.items()}


@pytest.fixture
def written(tmp_path):
    checkpoint = opened(tmp_path)
    for key, vectors in zip(KEYS, VECTORS, strict=True):
        checkpoint.add(key, vectors)
    checkpoint.close()
    return tmp_path


ALL = {key: vectors.tolist() for key, vectors in zip(KEYS, VECTORS, strict=True)}


def test_vectors_come_back_bit_by_bit(written):
    assert kept(written) == ALL


def test_more_can_be_added_later(written):
    checkpoint = opened(written)
    checkpoint.add(b"z" * 32, VECTORS[0])
    checkpoint.close()

    assert kept(written) == ALL | {b"z" * 32: VECTORS[0].tolist()}


@pytest.mark.parametrize("options", [{"fingerprint": "other"}, {"dimensions": 8}], ids=str)
def test_vectors_of_another_encoder_are_dropped(written, options):
    assert kept(written, **options) == {}
    assert kept(written) == {}


def test_what_is_discarded_is_gone(written):
    discard(written)
    discard(written)

    assert not (written / NAME).exists()


@settings(max_examples=scaled(60, 1500), deadline=None)
@given(st.data())
def test_a_damaged_file_gives_whole_records_only_and_can_be_written_on(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("checkpoint")
    checkpoint = opened(folder)
    for key, vectors in zip(KEYS, VECTORS, strict=True):
        checkpoint.add(key, vectors)
    checkpoint.close()
    raw = bytearray((folder / NAME).read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans(), label="cut"):
        del raw[at:]
    else:
        raw[at] ^= data.draw(st.integers(1, 255))
    (folder / NAME).write_bytes(raw)

    found = kept(folder)

    assert found == {key: ALL[key] for key in list(ALL)[: len(found)]}
    assert len(found) < len(ALL)
    checkpoint = opened(folder)
    checkpoint.add(b"z" * 32, VECTORS[0])
    checkpoint.close()
    assert kept(folder) == found | {b"z" * 32: VECTORS[0].tolist()}


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 5000, b"\xff" * 5000])
def test_a_file_of_something_else_is_begun_anew(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)

    assert kept(tmp_path) == {}
    assert kept(tmp_path) == {}


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_a_file_elsewhere_is_never_written_through_a_link(tmp_path, link):
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    (tmp_path / "index").mkdir()
    getattr(tmp_path / "index" / NAME, link)(other)

    checkpoint = opened(tmp_path / "index")
    checkpoint.add(KEYS[0], VECTORS[0])
    checkpoint.close()

    assert other.read_bytes() == b"precious"
    assert kept(tmp_path / "index") == {KEYS[0]: VECTORS[0].tolist()}
