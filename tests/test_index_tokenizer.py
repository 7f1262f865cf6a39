"""The tokenizer that loads only the common pieces cuts every text as the whole one does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bot.wiring import shipped_reports
from corpus.reader import read_corpus
from index.bundled_encoder import SERVED
from index.bundled_model import assembled_folder
from index.tokenizer import _IS_COMMON, COMMON, WHOLE, PieceTokenizer

pytestmark = pytest.mark.model
COMMON_LETTERS = st.characters(codec="utf-8", max_codepoint=0xFFFF).filter(
    lambda c: _IS_COMMON.fullmatch(c) is not None
)
TEXTS = st.lists(
    st.text(COMMON_LETTERS, max_size=8)
    | st.sampled_from(
        ["浙江省", "援疆教师", "1,569人", "teachers", "㎡", "①", "％", "<s>", "</s>", "<mask>", "  ", "\n"]
    )
    | st.text(max_size=3),
    max_size=12,
).map("".join)


@pytest.fixture(scope="module")
def folder(encoder):
    return assembled_folder(encoder.cache, form=SERVED)


@pytest.fixture(scope="module")
def tokenizer(folder):
    return PieceTokenizer(folder)


@pytest.fixture(scope="module")
def whole(folder):
    return Tokenizer.from_file(str(folder / WHOLE))


@pytest.fixture(scope="module")
def both_ways(tokenizer, whole):
    """Give a function to both ids and spans of a text: as it is cut, and as the whole vocabulary cuts it."""

    def cut(text):
        made, expected = tokenizer.cut([text])[0], whole.encode(text, add_special_tokens=False)
        return (made.ids, made.spans), (expected.ids, expected.offsets)

    cut("ไทย")  # the whole vocabulary is loaded now
    return cut


@given(text=TEXTS)
def test_any_text_is_cut_as_the_whole_vocabulary_does(both_ways, text):
    made, expected = both_ways(text)

    assert made == expected


def test_the_shipped_reports_need_only_common_pieces(folder, whole):
    alone = PieceTokenizer(folder)
    texts = [document.text for document in read_corpus([shipped_reports()]).documents]

    made = alone.cut(texts)

    assert alone._whole is None
    assert [one.ids for one in made] == [whole.encode(text, add_special_tokens=False).ids for text in texts]


def test_the_common_vocabulary_is_less_than_half(folder, whole):
    common = json.loads((folder / COMMON).read_bytes())["pieces"].split("\n")

    assert len(common) < whole.get_vocab_size() / 2


@pytest.mark.parametrize("text", ["教育援疆\u00a0改善民生", "一、\u3000总则", "a\u2009b"])
def test_spaces_of_typesetting_need_only_common_pieces(folder, whole, text):
    alone = PieceTokenizer(folder)

    made = alone.cut([text])[0]

    assert alone._whole is None
    expected = whole.encode(text, add_special_tokens=False)
    assert (made.ids, made.spans) == (expected.ids, expected.offsets)


def test_a_lone_surrogate_is_a_replacement_character(tokenizer):
    assert tokenizer.cut(["a\ud800b"])[0].ids == tokenizer.cut(["a\ufffdb"])[0].ids
