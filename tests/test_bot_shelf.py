"""What answers from several collections: loaded when asked, let go when idle, loaded anew when built anew."""

import pytest

from bot.shelf import Shelf
from index.errors import IndexDamaged, IndexMissing


@pytest.fixture
def loaded():
    return []


@pytest.fixture
def shelf(tmp_path, loaded):
    def load(name):
        loaded.append(name)
        text = (tmp_path / name / "manifest.json").read_text()
        if text == "damaged":
            raise IndexDamaged("damaged")
        return f"{name} {text}"

    for name in "abcd":
        build(tmp_path, name, "1")
    return Shelf(lambda name: tmp_path / name, load, room=2)


def build(folder, name, text):
    (folder / name).mkdir(exist_ok=True)
    aside = folder / name / "aside"
    aside.write_text(text)
    aside.replace(folder / name / "manifest.json")


def test_each_is_loaded_once_and_when_asked(shelf, loaded):
    assert (loaded, shelf.take("a"), shelf.take("a"), loaded) == (["a"], "a 1", "a 1", ["a"])


def test_the_longest_idle_is_let_go(shelf, loaded):
    for name in "abac":
        shelf.take(name)

    shelf.take("a")
    shelf.take("b")

    assert loaded == ["a", "b", "c", "b"]


def test_a_new_build_is_taken_into_use(shelf, tmp_path):
    shelf.take("a")
    before = shelf.state("a")
    build(tmp_path, "a", "22")

    assert shelf.take("a") == "a 22"
    assert shelf.state("a") != before


def test_a_new_build_that_can_t_be_loaded_leaves_the_old_one(shelf, tmp_path, loaded):
    shelf.take("a")
    build(tmp_path, "a", "damaged")

    assert [shelf.take("a"), shelf.take("a")] == ["a 1", "a 1"]
    assert loaded == ["a", "a"]


def test_one_that_is_gone_is_an_error(tmp_path):
    def load(name):
        raise IndexMissing(name)

    shelf = Shelf(lambda name: tmp_path / name, load)

    with pytest.raises(IndexMissing):
        shelf.take("a")
    assert shelf.state("a") is None
