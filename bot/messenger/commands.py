"""Messenger: the command `telegram`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.edge import note, open_workshop, warn_of_changes
from bot.errors import StoreError
from bot.options import CollectionOption, ConfigOption, IndexOption

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.assistant import Assistant
    from bot.messenger.collections import Collections
    from bot.messenger.run import Plan
    from bot.wiring import Workshop

_SECRET = "CITEWISE_TELEGRAM_WEBHOOK_SECRET"  # noqa: S105 - a variable's name


def telegram(
    export_feedback: Annotated[
        Path | None, typer.Option("--export-feedback", help="Write what people judged as a question file and end.")
    ] = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Answer on Telegram; the bot's token comes from CITEWISE_TELEGRAM_TOKEN or a file (see README)."""
    with open_workshop(config, index, collection) as workshop:
        if export_feedback:
            _export(workshop.messenger_file, export_feedback)
        else:
            _run(workshop, config)


def _run(workshop: "Workshop", config: Path | None) -> None:
    import asyncio

    from bot.messenger.connection import require_known
    from bot.messenger.logs import start_logs
    from bot.messenger.run import Bot
    from bot.messenger.secret_token import read_token
    from bot.messenger.store import Store
    from bot.messenger.webhook import webhook_path, webhook_secret

    path = workshop.messenger_file
    token = read_token(os.environ, note)
    webhook_secret(os.environ.get(_SECRET, ""))
    webhook_path(workshop.settings.telegram.webhook_url)
    with _alone(path):
        key = _installation_key(path.with_suffix(".key"))
        start_logs(key=key, token=token, log_texts=workshop.settings.telegram.log_texts)
        asyncio.run(require_known(token, workshop.settings.telegram.api_url, note))
        store = Store.open(path)
        try:
            assistant = _warm(workshop)
            warn_of_changes(workshop, assistant.manifest)

            async def run() -> None:
                await Bot(_plan(workshop, config, token), store, assistant).run()

            asyncio.run(run())
        finally:
            store.close()


def _installation_key(path: Path) -> bytes:
    from bot.messenger.logs import installation_key

    try:
        return installation_key(path)
    except OSError as err:
        raise StoreError(f"{path}: can't be read or written: {err.strerror or err}") from err


def _warm(workshop: "Workshop") -> "Assistant":
    """Load the index and answer a question in each language, so that nobody waits for what is read at first use."""
    from bot.messenger.words import both

    assistant = workshop.assistant()
    for question in both("example").values():
        assistant.ask(question)
    return assistant


def _plan(workshop: "Workshop", config: Path | None, token: "SecretStr") -> "Plan":
    from bot.messenger.run import Plan
    from index.manifest import NAME

    settings, folder = workshop.settings.telegram, workshop.index_folder
    language = workshop.settings.display.language
    return Plan(
        token=token,
        store=workshop.messenger_file,
        manifest=folder / NAME,
        load=lambda: _warm(workshop),
        build=[sys.executable, "-m", "bot", "add"],
        build_options=["--index", str(folder), *(["--config", str(config)] if config else [])],
        uploads=workshop.uploads_folder,
        max_bytes=workshop.settings.corpus.max_file_mb * 2**20,
        limits=workshop.limits,
        tell=note,
        allow=settings.allow,
        admins=settings.admins,
        questions_per_minute=settings.questions_per_minute,
        waiting=settings.waiting,
        api_url=settings.api_url,
        webhook_url=settings.webhook_url,
        webhook_listen=settings.webhook_listen,
        webhook_secret=os.environ.get(_SECRET, ""),
        metrics_port=settings.metrics_port,
        collections=_collections(workshop),
        language=None if language == "auto" else language,
    )


def _collections(workshop: "Workshop") -> "Collections":
    from bot.collection import DEFAULT, collection_folder, collection_names
    from bot.messenger.collections import Collections
    from bot.shelf import Shelf

    data = workshop.data_folder
    return Collections(
        own=workshop.collection or DEFAULT,
        allowed=workshop.settings.telegram.collections,
        built=lambda: collection_names(data),
        shelf=Shelf(lambda name: collection_folder(data, name), lambda name: workshop.at(name).assistant()),
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """See to it that no other bot on this computer uses the file."""
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_suffix(".lock"), timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as err:
        raise StoreError(f"{path}: another bot is running with this file; stop it first") from err
    except OSError as err:
        raise StoreError(f"{path}: can't be written: {err.strerror or err}") from err
    try:
        yield
    finally:
        lock.release()


def _export(path: Path, file: Path) -> None:
    from bot.messenger.store import Store

    if not path.is_file():
        raise StoreError(f"{path}: is not there; nobody has judged an answer yet")
    store = Store.open(path)
    try:
        lines = [json.dumps(record, ensure_ascii=False) for record in store.feedback()]
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as err:
        raise StoreError(f"{file}: can't be written: {err.strerror or err}") from err
    finally:
        store.close()
    note(f"{len(lines)} judgements written to {file}")
