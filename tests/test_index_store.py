"""Nearest vectors, checked against sorting all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.store import VectorStore
from scale import scaled


def unit_rows(count, dimensions=8, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@settings(max_examples=scaled(60, 1000), deadline=None)
@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 80), st.integers(0, 10_000))
def test_the_nearest_are_those_that_sorting_all_cosines_finds(count, dimensions, k, seed):
    rows = unit_rows(count, dimensions, seed)
    query = unit_rows(1, dimensions, seed + 1)[0]

    ids = VectorStore.from_vectors(rows).nearest(query, k)

    assert len(ids) == len(set(ids.tolist())) == min(k, count)
    np.testing.assert_allclose(rows[ids] @ query, np.sort(rows @ query)[::-1][:k], atol=1e-6)


def test_a_row_is_nearest_to_itself():
    rows = unit_rows(50)
    store = VectorStore.from_vectors(rows)

    assert [int(store.nearest(row, 1)[0]) for row in rows] == list(range(50))


@pytest.mark.parametrize("k", [5, 6, 1000])
def test_a_store_smaller_than_what_is_asked_for_gives_what_it_holds(k):
    ids = VectorStore.from_vectors(unit_rows(5)).nearest(unit_rows(1)[0], k)

    assert sorted(ids.tolist()) == [0, 1, 2, 3, 4]


def test_an_empty_store_finds_nothing():
    store = VectorStore.from_vectors(np.zeros((0, 8), np.float32))

    assert (len(store), store.nearest(unit_rows(1)[0], 3).tolist()) == (0, [])


def test_a_query_that_is_no_number_finds_nothing_rather_than_the_last_row():
    assert VectorStore.from_vectors(unit_rows(5)).nearest(np.full(8, np.nan, np.float32), 3).tolist() == []


def test_a_query_opposite_to_every_row_still_finds_them():
    rows = np.tile(unit_rows(1), (3, 1))

    assert sorted(VectorStore.from_vectors(rows).nearest(-rows[0], 3).tolist()) == [0, 1, 2]


def test_cosines_are_inner_products():
    rows, query = unit_rows(20), unit_rows(1, seed=9)[0]
    store = VectorStore.from_vectors(rows)

    np.testing.assert_allclose(store.cosines(query), rows @ query, atol=1e-6)
    np.testing.assert_allclose(store.cosines(query, np.array([7, 3])), (rows @ query)[[7, 3]], atol=1e-6)


def test_vectors_that_come_in_are_not_changed():
    rows = unit_rows(5) * 3
    kept, query = rows.copy(), unit_rows(1)[0] * 2
    kept_query = query.copy()

    VectorStore.from_vectors(rows).nearest(query, 3)

    assert (rows == kept).all()
    assert (query == kept_query).all()


@pytest.mark.parametrize(
    "rows", [unit_rows(7), unit_rows(1), np.zeros((0, 8), np.float32)], ids=["seven", "one", "none"]
)
def test_a_saved_store_finds_the_same(tmp_path, rows):
    query = unit_rows(1, seed=5)[0]
    before = VectorStore.from_vectors(rows)
    before.save(tmp_path / "v.npy")

    after = VectorStore.load(tmp_path / "v.npy", dimensions=8)

    assert len(after) == len(rows)
    assert after.nearest(query, 5).tolist() == before.nearest(query, 5).tolist()
    assert after.cosines(query).tolist() == before.cosines(query).tolist()


def test_rows_in_another_order_in_memory_are_stored_as_they_read(tmp_path):
    rows = np.asfortranarray(unit_rows(6))

    VectorStore.from_vectors(rows).save(tmp_path / "v.npy")

    assert (np.load(tmp_path / "v.npy") == rows).all()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x93NUMPY", b"no array", b"\x80\x04K\x01.", bytes(range(256)) * 10],
    ids=["empty", "cut off", "text", "pickle", "bytes"],
)
def test_what_is_no_array_is_damage(tmp_path, content):
    (tmp_path / "v.npy").write_bytes(content)

    with pytest.raises(IndexDamaged, match=r"v\.npy: the vectors can't be read; run `citewise index` again"):
        VectorStore.load(tmp_path / "v.npy", dimensions=8)


def test_a_missing_file_is_damage(tmp_path):
    with pytest.raises(IndexDamaged, match="can't be read"):
        VectorStore.load(tmp_path / "v.npy", dimensions=8)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_an_array_that_is_cut_off_is_damage(tmp_path, share):
    path = tmp_path / "v.npy"
    VectorStore.from_vectors(unit_rows(50)).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    with pytest.raises(IndexDamaged, match="can't be read"):
        VectorStore.load(path, dimensions=8)


@pytest.mark.parametrize(
    "array",
    [
        unit_rows(5, 4),
        unit_rows(5).astype(np.float64),
        unit_rows(1)[0],
        np.zeros((2, 8, 1), np.float32),
        np.array(["a"]),
    ],
    ids=["dimensions", "doubles", "one row", "three axes", "words"],
)
def test_an_array_of_another_shape_or_type_is_damage(tmp_path, array):
    np.save(tmp_path / "v.npy", array)

    with pytest.raises(IndexDamaged, match="expected vectors of 8 float32 numbers, found shape"):
        VectorStore.load(tmp_path / "v.npy", dimensions=8)


def test_an_array_of_objects_is_never_unpickled(tmp_path):
    np.save(tmp_path / "v.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)

    with pytest.raises(IndexDamaged, match="can't be read"):
        VectorStore.load(tmp_path / "v.npy", dimensions=8)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_damage(tmp_path, value):
    rows = unit_rows(5)
    rows[3, 2] = value
    np.save(tmp_path / "v.npy", rows)

    with pytest.raises(IndexDamaged, match="holds a number that is none"):
        VectorStore.load(tmp_path / "v.npy", dimensions=8)
