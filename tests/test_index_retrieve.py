"""Questions to ranked passages, with an encoder that knows words only."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.lexicon
from corpus.dictionary import Entry
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.errors import IndexOutdated
from index.retrieve import Retriever, Weights, _highest
from index.saved import SavedIndex
from index.store import VectorStore
from scale import scaled

DATA = Path(__file__).parent / "data"
HOSTILE = json.loads((DATA / "hostile_questions.json").read_text(encoding="utf-8"))
DICTIONARY = (
    Entry("教师", "jiao4 shi1", ("teacher",)),
    Entry("学校", "xue2 xiao4", ("school",)),
    Entry("港口", "gang3 kou3", ("port", "harbor")),
    Entry("图书馆", "tu2 shu1 guan3", ("library",)),
    Entry("码头", "ma3 tou5", ("dock", "pier", "wharf", "quay")),
)
LIBRARY = "图书馆的情况如下。\n\n平川县新建图书馆23座，其中乡镇图书馆17座。\n"
LARVIK_EN = "The port of Larvik rebuilt 14 quays.\n"
LARVIK_ZH = "---\nid: larvik-zh\nlanguage: zh\ntranslation_of: larvik-en\n---\n拉尔维克的港口重建码头14座。\n"
ORPHAN = "---\nid: oslo-zh\ntranslation_of: oslo-en\n---\n奥斯陆的港口重建码头9座。\n"
TEACHERS = "全县累计选派教师1569人。\n\n建成学校36所。\n"


@pytest.fixture(scope="module", autouse=True)
def small_dictionary():
    """Take seconds off every build: the whole dictionary is tested with the bridge."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.lexicon, "entries", lambda: DICTIONARY)
        yield


def load(folder, reports):
    (folder / "reports").mkdir()
    for name, content in reports.items():
        (folder / "reports" / name).write_text(content, encoding="utf-8")
    build_index(read_corpus([folder / "reports"]), folder / "index", FakeEncoder())
    return SavedIndex.load(folder / "index")


@pytest.fixture(scope="module")
def retriever(tmp_path_factory):
    """Search five short reports, two of which are one report in two languages."""
    reports = {
        "library.txt": LIBRARY,
        "larvik-en.txt": LARVIK_EN,
        "larvik-zh.md": LARVIK_ZH,
        "oslo-zh.md": ORPHAN,
        "teachers.txt": TEACHERS,
    }
    return Retriever(load(tmp_path_factory.mktemp("short"), reports), FakeEncoder())


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """Search the ten invented reports."""
    folder = tmp_path_factory.mktemp("invented")
    build_index(read_corpus([DATA / "invented"]), folder, FakeEncoder())
    return Retriever(SavedIndex.load(folder), FakeEncoder())


def documents(hits):
    return [hit.document.id for hit in hits]


def plain(hits):
    """Return all that a search says, for comparison."""
    return [(hit.document.id, hit.passage, hit.score, hit.sentences) for hit in hits]


def check(hits, k):
    """Check what every search promises."""
    scores = [hit.score for hit in hits]
    assert len(hits) <= k
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({(hit.passage.document, hit.passage.start) for hit in hits}) == len(hits)
    for hit in hits:
        assert hit.document.id == hit.passage.document
        assert sorted(sentence.span for sentence in hit.sentences) == sorted(hit.passage.sentences)
        evidence = [sentence.score for sentence in hit.sentences]
        assert evidence == sorted(evidence, reverse=True)
        assert np.isfinite(evidence).all()


@pytest.mark.parametrize(
    ("question", "language", "document", "sentence"),
    [
        ("安化县投入防汛资金多少亿元？", "zh", "安化防汛", "投入资金3.86亿元"),
        ("选聘了多少名村级预警员？", "zh", "安化防汛", "村级预警员1346名"),
        ("how many signatures did residents collect for the petition?", "en", "bergen_shore_power", "9,200 signatures"),
        ("how many cruise calls did the harbour receive?", "en", "bergen_shore_power", "323 cruise calls"),
    ],
)
def test_the_passage_and_the_sentence_that_say_it_come_first(invented, question, language, document, sentence):
    best = invented.search(question, language=language)[0]

    assert best.document.id == document
    start, end = best.sentences[0].span
    assert sentence in best.document.text[start:end]


@pytest.mark.parametrize("entry", HOSTILE, ids=[entry["name"] for entry in HOSTILE])
def test_a_hostile_question_finds_something_sensible_or_nothing(invented, entry):
    for language in ("zh", "en"):
        check(invented.search(entry["question"], language=language), 10)


@pytest.mark.parametrize(
    "question", ["全县累计投入资金多少亿元？" * 500, "how many quays? " * 6000, "a" * 100_000], ids=["zh", "en", "word"]
)
def test_a_very_long_question_is_searched(invented, question):
    check(invented.search(question, language="zh"), 10)
    check(invented.search(question, language="en"), 10)


@settings(max_examples=scaled(60, 1000), deadline=None)
@given(st.text(max_size=80), st.sampled_from(["zh", "en"]), st.integers(1, 30))
def test_any_question_is_searched(retriever, question, language, k):
    check(retriever.search(question, language=language, k=k), k)


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_no_more_than_asked_for_come_back_and_the_best_stay_the_best(invented, k):
    question = "全县投入资金多少亿元？"

    assert plain(invented.search(question, language="zh", k=k)) == plain(invented.search(question, language="zh"))[:k]


def test_more_than_there_are_cannot_come_back(retriever):
    found = retriever.search("教师", language="zh", k=1000)

    check(found, 1000)
    assert set(documents(found)) == {"library", "larvik-zh", "oslo-zh", "teachers"}


def test_the_default_is_ten(invented):
    assert len(invented.search("投入资金", language="zh")) == 10


def test_of_a_report_and_its_translation_the_one_in_the_question_s_language_is_searched(retriever):
    chinese = documents(retriever.search("拉尔维克的港口重建了多少座码头？", language="zh", k=100))
    english = documents(retriever.search("how many quays did the port of Larvik rebuild?", language="en", k=100))

    assert ("larvik-zh" in chinese, "larvik-en" in chinese) == (True, False)
    assert ("larvik-zh" in english, "larvik-en" in english) == (False, True)


def test_a_translation_of_a_report_that_is_not_there_is_searched_in_both_languages(retriever):
    assert "oslo-zh" in documents(retriever.search("奥斯陆的港口", language="zh", k=100))
    assert "oslo-zh" in documents(retriever.search("the port of Oslo", language="en", k=100))


def test_reports_of_one_language_that_call_themselves_translations_are_both_searched(tmp_path):
    reports = {"a.txt": TEACHERS, "b.md": f"---\ntranslation_of: a\n---\n{LIBRARY}"}
    retriever = Retriever(load(tmp_path, reports), FakeEncoder())

    assert {hit.document.id for hit in retriever.search("教师", language="zh", k=100)} == {"a", "b"}


def test_a_question_reaches_reports_in_the_other_language_by_its_gloss(retriever):
    by_words = Retriever(retriever.index, FakeEncoder(), weights=Weights(passage=0, sentence=0))

    assert documents(by_words.search("how many teachers?", language="en"))[0] == "teachers"
    assert documents(by_words.search("the library", language="en"))[0] == "library"


def test_a_chinese_question_reaches_an_english_report_by_its_gloss(tmp_path):
    retriever = Retriever(
        load(tmp_path, {"a.txt": LARVIK_EN, "b.txt": "The library bought 300 books.\n"}), FakeEncoder()
    )

    assert documents(retriever.search("港口有多少座？", language="zh")) == ["a", "b"]
    assert documents(retriever.search("图书馆有什么？", language="zh")) == ["b", "a"]


def test_a_question_with_an_empty_gloss_is_searched_by_itself(retriever):
    assert retriever.index.bridge.gloss("volcanoes", "en").groups == ()
    check(retriever.search("volcanoes", language="en"), 10)


def test_traditional_and_full_width_forms_are_searched_as_the_plain_ones(retriever):
    assert plain(retriever.search("選派教師１５６９人", language="zh")) == plain(
        retriever.search("选派教师1569人", language="zh")
    )


def test_the_same_question_gets_the_same_answer(invented):
    first, second = (plain(invented.search("2020年投入了多少资金？", language="zh")) for _ in range(2))

    assert first == second


def test_an_index_built_again_ranks_the_same(tmp_path, invented):
    build_index(read_corpus([DATA / "invented"]), tmp_path / "index", FakeEncoder())
    again = Retriever(SavedIndex.load(tmp_path / "index"), FakeEncoder())

    for question, language in (("全县投入资金多少亿元？", "zh"), ("how many tonnes of fuel?", "en")):
        assert plain(again.search(question, language=language)) == plain(invented.search(question, language=language))


def test_equal_passages_come_in_the_order_of_the_reports(tmp_path):
    retriever = Retriever(load(tmp_path, {f"{name}.txt": TEACHERS for name in "cab"}), FakeEncoder())

    found = retriever.search("教师", language="zh")

    assert documents(found) == ["a", "b", "c"]
    assert len({hit.score for hit in found}) == 1


def test_one_report_of_one_sentence_is_found(tmp_path):
    retriever = Retriever(load(tmp_path, {"a.txt": "教师1569人。"}), FakeEncoder())

    for question, language in (("教师", "zh"), ("teachers", "en"), ("", "zh"), ("volcano", "en")):
        check(retriever.search(question, language=language), 10)
        assert documents(retriever.search(question, language=language)) == ["a"]


def test_few_candidates_still_hold_the_passage_that_says_it(invented):
    narrow = Retriever(invented.index, FakeEncoder(), candidates=1)

    best = narrow.search("选聘了多少名村级预警员？", language="zh")[0]

    assert "1346" in best.document.text[best.passage.start : best.passage.end]


def test_the_score_is_the_logistic_of_the_weighted_evidence(retriever):
    question = "选派教师多少人？"
    usual = Weights()
    shifted = Retriever(retriever.index, FakeEncoder(), weights=replace(usual, offset=usual.offset + 1))

    def odds(searched):
        return {hit.passage: np.log(hit.score / (1 - hit.score)) for hit in searched.search(question, language="zh")}

    before, after = odds(retriever), odds(shifted)
    np.testing.assert_allclose([after[one] - before[one] for one in before], 1, atol=1e-3)


def test_without_weight_all_scores_are_one_half(retriever):
    nothing = Retriever(retriever.index, FakeEncoder(), weights=Weights(0, 0, 0, 0, 0, 0))

    assert {hit.score for hit in nothing.search("教师", language="zh")} == {0.5}


def test_a_question_is_not_searched_with_another_encoder(retriever):
    class Other(FakeEncoder):
        fingerprint = "other"

    with pytest.raises(IndexOutdated, match="the index was built with the encoder 'fake'"):
        Retriever(retriever.index, Other())


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0]), max_size=40), st.integers(1, 50))
def test_the_highest_are_those_that_a_stable_sort_puts_first(scores, most):
    array = np.array(scores, dtype=np.float32)
    best = np.argsort(-array, kind="stable")[:most]

    assert sorted(_highest(array, most).tolist()) == sorted(best[array[best] > 0].tolist())


@pytest.mark.parametrize("kind", ["hnsw", "ivfpq"])
def test_any_kind_of_search_ranks_the_same_passages(invented, kind, monkeypatch):
    monkeypatch.setattr("index.store.kinds.LEAST_APPROXIMATE", 1)
    saved = invented.index
    approximate = replace(
        saved,
        sentence_vectors=VectorStore.from_vectors(saved.sentence_vectors.rows, kind=kind),
    )

    for question in ("How many quays were rebuilt?", "新建图书馆多少座？"):
        found, same = (
            [(hit.passage, hit.score) for hit in one.search(question, language="zh")]
            for one in (Retriever(approximate, FakeEncoder()), invented)
        )
        assert found == same
