"""The paragraphs of a SQuAD file as reports: how they are written, and that they are indexed once."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.evaluate.formats.squad import Paragraph
from bot.evaluate.paragraphs import _written, paragraph_index
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.saved import SavedIndex
from index.store import FaissBackend

QUAYS = Paragraph("p1", 'Port of "Larvik" \\ 港', "The port rebuilt 14 quays.")
CRANE = Paragraph("p2", "", "A new crane lifts 120 tonnes.")


def written(folder, *paragraphs):
    return {one.id: (one.title, one.text) for one in read_corpus([_written(folder, paragraphs)]).documents}


@dataclass(frozen=True)
class FakeWorkshop:
    cache_folder: Path
    index_folder: Path
    own_index: bool = True
    built: list[Path] = field(default_factory=list)

    def encoder(self):
        return FakeEncoder()

    def backend(self):
        return FaissBackend()

    def read(self, folders):
        return read_corpus(folders)

    def build(self, corpus, encoder):
        self.built.append(self.index_folder)
        return build_index(corpus, self.index_folder, encoder)


def test_each_paragraph_is_a_report_by_its_id_and_title(tmp_path):
    assert written(tmp_path, QUAYS, CRANE) == {"p1": (QUAYS.title, QUAYS.text), "p2": ("p2", CRANE.text)}


def test_a_title_may_hold_any_character(tmp_path):
    assert written(tmp_path, Paragraph("p1", "𠮷野家", QUAYS.text)) == {"p1": ("𠮷野家", QUAYS.text)}


def test_a_paragraph_of_two_files_is_one_report(tmp_path):
    assert written(tmp_path, QUAYS, QUAYS) == {"p1": (QUAYS.title, QUAYS.text)}


def test_paragraphs_are_indexed_once_in_the_cache_and_anew_when_they_change(tmp_path):
    workshop = FakeWorkshop(tmp_path / "cache", tmp_path / "own")

    first = paragraph_index(workshop, [QUAYS, CRANE])
    again = paragraph_index(workshop, [QUAYS, CRANE])
    other = paragraph_index(workshop, [QUAYS])

    assert workshop.built == [first.index_folder, other.index_folder]
    assert again.index_folder == first.index_folder != other.index_folder
    assert first.index_folder.is_relative_to(tmp_path / "cache")
    assert sorted(SavedIndex.load(first.index_folder).documents) == ["p1", "p2"]
    assert first.own_index is False
