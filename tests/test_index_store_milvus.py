"""Vectors searched by Milvus: the same as by FAISS, and errors that say what to do."""

import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.wiring import shipped_reports
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.errors import IndexOutdated, StoreUnavailable
from index.manifest import Manifest
from index.retrieve import Retriever
from index.saved import SavedIndex
from index.store import FaissBackend, VectorStore
from index.store.milvus import MilvusBackend, _index_id
from scale import scaled
from small import REPORTS, write_reports

pytest.importorskip("milvus_lite", reason="Milvus Lite does not run on this system")
DIMENSIONS = 16
ACCURACY = Path(__file__).parent / "accuracy"


def unit_rows(count, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    """Give a Milvus of the tests, in a file, or the server that CITEWISE_TEST_MILVUS_URI names."""
    uri = os.environ.get("CITEWISE_TEST_MILVUS_URI") or str(tmp_path_factory.mktemp("milvus") / "vectors.db")
    made = MilvusBackend(uri)
    yield made
    made.close()


def collections(backend):
    with backend.reached() as client:
        return set(client.list_collections())


@pytest.fixture
def folder(tmp_path, backend):
    """Give a folder as that of a generation; its collections are dropped when the test ends."""
    made = tmp_path / "index/g-1"
    made.mkdir(parents=True)
    yield made
    for path in tmp_path.rglob("*.milvus.json"):
        path.unlink()
    backend.tidy(tmp_path / "index")


def test_it_finds_what_sorting_all_cosines_finds(backend, folder):
    rows, query = unit_rows(2_500), unit_rows(1, seed=1)[0]
    backend.write(folder / "v.npy", rows)

    store = backend.open(folder / "v.npy", dimensions=DIMENSIONS)

    assert len(store) == 2_500
    assert store.nearest(query, 20).tolist() == np.argsort(-(rows @ query), kind="stable")[:20].tolist()
    assert (
        store.cosines(query, np.array([5, 1])).tolist() == VectorStore(rows).cosines(query, np.array([5, 1])).tolist()
    )
    assert (store.rows == rows).all()


def test_more_than_there_is_gives_all_and_none_gives_none(backend, folder):
    backend.write(folder / "few.npy", unit_rows(4))
    backend.write(folder / "none.npy", unit_rows(0))

    few = backend.open(folder / "few.npy", dimensions=DIMENSIONS)

    assert sorted(few.nearest(unit_rows(1)[0], 100).tolist()) == [0, 1, 2, 3]
    assert few.nearest(np.full(DIMENSIONS, np.nan, np.float32), 3).tolist() == []
    assert backend.open(folder / "none.npy", dimensions=DIMENSIONS).nearest(unit_rows(1)[0], 3).tolist() == []


def test_the_same_vectors_are_sent_once(backend, folder):
    backend.write(folder / "v.npy", unit_rows(50))
    before = collections(backend)
    backend.write(folder / "again.npy", unit_rows(50))

    assert collections(backend) == before
    assert (folder / "v.milvus.json").read_text() == (folder / "again.milvus.json").read_text()


def test_what_a_broken_off_build_left_is_made_anew(backend, folder):
    rows = unit_rows(50)
    backend.write(folder / "v.npy", rows)
    name = json.loads((folder / "v.milvus.json").read_text())["collection"]
    with backend.reached() as client:
        client.delete(name, ids=[0, 1, 2])
        client.flush(name)

    backend.write(folder / "v.npy", rows)

    store = backend.open(folder / "v.npy", dimensions=DIMENSIONS)
    assert [int(store.nearest(row, 1)[0]) for row in rows[:4]] == [0, 1, 2, 3]


def test_collections_that_no_generation_names_are_dropped_and_no_others(backend, folder):
    with backend.reached() as client:
        client.create_collection("citewise_of_somebody_else", dimension=4)
    before = collections(backend)
    backend.write(folder / "old.npy", unit_rows(20))
    backend.write(folder / "new.npy", unit_rows(30))
    (folder / "old.milvus.json").unlink()

    backend.tidy(folder.parent)

    kept = json.loads((folder / "new.milvus.json").read_text())["collection"]
    assert collections(backend) == before | {kept}


def test_other_vectors_than_the_indexs_are_told(backend, folder):
    backend.write(folder / "v.npy", unit_rows(30))
    np.save(folder / "v.npy", unit_rows(30, seed=9))

    with pytest.raises(IndexOutdated, match=r"is not there or holds other vectors than .*v\.npy; run `citewise index`"):
        backend.open(folder / "v.npy", dimensions=DIMENSIONS)


def test_an_index_that_was_made_without_milvus_is_told(backend, folder):
    FaissBackend().write(folder / "v.npy", unit_rows(30))

    with pytest.raises(IndexOutdated, match="was indexed without Milvus; run `citewise index` again from nothing"):
        backend.open(folder / "v.npy", dimensions=DIMENSIONS)


def test_a_pointer_that_names_something_else_is_not_followed(backend, folder):
    backend.write(folder / "v.npy", unit_rows(30))
    (folder / "v.milvus.json").write_text('{"collection": "users"}')

    with pytest.raises(IndexOutdated, match="was indexed without Milvus"):
        backend.open(folder / "v.npy", dimensions=DIMENSIONS)


def test_a_server_that_is_not_there_is_told_without_its_secrets(folder):
    nobody = MilvusBackend("http://somebody:secret@127.0.0.1:1", token="of mine")  # noqa: S106

    with pytest.raises(
        StoreUnavailable, match=r"^Milvus at http://127\.0\.0\.1:1 can't be reached or refuses"
    ) as caught:
        nobody.write(folder / "v.npy", unit_rows(3))

    said = str(caught.value) + repr(nobody)
    assert "secret" not in said
    assert "of mine" not in said


def test_a_library_that_is_not_installed_is_told(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymilvus", None)

    with pytest.raises(StoreUnavailable, match=r"run `pip install 'citewise\[milvus\]'` first"):
        MilvusBackend("x.db").write(folder / "v.npy", unit_rows(3))


def test_an_index_comes_into_force_with_its_collections_and_the_old_ones_go(backend, tmp_path):
    index, before = tmp_path / "index", collections(backend)
    for count in range(1, len(REPORTS) + 1):
        reports = write_reports(tmp_path / f"reports-{count}", dict(list(REPORTS.items())[:count]))
        build_index(read_corpus([reports]), index, FakeEncoder(), backend=backend)
    named = {json.loads(path.read_text())["collection"] for path in index.glob("*/*.milvus.json")}

    assert collections(backend) - before == named
    assert set(Manifest.load(index).files) >= {"passages.milvus.json", "sentences.milvus.json", "passages.npy"}
    loaded = SavedIndex.load(index, backend=backend)
    plain = Retriever(SavedIndex.load(index), FakeEncoder()).search("How many quays were rebuilt?", language="en")
    found = Retriever(loaded, FakeEncoder()).search("How many quays were rebuilt?", language="en")
    assert [(hit.passage, hit.score) for hit in found] == [(hit.passage, hit.score) for hit in plain]


@pytest.mark.model
@pytest.mark.slow
def test_the_shipped_reports_questions_find_the_same_passages(backend, encoder, default_index, tmp_path):
    """Two stores, the questions of the accuracy set, the same passages in the same order with the same scores."""
    built = default_index(shipped_reports())
    files = tmp_path / "index/g-1"
    files.mkdir(parents=True)
    backend.write(files / "passages.npy", built.passage_vectors.rows)
    backend.write(files / "sentences.npy", built.sentence_vectors.rows)
    there = replace(
        built,
        passage_vectors=backend.open(files / "passages.npy", dimensions=384),
        sentence_vectors=backend.open(files / "sentences.npy", dimensions=384),
    )

    for language in ("zh", "en"):
        lines = (ACCURACY / f"questions_{language}.jsonl").read_text(encoding="utf-8").splitlines()
        for question in [json.loads(line)["question"] for line in lines][: scaled(12, 400)]:
            found, same = (
                [(hit.passage, hit.score) for hit in Retriever(one, encoder).search(question, language=language)]
                for one in (there, built)
            )
            assert found == same


def test_a_copy_of_an_index_has_an_id_of_its_own_and_links_are_not_followed(tmp_path):
    first, copy, other = tmp_path / "index", tmp_path / "copy", tmp_path / "other"
    first.mkdir()
    made = _index_id(first)
    shutil.copytree(first, copy)
    other.write_text("precious")

    assert _index_id(first) == made
    assert _index_id(copy) != made
    (copy / "milvus-id").unlink()
    (copy / "milvus-id").symlink_to(other)
    assert len(_index_id(copy)) == 12
    assert other.read_text() == "precious"
