"""The thesaurus of report language: its lines, what its terms mean, and what is a kind of what."""

import re
from collections import Counter

import pytest

from index.thesaurus import concepts, meanings, named, ways, within

HAN = re.compile("[一-鿿]")


def first(number):
    return concepts()[number].en[0]


def test_each_line_says_one_thing_in_both_languages():
    assert len(concepts()) > 3000
    odd = [
        one
        for one in concepts()
        if not one.zh
        or not one.en
        or not all(map(HAN.search, one.zh))
        or any(map(HAN.search, [*one.en, one.kind]))
        or len(set(one.zh)) < len(one.zh)
        or len(set(one.en)) < len(one.en)
    ]
    assert odd == []


def test_no_concept_stands_twice():
    first_terms = Counter((one.zh[0], one.en[0]) for one in concepts())

    assert [terms for terms, count in first_terms.items() if count > 1] == []


def test_the_first_term_of_a_concept_is_no_other_word_for_another():
    heads = {one.zh[0] for one in concepts()}

    assert [term for one in concepts() for term in one.zh[1:] if term in heads] == []


def test_each_term_is_found_as_it_stands():
    terms = [
        (term, language, number)
        for number, one in enumerate(concepts())
        for language in ("zh", "en")
        for term in one.ways(language)
    ]

    assert [(term, language) for term, language, number in terms if number not in meanings(term, language)] == []


def test_each_kind_is_a_concept_and_none_is_a_kind_of_itself():
    names = {one.en[0] for one in concepts()}
    above = {one.en[0]: one.kind for one in reversed(concepts())}
    assert {one.kind for one in concepts()} - names - {""} == set()
    for name in names:
        path = []
        while name and name not in path:
            path.append(name)
            name = above[name]
        assert not name, f"{path} goes round in a circle"


@pytest.mark.parametrize(
    ("term", "language", "meant"),
    [
        ("nurses", "en", "nurse"),
        ("护士", "zh", "nurse"),
        ("secondary schools", "en", "secondary school"),
        ("苹果", "zh", "apple"),
    ],
)
def test_a_term_means_its_concept_in_whatever_form_it_stands(term, language, meant):
    assert meant in {first(number) for number in meanings(term, language)}


@pytest.mark.parametrize(
    ("term", "other"),
    [
        ("engineers", "engine"),
        ("doctors", "doctorate"),
        ("customers", "customs"),
        ("residents", "residence"),
        ("authors", "authority"),
    ],
)
def test_words_of_one_stem_are_not_one_thing(term, other):
    assert meanings(term, "en")
    assert set(meanings(term, "en")) & set(meanings(other, "en")) == set()


@pytest.mark.parametrize("term", ["", "\0", "qwxz", "阿", "\ud83d"])
def test_what_is_no_term_means_nothing(term):
    assert meanings(term, "en") == ()


def test_who_says_a_kind_says_the_thing_and_not_the_other_way_round():
    (fruit, *_), (apple, *_) = meanings("水果", "zh"), meanings("苹果", "zh")

    assert apple in within(fruit)
    assert fruit not in within(apple)
    assert "苹果" in ways(fruit, "zh")
    assert "apple" in ways(fruit, "en")
    assert "水果" not in ways(apple, "zh")


def test_of_what_has_very_many_kinds_only_its_own_words_count():
    (person, *_) = meanings("person", "en")

    assert len(within(person)) > 60
    assert ways(person, "en") == concepts()[person].en


def test_the_terms_of_a_text_are_the_longest_at_their_places():
    assert "secondary schools" in [term for term, _ in named("How many secondary schools, and nurses?", "en")]
    assert "schools" not in [term for term, _ in named("How many secondary schools, and nurses?", "en")]
    assert [term for term, _ in named("护士和医生", "zh")] == ["护士", "医生"]
