"""Bot stage: the command line; commands parse, call one function, print."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import index_commands
from bot.edge import DAMAGED, NOT_FOUND, USAGE, console, note, open_workshop, warn_of_changes
from bot.evaluate.commands import compare, evaluate
from bot.figures_command import figures
from bot.messenger.commands import telegram
from bot.options import CollectionOption, ConfigOption, IndexOption, JsonOption, LangOption, Spoken

if TYPE_CHECKING:
    from rich.table import Table

    from bot.assistant import Assistant
    from bot.wiring import Workshop
    from corpus.document import Document, Language

app = typer.Typer(
    name="citewise",
    help="Ask a folder of reports in Chinese or English; get the figure, whose it is, and the sentence that proves it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


app.command()(index_commands.index)
app.command()(index_commands.add)
app.command()(index_commands.remove)
app.command("list")(index_commands.list_files)
app.command()(index_commands.rollback)
app.command()(index_commands.collections)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Chinese or English.")],
    json: JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show how the answer came about.")] = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
    lang: LangOption = None,
) -> None:
    """Answer one question (exit code 0 answered, 1 not found, 2 usage, 3 index or model)."""
    from bot.explain import explanation, explanation_record
    from bot.render import answer_text

    with open_workshop(config, index, collection) as workshop:
        assistant = _assistant(workshop)
        answer, traces = assistant.explain(question, language=_language(workshop, lang))
        if json:
            _print_json(answer.record() | ({"explanation": explanation_record(traces)} if explain else {}))
        elif answer.status == "error":
            note(answer.text)
        else:
            shown = console(workshop)
            shown.print(answer_text(answer), soft_wrap=True)
            for part in explanation(traces, answer.language) if explain else ():
                shown.print(part)
    if answer.status == "not_found":
        raise typer.Exit(NOT_FOUND)
    if answer.status == "error":
        raise typer.Exit(USAGE)


@app.command()
def chat(
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
    lang: LangOption = None,
) -> None:
    """Ask in a conversation; /help lists its commands."""
    from bot.chat import run_chat
    from bot.collection import Choice

    with open_workshop(config, index, collection) as workshop:
        assistant = _assistant(workshop)
        run_chat(
            assistant,
            console=console(workshop),
            history_file=workshop.history_file,
            language=_language(workshop, lang),
            collections=Choice.of(workshop, assistant),
        )


@app.command()
def batch(
    file: Annotated[Path, typer.Argument(help="Questions, one JSON object a line; - for standard input.")],
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
    lang: LangOption = None,
) -> None:
    """Answer a file of questions, one record a line on standard output."""
    from bot.batch import answer_lines
    from bot.question_file import open_lines

    with open_workshop(config, index, collection) as workshop, open_lines(file) as (lines, count):
        assistant = _assistant(workshop)
        language = _language(workshop, lang)
        for done, record in enumerate(answer_lines(assistant, lines, language=language), start=1):
            _print_json(record)
            if workshop.progress and count:
                workshop.progress("answer", min(1.0, done / count))


@app.command()
def sources(
    json: JsonOption = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """List the reports of the index."""
    with open_workshop(config, index, collection) as workshop:
        saved = workshop.load_index()
        warn_of_changes(workshop, saved.manifest)
        if json:
            _print_json([_described(document) for document in saved.documents.values()])
        else:
            console(workshop).print(_source_table(list(saved.documents.values())))


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="The id of a report, as `citewise sources` lists it.")],
    at: Annotated[int | None, typer.Option("--at", help="Where a citation starts (`start` of its record).")] = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Show a passage of a report in its surroundings, the cited sentence marked."""
    from bot.render import passage_text
    from bot.show import report, sentence_at

    with open_workshop(config, index, collection) as workshop:
        saved = workshop.load_index()
        found = report(saved.documents, document)
        span = sentence_at(found, at)
        console(workshop).print(passage_text(found, span, found.language), soft_wrap=True)


@app.command()
def doctor(index: IndexOption = None, collection: CollectionOption = None, config: ConfigOption = None) -> None:
    """Check settings, model, index and disk, and say what to do."""
    from rich.markup import escape

    from bot.doctor import examine

    with open_workshop(config, index, collection) as workshop:
        findings = examine(workshop)
        shown = console(workshop)
        for finding in findings:
            mark = "[green]ok[/green]" if finding.fine else "[red]problem[/red]"
            shown.print(f"{mark}  {escape(finding.subject)}: {escape(finding.text)}", soft_wrap=True)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(DAMAGED)


app.command()(figures)
app.command()(evaluate)
app.command()(compare)


@app.command()
def bench(
    json: JsonOption = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Measure cold start, warm answers by stage, indexing, memory and disk on this machine."""
    from bot.bench import bench as measured
    from bot.bench import bench_tables

    with open_workshop(config, index, collection) as workshop:
        found = measured(workshop)
        if json:
            _print_json(found)
        else:
            for table in bench_tables(found):
                console(workshop).print(table)


app.command()(telegram)


def main() -> None:
    """Run the command line; the entry point of `citewise` and `python -m bot`."""
    # pydantic would read what each installed package says of itself, to find plugins, which have no say here.
    # Only here: a program that uses citewise as a library has its own.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            # Chinese must come out whole whatever the locale, and never stop the program.
            reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except OSError as err:
        # Python would write what is left once more at exit, and complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(err, BrokenPipeError):
            raise SystemExit(0) from None
        note(f"the answer can't be written: {err.strerror or err}")
        raise SystemExit(DAMAGED) from None


def _print_json(content: Any) -> None:  # noqa: ANN401 - any JSON
    typer.echo(json.dumps(content, ensure_ascii=False))


def _assistant(workshop: "Workshop") -> "Assistant":
    assistant = workshop.assistant()
    warn_of_changes(workshop, assistant.manifest)
    return assistant


def _language(workshop: "Workshop", lang: Spoken | None) -> "Language | None":
    chosen = lang.value if lang else workshop.settings.display.language
    if chosen == "zh":
        return "zh"
    return "en" if chosen == "en" else None


def _described(document: "Document") -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "language": document.language,
        "publisher": document.publisher,
        "region": document.region,
        "period": document.period,
        "path": document.path,
        "translation_of": document.translation_of,
    }


def _source_table(documents: "list[Document]") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    from bot.cite import years
    from bot.render import plain

    table = Table()
    for heading in ("id", "title", "publisher", "region", "period", "language"):
        table.add_column(heading, overflow="fold")
    for document in documents:
        cells = (
            document.id, document.title, document.publisher or "", document.region or "",
            years(document.period), document.language,
        )  # fmt: skip
        table.add_row(*(escape(plain(cell)) for cell in cells))
    return table
