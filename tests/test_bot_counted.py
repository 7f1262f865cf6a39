"""Whether a text names what a question counts."""

import pytest

from bot.asked import asked
from bot.counted import Counted, head_of, meant
from index.bridge import Bridge
from index.lexicon import Lexicon
from index.thesaurus import concepts
from small import document

TEXT = "全县新建中学3所、幼儿园5所，培训护士40名，卖出苹果12吨。"


@pytest.fixture(scope="module")
def bridge():
    return Bridge(Lexicon({}, {}, {}, {}, {}))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return document(tmp_path_factory.mktemp("counted"), "county.txt", TEXT)


def evidence(question, language, place, bridge, report):
    return Counted(asked(question, language), bridge).evidence([(place, 1.0)], report)


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("how many firms sell over 10 million yuan online?", "firms"),
        ("number of middle schools Zhejiang built?", "schools"),
        ("how many jobs come with the factories?", "jobs"),
        ("how many shops or outlets selling farm goods are there?", "outlets"),
        ("which private oil firm got the permit?", "firm"),
        ("what rare operation was done there?", "operation"),
        ("what about the film?", ""),
    ],
)
def test_the_noun_that_a_question_counts(question, head):
    assert head_of(asked(question, "en")) == head


@pytest.mark.parametrize(
    ("question", "language", "place", "worth"),
    [
        ("how many nurses were trained?", "en", "培训护士40名", 1.0),
        ("how many doctors were trained?", "en", "培训护士40名", -1.5),
        ("how many middle schools were built?", "en", "新建中学3所", 1.0),
        ("how many kindergartens were built?", "en", "新建中学3所", -1.0),
        ("how much fruit, or how many fruits, were sold?", "en", "卖出苹果12吨", 1.0),
        ("卖了多少吨水果？", "zh", "卖出苹果12吨", 1.0),
        ("培训了多少名护理人员？", "zh", "培训护士40名", 1.0),
        ("how many secondary schools were built?", "en", "建了3所学校", 0.5),
    ],
)
def test_what_is_counted_is_said_by_its_like_and_its_kinds_alone(question, language, place, worth, bridge, report):
    assert evidence(question, language, place, bridge, report) == worth


def test_what_is_counted_is_known_to_the_thesaurus():
    def heads(question):
        return [{concepts()[number].en[0] for number in numbers} for numbers in meant(asked(question, "en"))]

    assert heads("how many nurses were sent?") == [{"nurse"}, set()]
    whole, last = heads("how many secondary schools were built?")
    assert "secondary school" in whole
    assert "school" in last
    assert heads("why was it built?") == [set(), set()]
