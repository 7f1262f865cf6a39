"""Names by their sound: what is told without pypinyin is what pypinyin tells."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from index.sound import HAN_RUN, _readings, heard, spelling
from scale import scaled

CHARACTERS = sorted(chr(number) for number in PINYIN_DICT if HAN_RUN.fullmatch(chr(number)))
PHRASES = sorted(phrase for phrase in PHRASES_DICT if HAN_RUN.fullmatch(phrase) and len(phrase) < 5)
NAMES = st.one_of(
    st.sampled_from(PHRASES), st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=4), st.text(max_size=4)
)


def test_each_character_has_the_reading_that_it_is_spelt_with():
    assert [c for c in CHARACTERS if spelling(c) not in _readings()[c].split()] == []


@settings(max_examples=scaled(300, 20000), deadline=None)
@given(NAMES, st.lists(NAMES, max_size=4))
def test_what_is_heard_is_what_is_spelt_alike(name, others):
    known = {}
    for other in [*others, name]:
        known.setdefault(spelling(other), []).append(other)

    assert heard(name, known) == [one for one in known[spelling(name)] if one != name]
    assert heard(name, {spelling(name): ["Another"]}) == ["Another"]
    assert list(heard(name, {})) == []


def test_a_name_of_characters_with_several_readings_is_read_in_its_words():
    assert heard("重庆", {"chongqing": ["崇庆"], "zhongqing": ["中庆"]}) == ["崇庆"]
