"""Words of texts and how far passages cover a question's words."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.words import WordIndex, fold, tokens
from scale import scaled

TEXTS = [
    "全县累计选派援疆教师1569人，教师进疆支教。",
    "投入资金3.5亿元，建成学校36所。",
    "The port rebuilt 14 quays; the quays are long.",
    "教师下乡送教52次。",
    "",
]
VOCABULARY = ["教师", "资金", "学校", "1569", "port", "quay", "quays", "下乡", "36", "unknown", "无此词"]


@pytest.fixture(scope="module")
def words():
    return WordIndex.from_texts(TEXTS)


def bm25_share(texts, groups, *, k1=1.2, b=0.75):
    """Compute the documented score directly: Lucene's BM25, best of each group, over the most that it can be."""
    cut = [tokens(text) for text in texts]
    mean = sum(map(len, cut)) / len(cut)

    def idf(token):
        count = sum(token in one for one in cut)
        return np.log1p((len(cut) - count + 0.5) / (count + 0.5))

    def score(token, one):
        often = one.count(token)
        return idf(token) * often / (often + k1 * (1 - b + b * len(one) / mean))

    known = {token for one in cut for token in one}
    limit = sum(max((idf(t) for t in group if t in known), default=idf("")) for group in groups)
    found = [sum(max((score(t, one) for t in group if t in known), default=0) for group in groups) for one in cut]
    return np.array(found) / limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("累计选派教师1,569人", ["累计", "选派", "教师", "1569"]),
        ("How many teachers were sent?", ["teacher", "send"]),
        ("built and founded", ["build", "found"]),
        ("The city's libraries", ["citi", "librari"]),
        ("增长12.5%，共１５６９人", ["增长", "12.5%", "1569"]),
        ("一共有多少名教师？", ["教师"]),
        ("COVID-19 in 2020", ["covid", "19", "2020"]),
        ("", []),
        ("的了，。！ of the", []),
        ("😀🎉", []),
        ("библиотека", ["библиотека"]),
    ],
)
def test_the_content_words_of_a_text(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("teacher", "Teachers"), ("1,569", "1569"), ("ＧＤＰ", "gdp"), ("５２", "52")]
)
def test_forms_of_one_word_are_one_token(one, other):
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("援疆教師有１５６９人", "援疆教师有1569人"),
        ("ｈｏｗ　many", "how many"),
        ("plain English, café", "plain English, café"),
        ("圖書館", "图书馆"),
        ("", ""),
    ],
)
def test_traditional_and_full_width_forms_are_folded(text, folded):
    assert fold(text) == folded


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_for_words(text):
    assert tokens(fold(fold(text))) == tokens(fold(text))


def ways(groups):
    """Make each word of each group a way to say it that takes one token."""
    return [[(word,) for word in group] for group in groups]


@pytest.mark.parametrize(
    "groups",
    [
        [["教师"]],
        [["教师"], ["学校"]],
        [["教师", "学校"]],
        [["port", "学校"], ["quay"], ["1569", "资金", "36"]],
        [["无此词"]],
        [["无此词", "教师"], ["unknown"]],
        [["教师"], ["教师"]],
    ],
)
def test_scores_are_the_documented_share_of_bm25(words, groups):
    np.testing.assert_allclose(words.scores(ways(groups)), bm25_share(TEXTS, groups), rtol=1e-5)


def test_a_passage_with_more_of_the_question_s_words_scores_higher(words):
    scores = words.scores(ways([["教师"], ["1569"]]))

    assert np.argsort(-scores, kind="stable")[:2].tolist() == [0, 3]


def test_a_word_that_no_report_uses_lowers_every_score(words):
    assert (words.scores(ways([["教师"], ["无此词"]])) < words.scores(ways([["教师"]])))[[0, 3]].all()


def test_a_way_to_say_a_word_that_takes_two_tokens_needs_both(words):
    alone, both = words.scores([[("教师",)]]), words.scores([[("教师", "1569")]])
    half = words.scores([[("教师", "无此词")]])

    assert both[0] > half[0] > 0
    assert half[0] < alone[0]


def test_of_a_group_the_best_word_counts(words):
    np.testing.assert_allclose(
        words.scores(ways([["教师", "port"]]))[:3] > 0,
        [True, False, True],
    )


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=4), max_size=6))
def test_scores_are_shares(words, groups):
    scores = words.scores(ways(groups))

    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    assert np.all((scores >= 0) & (scores <= 1))


@pytest.mark.parametrize("groups", [[], [["unknown"]], [[]]])
def test_nothing_known_scores_nothing(words, groups):
    assert words.scores(ways(groups)).tolist() == [0] * len(TEXTS)


@pytest.mark.parametrize("texts", [[], [""], ["", "的", "😀"]])
def test_texts_without_words_score_nothing(texts):
    assert WordIndex.from_texts(texts).scores(ways([["教师"]])).tolist() == [0] * len(texts)


def test_the_index_knows_its_words(words):
    assert [word in words for word in ("教师", "quay", "1569", "quays", "的", "无此词")] == [True] * 3 + [False] * 3


@pytest.mark.parametrize("texts", [TEXTS, ["教师"], ["", ""], []], ids=["several", "one", "wordless", "none"])
def test_a_saved_index_scores_as_before(tmp_path, texts):
    before = WordIndex.from_texts(texts)
    before.save(tmp_path / "words")

    after = WordIndex.load(tmp_path / "words")

    assert (
        after.scores(ways([["教师"], ["port", "学校"]])).tolist()
        == before.scores(ways([["教师"], ["port", "学校"]])).tolist()
    )
    assert [word in after for word in VOCABULARY] == [word in before for word in VOCABULARY]


def test_saving_twice_gives_the_same_bytes(tmp_path, words):
    for name in ("a", "b"):
        words.save(tmp_path / name)

    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    )
    assert first == second


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff", b"[]", b"{}", b'{"size": 1}'])
def test_a_damaged_word_list_is_said_to_be(tmp_path, words, content):
    words.save(tmp_path)
    path = tmp_path / "words.json"
    path.unlink() if content is None else path.write_bytes(content)

    with pytest.raises(IndexDamaged, match=r"the word index can't be read; run `citewise index` again"):
        WordIndex.load(tmp_path)


@pytest.mark.parametrize(
    "name", ["data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy", "vocab.index.json"]
)
def test_a_missing_part_of_the_ranking_is_damage(tmp_path, words, name):
    words.save(tmp_path)
    (tmp_path / "bm25" / name).unlink()

    with pytest.raises(IndexDamaged):
        WordIndex.load(tmp_path)


def test_what_is_saved_is_json_and_plain_arrays(tmp_path, words):
    words.save(tmp_path)

    for path in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        if path.suffix == ".npy":
            assert np.load(path, allow_pickle=False).dtype.kind in "iuf"
        else:
            json.loads(path.read_text(encoding="utf-8"))
