"""Evaluate stage: question files in the form of SQuAD 1.1 and 2.0, which CMRC 2018 and DRCD have too."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BadQuestionFile
from bot.evaluate.formats.record import BadLine, Line, gold_question, is_whole, parts, shown, text_or_none
from bot.evaluate.gold import RequiredAnswer, holds

KIND = "squad"
_FORM = "an object whose data is a list of articles with paragraphs, each with context and qas"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Hold a text that questions are on, fit to be a report of its own."""

    id: str
    title: str
    text: str


def read_squad(file: Path, *, paragraphs_as_corpus: bool) -> tuple[list[Line], list[Paragraph]]:
    """Read questions and the paragraphs that they are on; lines have no numbers, their texts name the place.

    With `paragraphs_as_corpus` each answer must come from the question's own paragraph.

    Raises:
        BadQuestionFile: if the file can't be read or is not of SQuAD's form at all.
    """
    try:
        content = json.loads(file.read_bytes())
    except OSError as err:
        raise BadQuestionFile(f"{file}: can't be read: {err.strerror or err}") from err
    except (ValueError, RecursionError) as err:
        raise BadQuestionFile(f"{file}: expected JSON in SQuAD's form, found no JSON: {err}") from err
    if not isinstance(content, dict) or not isinstance(content.get("data"), list):
        raise BadQuestionFile(f"{file}: expected SQuAD's form ({_FORM}), found {shown(content)}")
    lines: list[Line] = []
    paragraphs: dict[str, Paragraph] = {}
    for place, title, record in _paragraphs(content["data"], lines):
        context = record.get("context")
        if not isinstance(context, str) or not context.strip() or not is_whole(context):
            lines.append((None, BadLine(f"{place}: context must be a text, found {shown(context)}")))
            continue
        paragraph = Paragraph(_id_of(context), title, context)
        # A paragraph that stands twice is one report.
        paragraphs.setdefault(paragraph.id, paragraph)
        if not isinstance(record.get("qas"), list):
            lines.append((None, BadLine(f"{place}: qas must be a list, found {shown(record.get('qas'))}")))
            continue
        report = paragraph.id if paragraphs_as_corpus else None
        for number, asked in enumerate(record["qas"], start=1):
            lines += _question(asked, f"{place}, question {number}", context, report)
    return lines, list(paragraphs.values())


def _paragraphs(articles: list[Any], lines: list[Line]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each paragraph with its place and title; what is none goes to `lines`."""
    for number, article in enumerate(articles, start=1):
        place = f"article {number}"
        if not isinstance(article, dict) or not isinstance(article.get("paragraphs"), list):
            lines.append((None, BadLine(f"{place}: expected an object with paragraphs, found {shown(article)}")))
            continue
        title = article.get("title")
        name = title if isinstance(title, str) and is_whole(title) else ""
        for count, record in enumerate(article["paragraphs"], start=1):
            where = f"{place}, paragraph {count}"
            if isinstance(record, dict):
                yield where, name, record
            else:
                lines.append((None, BadLine(f"{where}: expected an object with context, found {shown(record)}")))


def _question(record: object, place: str, context: str, report: str | None) -> Iterator[Line]:
    try:
        asked = parts(record, "a question", ("question",))
        given = text_or_none(asked, "id")
        place = f"question {shown(given)}" if given else place
        forms = _forms(asked)
        kept = tuple(form for form in forms if holds(context, form))
        for form in forms:
            if form not in kept:
                # Some annotators' spans end within a figure; no sentence says "March 200".
                fault = "is part of a longer figure" if form in context else "is not"
                yield None, BadLine(f"{place}: the answer {shown(form)} {fault} in its paragraph")
        if kept or not forms:
            required = [RequiredAnswer(report, kept)] if kept else []
            yield None, gold_question(text_or_none(asked, "question") or "", required, id=given, kind=KIND)
    except BadLine as err:
        yield None, BadLine(f"{place}: {err}")


def _forms(asked: dict[str, Any]) -> tuple[str, ...]:
    """Return the distinct answers; none only where the question is marked as impossible."""
    impossible = asked.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise BadLine(f"is_impossible must be true or false, found {shown(impossible)}")
    if impossible:
        return ()
    answers = asked.get("answers")
    if not isinstance(answers, list):
        raise BadLine(f"answers must be a list, found {shown(answers)}")
    if not answers:
        raise BadLine("it has no answers and is not marked as impossible")
    found = [answer.get("text") if isinstance(answer, dict) else None for answer in answers]
    forms = [text.strip() for text in found if isinstance(text, str) and text.strip()]
    if len(forms) < len(found):
        raise BadLine(f"each answer must be an object with a text, found {shown(answers)}")
    return tuple(dict.fromkeys(forms))


def _id_of(context: str) -> str:
    # Of the text, so that it is the same in every order of the file and safe as a file's name.
    return "p" + hashlib.blake2b(context.encode(), digest_size=8).hexdigest()
