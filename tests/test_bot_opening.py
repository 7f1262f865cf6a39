"""An assistant from a folder, as a program that uses citewise as a library opens it."""

from pathlib import Path

import pytest

from bot import Assistant
from bot.wiring import Workshop
from corpus.errors import FolderUnreadable
from fakes import FakeEncoder
from index.errors import IndexDamaged
from small import LIBRARY, write_reports


@pytest.fixture
def built(monkeypatch, tmp_path):
    """Let the fake encoder encode and no reader read, and give the folders that were built, one entry a build."""
    monkeypatch.setenv("CITEWISE_PATHS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(Workshop, "encoder", lambda self: FakeEncoder())
    monkeypatch.setattr(Workshop, "reader", lambda self: None)
    folders = []
    build = Workshop.build

    def counted(self, *given, **named):
        folders.append(self.index_folder)
        return build(self, *given, **named)

    monkeypatch.setattr(Workshop, "build", counted)
    return folders


def report(id):
    """Return a Chinese report: English ones make a build take seconds."""
    return LIBRARY.replace("id: library-zh", f"id: {id}")


def test_a_folder_is_indexed_once_and_again_when_a_report_came(built, tmp_path):
    reports = write_reports(tmp_path / "reports of ports", {"one.md": report("one")})

    assert list(Assistant.open(reports).documents) == ["one"]
    assert list(Assistant.open(str(reports)).documents) == ["one"]
    assert len(built) == 1
    write_reports(reports, {"two.md": report("two")})
    assert sorted(Assistant.open(reports).documents) == ["one", "two"]
    assert len(built) == 2
    assert built[0] == built[1]
    assert built[0].parent == tmp_path / "data/folders"
    assert built[0].name.startswith("reports-of-ports-")


def test_two_folders_of_one_name_have_an_index_each(built, tmp_path):
    for place in ("a", "b"):
        Assistant.open(write_reports(tmp_path / place / "reports", {f"{place}.md": report(place)}))

    assert len(set(built)) == 2


def test_an_index_stands_where_it_is_wanted_and_can_be_opened_itself(built, tmp_path):
    reports = write_reports(tmp_path / "reports", {"one.md": report("one")})
    Assistant.open(reports, index=tmp_path / "mine")

    opened = Assistant.open(tmp_path / "mine")

    assert built == [tmp_path / "mine"]
    assert opened.documents["one"].title in {hit.document.title for hit in opened.passages("图书馆")}


def test_without_a_folder_the_reports_that_come_with_citewise_answer(built):
    assert len(Assistant.open().documents) > 1


def test_a_folder_that_is_not_there_is_an_error_that_names_it(built):
    with pytest.raises(FolderUnreadable, match="nowhere"):
        Assistant.open(Path("nowhere"))


def test_an_index_that_other_settings_would_make_otherwise_is_built_anew(built, tmp_path, monkeypatch):
    reports = write_reports(tmp_path / "reports", {"one.md": report("one")})
    Assistant.open(reports)
    monkeypatch.setenv("CITEWISE_PASSAGES_MAX_CHARACTERS_ZH", "60")

    assistant = Assistant.open(reports)

    assert len(built) == 2
    assert assistant.manifest.passages["zh"] == 60


def test_a_file_of_a_folder_that_is_named_as_an_index_s_does_not_make_it_one(built, tmp_path):
    reports = write_reports(tmp_path / "reports", {"one.md": report("one"), "manifest.json": '{"name": "a web page"}'})

    assert list(Assistant.open(reports).documents) == ["one"]


def test_a_damaged_index_is_told_and_not_read_as_reports(built, tmp_path):
    reports = write_reports(tmp_path / "reports", {"one.md": report("one")})
    Assistant.open(reports, index=tmp_path / "mine")
    (tmp_path / "mine/manifest.json").write_text("{")

    with pytest.raises(IndexDamaged):
        Assistant.open(tmp_path / "mine")


def test_the_index_of_a_folder_stands_beside_the_collections(built, tmp_path, monkeypatch):
    monkeypatch.setenv("CITEWISE_PATHS_COLLECTION", "annual")

    Assistant.open(write_reports(tmp_path / "reports", {"one.md": report("one")}))

    assert built[0].parent == tmp_path / "data/folders"
