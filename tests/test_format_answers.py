"""Answers from the shipped reports as PDF, Word, HTML and Excel are as right as from text."""

import io
import json
import os
import random
import re
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

import config
from bot.assistant import Assistant
from bot.evaluate.answers import answer_figures, judge
from bot.evaluate.questions import read_gold
from bot.reader.model import Reader
from bot.wiring import shipped_reports
from config import load_settings
from index.retrieve import Retriever
from scale import scaled

FORMATS = Path(__file__).parent / "data/formats"
KINDS = ("pdf", "pdf-two-columns", "docx", "html", "xlsx")
GOLD = read_gold(sorted((Path(__file__).parent / "accuracy").glob("questions_*.jsonl")))
ASKED = random.Random(5).sample(GOLD, scaled(40, len(GOLD)))
# In points of a hundred; a sample moves more by chance.
MOST_BELOW = scaled(0.08, 0.03)
END = 8

pytestmark = [pytest.mark.model, pytest.mark.slow]


def answers(folder, encoder, default_index, questions):
    settings = load_settings(Path(config.__file__).with_name("default.toml"), environ={})
    retriever = Retriever(default_index(folder), encoder)
    assistant = Assistant(retriever, Reader.load(encoder), refuse_below=settings.answer.refuse_below)
    return assistant, [(one, assistant.ask(one.question, history=one.history)) for one in questions]


def right(pairs):
    judged = [judge(question, answer.record(question.id)) for question, answer in pairs]
    by_language = {
        lang: answer_figures(one for one in judged if one.question.language == lang) for lang in ("zh", "en")
    }
    if kept := os.environ.get("CITEWISE_TEST_FIGURES"):  # to be put into a table
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write(json.dumps(by_language) + "\n")
    return by_language


@pytest.fixture(scope="module")
def from_text(encoder, default_index):
    return right(answers(shipped_reports(), encoder, default_index, ASKED)[1])


@pytest.fixture(scope="module", params=KINDS)
def answered(request, encoder, default_index):
    return request.param, *answers(FORMATS / request.param, encoder, default_index, ASKED)


def test_answers_are_as_right_as_from_text(answered, from_text):
    kind, _, pairs = answered
    below = {}
    for language, figures in right(pairs).items():
        for figure in ("first three", "first"):
            share, whole = figures[figure][0], from_text[language][figure][0]
            if share < whole - MOST_BELOW:
                below[language, figure] = (share, whole)
    assert below == {}, kind


def test_citations_point_to_the_page_or_cell_that_holds_them(answered):
    kind, assistant, pairs = answered
    if kind not in {"pdf", "pdf-two-columns", "xlsx"}:
        pytest.skip("the format has neither pages nor cells")
    checked = 0
    for _, answer in pairs:
        for citation in answer.citations:
            path = assistant.documents[citation.document].path
            assert citation.quote == assistant.documents[citation.document].text[citation.start : citation.end]
            for stretch in citation.source:
                assert holds(path, stretch), (path, stretch)
                checked += 1
    assert checked > len(pairs)


def holds(path, stretch):
    """Tell whether the place that a stretch names holds its text, by another library than the one that read it."""
    if path.endswith(".xlsx"):
        return bare(stretch.text) in bare(str(cells(path)[stretch.sheet, stretch.cell]))
    # A sentence may go on in the next column, which the other library may put elsewhere: both its ends must be there.
    text, page = bare(stretch.text), page_texts(path)[stretch.page - 1]
    return stands(text[:END], page) and stands(text[-END:], page)


def stands(part, page):
    """Tell whether a page holds a run of text, once broken at most: the other library may mix lines of columns."""
    return any(part[:at] in page and part[at:] in page for at in range(len(part)))


@cache
def cells(path):
    book = load_workbook(io.BytesIO(Path(path).read_bytes()))
    return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


@cache
def page_texts(path):
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams

    pages = extract_pages(path, laparams=LAParams(boxes_flow=None))
    return ["".join(bare(box.get_text()) for box in page if hasattr(box, "get_text")) for page in pages]


def bare(text):
    # Quotation marks may be of another font, whose runs the other library puts elsewhere.
    return re.sub(r"[\s\-“”‘’]+", "", text)
