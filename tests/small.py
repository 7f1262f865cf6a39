"""A few small reports on invented places, and what every answer from reports must keep to."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bot.asked import asked
from bot.confidence import Signs
from bot.evidence import Candidate
from bot.facts import Found
from bot.quantities import read
from bot.reader.spans import Reading
from bot.support import Support
from corpus.document import Document
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.bridge import Bridge
from index.build import build_index
from index.passages import Passage
from index.retrieve import RankedPassage, RankedSentence
from index.sentences import sentences
from index.words import WordIndex

LARVIK = """---
id: larvik
title: Port of Larvik
language: en
publisher: Larvik Port Office
region: Larvik
period: 2015-2021
---

# Port of Larvik

## Quays

The port rebuilt 14 quays between 2015 and 2021. A new crane lifts 120 tonnes.

## People

The port office trained 86 pilots in 2019. Nobody was hurt.
"""

BERGEN = """---
id: bergen
title: Port of Bergen
language: en
publisher: Bergen Port Office
region: Bergen
period: 2018
---

# Port of Bergen

The port rebuilt 9 quays in 2018.
"""

LIBRARY = """---
id: library-zh
title: 平川县图书馆报告
language: zh
publisher: 平川县文化局
region: 平川县
period: 2016-2020
---

# 平川县图书馆报告

## 馆舍

全县新建图书馆23座，其中乡镇图书馆17座。2020年到馆读者达到41.6万人次。

## 人员

文化局选派图书管理员358名。志愿者每周
开放两个晚上。
"""

LIBRARY_EN = """---
id: library-en
title: Libraries of Pingchuan, a summary
language: en
publisher: citewise
period: 2016-2020
translation_of: library-zh
restates:
  title: Libraries of Pingchuan
  publisher: Pingchuan Culture Office
  period: "2020"
---

# Libraries of Pingchuan, a summary

The county built 23 libraries, 17 of them in townships.
"""

REPORTS = {"larvik.md": LARVIK, "bergen.md": BERGEN, "图书馆.md": LIBRARY, "libraries.md": LIBRARY_EN}

RECORD_KEYS = [
    "id", "question", "asked_as", "language", "status", "text", "facts", "citations", "passages", "derived",
    "timings_ms",
]  # fmt: skip
FACT_KEYS = {"value", "display", "scope", "confidence", "quantity", "citations"}
CITATION_KEYS = {"number", "document", "title", "heading", "quote", "start", "end", "source"}
QUANTITY_KEYS = {"number", "unit", "approximation"}
PASSAGE_KEYS = {"document", "start", "end", "score", "text"}


def write_reports(folder: Path, reports: Mapping[str, str | bytes]) -> Path:
    """Write reports by their file names and return the folder."""
    for name, content in reports.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def build(folder: Path, reports: Mapping[str, str | bytes]) -> Path:
    """Index reports with the fake encoder; one English report makes a build take seconds."""
    corpus = read_corpus([write_reports(folder / "reports", reports)])
    build_index(corpus, folder / "index", FakeEncoder())
    return folder / "index"


def document(folder: Path, name: str, content: str | bytes) -> Document:
    """Read one report as the index would."""
    return read_corpus([write_reports(folder, {name: content}) / name]).documents[0]


def documents(folder: Path, named: Mapping[str, str | bytes]) -> dict[str, Document]:
    """Read reports by their file names, each by itself, and return them by their ids."""
    return {one.id: one for one in (document(folder, name, content) for name, content in named.items())}


def bridge_of(reports: Mapping[str, Document]) -> Bridge:
    """Return the word bridge for reports."""
    return Bridge.from_texts([(one.language, one.text) for one in reports.values()])


def words_of(reports: Mapping[str, Document]) -> WordIndex:
    """Return the word index of the lines of reports."""
    return WordIndex.from_texts([line for one in reports.values() for line in one.text.splitlines()])


def ranked(report: Document, part: str, score: float = 0.9) -> RankedPassage:
    """Return the line of a report that holds some words as a passage that was found; its sentences are alike."""
    at = report.text.index(part)
    low, high = report.text.rfind("\n", 0, at) + 1, report.text.find("\n", at)
    spans = tuple(sentences(report.text, low, high if high >= 0 else len(report.text)))
    passage = Passage(report.id, spans[0][0], spans[-1][1], spans)
    return RankedPassage(report, passage, score, tuple(RankedSentence(span, 0.0) for span in spans))


def reading(hit: RankedPassage, marked: Mapping[str, float]) -> Reading:
    """Return what a reader makes of a passage: evidence for some stretches of it, each character a piece."""
    text = hit.document.text[hit.passage.start : hit.passage.end]
    starts, ends = (np.full(len(text), -6.0, dtype=np.float32) for _ in range(2))
    for part, evidence in marked.items():
        at = text.index(part)
        starts[at] = ends[at + len(part) - 1] = evidence / 2
    return Reading(starts, ends, tuple((i, i + 1) for i in range(len(text))), 0.0)


def squeeze(text: str) -> str:
    """Return text without white space."""
    return re.sub(r"\s+", "", text)


def lines_of(path: str) -> list[str]:
    """Return the lines of a UTF-8 file as an editor numbers them."""
    return Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")


def check_record(record: Mapping[str, Any], documents: Mapping[str, Document]) -> None:
    """Check the form of an answer record, and that each quote is verbatim and where it says."""
    assert list(record) == RECORD_KEYS
    assert record["status"] in {"answered", "not_found", "chat", "error"}
    assert record["language"] in {"zh", "en"}
    numbers = [citation["number"] for citation in record["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    quotes = {}
    for citation in record["citations"]:
        assert set(citation) == CITATION_KEYS
        cited = documents[citation["document"]]
        quotes[citation["number"]] = citation["quote"]
        assert citation["title"] == cited.title
        assert citation["quote"] == cited.text[citation["start"] : citation["end"]] != ""
        lines = lines_of(cited.path)
        for stretch in citation["source"]:
            assert set(stretch) == {"line", "page", "text", "sheet", "cell", "slide"}
            assert stretch["text"] in lines[stretch["line"] - 1]
            assert stretch["page"] is stretch["sheet"] is stretch["cell"] is stretch["slide"] is None
        assert squeeze("".join(s["text"] for s in citation["source"])) == squeeze(citation["quote"])
    for fact in record["facts"]:
        assert set(fact) == FACT_KEYS
        assert 0 <= fact["confidence"] <= 1
        assert fact["citations"]
        assert any(fact["value"] in quotes[number] for number in fact["citations"])
        assert fact["value"].strip() == fact["value"] != ""
        assert fact["display"] in record["text"]
        if fact["quantity"] is not None:
            assert set(fact["quantity"]) == QUANTITY_KEYS
            assert re.fullmatch(r"-?\d+(?:\.\d+)?", fact["quantity"]["number"])
    for passage in record["passages"]:
        assert set(passage) == PASSAGE_KEYS
        assert passage["text"] == documents[passage["document"]].text[passage["start"] : passage["end"]] != ""
    scores = [passage["score"] for passage in record["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(scores) <= 10
    assert bool(record["facts"]) == (record["status"] == "answered")


def found_in(report: Document, part: str, confidence: float = 0.9) -> Found:
    """Return a part of a report, a figure where it is one, as a candidate that was chosen."""
    hit, start = ranked(report, part), report.text.index(part)
    end = start + len(part)
    sentence = next(span for span in hit.passage.sentences if span[0] <= start < span[1])
    amounts = read(report.text[slice(*sentence)], report.language)
    amount = next((a for a in amounts if (a.start, a.end) == (start - sentence[0], end - sentence[0])), None)
    one = Candidate(hit, 0, sentence, start, end, span=0.0, sentence_score=0.0, amount=amount)
    support = Support((), 1.0, ())
    return Found(one, 1.0, Signs.of(asked("多少？", "zh"), one, support), confidence, support)
