"""A saved index read back: whole, or an error that names what is wrong; and what changed since."""

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.lexicon
from corpus.dictionary import Entry
from corpus.document import Restated
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.errors import IndexDamaged, IndexMissing, IndexOutdated, IndexStageError
from index.manifest import Manifest, content_digest
from index.passages import PassageSizes
from index.saved import SavedIndex, changes_since
from index.texts import Texts
from scale import scaled

FILES = [
    "background.json",
    "bridge.json",
    "documents.jsonl",
    "passage-words/words.json",
    "sentence-words/words.json",
    *(
        f"{kind}-words/bm25/{name}.index.{suffix}"
        for kind in ("passage", "sentence")
        for name, suffix in [
            ("data.csc", "npy"),
            ("indices.csc", "npy"),
            ("indptr.csc", "npy"),
            ("vocab", "json"),
        ]
    ),
    "passages.jsonl",
    "passages.npy",
    "sentences.npy",
]


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


DAMAGES = {
    "missing": None,
    "empty": lambda data: b"",
    "cut in half": lambda data: data[: len(data) // 2],
    "one byte short": lambda data: data[:-1],
    "one byte longer": lambda data: data + b"\n",
    "first byte flipped": lambda data: flipped(data, 0),
    "middle byte flipped": lambda data: flipped(data, len(data) // 2),
    "last byte flipped": lambda data: flipped(data, len(data) - 1),
    "garbage": lambda data: bytes((i * 151 + 7) % 256 for i in range(len(data))),
}
REPORTS = {
    "larvik.md": (
        "---\nid: larvik\ntitle: Port of Larvik\nlanguage: en\npublisher: citewise\nperiod: 2015-2021\n"
        "source: https://example.org\nrestates: {title: Larvik, publisher: Larvik Port Office, period: '2021'}\n---\n"
        "# Port of Larvik\n\n## Quays\n\nThe port rebuilt 14 quays. It trained 86\npilots in 2019.\n"
    ),
    "larvik-zh.txt": "---\ntranslation_of: larvik\n---\n拉尔维克港重建码头14座。\n",
    "学校.txt": "平川县学校建设报告\n\n2020年，平川县累计选派教师1569人，建成学校36所。\n\n投入资金3.5亿元。\n",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def small_dictionary():
    """Take seconds off every build: the whole dictionary is tested with the bridge."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.lexicon, "entries", lambda: (Entry("教师", "jiao4 shi1", ("teacher",)),))
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build an index once; tests that change it copy it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "reports").mkdir()
    for name, content in REPORTS.items():
        (folder / "reports" / name).write_text(content, encoding="utf-8")
    corpus = read_corpus([folder / "reports"])
    build_index(corpus, folder / "index", FakeEncoder())
    return corpus, folder / "index"


@pytest.fixture
def saved(built, tmp_path):
    """Give a copy of the index, to be damaged."""
    return Path(shutil.copytree(built[1], tmp_path / "index"))


def edit(folder, **changes):
    """Change entries of a manifest; one named None is taken out."""
    path = folder / "manifest.json"
    content = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    content = {key: value for key, value in content.items() if value is not ... and key != "digest"}
    path.write_text(json.dumps({**content, "digest": content_digest(content)}), encoding="utf-8")


def refusal(folder, error=IndexDamaged):
    """Return why an index is refused."""
    with pytest.raises(error) as caught:
        SavedIndex.load(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert "`citewise index`" in message
    return message


# Round trip


def test_documents_come_back_as_they_were(built):
    corpus, folder = built

    assert list(SavedIndex.load(folder).documents.values()) == list(corpus.documents)


def test_every_field_of_a_document_survives(built):
    document = SavedIndex.load(built[1]).documents["larvik"]

    assert (document.title, document.language, document.publisher) == ("Port of Larvik", "en", "citewise")
    assert (document.period, document.source) == ((2015, 2021), "https://example.org")
    assert document.restates == Restated("Larvik", "Larvik Port Office", "2021")
    assert document.heading_path(document.text.index("14")) == ("Port of Larvik", "Quays")
    assert [stretch.line for stretch in document.stretches][-2:] == [14, 15]


def test_evidence_and_translations_survive(built):
    documents = SavedIndex.load(built[1]).documents

    assert documents["larvik-zh"].translation_of == "larvik"
    ((start, end),) = documents["学校"].evidence["title"]
    assert documents["学校"].text[start:end] == "平川县学校建设报告"


def test_passages_and_sentences_come_back_in_order(built):
    corpus, folder = built
    texts = Texts.from_documents(corpus.documents, PassageSizes())
    loaded = SavedIndex.load(folder)

    assert loaded.passages == texts.passages
    assert loaded.owners.tolist() == texts.owners
    assert loaded.languages.tolist() == texts.languages
    assert [texts.owners[first] for first in loaded.first_sentences] == list(range(len(texts.passages)))


def test_vectors_come_back_bit_by_bit(built):
    corpus, folder = built
    texts = Texts.from_documents(corpus.documents, PassageSizes())
    query = FakeEncoder().encode_queries(["教师"])[0]
    loaded = SavedIndex.load(folder)

    for store, written in ((loaded.passage_vectors, texts.contexts), (loaded.sentence_vectors, texts.sentences)):
        assert store.cosines(query).tolist() == (FakeEncoder().encode_passages(written) @ query).tolist()


def test_a_passage_is_embedded_under_its_headings(built):
    texts = Texts.from_documents([one for one in built[0].documents if one.id == "larvik"], PassageSizes())

    assert texts.contexts[-1].startswith("Port of Larvik Quays\nThe port rebuilt 14 quays.")
    assert texts.bodies[-1].startswith("The port rebuilt 14 quays.")


def test_words_and_bridge_come_back(built):
    loaded = SavedIndex.load(built[1])

    assert "教师" in loaded.passage_words
    assert "教师" in loaded.sentence_words
    assert loaded.bridge.gloss("teachers", "en").groups == (("教师",),)


def test_an_index_can_be_moved(built, tmp_path):
    shutil.copytree(built[1], tmp_path / "elsewhere/index")

    assert set(SavedIndex.load(tmp_path / "elsewhere/index").documents) == {"larvik", "larvik-zh", "学校"}


def test_the_files_are_those_that_are_damaged_below(built):
    assert sorted(Manifest.load(built[1]).files) == sorted(FILES)


# Damage


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(saved, name, damage):
    path = saved / Manifest.load(saved).generation / name
    change = DAMAGES[damage]
    data = path.read_bytes()
    path.unlink() if change is None else path.write_bytes(change(data))

    assert refusal(saved).startswith(f"{path}: ")


@pytest.mark.parametrize("name", FILES)
def test_a_file_replaced_by_another_of_the_index_is_named(saved, name):
    folder = saved / Manifest.load(saved).generation
    shutil.copy(folder / ("passages.jsonl" if name == "documents.jsonl" else "documents.jsonl"), folder / name)

    assert refusal(saved).startswith(f"{folder / name}: ")


def test_files_that_lost_their_folder_are_missing(saved):
    shutil.rmtree(saved / Manifest.load(saved).generation)

    assert "a file of the index is missing" in refusal(saved)


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_an_index_says_how_to_build_one(tmp_path, folder):
    with pytest.raises(IndexMissing, match=r"there is no index here; run `citewise index` to build one$"):
        SavedIndex.load(tmp_path / folder)


def test_an_index_without_its_manifest_is_none(saved):
    (saved / "manifest.json").unlink()

    refusal(saved, IndexMissing)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"format": 3}'])
def test_a_manifest_that_is_none_is_damage(saved, content):
    (saved / "manifest.json").write_bytes(content)

    assert refusal(saved).startswith(f"{saved / 'manifest.json'}: ")


def test_a_manifest_that_is_cut_off_anywhere_is_damage(saved):
    data = (saved / "manifest.json").read_bytes().rstrip()

    for length in range(0, len(data), 97):
        (saved / "manifest.json").write_bytes(data[:length])
        refusal(saved)


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(st.data())
def test_a_manifest_with_another_byte_loads_or_is_refused_and_never_breaks(built, data):
    path = built[1] / "manifest.json"
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    try:
        SavedIndex.load(built[1])
        message = ""
    except IndexStageError as err:
        message = str(err)
    finally:
        path.write_bytes(whole)
    assert "\n" not in message


@pytest.mark.parametrize(
    "changes",
    [
        {"dimensions": 65},
        {"dimensions": "many"},
        {"dimensions": ...},
        {"metric": "euclidean"},
        {"documents": [{}]},
        {"documents": [{"id": "a", "path": "b", "digest": "c", "more": 1}]},
        {"stamps": {"a": {}}},
        {"roots": 5},
        {"passages": []},
        {"files": None},
        {"files": []},
        {"files": {"x": {}}},
        {"generation": "g-other"},
        {"format": "1"},
        {"format": True},
        {"format": 1.5},
    ],
    ids=str,
)
def test_a_manifest_with_a_wrong_entry_is_damage(saved, changes):
    edit(saved, **changes)

    refusal(saved)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "a/../../outside", "g-x/../../../outside"])
def test_a_manifest_whose_files_lead_outside_is_refused(saved, name):
    (saved.parent / "outside").write_text("x")
    edit(saved, files={name: {"size": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}})

    assert "a file name leads out of the index" in refusal(saved)


@pytest.mark.parametrize("generation", ["..", "../index", "/etc", "g-x/../.."])
def test_a_manifest_whose_folder_leads_outside_is_refused(saved, generation):
    edit(saved, generation=generation)

    assert "a file name leads out of the index" in refusal(saved)


def test_an_index_of_a_newer_format_asks_for_a_newer_program(saved):
    edit(saved, format=4)

    message = refusal(saved, IndexOutdated)

    assert "the index has format 4, this citewise reads 3; update citewise or run `citewise index` again" in message


def test_an_index_of_an_older_format_is_built_again(saved):
    edit(saved, format=1)

    assert "the index has format 1, this citewise reads 3; run `citewise index` again" in refusal(saved, IndexOutdated)


def test_a_manifest_nested_too_deep_is_damage(saved):
    (saved / "manifest.json").write_text('{"format": 3, "digest": "x", "a": ' + "[" * 980 + "]" * 980 + "}")

    refusal(saved)


def test_a_manifest_changed_by_hand_is_damage(saved):
    path = saved / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"glossary": "', '"glossary": "0'), encoding="utf-8")

    assert "it is not as it was written" in refusal(saved)


def test_a_file_that_the_manifest_does_not_list_is_damage(saved):
    edit(saved, files={})

    assert "the manifest does not list it" in refusal(saved)


@pytest.mark.parametrize("name", ["a\0b", "a\nb"])
def test_a_manifest_with_an_unprintable_name_is_damage(saved, name):
    edit(saved, files={name: {"size": 1, "sha256": "x"}})

    assert "a file name leads out of the index" in refusal(saved)


def test_a_newer_format_may_have_other_entries(saved):
    (saved / "manifest.json").write_text('{"format": 99, "layout": "new"}')

    refusal(saved, IndexOutdated)


class OtherWeights(FakeEncoder):
    fingerprint = "fake-2"
    name = "other"


class OtherSize(FakeEncoder):
    dimensions = 128


@pytest.mark.parametrize("encoder", [OtherWeights(), OtherSize()])
def test_another_encoder_is_refused_and_both_are_named(built, encoder):
    with pytest.raises(IndexOutdated) as caught:
        SavedIndex.load(built[1]).check_encoder(encoder)

    message = str(caught.value)
    assert "\n" not in message
    assert "built with the encoder 'fake' (64 dimensions)" in message
    assert f"the settings name {encoder.name!r} ({encoder.dimensions} dimensions)" in message
    assert "run `citewise index` again or set encoder.model back" in message


def test_the_encoder_that_built_the_index_is_accepted(built):
    SavedIndex.load(built[1]).check_encoder(FakeEncoder())


def test_vectors_of_other_reports_are_damage_even_with_the_right_hashes(saved):
    manifest = Manifest.load(saved)
    path = saved / manifest.generation / "sentences.npy"
    np.save(path, np.load(path)[:-1])
    content = path.read_bytes()
    edit(
        saved, files={**manifest.files, "sentences.npy": {"size": len(content), "sha256": sha256(content).hexdigest()}}
    )

    assert "passage and" in refusal(saved)


# What changed since


@pytest.fixture
def indexed(tmp_path):
    """Give a folder of two reports and its manifest."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("The port rebuilt 14 quays.\n")
    (folder / "b.txt").write_text("The port trained 86 pilots.\n")
    return folder.resolve(), build_index(read_corpus([folder]), tmp_path / "index", FakeEncoder())


def changes(manifest):
    found = changes_since(manifest)
    return {key: [Path(path).name for path in getattr(found, key)] for key in ("added", "changed", "removed")}


def nothing(**but):
    return {"added": [], "changed": [], "removed": [], **but}


def test_nothing_changed_right_after_a_build(indexed):
    assert changes(indexed[1]) == nothing()
    assert not changes_since(indexed[1])


def test_an_added_report_is_noticed(indexed):
    folder, manifest = indexed
    (folder / "sub").mkdir()
    (folder / "sub/c.md").write_text("A new crane lifts 120 tonnes.\n")

    assert changes(manifest) == nothing(added=["c.md"])
    assert changes_since(manifest)


def test_a_removed_report_is_noticed(indexed):
    folder, manifest = indexed
    (folder / "a.txt").unlink()

    assert changes(manifest) == nothing(removed=["a.txt"])


def test_a_changed_report_is_noticed(indexed):
    folder, manifest = indexed
    (folder / "a.txt").write_text("The port rebuilt 15 quays and a crane.\n")

    assert changes(manifest) == nothing(changed=["a.txt"])


def test_a_figure_changed_for_one_of_the_same_length_is_noticed(indexed):
    folder, manifest = indexed
    stat = (folder / "a.txt").stat()
    (folder / "a.txt").write_text("The port rebuilt 41 quays.\n")
    os.utime(folder / "a.txt", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))

    assert changes(manifest) == nothing(changed=["a.txt"])


@pytest.mark.parametrize("time", [0, 1_000_000_000, 4_000_000_000])
def test_a_report_that_was_only_touched_is_not_changed(indexed, time):
    folder, manifest = indexed
    os.utime(folder / "a.txt", (time, time))

    assert not changes_since(manifest)


def test_a_report_written_again_as_it_was_is_not_changed(indexed):
    folder, manifest = indexed
    content = (folder / "a.txt").read_bytes()
    (folder / "a.txt").unlink()
    (folder / "a.txt").write_bytes(content)

    assert not changes_since(manifest)


def test_a_renamed_report_is_gone_and_new(indexed):
    folder, manifest = indexed
    (folder / "a.txt").rename(folder / "c.txt")

    assert changes(manifest) == nothing(added=["c.txt"], removed=["a.txt"])


def test_new_overrides_are_noticed(indexed):
    folder, manifest = indexed
    (folder / "reports.toml").write_text('["a.txt"]\ntitle = "Quays"\n')

    assert changes(manifest) == nothing(added=["reports.toml"])


@pytest.mark.parametrize("name", ["README.md", "LICENSE", ".hidden.txt", "picture.png"])
def test_files_that_are_no_reports_are_not_noticed(indexed, name):
    folder, manifest = indexed
    (folder / name).write_text("x")

    assert not changes_since(manifest)


def test_a_folder_that_is_gone_counts_as_removed(indexed):
    folder, manifest = indexed
    shutil.rmtree(folder)

    assert changes(manifest) == nothing(removed=["a.txt", "b.txt"])


def test_a_report_changed_while_the_index_is_built_is_noticed(indexed, tmp_path):
    folder, _ = indexed

    class Editing(FakeEncoder):
        def encode_passages(self, texts, *, progress=None):
            (folder / "b.txt").write_text("The port trained 87 pilots in all.\n")
            return super().encode_passages(texts, progress=progress)

    manifest = build_index(read_corpus([folder]), tmp_path / "second", Editing())

    assert changes(manifest) == nothing(changed=["b.txt"])


def test_changes_are_seen_from_a_loaded_index_too(indexed, tmp_path):
    folder, _ = indexed
    (folder / "a.txt").unlink()

    assert changes(SavedIndex.load(tmp_path / "index").manifest) == nothing(removed=["a.txt"])
