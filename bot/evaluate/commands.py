"""Evaluate stage: the commands `evaluate` and `compare`."""

import json as json_lines
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.edge import console, note, open_workshop, warn_of_changes
from bot.errors import BadQuestionFile
from bot.options import CollectionOption, ConfigOption, IndexOption

if TYPE_CHECKING:
    from bot.evaluate.question_files import QuestionFile, Skipped
    from bot.evaluate.run import Measured
    from bot.wiring import Workshop

_SHOWN = 10
_STDOUT = Path("-")


def evaluate(
    questions: Annotated[list[Path], typer.Argument(help="Question files: JSONL, SQuAD JSON, CSV, TSV or XLSX.")],
    json: Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON; - prints them.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write a report that a browser shows.")] = None,
    records: Annotated[Path | None, typer.Option("--records", help="Score the records of `citewise batch`.")] = None,
    paragraphs: Annotated[bool, typer.Option("--paragraphs", help="Ask a SQuAD file's own paragraphs.")] = False,
    half: Annotated[str, typer.Option("--half", help="dev, test or all.")] = "all",
    lang: Annotated[str, typer.Option("--lang", help="Language of the report: en or zh.")] = "en",
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Measure retrieval, answers, citations, refusals and speed on questions with known answers."""
    from bot.evaluate.question_files import read_question_file
    from bot.evaluate.questions import joined
    from bot.evaluate.run import evaluation_record
    from bot.evaluate.tables import tables

    with open_workshop(config, index, collection) as opened:
        workshop = opened
        _require_writable(json, report, lang)
        read = [read_question_file(file, paragraphs_as_corpus=paragraphs) for file in questions]
        skipped = [line for one in read for line in one.skipped]
        _tell(skipped, sum(one.unlisted for one in read))
        gold = joined(zip(questions, (one.questions for one in read), strict=True), half=half)
        if paragraphs:
            workshop = _on_paragraphs(workshop, questions, read)
        measured, made = _measured(workshop, gold, questions, records, own_paragraphs=paragraphs)
        record = evaluation_record(measured, files=questions, skipped=[_line(one) for one in skipped], made=made)
        _write(record, json, report, lang)
        if json != _STDOUT:
            for table in tables(record):
                console(workshop).print(table)


def compare(
    first: Annotated[Path, typer.Argument(help="Figures of one run, as `evaluate --json` wrote them.")],
    second: Annotated[Path, typer.Argument(help="Figures of another run on the same questions.")],
    config: ConfigOption = None,
) -> None:
    """Compare two evaluations question by question: what changed, both ways, and whether it may be chance."""
    from bot.evaluate.compare import compare as compared
    from bot.evaluate.compare import load_record
    from bot.evaluate.tables import comparison_tables

    with open_workshop(config, None) as workshop:
        found = compared(load_record(first), load_record(second))
        for table in comparison_tables(found):
            console(workshop).print(table)
        if found.unpaired:
            note(f"{found.unpaired} questions stand in one of the two only and do not count")


def _require_writable(json: Path | None, report: Path | None, lang: str) -> None:
    """Complain of what can't be written before the questions are asked, not after."""
    if lang not in ("en", "zh"):
        raise BadQuestionFile(f"--lang must be en or zh, found {lang!r}")
    for path in (json, report):
        if path and path != _STDOUT and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise BadQuestionFile(f"{path}: expected a file in a folder that is there")


def _tell(skipped: Sequence["Skipped"], unlisted: int) -> None:
    for one in skipped[:_SHOWN]:
        place = f"{one.file}, line {one.line}" if one.line else str(one.file)
        note(f"skipped {place}: {one.reason}")
    more = len(skipped) - _SHOWN + unlisted
    if more > 0:
        note(f"skipped {more} more; --json and --report list them")


def _line(one: "Skipped") -> dict[str, Any]:
    return {"file": one.file.name, "line": one.line, "reason": one.reason}


def _on_paragraphs(workshop: "Workshop", files: Sequence[Path], read: Sequence["QuestionFile"]) -> "Workshop":
    """Return the workshop for an index of the files' own paragraphs, which is kept for the next time."""
    from bot.evaluate.paragraphs import paragraph_index

    found = [paragraph for one in read for paragraph in one.paragraphs]
    if not found:
        raise BadQuestionFile(f"{', '.join(map(str, files))}: --paragraphs wants a file in SQuAD's form")
    return paragraph_index(workshop, found)


def _measured(
    workshop: "Workshop", gold: Sequence[Any], files: Sequence[Path], records: Path | None, *, own_paragraphs: bool
) -> tuple[list["Measured"], dict[str, Any]]:
    """Return what was measured, and on what."""
    from bot.evaluate.run import Evaluation, from_records, key_of

    index = workshop.load_index()
    if not own_paragraphs:
        warn_of_changes(workshop, index.manifest)
    made = {
        "index": {"documents": sorted(index.documents), "passages": len(index.passages)},
        "settings": {
            f"{part}.{name}": value
            for part, values in workshop.settings.model_dump(mode="json").items()
            if part in ("passages", "retrieval", "answer") and isinstance(values, dict)
            for name, value in values.items()
        },
    }
    if records:
        return from_records(gold, records, index.documents, index.passages), made
    key = key_of(files, len(gold), sorted(question.id for question in gold), index.manifest, made)
    journal = workshop.cache_folder / "evaluations" / f"{key}.jsonl"
    run = Evaluation(workshop.assistant(index), index.passages, journal)
    if run.done:
        note(f"goes on where it was interrupted: {run.done} of {len(gold)} questions are answered")
    return run.ask(gold, progress=workshop.progress), made


def _write(record: dict[str, Any], json: Path | None, report: Path | None, lang: str) -> None:
    text = json_lines.dumps(record, ensure_ascii=False)
    try:
        if json == _STDOUT:
            typer.echo(text)
        elif json:
            json.write_text(text + "\n", encoding="utf-8")
        if report:
            from bot.evaluate.report import html_report

            report.write_text(html_report(record, "zh" if lang == "zh" else "en"), encoding="utf-8")
    except OSError as err:
        raise BadQuestionFile(f"{err.filename or ''}: can't be written: {err.strerror or err}") from err
