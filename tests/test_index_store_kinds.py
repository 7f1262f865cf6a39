"""Approximate kinds of search: near to exact, the same each time, and safe whatever their files hold."""

import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.store import FaissBackend, VectorStore, kinds, rows
from index.store.exact import exact
from scale import scaled

DIMENSIONS = 32


def clustered_rows(count, seed=0):
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(20, DIMENSIONS))
    made = (centres[draw.integers(20, size=count)] + 0.5 * draw.normal(size=(count, DIMENSIONS))).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


ROWS = clustered_rows(scaled(2_000, 20_000))
QUERIES = clustered_rows(40, seed=1)


@pytest.fixture(scope="module", params=["hnsw", "ivfpq"])
def saved(request, tmp_path_factory):
    """Give a saved store of each approximate kind; tests may read it, not change it."""
    folder = tmp_path_factory.mktemp(request.param)
    VectorStore.from_vectors(ROWS, kind=request.param).save(folder / "v.npy")
    return folder


def test_most_of_the_ten_nearest_are_found(saved):
    store = VectorStore.load(saved / "v.npy", dimensions=DIMENSIONS)

    found = [set(store.nearest(query, 10).tolist()) & set(exact(ROWS, query, 10).tolist()) for query in QUERIES]

    assert sum(map(len, found)) / (10 * len(QUERIES)) > 0.95


def test_what_is_found_comes_by_its_exact_cosine(saved):
    store = VectorStore.load(saved / "v.npy", dimensions=DIMENSIONS)

    for query in QUERIES[:5]:
        ids = store.nearest(query, 20)
        cosines = ROWS[ids] @ query
        assert len(ids) == 20
        assert (np.diff(cosines) <= 1e-6).all()


def test_a_saved_store_finds_what_the_built_one_does(saved):
    kind = saved.name[:-1]
    built, loaded = VectorStore.from_vectors(ROWS, kind=kind), VectorStore.load(saved / "v.npy", dimensions=DIMENSIONS)

    assert loaded.kind == built.kind == kind
    assert [built.nearest(q, 30).tolist() for q in QUERIES] == [loaded.nearest(q, 30).tolist() for q in QUERIES]


def test_two_builds_write_the_same_bytes(saved, tmp_path):
    VectorStore.from_vectors(ROWS, kind=saved.name[:-1]).save(tmp_path / "v.npy")

    written = {path.name: path.read_bytes() for path in saved.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == written


def test_more_than_there_is_gives_all(saved):
    store = VectorStore.load(saved / "v.npy", dimensions=DIMENSIONS)

    # Links and lists lead to nearly all.
    assert len(store.nearest(QUERIES[0], 10 * len(ROWS))) > 0.9 * len(ROWS)


def test_a_query_that_is_no_number_finds_nothing(saved):
    store = VectorStore.load(saved / "v.npy", dimensions=DIMENSIONS)

    assert store.nearest(np.full(DIMENSIONS, np.nan, np.float32), 3).tolist() == []


def test_without_what_was_learnt_all_vectors_are_looked_at(saved, tmp_path):
    shutil.copy(saved / "v.npy", tmp_path / "v.npy")
    store = VectorStore.load(tmp_path / "v.npy", dimensions=DIMENSIONS)

    assert store.kind == "flat"
    assert store.nearest(QUERIES[0], 10).tolist() == exact(ROWS, QUERIES[0], 10).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("kind", ["flat", "hnsw", "ivfpq"])
def test_vectors_on_disk_are_searched_as_those_in_memory(tmp_path, monkeypatch, kind, dtype):
    exactly = ROWS.astype(dtype).astype(np.float32)
    np.save(tmp_path / "all.npy", ROWS.astype(dtype))
    VectorStore.from_vectors(np.load(tmp_path / "all.npy", mmap_mode="r"), kind=kind).save(tmp_path / "v.npy")
    monkeypatch.setattr(rows, "IN_MEMORY_BYTES", 1)

    store = VectorStore.load(tmp_path / "v.npy", dimensions=DIMENSIONS)

    assert isinstance(store.rows, np.memmap)
    assert store.rows.dtype == dtype
    in_memory = VectorStore.from_vectors(exactly, kind=kind)
    assert [store.nearest(q, 5).tolist() for q in QUERIES] == [in_memory.nearest(q, 5).tolist() for q in QUERIES]
    np.testing.assert_allclose(store.cosines(QUERIES[0], np.array([3, 1])), exactly[[3, 1]] @ QUERIES[0], atol=1e-6)


def test_a_number_that_is_none_is_found_when_its_row_is_read(tmp_path, monkeypatch):
    broken = ROWS.copy()
    broken[7, 3] = np.nan
    np.save(tmp_path / "v.npy", broken)
    monkeypatch.setattr(rows, "IN_MEMORY_BYTES", 1)
    store = VectorStore.load(tmp_path / "v.npy", dimensions=DIMENSIONS)

    assert len(store.cosines(QUERIES[0], np.array([6, 8]))) == 2
    with pytest.raises(IndexDamaged, match=r"v\.npy: holds a number that is none; run `citewise index` again"):
        store.cosines(QUERIES[0], np.array([6, 7]))


LEARNT = {
    "hnsw": ["codes", "entry", "floors", "links", "scale"],
    "ivfpq": ["book", "centres", "codes", "ids", "sizes"],
}


def test_what_was_learnt_is_a_few_plain_arrays(saved):
    kind = saved.name[:-1]

    assert sorted(path.name for path in saved.iterdir()) == sorted(
        ["v.npy", *(f"v.{kind}.{name}.npy" for name in LEARNT[kind])]
    )


@settings(max_examples=scaled(80, 3000), deadline=None)
@given(data=st.data())
def test_no_array_leads_a_search_out_of_memory(saved, tmp_path_factory, data):
    """A changed array is damage, or the search still ends with ids of vectors."""
    kind = saved.name[:-1]
    folder = tmp_path_factory.mktemp("broken")
    for path in saved.iterdir():
        shutil.copy(path, folder / path.name)
    path = folder / f"v.{kind}.{data.draw(st.sampled_from(LEARNT[kind]))}.npy"
    array = np.load(path)
    how = data.draw(st.sampled_from(["value", "length", "type", "axes"]))
    if how == "value":
        limits = np.iinfo(array.dtype) if array.dtype.kind in "iu" else None
        near = [-2, -1, 0, 1, 2, 3, len(ROWS) - 1, len(ROWS), 2**31 - 1]
        value = data.draw(st.sampled_from([v for v in near if limits is None or limits.min <= v <= limits.max]))
        array.reshape(-1)[data.draw(st.integers(0, array.size - 1))] = value
    elif how == "length":
        array = array[: data.draw(st.integers(0, len(array) - 1))]
    elif how == "type":
        array = array.astype(np.float64)
    else:
        array = array.reshape(-1)[np.newaxis]
    np.save(path, array)

    try:
        store = VectorStore.load(folder / "v.npy", dimensions=DIMENSIONS)
    except IndexDamaged as err:
        assert f"what was learnt from the vectors ({kind}) does not fit them" in str(err)  # noqa: PT017
        return
    found = store.nearest(QUERIES[0], 10)
    assert len(set(found.tolist())) == len(found)
    assert ((found >= 0) & (found < len(ROWS))).all()


@pytest.mark.parametrize(
    ("kind", "name", "change", "reason"),
    [
        ("hnsw", "links", lambda a: a.fill(len(ROWS)), "a link that leads to no vector"),
        ("hnsw", "links", lambda a: a.fill(-2), "a link that leads to no vector"),
        ("hnsw", "links", lambda a: a.fill(0), "not on its floor"),
        ("hnsw", "floors", lambda a: a.fill(0), "on no floor"),
        ("hnsw", "floors", lambda a: a.fill(99), "on no floor"),
        ("hnsw", "entry", lambda a: a.fill(len(ROWS)), "not on the top floor"),
        ("hnsw", "scale", lambda a: a.fill(np.nan), "holds a number that is none"),
        ("ivfpq", "ids", lambda a: a.fill(len(ROWS)), "an id that no vector has"),
        ("ivfpq", "ids", lambda a: a.fill(-1), "an id that no vector has"),
        ("ivfpq", "sizes", lambda a: a.fill(-1), "lists that do not hold all vectors"),
        ("ivfpq", "sizes", lambda a: a.fill(2**62), "lists that do not hold all vectors"),
        ("ivfpq", "centres", lambda a: a.fill(np.inf), "holds a number that is none"),
    ],
)
def test_a_place_outside_the_arrays_is_damage(tmp_path, kind, name, change, reason):
    VectorStore.from_vectors(ROWS, kind=kind).save(tmp_path / "v.npy")
    path = tmp_path / f"v.{kind}.{name}.npy"
    array = np.load(path)
    change(array)
    np.save(path, array)

    with pytest.raises(IndexDamaged, match=reason):
        VectorStore.load(tmp_path / "v.npy", dimensions=DIMENSIONS)


def test_the_kind_goes_by_size_unless_one_is_asked_for(monkeypatch):
    monkeypatch.setattr(kinds, "FLAT_UP_TO", 1_200)
    monkeypatch.setattr(kinds, "HNSW_UP_TO", 1_500)

    found = [VectorStore.from_vectors(ROWS[:count]).kind for count in (900, 1_200, 1_500, 1_600)]

    assert found == ["flat", "flat", "hnsw", "ivfpq"]
    assert VectorStore.from_vectors(ROWS[:900], kind="hnsw").kind == "flat"
    assert VectorStore.from_vectors(ROWS[:1_100], kind="ivfpq").kind == "ivfpq"


@pytest.mark.parametrize("dimensions", [7, 12, 384])
def test_vectors_of_any_width_can_be_coded(dimensions):
    made = np.random.default_rng(3).normal(size=(1_100, dimensions)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)

    store = VectorStore.from_vectors(made, kind="ivfpq")

    assert [int(store.nearest(row, 1)[0]) for row in made[:20]] == list(range(20))


def test_the_backend_writes_the_kind_that_it_was_told(tmp_path):
    FaissBackend("hnsw").write(tmp_path / "v.npy", ROWS)

    assert FaissBackend().open(tmp_path / "v.npy", dimensions=DIMENSIONS).kind == "hnsw"
