"""Training data of the reader: files in SQuAD's form, what an epoch is made of, questions in the other language."""

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadQuestionFile
from bot.reader.crossing import chinese, english
from bot.reader.epochs import Mixture, Sample, epoch
from bot.reader.examples import FILES, Example, load, split
from corpus.segment import words

HARBOUR = "港务局在2015年修复了14个码头，投入资金3.2亿元。局长名叫林晓峰，他在平川县出生。"
TRADITIONAL = "港務局在2015年修復了14個碼頭，總裁後來說：「這裡很乾淨。」"
ENGLISH = "The port office rebuilt 14 quays in 2015. Its director, Lin Xiaofeng, was born in Larvik."


def asked(question, context, answer, **changes):
    return {"question": question, "answers": [{"text": answer, "answer_start": context.index(answer)}], **changes}


def article(title, *paragraphs):
    """Return an article of paragraphs, each a context and its questions."""
    return {"title": title, "paragraphs": [{"context": context, "qas": list(qas)} for context, qas in paragraphs]}


def write(folder, **articles):
    """Write the four files, those not given with one article of one question each."""
    plain = article("港口", (HARBOUR, [asked("谁是局长？", HARBOUR, "林晓峰")]))
    for name in FILES:
        path = folder / f"{name}.json"
        path.write_text(json.dumps({"data": articles.get(name, [plain])}, ensure_ascii=False), encoding="utf-8")
    return folder


def loaded(folder, source, *paragraphs):
    return [one for one in load(write(folder, **{source: [article("一", *paragraphs)]})) if one.source == source]


def answer_of(example):
    return example.context[example.start : example.end]


# --- Files


def test_each_file_has_its_language(tmp_path):
    english_article = article("Port", (ENGLISH, [asked("Who is the director?", ENGLISH, "Lin Xiaofeng")]))
    examples = load(write(tmp_path, squad2_dev_part=[english_article]))

    assert [one.source for one in examples] == list(FILES)
    assert [one.language for one in examples] == ["zh", "zh", "zh", "en"]
    assert [answer_of(one) for one in examples] == ["林晓峰", "林晓峰", "林晓峰", "Lin Xiaofeng"]
    assert all(one.answerable for one in examples)


@pytest.mark.parametrize("source", ["drcd_dev", "drcd_test"])
def test_traditional_characters_become_simplified_and_the_answer_stays_in_place(tmp_path, source):
    [one] = loaded(tmp_path, source, (TRADITIONAL, [asked("誰後來說話？", TRADITIONAL, "總裁")]))

    assert one.question == "谁后来说话？"
    assert one.context == "港务局在2015年修复了14个码头，总裁后来说：「这里很干净。」"
    assert answer_of(one) == "总裁"
    assert len(one.context) == len(TRADITIONAL)


def test_simplified_and_english_files_stay_as_they_are(tmp_path):
    [chinese_one] = loaded(tmp_path, "cmrc2018_trial", (TRADITIONAL, [asked("誰？", TRADITIONAL, "總裁")]))

    assert (chinese_one.context, chinese_one.question, answer_of(chinese_one)) == (TRADITIONAL, "誰？", "總裁")


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from([*TRADITIONAL, *"髮發乾幹後后裏裡臺台Ａ１²㎏…“ \n"]), min_size=1, max_size=40).map(
        "".join
    ),
    st.data(),
)
def test_an_answer_stays_in_place_wherever_it_stands(tmp_path_factory, context, data):
    start = data.draw(st.integers(0, len(context) - 1))
    end = data.draw(st.integers(start + 1, len(context)))
    folder = tmp_path_factory.getbasetemp() / "traditional"
    folder.mkdir(exist_ok=True)
    question = {"question": "誰？", "answers": [{"text": context[start:end], "answer_start": start}]}

    [one] = loaded(folder, "drcd_dev", (context, [question]))

    assert (one.start, one.end) == (start, end)
    assert len(one.context) == len(context)
    assert re.sub("[㐀-鿿]", "", one.context) == re.sub("[㐀-鿿]", "", context)


@pytest.mark.parametrize("shift", [-3, -1, 1, 4, 1000])
def test_an_answer_whose_place_is_a_little_off_is_found(tmp_path, shift):
    question = asked("谁是局长？", HARBOUR, "林晓峰")
    question["answers"][0]["answer_start"] += shift

    [one] = loaded(tmp_path, "cmrc2018_trial", (HARBOUR, [question]))

    assert answer_of(one) == "林晓峰"


def test_of_several_places_the_nearest_is_the_answer(tmp_path):
    context = "港口、港口、港口"
    question = {"question": "哪里？", "answers": [{"text": "港口", "answer_start": 4}]}

    [one] = loaded(tmp_path, "cmrc2018_trial", (context, [question]))

    assert one.start == 3


def test_a_question_whose_answer_stands_nowhere_is_left_out(tmp_path):
    question = {"question": "谁？", "answers": [{"text": "王芳", "answer_start": 0}]}

    assert loaded(tmp_path, "cmrc2018_trial", (HARBOUR, [question])) == []


@pytest.mark.parametrize(
    "question",
    [
        {"question": " Who? ", "answers": [], "is_impossible": True},
        {"question": "Who?", "answers": []},
        {"question": "Who?", "answers": [{"text": "Lin", "answer_start": 0}], "is_impossible": True},
    ],
)
def test_a_question_without_an_answer_is_unanswerable(tmp_path, question):
    [one] = loaded(tmp_path, "squad2_dev_part", (ENGLISH, [question]))

    assert (one.answerable, one.start, one.end, one.question) == (False, 0, 0, "Who?")


def test_articles_are_told_apart_by_title_or_id_or_number_and_by_file(tmp_path):
    paragraph = (HARBOUR, [asked("谁是局长？", HARBOUR, "林晓峰")])
    with_id = {"id": "DEV_7", "paragraphs": article("", paragraph)["paragraphs"]}
    nameless = {"paragraphs": article("", paragraph)["paragraphs"]}

    examples = load(write(tmp_path, cmrc2018_trial=[article("港口", paragraph), with_id, nameless]))

    assert [one.article for one in examples if one.source == "cmrc2018_trial"] == [
        "cmrc2018_trial/港口",
        "cmrc2018_trial/DEV_7",
        "cmrc2018_trial/2",
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"data": 3}', b'{"data": [{}]}', b'{"data": [3]}',
     b'{"data": [{"paragraphs": [{"qas": []}]}]}', b'{"data": [{"paragraphs": [{"context": "a", "qas": [{}]}]}]}'],
)  # fmt: skip
def test_a_file_in_another_form_is_an_error_that_names_it(tmp_path, content):
    write(tmp_path)
    (tmp_path / "drcd_test.json").write_bytes(content)

    with pytest.raises(BadQuestionFile, match=r"drcd_test\.json: not questions in SQuAD's form"):
        load(tmp_path)


def test_a_file_that_is_missing_is_an_error_that_names_it(tmp_path):
    write(tmp_path)
    (tmp_path / "squad2_dev_part.json").unlink()

    with pytest.raises(BadQuestionFile, match=r"squad2_dev_part\.json"):
        load(tmp_path)


# --- Articles held out


def examples(count, source="cmrc2018_trial"):
    return [Example("zh", "谁？", HARBOUR, 0, 3, f"{source}/{i // 2}", source) for i in range(count)]


def test_whole_articles_of_each_file_are_held_out():
    everything = [*examples(200), *examples(40, "drcd_dev")]

    training, held = split(everything)

    assert sorted(map(repr, [*training, *held])) == sorted(map(repr, everything))
    assert {one.article for one in training}.isdisjoint({one.article for one in held})
    assert {source: len({one.article for one in held if one.source == source}) for source in FILES} == {
        "drcd_dev": 1,
        "drcd_test": 0,
        "cmrc2018_trial": 6,
        "squad2_dev_part": 0,
    }


def test_the_same_articles_are_held_out_each_time_whatever_the_order():
    everything = examples(200)

    first = {one.article for one in split(everything)[1]}
    assert {one.article for one in split(everything[::-1])[1]} == first


# --- Epochs

POOL = [
    Example("zh", "港务局修复了多少个码头？", HARBOUR, HARBOUR.index("14"), HARBOUR.index("码头"), "a", "s"),
    Example("zh", "港务局在2015年投入了多少资金？", HARBOUR, HARBOUR.index("3.2"), HARBOUR.index("。"), "a", "s"),
    Example("zh", "图书馆有多少册藏书？", "图书馆有藏书3000册，读者很多。", 6, 11, "a", "s"),
    Example("en", "How many quays did the port office rebuild in 2015?", ENGLISH, 24, 32, "b", "t"),
    Example("en", "Where was the director born?", ENGLISH, ENGLISH.index("Larvik"), len(ENGLISH) - 1, "b", "t"),
    Example("en", "How many books does the library hold?", "The library holds 3000 books.", 18, 28, "b", "t"),
    Example("en", "Who founded the library?", "The library holds 3000 books.", 0, 0, "b", "t"),
]
PLAIN = Mixture(crossed=0.0, glossed=0.0, exchanged=0.0, elsewhere=0.0)


def test_an_epoch_of_nothing_but_the_questions_has_each_once():
    made = epoch(POOL, 1, PLAIN)

    assert sorted(map(repr, made)) == sorted(repr(Sample(x.question, x.context, x.start, x.end)) for x in POOL)


def test_the_same_seed_makes_the_same_epoch_and_another_seed_another():
    mixture = Mixture()

    assert epoch(POOL, 1, mixture) == epoch(POOL, 1, mixture)
    assert epoch(POOL, 1, mixture) != epoch(POOL, 2, mixture)


@pytest.mark.parametrize("seed", range(5))
def test_answers_stay_in_place_whatever_is_done_to_the_questions(seed):
    made = epoch(POOL, seed, Mixture(crossed=1.0, glossed=0.5, exchanged=0.5, elsewhere=0.5))

    golds = {(one.context, one.start, one.end) for one in POOL}
    assert all((one.context, one.start, one.end) in golds for one in made if one.end > one.start)
    answered = [one for one in made if one.end > one.start]
    assert len(answered) == len([one for one in POOL if one.answerable])


@pytest.mark.parametrize("seed", range(20))
def test_a_question_with_something_exchanged_has_no_answer_in_its_paragraph(seed):
    made = epoch(POOL, seed, Mixture(crossed=0.0, glossed=0.0, exchanged=1.0, elsewhere=0.0))

    originals = {one.question: one for one in POOL}
    changed = [one for one in made if one.question not in originals]
    assert changed
    for one in changed:
        assert (one.start, one.end) == (0, 0)
        origin = min((x for x in POOL if x.context == one.context), key=lambda x: len(_units(x) ^ _units(one)))
        assert any(unit in one.context for unit in _units(origin) - _units(one))
        assert any(unit not in one.context for unit in _units(one) - _units(origin))


def _units(one):
    """Return the words and figures of a question."""
    return set(words(one.question)) | set(re.findall(r"\d+", one.question))


@pytest.mark.parametrize("seed", range(5))
def test_a_question_asked_of_another_paragraph_of_its_article_has_no_answer_there(seed):
    made = epoch(POOL, seed, Mixture(crossed=0.0, glossed=0.0, exchanged=0.0, elsewhere=1.0))

    unanswerable = [one for one in made if one.end == one.start and one.question != POOL[-1].question]
    assert len(unanswerable) == len([one for one in POOL if one.answerable])
    for one in unanswerable:
        origin = next(x for x in POOL if x.question == one.question)
        assert one.context != origin.context
        assert one.context in {x.context for x in POOL if x.article == origin.article}
        assert answer_of(origin) not in one.context


def test_an_article_of_one_paragraph_has_no_other_to_ask():
    made = epoch(POOL[:2], 1, Mixture(crossed=0.0, glossed=0.0, exchanged=0.0, elsewhere=1.0))

    assert len(made) == 2


def test_questions_are_put_into_the_other_language_as_often_as_the_mixture_says():
    never = epoch(POOL, 1, PLAIN)
    always = epoch(POOL, 1, Mixture(crossed=1.0, glossed=0.0, exchanged=0.0, elsewhere=0.0))

    originals = {one.question for one in POOL}
    assert {one.question for one in never} == originals
    assert {one.question for one in always}.isdisjoint(originals)


def test_an_epoch_of_no_examples_is_empty():
    assert epoch([], 1, Mixture()) == []


# --- Questions in the other language


def test_a_chinese_question_becomes_english_words_with_the_chinese_that_they_lead_back_to():
    made = [english("图书馆有多少名教师？", random.Random(seed)) for seed in range(20)]

    assert all("how many" in question and not re.search("[一-鿿]", question) for question, _ in made)
    assert all(re.fullmatch("[一-鿿]+( [一-鿿]+)*", gloss) for _, gloss in made)
    for word in ("library", "teacher"):
        assert any(word in question for question, _ in made)


def test_an_english_question_becomes_chinese_words_with_the_english_that_they_lead_back_to():
    made = [chinese("How many teachers were sent to Larvik in 2019?", random.Random(seed)) for seed in range(20)]

    for question, gloss in made:
        assert question.startswith("多少")
        assert question.endswith("？")
        assert "Larvik" in question
        assert not re.search("[一-鿿]", gloss)
        assert re.match("多少[^是]*(?:先生|师)", question)
    assert any("teacher" in gloss for _, gloss in made)


@pytest.mark.parametrize("seed", range(8))
def test_figures_and_latin_names_are_kept(seed):
    rng = random.Random(seed)

    assert "2019" in english("ABC公司在2019年有多少名教师？", rng)[0]
    assert "ABC" in english("ABC公司在2019年有多少名教师？", rng)[0]
    assert "1,569" in chinese("Did Zhejiang send 1,569 teachers?", rng)[0]
    assert "Zhejiang" in chinese("Did Zhejiang send 1,569 teachers?", rng)[0]


def test_a_name_stays_chinese_or_is_spelt():
    made = {english("林晓峰是谁？", random.Random(seed))[0].strip("?") for seed in range(30)}

    assert any("林晓峰" in one for one in made)
    assert any("Linxiaofeng" in one for one in made)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.integers(0, 5))
def test_any_question_can_be_put_into_the_other_language_and_the_same_way_each_time(question, seed):
    for across in (english, chinese):
        first = across(question, random.Random(seed))
        assert first == across(question, random.Random(seed))
        assert all(isinstance(part, str) for part in first)
