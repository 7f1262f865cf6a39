"""Bot stage: `citewise figures`, which lists every figure that the reports state."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from bot.edge import console, open_workshop, warn_of_changes
from bot.options import CollectionOption, ConfigOption, IndexOption


class Form(StrEnum):
    """Form of a list."""

    table = "table"
    csv = "csv"
    json = "json"


def figures(
    document: Annotated[str | None, typer.Argument(help="The id of a report; default: all reports.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to write the list.")] = Form.table,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """List every figure that the reports state: what it counts, unit, period and place."""
    from rich.markup import escape
    from rich.table import Table

    from bot.ledger import as_csv, ledger
    from bot.render import plain
    from bot.show import report

    with open_workshop(config, index, collection) as workshop:
        saved = workshop.load_index()
        warn_of_changes(workshop, saved.manifest)
        chosen = [report(saved.documents, document)] if document else list(saved.documents.values())
        entries = ledger(chosen)
        if form is Form.csv:
            typer.echo(as_csv(entries), nl=False)
        elif form is Form.json:
            typer.echo(json.dumps([one.record() for one in entries], ensure_ascii=False))
        else:
            table = Table()
            for heading in ("report", "where", "figure", "unit", "subject", "period", "mark"):
                table.add_column(heading, overflow="fold")
            for one in entries:
                cells = (one.document, one.where, one.written, one.unit, one.subject, one.period, one.mark)
                table.add_row(*(escape(plain(cell)) for cell in cells))
            console(workshop).print(table)
