"""Pages hold whatever reports and people wrote: Telegram takes each, and nothing in it steers."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Fact, FoundPassage, SourceStretch
from bot.messages import say
from bot.messenger.clean_text import clean, isolated, one_line
from bot.messenger.cutting import cut, label, split, units
from bot.messenger.markup import Block, Piece, pages
from bot.messenger.pages import answer_pages, fact_page, more_pages, passage_page, text_pages, why_page
from corpus.document import Document, Heading, Restated, Stretch
from scale import scaled
from telegram_html import check_page, read_html

KEY = "V1StGXR8_Z5j"
NASTY = [
    "<b>", "</b>", "<blockquote expandable>", "&", "&amp;", "&#60;", "<!--", "]]>", "\x00", "\x1b[31m", "\r\n",
    "\n\n\n",
    "\u202e", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff", "\u2028", "שלום", "مرحبا ٤٢", "ر", "👩‍👩‍👧‍👦",
    "🇳🇴", "e\u0301\u0302",
    "😀" * 40, "浙江省。", "1,569", "“", "”", " [1]", " — ", "- ", "、", ", ", "{0}", "%s", "tg://user?id=1", "@all",
    "\t", "\ue000",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=12).map("".join)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.sampled_from([1, 1, 1, 1, 30, 200]))
LANGUAGES = st.sampled_from(["zh", "en"])
CONFIDENCE = st.floats(0, 1)
SETTINGS = settings(max_examples=scaled(25, 400), deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def citations(draw):
    made = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        stretches = [SourceStretch(line, None, draw(TEXTS)) for line in range(draw(st.integers(0, 3)))]
        quote, start = draw(LONG), draw(st.integers(0, 500))
        heading = tuple(draw(st.lists(TEXTS, max_size=4)))
        made.append(
            Citation(number, draw(TEXTS), draw(LONG), heading, quote, start, start + len(quote), tuple(stretches))
        )
    return made


@st.composite
def answers(draw):
    """Draw an answer whose text is composed as answers are, or is anything."""
    language = draw(LANGUAGES)
    cited = draw(citations())
    facts, lines = [], []
    for one in cited:
        value = draw(TEXTS | st.just(one.quote) | st.just(one.quote[:9]))
        facts += [
            Fact(value, draw(TEXTS | st.just(value)), draw(TEXTS), draw(CONFIDENCE), (one.number,))
            for _ in range(draw(st.integers(0, 2)))
        ]
        dash = draw(st.sampled_from(["", "- "]))
        display = ", ".join(fact.display for fact in facts[-1:])
        lines += [f"{dash}{display} — {draw(TEXTS)}", f"    “{one.quote}” [{one.number}]{draw(TEXTS)}"]
        lines += draw(st.just([]) | st.builds(lambda text: [f"    {text}"], TEXTS))
    passages = draw(st.lists(st.builds(FoundPassage, TEXTS, st.just(0), st.just(9), CONFIDENCE, LONG), max_size=10))
    times = draw(st.sampled_from([{}, {"total": 1.0, "read": 0.5, "retrieve": 0.5}]))
    return Answer(
        question=draw(LONG),
        status=draw(st.sampled_from(["answered", "not_found", "chat", "clarify", "error"])),
        language=language,
        text=draw(LONG | st.just("\n".join(lines))),
        facts=tuple(facts),
        citations=tuple(cited),
        passages=tuple(passages),
        asked_as=draw(st.none() | LONG),
        timings_ms=times,
        choices=tuple(draw(st.lists(LONG, max_size=5))),
    )


@st.composite
def reports(draw, citation):
    """Draw a report that holds a quote where its citation says, elsewhere, or not."""
    before, behind = draw(LONG), draw(LONG)
    text = draw(st.sampled_from([before + citation.quote + behind, before + behind, citation.quote]))
    return Document(
        id="d", path="d.md", language="en", title=draw(LONG), publisher=draw(st.none() | LONG), region=draw(TEXTS),
        period=(2010, 2020), text=text, stretches=(Stretch(0, len(text), 0, 1),), headings=(Heading(0, 3, 1),),
        digest="", restates=draw(st.none() | st.builds(Restated, LONG, LONG, TEXTS)),
    )  # fmt: skip


@SETTINGS
@given(answers())
def test_telegram_takes_every_page_of_every_answer(answer):
    made = answer_pages(answer, KEY)

    assert made
    for page in made:
        check_page(page)
    assert not any(page.buttons for page in made[:-1])
    for at in range(len(answer.facts)):
        check_page(fact_page(answer, at))


@SETTINGS
@given(answers(), LANGUAGES)
def test_telegram_takes_every_page_of_what_is_behind_an_answer(answer, language):
    for page in [*more_pages(answer.record(), KEY, language), why_page(answer.record(), KEY, language)]:
        check_page(page)


@SETTINGS
@given(st.data(), answers(), LANGUAGES)
def test_telegram_takes_every_passage(data, answer, language):
    for citation in answer.citations[:2]:
        page = passage_page(answer.record(), citation.number, data.draw(reports(citation)), KEY, language)

        check_page(page)


@SETTINGS
@given(answers())
def test_the_bot_api_reads_the_pages_without_complaint(answer):
    parse_html = pytest.importorskip("bot_api.html_entities").parse_html
    for page in [*answer_pages(answer, KEY), why_page(answer.record(), KEY, answer.language)]:
        read = parse_html(page.html)

        assert (read.text, read.notes) == (page.plain, [])
        assert len(read.entities) <= 100


@SETTINGS
@given(LONG, LANGUAGES)
def test_a_quote_is_shown_as_it_is_but_for_what_steers(quote, language):
    citation = Citation(1, "d", "D", (), quote, 0, len(quote), (SourceStretch(3, None, quote),))
    fact = Fact("14", "14", "", 0.9, (1,))
    said = f"14 — D\n    “{quote}” [1]" + ("，" if language == "zh" else ", ") + say("line", language, line=3)

    made = answer_pages(Answer("?", "answered", language, said, (fact,), (citation,)), KEY)

    (entity,) = [text for page in made for tag, text in read_html(page.html).entities if tag == "blockquote"]
    body, _, shortened = entity.rpartition("”")
    body = body.removeprefix("“")
    whole = isolated(clean(quote))
    assert (
        body == whole
        if not shortened
        else clean(quote).startswith(body.translate({0x200E: "", 0x2068: "", 0x2069: ""}))
    )
    if units(whole) <= 1200:
        assert not shortened


@SETTINGS
@given(LONG)
def test_cleaning_once_is_enough_and_leaves_ordinary_text_whole(text):
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    "text", ["浙江省\n“援疆”…… 3.5亿元", "👩‍👩‍👧‍👦 🇳🇴 é", "می‌خواهم ٤٢", "a\tb", "½ ㎡ № ≥", "الله"]
)
def test_ordinary_text_of_any_script_is_left_as_it_is(text):
    assert clean(text) == text


@SETTINGS
@given(LONG, st.integers(1, 300))
def test_a_cut_text_is_a_beginning_that_fits(text, most):
    kept = cut(text, most)

    assert text.startswith(kept)
    assert units(kept) <= most
    assert bool(kept) == bool(text) or most == 1


@SETTINGS
@given(LONG, st.integers(2, 300))
def test_a_split_text_is_whole_and_each_part_fits(text, most):
    parts = split(text, most)

    assert "".join(parts) == text
    assert all(units(part) <= most for part in parts)


@SETTINGS
@given(LONG, st.integers(2, 80))
def test_a_label_fits(text, most):
    assert units(label(text, most)) <= most


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("建了23座。又建了17座。还有", 12, "建了23座。"),
        ("He paid 3.5 million. She paid 4.", 24, "He paid 3.5 million."),
        ("没有句号，只有逗号，一直写下去", 12, "没有句号，只有逗号，"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 15, "👩‍👩‍👧‍👦"),
        ("ééé".replace("é", "e\u0301"), 3, "e\u0301"),
        ("abc", 3, "abc"),
    ],
)
def test_texts_are_cut_where_a_reader_would(text, most, kept):
    assert cut(text, most) == kept


PIECES = st.builds(Piece, LONG.map(clean).map(isolated), st.sampled_from(["", "b", "i", "u"]))
KINDS = st.sampled_from(["line", "quote", "long_quote"])
BLOCKS = st.builds(Block, st.lists(PIECES, min_size=1, max_size=60).map(tuple), KINDS, st.booleans())


@SETTINGS
@given(st.lists(BLOCKS, min_size=1, max_size=6))
def test_blocks_of_any_size_are_parted_into_pages_and_no_text_is_lost(blocks):
    made = pages([*blocks, replace(blocks[0], pieces=(Piece("end"),))])

    for page in made:
        read = read_html(page.html)
        assert read.text == page.plain
        assert units(page.plain) <= 4096
        assert len(read.entities) <= 100
    together = "".join(page.plain for page in made)
    assert "".join(together.split()) == "".join("".join(block.plain for block in blocks).split()) + "end"


@SETTINGS
@given(LONG)
def test_any_text_can_be_said(text):
    for page in text_pages(text):
        check_page(page)
