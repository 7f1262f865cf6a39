"""Tables of words: as the mapping they were made from, made anew where they are damaged, never an error."""

import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import dictionary, segment, tables
from corpus.dictionary import english_of, english_words, is_english_word, stem
from corpus.tables import package_folder, table, use_tables
from scale import scaled

WORDS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(0, 2**32 - 1)
)
SENSES = st.dictionaries(
    st.text("教师医生 ab", max_size=5), st.sampled_from(["", "teacher", "教师", "a\n"]), min_size=1
)
CACHED = [
    dictionary.english_of, dictionary.english_words, dictionary._english_stems, dictionary.entries,
    segment._tokenizer, segment._tagger, segment._log_probability,
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """Give a folder where tables are kept, until the test ends."""
    before = list(tables._folder)
    use_tables(tmp_path / "tables")
    yield tmp_path / "tables"
    use_tables(before[0] if before else None)


@pytest.fixture(scope="module")
def by_packages():
    """Give what the packages themselves say: frequencies, tags, senses, English words and stems."""
    import jieba.posseg

    plain = jieba.Tokenizer()
    plain.FREQ, plain.total = plain.gen_pfdict(plain.get_dict_file())
    plain.initialized = True
    return jieba.posseg.POSTokenizer(plain), dictionary._english_of(), dictionary._english_words()


@pytest.fixture(scope="module")
def kept(tmp_path_factory, by_packages):
    """Use tables for this module's tests that were made once and read back."""
    before = list(tables._folder)
    use_tables(tmp_path_factory.mktemp("cache") / "tables")
    for _ in range(2):
        for one in CACHED:
            one.cache_clear()
        segment.tagged("教师")
        english_of(), is_english_word("teacher")
    yield
    use_tables(before[0] if before else None)
    for one in CACHED:
        one.cache_clear()


def forbidden():
    raise AssertionError("a table that was there was made anew")


def source(folder, content=b"1"):
    path = folder.parent / "source"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("strategy", [WORDS, SENSES], ids=["numbers", "texts"])
def test_a_table_is_as_the_mapping_it_was_made_from(tmp_path_factory, strategy):
    @settings(max_examples=scaled(60, 2000), deadline=None)
    @given(strategy, st.lists(st.text(max_size=4), max_size=5))
    def check(content, others):
        path = tmp_path_factory.mktemp("table") / "one.table"
        tables._write(path, "source", content)
        read = tables._read(path, "source")

        assert list(read.items()) == list(content.items())
        assert len(read) == len(content)
        for word in [*content, *others]:
            assert (read.get(word), read.get(word, "none"), word in read) == (
                content.get(word), content.get(word, "none"), word in content,
            )  # fmt: skip

    check()


def test_a_word_that_is_not_there_is_a_key_error(folder):
    table("one", [source(folder)], lambda: {"a": 1})
    read = table("one", [source(folder)], forbidden)

    assert [read.get("\ud800"), read.get("a\0"), "\ud800" in read, "a\0" in read, 3 in read] == [None] * 2 + [False] * 3
    for word in ("b", "\ud800"):
        with pytest.raises(KeyError):
            read[word]


def test_a_table_is_made_once(folder):
    assert dict(table("one", [source(folder)], lambda: {"a": 1})) == {"a": 1}
    assert dict(table("one", [source(folder)], forbidden)) == {"a": 1}
    assert [path.suffix for path in folder.iterdir()] == [".table"]


def test_another_source_makes_another_table(folder):
    table("one", [source(folder)], lambda: {"a": 1})
    tables._digest.cache_clear()

    assert dict(table("one", [source(folder, b"2")], lambda: {"a": 2})) == {"a": 2}


@pytest.mark.parametrize("place", [0, 5, 40, 200, -1])
def test_a_table_with_a_flipped_byte_is_made_anew(folder, place):
    table("one", [source(folder)], lambda: {"教师": 1, "医生": 2})
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)

    assert dict(table("one", [source(folder)], lambda: {"anew": 3})) == {"anew": 3}
    assert dict(table("one", [source(folder)], forbidden)) == {"anew": 3}


@settings(max_examples=scaled(60, 2000), deadline=None)
@given(st.integers(0, 400), st.binary(max_size=40))
def test_damage_is_an_error_that_is_known(tmp_path_factory, place, put):
    path = tmp_path_factory.mktemp("table") / "one.table"
    tables._write(path, "source", {"教师": 1, "医生": 2})
    data = path.read_bytes()
    path.write_bytes(data[:place] + put + data[place + len(put) :][: len(data) // 2])

    with pytest.raises(tables._UNUSABLE):
        tables._read(path, "source")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]\n", b"null\n", b"\xff\n", b"[" * 5000, b'{"source": 1}\n'])
def test_what_is_no_table_is_made_anew(folder, content):
    table("one", [source(folder)], lambda: {"a": 1})
    (path,) = folder.iterdir()
    path.write_bytes(content)

    assert dict(table("one", [source(folder)], lambda: {"a": 2})) == {"a": 2}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_folder_in_the_place_of_a_table_is_no_error(folder):
    table("one", [source(folder)], lambda: {"a": 1})
    (path,) = folder.iterdir()
    path.unlink()
    path.mkdir()

    assert dict(table("one", [source(folder)], lambda: {"a": 2})) == {"a": 2}
    assert [one.name for one in folder.iterdir()] == [path.name]


def test_where_nothing_can_be_kept_tables_are_made_in_memory(folder):
    folder.write_text("a file where the folder should be")

    assert dict(table("one", [source(folder)], lambda: {"a": 1})) == {"a": 1}


def test_what_a_trie_cannot_hold_is_made_in_memory(folder):
    assert table("one", [source(folder)], lambda: {"a\0b": 1}) == {"a\0b": 1}


def test_a_full_disk_leaves_nothing_behind(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables.Path, "replace", full)

    assert dict(table("one", [source(folder)], lambda: {"a": 1})) == {"a": 1}
    assert list(folder.iterdir()) == []


def test_without_a_folder_nothing_is_kept(tmp_path, folder):
    use_tables(None)

    assert table("one", [tmp_path / "missing"], lambda: {"a": 1}) == {"a": 1}


@pytest.mark.skipif(os.name == "nt", reason="needs permissions")
def test_a_table_is_its_owners_alone(folder):
    table("one", [source(folder)], lambda: {"a": 1})
    (path,) = folder.iterdir()

    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(ModuleNotFoundError, match="nopackage, which carries a dictionary, is not installed"):
        package_folder("nopackage")


def test_frequencies_and_tags_are_jiebas(kept, by_packages):
    plain, ours = by_packages[0], segment._tagger()

    assert type(ours.tokenizer.FREQ) is tables._Table
    assert dict(ours.tokenizer.FREQ.items()) == plain.tokenizer.FREQ
    assert ours.tokenizer.total == plain.tokenizer.total
    assert dict(ours.word_tag_tab.items()) == plain.word_tag_tab


def test_senses_and_counts_are_the_dictionarys(kept, by_packages):
    _, senses, english = by_packages
    stems = {}
    for word, count in english.items():
        stems[stem(word)] = stems.get(stem(word), 0) + count

    assert type(english_of()) is tables._Table
    assert list(english_of().items()) == list(senses.items())
    assert list(english_words().items()) == list(english.items())
    assert list(dictionary._english_stems().items()) == list(stems.items())


def same_cut(text, plain):
    assert segment.words(text) == plain.tokenizer.lcut(text, HMM=False)
    assert segment.tagged(text) == [(pair.word, pair.flag) for pair in plain.lcut(text)]


def test_shipped_reports_are_cut_and_tagged_as_by_jieba(kept, by_packages):
    from bot.wiring import shipped_reports

    for path in sorted(shipped_reports().glob("*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            same_cut(line, by_packages[0])


@settings(max_examples=scaled(100, 5000), deadline=None)
@given(st.text(st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), st.characters()), max_size=30))
def test_any_text_is_cut_and_tagged_as_by_jieba(kept, by_packages, text):
    same_cut(text, by_packages[0])
