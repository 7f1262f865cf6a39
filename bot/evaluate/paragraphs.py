"""Evaluate stage: the paragraphs of a SQuAD file as reports, indexed once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.evaluate.formats.squad import Paragraph
from index.errors import IndexStageError
from index.saved import SavedIndex

if TYPE_CHECKING:
    from bot.wiring import Workshop


def paragraph_index(workshop: "Workshop", paragraphs: Sequence[Paragraph]) -> "Workshop":
    """Index paragraphs, each a report by its own id, in the cache; return the workshop for that index."""
    digest = hashlib.sha256(repr([(one.id, one.title, one.text) for one in paragraphs]).encode()).hexdigest()[:16]
    folder = workshop.cache_folder / "evaluations" / f"paragraphs-{digest}"
    made = replace(workshop, index_folder=folder, own_index=False)
    try:
        SavedIndex.load(folder, backend=workshop.backend())
    except IndexStageError:
        with TemporaryDirectory() as written:
            made.build(made.read([_written(Path(written), paragraphs)]), made.encoder())
    return made


def _written(folder: Path, paragraphs: Sequence[Paragraph]) -> Path:
    entries = []
    for one in {paragraph.id: paragraph for paragraph in paragraphs}.values():
        (folder / f"{one.id}.txt").write_text(one.text, encoding="utf-8")
        # JSON's strings are TOML's too.
        title = json.dumps(_printable(one.title) or one.id, ensure_ascii=False)
        entries.append(f"[{json.dumps(one.id + '.txt')}]\nid = {json.dumps(one.id)}\ntitle = {title}\n")
    (folder / "reports.toml").write_text("\n".join(entries), encoding="utf-8")
    return folder


def _printable(title: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())
