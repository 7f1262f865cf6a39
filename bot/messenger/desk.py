"""Messenger: what the handlers share."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from telegram import Update, User

from bot.messenger.access import Access
from bot.messenger.answering import Answering, Asks
from bot.messenger.collections import Collections
from bot.messenger.ledger import Ledger
from bot.messenger.observe import Metrics
from bot.messenger.order import Order
from bot.messenger.watch import Watch
from bot.question import language_of
from corpus.document import Language
from corpus.formats.extractor import Limits


@dataclass(frozen=True)
class IndexBuild:
    """Hold how an upload is added: the command before and behind it, the folder of uploads, and how they are read."""

    command: Sequence[str]
    options: Sequence[str]
    uploads: Path
    max_bytes: int
    limits: Limits = field(default_factory=Limits)
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class Desk:
    """Give handlers what they work with."""

    access: Access
    answering: Answering
    ledger: Ledger
    order: Order
    metrics: Metrics
    watch: Watch
    build: IndexBuild
    stopping: asyncio.Event
    collections: Collections | None = None
    language: Language | None = None  # of answers in chats that chose none

    async def spoken(self, update: Update, text: str = "") -> Language:
        """Return the language of messages to a chat: its own choice, that of the text, or that of the person's app."""
        chat = update.effective_chat
        chosen = (await self.ledger.chat(chat.id)).language if chat else None
        if chosen or self.language:
            return chosen or self.language or "en"
        return language_of(text) if text else app_language(update.effective_user)

    async def collection(self, update: Update) -> str:
        """Return the collection that a chat asks, empty for the bot's own."""
        chat = update.effective_chat
        if chat is None or self.collections is None:
            return ""
        return self.collections.current((await self.ledger.chat(chat.id)).collection)

    async def assistant(self, collection: str) -> Asks:
        """Return what answers from a collection, empty for the bot's own.

        Raises:
            UnknownCollection: if it is no longer there.
            IndexStageError: if it can't be loaded.
        """
        if not self.collections or not (name := self.collections.current(collection)):
            return self.answering.assistant
        return await self.collections.take(name)


def app_language(user: User | None) -> Language:
    """Return the language of a person's Telegram as far as it is one of ours."""
    return "zh" if user and (user.language_code or "").lower().startswith("zh") else "en"
