"""A message within a conversation, and the whole question that it means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.converse import Understood, understood
from bot.turns.talk import small_talk
from bot.turns.topic import Knowledge


def _alike(text, others):
    """Return how many characters a text shares with each of others: a stand-in for the encoder."""
    return [len(set(text.lower()) & set(one.lower())) / len(set(text.lower()) | set(one.lower())) for one in others]


def knowledge(**known):
    given = {
        "alike": _alike,
        "named": lambda question: "",
        "translated": lambda text, language: "",
        "regions": lambda question, language: ("", ""),
        "told": lambda question: question,
    }
    given |= known
    return Knowledge(**({"sure": lambda question: 0.7 if given["told"](question) else 0.0} | given))


def whole(message, *history, **known):
    return understood(message, history, knowledge(**known)).question.rstrip("?？")


@pytest.mark.parametrize(
    ("history", "message", "expected"),
    [
        ("杭州派了多少教师？", "那医生呢？", "杭州派了多少医生"),
        ("杭州派了多少教师？", "宁波呢", "宁波派了多少教师"),
        ("杭州2019年派了多少教师？", "2020年呢？", "杭州2020年派了多少教师"),
        ("杭州派了多少教师？", "2020年呢？", "2020年杭州派了多少教师"),
        ("杭州派了多少教师？", "为什么？", "杭州为什么派了教师"),
        ("海洋馆是什么时候建成的？", "在哪里？", "海洋馆是在哪里建成的"),
        ("海洋馆是什么时候建成的？", "花了多少钱", "海洋馆花了多少钱"),
        ("杭州派了多少教师？", "他们待了多久", "杭州派的教师待了多久"),
        ("杭州派了多少教师？", "其中女教师有多少", "杭州派的教师中女教师有多少"),
        ("杭州派了多少教师？", "不是，我问的是医生", "杭州派了多少医生"),
        ("海洋馆花了多少钱", "收了多少门票", "海洋馆收了多少门票"),
        ("how many teachers did Hangzhou send?", "and doctors?", "how many doctors did Hangzhou send"),
        ("how many teachers did Hangzhou send?", "what about Ningbo?", "how many teachers did Ningbo send"),
        ("how many teachers were sent in 2019?", "and in 2020?", "how many teachers were sent in 2020"),
        ("how many teachers were sent?", "in 2020?", "how many teachers were sent in 2020"),
        ("how many teachers were sent in 2019?", "when?", "when were the teachers sent in 2019"),
        ("when was the library opened?", "and the museum?", "when was the museum opened"),
        ("when was the library opened?", "how much did it cost?", "how much did the library cost"),
        ("when was the library opened?", "who runs it?", "who runs the library"),
        ("how many teachers did Hangzhou send?", "how many of them were women?",
         "how many of the teachers Hangzhou sent were women"),
        ("how many teachers were sent?", "where did they come from?", "where did the teachers sent come from"),
        ("how many quays did the port of Larvik build?", "and Bergen?", "how many quays did the port of Bergen build"),
        ("how many masks were donated?", "no, i meant gloves", "how many gloves were donated"),
        ("杭州2019年派了多少教师？", "第二年呢", "杭州2020年派了多少教师"),
        ("杭州2019年派了多少教师？", "一共呢", "杭州派了多少教师"),
        ("杭州派了多少医生？", "派了多少护士", "杭州派了多少护士"),
        ("海洋馆是什么时候建成的？", "可以容纳多少人", "海洋馆可以容纳多少人"),
        ("杭州派了多少教师？", "那宁波呢，他们待了多久", "宁波派的教师待了多久"),
        ("how many people were trained in 2019?", "the year before?", "how many people were trained in 2018"),
        ("how many quays did Larvik build?", "how about Bergen, when were they finished?",
         "when were the quays Bergen built finished"),
        ("Did Hangzhou send teachers?", "and doctors?", "Did Hangzhou send doctors"),
        ("which ships called at Larvik?", "name a few", "which ships called at Larvik"),
        ("what did the bridge cost?", "by whom?", "by whom did the bridge cost"),
        ("那趟渡轮在哪个码头始发？", "它拉了什么", "那趟渡轮拉了什么"),
        ("百船千网推广的是什么模式？", "花了多少钱", "百船千网花了多少钱"),
        ("杭州2019年派了多少教师？", "2020年头八个月呢", "杭州2020年头八个月派了多少教师"),
        ("杭州引进的码头有几个？", "在建的呢", "杭州引进的码头在建的有几个"),
        ("which plan lists the fish market?", "why is it special", "why is the fish market special"),
        ("how many teachers were sent in 2019?", "and jan to aug 2020?",
         "how many teachers were sent in jan to aug 2020"),
    ],
)  # fmt: skip
def test_a_follow_up_is_made_whole_from_the_question_before(history, message, expected):
    assert whole(message, history) == expected


def test_a_side_of_a_thing_is_asked_of_it_and_another_thing_of_the_last_side():
    history = ["杭州建了几座图书馆？", "花了多少钱", "什么时候建的"]

    assert whole("谁设计的", *history) == "杭州建的图书馆谁设计的"
    assert whole("博物馆呢", *history) == "杭州建的博物馆什么时候建的"  # the side that was asked for last


def test_what_was_counted_last_is_what_they_means():
    history = ["what did the harbour programme do?", "how many quays did it lead to?"]

    assert whole("how long are they?", *history).startswith("how long are the quays")


def test_a_verb_without_a_subject_stands_alone_where_the_reports_do_not_tell_it_of_the_thing_before():
    told = {"told": lambda question: "" if "渔船和码头" in question else "40"}

    assert whole("培训了多少水手", "渔船和码头一共多少？", **told) == "培训了多少水手"


def test_a_fragment_that_would_be_answered_as_the_question_before_is_asked_of_the_place():
    told = {"told": lambda question: "70" if "teachers" in question else "5"}

    asked = whole("number of studios?", "how many teachers did Hangzhou's clubs pair with teachers?", **told)

    assert asked == "how many studios, Hangzhou"


def test_a_fragment_in_the_place_of_old_words_stays_refused():
    told = {"told": lambda question: "" if "pilots" in question else "5"}

    assert whole("pilots?", "how many teachers did Hangzhou send?", **told) == "how many pilots did Hangzhou send"


@pytest.mark.parametrize(
    ("history", "message", "expected"),
    [
        ("how many pilots did Hangzhou send?", "what crews came", "what crews came of the pilots Hangzhou sent"),
        ("杭州派了多少教师？", "校长是谁派的", "杭州派的教师校长是谁派的"),
    ],
)
def test_a_question_that_names_little_leans_on_the_one_before_where_only_so_it_is_answered(history, message, expected):
    alone = {"told": lambda question: "" if question.startswith(message) and len(question) < len(message) + 3 else "5"}

    assert whole(message, history) == message
    assert whole(message, history, **alone).replace(", ", " of ") == expected


@pytest.mark.parametrize(
    "message", ["how many pilots did Bergen send", "what did the harbour workshop cost", "did 3 ships sail"]
)
def test_a_question_that_names_a_place_a_described_thing_or_a_number_stays_as_it_is(message):
    silent = {"told": lambda question: "" if question == message else "5"}

    assert whole(message, "how many teachers did Hangzhou send?", **silent) == message


@pytest.mark.parametrize(
    ("alone", "expected"), [(0.6, "what crews came"), (0.5, "what crews came, the pilots Hangzhou sent")]
)
def test_a_question_that_names_little_leans_where_it_is_answered_much_better_so(alone, expected):
    sure = {"sure": lambda question: 0.7 if "pilots" in question else alone}

    assert whole("what crews came", "how many pilots did Hangzhou send?", **sure) == expected


def test_what_goes_on_with_and_is_asked_of_the_topic_wherever_it_is_answered_so():
    sure = {"sure": lambda question: 0.3 if "pilots" in question else 0.9}

    assert (
        whole("and what crews came", "how many pilots did Hangzhou send?", **sure)
        == "what crews came, the pilots Hangzhou sent"
    )


@pytest.mark.parametrize(
    ("history", "message", "expected"),
    [
        ("给渔港送的物资有多少缆绳", "救生衣呢", "给渔港送的物资有多少救生衣"),
        ("“百船千网”三年有多少人次", "花销多少", "“百船千网”花销多少"),
    ],
)
def test_the_counted_thing_is_replaced_and_a_name_stays_whole(history, message, expected):
    assert whole(message, history) == expected


def test_a_side_of_what_was_answered_with_a_name_is_asked_of_that_name():
    known = {
        "named": lambda question: "North Pier" if question.startswith("which pier") else "",
        "told": lambda question: "1990" if "North Pier" in question else "",
    }

    assert whole("what is it for?", "which pier did Hangzhou open?", **known) == "what is North Pier for"


@pytest.mark.parametrize(
    ("history", "message", "expected"),
    [
        ("how many quays did Hangzhou build?", "which harbours?", "which harbours, the quays Hangzhou built"),
        ("how many quays did Hangzhou build?", "money?", "how much money, the quays Hangzhou built"),
        ("changing the subject: ferries, when did they sail", "who paid?", "who paid, the ferries"),
        ("杭州建了几座码头？", "资金呢", "杭州建的码头资金多少"),
        ("杭州派了多少教师？", "有多少个这样的教师", "有多少个杭州派的教师"),
    ],
)
def test_what_names_nothing_is_asked_of_the_topic(history, message, expected):
    assert whole(message, history) == expected


def test_this_before_a_long_name_points_at_nothing_said_before():
    assert whole("那个远洋渔业展览馆叫什么", "杭州派了多少教师？") == "那个远洋渔业展览馆叫什么"


def test_a_person_just_named_stands_for_he():
    named = {"named": lambda question: "Olaf Berg" if question == "who founded the yard" else ""}

    assert whole("when did he retire?", "who founded the yard?", **named) == "when did Olaf Berg retire"


def test_the_other_report_is_asked_by_its_region():
    known = {"regions": lambda question, language: ("Hangzhou", "Ningbo")}

    assert whole("and the other report?", "how many teachers did Hangzhou send?", **known) == (
        "how many teachers did Ningbo send"
    )


def test_words_of_the_other_language_are_translated_into_the_question():
    known = {"translated": lambda text, language: {"医生": "doctors"}.get(text, "")}

    assert whole("那医生呢？", "how many teachers did Hangzhou send?", **known) == "how many doctors did Hangzhou send"


def test_two_readings_are_both_kept():
    meant = understood("and Lhasa?", ["how many teachers did Hangzhou send to Urumqi?"], knowledge())

    assert (meant.question, *meant.others) == (
        "how many teachers did Lhasa send to Urumqi?",
        "how many teachers did Hangzhou send to Lhasa?",
    )


def test_a_preposition_tells_which_place_is_meant():
    assert whole("and to Lhasa?", "how many teachers did Hangzhou send to Urumqi?") == (
        "how many teachers did Hangzhou send to Lhasa"
    )


@pytest.mark.parametrize(
    "message", ["more", "anything else?", "another one?", "还有吗", "还有别的吗？", "再来一个", "what else"]
)
def test_more_is_more_of_the_same_question(message):
    question = "how many quays were built?"

    assert understood(message, [question], knowledge()) == Understood(question, "more", more=1)
    assert understood(message, [question, "more"], knowledge()) == Understood(question, "more", more=2)


@pytest.mark.parametrize(
    "message",
    [
        "which report is that from?",
        "says who?",
        "source?",
        "这是哪份报告说的",
        "出处呢？",
        "谁说的",
        "where does it say that?",
    ],
)
def test_the_source_is_that_of_the_same_question(message):
    assert understood(message, ["派了多少教师？"], knowledge()) == Understood("派了多少教师？", "source")


@pytest.mark.parametrize(
    "message",
    [
        "金华建了几个陈列馆？",
        "援疆工作一共投入了多少资金？",
        "How many hospitals did Larvik build in 2019?",
        "which city has the largest port in the north?",
        "Is there a bridge in Larvik for trains?",
        "Is there a report that says who paid for the quays?",
        "浙江在其他县建了多少书店和图书馆？",
        "那曲市有多少所学校和医院？",
        "其他县有多少所学校？",
        "换个话题，码头在哪里",
        "how many pilots did Larvik hire and where do they live?",
        "it is said that Larvik rebuilt quays, how many were there?",
        "then how many pilots did Larvik hire in 2018?",
        "谁写的报告？",
        "更多的渔船从哪里来到拉维克港？",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(message):
    for history in (["派了多少教师？"], ["how many teachers were sent?", "and doctors?"]):
        assert understood(message, history, knowledge()) == Understood(message)


@given(st.text(max_size=40))
def test_a_first_message_stays_as_it_is(message):
    assert understood(message, [], knowledge()) == Understood(message)
    assert understood(message, ["你好", "thanks!", " \n"], knowledge()) == Understood(message)


_WORDS = st.sampled_from(
    [
        *("那", "呢", "他们", "多少", "医生", "杭州", "为什么", "报告", "不是", "还有", "其中", "?", "？", "1", "万"),
        *(
            "and",
            "in",
            "2019",
            "it",
            "how",
            "many",
            "teachers",
            "Ningbo",
            "when",
            "the",
            "of",
            "no,",
            "i",
            "meant",
            "more",
        ),
    ]
)


@settings(max_examples=300, deadline=None)  # a language's patterns are compiled when they are first used
@given(
    st.lists(_WORDS, max_size=7).map(" ".join) | st.text(max_size=30),
    st.lists(st.lists(_WORDS, max_size=7).map("".join) | st.text(max_size=30), max_size=10),
)
def test_whatever_is_said_has_a_meaning(message, history):
    meant = understood(message, history, knowledge())

    assert meant.does in ("asks", "more", "source")
    assert isinstance(meant.question, str)
    assert len(meant.question) <= len(message) + sum(map(len, history)) * 2 + 50


def test_an_answer_may_be_wanted_again_and_in_another_language():
    question = "how many quays were built?"

    assert understood("repeat that", [question], knowledge()) == Understood(question)
    assert understood("用中文回答", [question], knowledge()) == Understood(question, language="zh")
    assert understood("in English please", ["建了几座码头？"], knowledge()) == Understood(
        "建了几座码头？", language="en"
    )


def test_only_the_last_eight_messages_count():
    history = ["how many quays were built?", *["thanks"] * 8]

    assert whole("and bridges?", *history) == "and bridges"


@pytest.mark.parametrize(
    ("message", "talk"),
    [
        ("你好！", "greeting"),
        ("Hello", "greeting"),
        ("  good morning. ", "greeting"),
        ("谢谢", "thanks"),
        ("THANK YOU! 🙏", "thanks"),
        ("好的。", "thanks"),
        ("好的，谢谢，再见！", "bye"),
        ("你是谁？", "about"),
        ("what can you do?", "about"),
        ("有哪些报告？", "sources"),
        ("Which reports do you have?", "sources"),
        ("what are they about?", "contents"),
        ("这些报告讲什么？", "contents"),
        ("great answer!", "praise"),
        ("不对", "complaint"),
        ("that's wrong", "complaint"),
    ],
)
def test_small_talk_is_known_as_such(message, talk):
    assert small_talk(message) == talk


@pytest.mark.parametrize(
    "message",
    [
        "",
        "你好，派了多少教师？",
        "hello, how many teachers were sent?",
        "help for how many farmers?",
        "how do the reports greet the reader?",
        "哪些报告提到了图书馆？",
        "谢谢谁？",
        "who are you sending to Larvik?",
        "thanks, and who sent the doctors?",
    ],
)
def test_a_message_that_asks_for_more_is_no_small_talk(message):
    assert small_talk(message) is None
