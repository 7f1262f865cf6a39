"""Bot stage: the options that commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Spoken(StrEnum):
    """Language of answers."""

    zh = "zh"
    en = "en"
    auto = "auto"


DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of the index; default: your own.")]
CollectionOption = Annotated[str | None, typer.Option("--collection", help="Name of a collection of reports.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="Your settings file (TOML).")]
LangOption = Annotated[Spoken | None, typer.Option("--lang", help="Language of answers; default: the question's.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the record that machines read.")]
