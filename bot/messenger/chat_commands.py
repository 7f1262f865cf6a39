"""Messenger: /start, /help and the other commands, and what happens to a chat as a whole."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog
from telegram import Update
from telegram.constants import ChatMemberStatus
from telegram.ext import ContextTypes

from bot.cite import attribution
from bot.errors import UnknownCollection
from bot.messenger.answering import Asks
from bot.messenger.desk import Desk
from bot.messenger.questions import Questions
from bot.messenger.reply import Reply
from bot.messenger.words import tell
from corpus.document import Language
from index.errors import IndexStageError

_LONGEST = 3500  # characters of a message of the bot's own, below Telegram's limit
_NAME = 60  # characters of a wrong name that are said back
_LANGUAGES: dict[str, Language | None] = {"zh": "zh", "en": "en", "auto": None}
_GONE = {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
_log = structlog.get_logger(__name__)


class ChatCommands:
    """Reply to commands."""

    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk = desk
        self._questions = questions

    async def start(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what this bot does."""
        await self._tell(update, "start")

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how to ask."""
        await self._tell(update, "help")

    async def about(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot is and is not."""
        await self._tell(update, "about")

    async def unknown(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say that there is no such command."""
        await self._tell(update, "unknown_command")

    async def sources(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the reports."""
        if not await self._questions.door.let_in(update):
            return
        spoken = await self._desk.spoken(update)
        documents = (await self._assistant(update)).documents.values()
        lines = [f"• {attribution(document, spoken)}" for document in documents]
        reply = Reply(self._desk, update)
        for text in _messages([tell("sources", spoken, count=len(documents)), *lines]):
            await reply.text(text)

    async def lang(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Set the language of answers, or say which it is."""
        chat = update.effective_chat
        if chat is None or not await self._questions.door.let_in(update):
            return
        state = await self._desk.ledger.chat(chat.id)
        wanted = (context.args or [""])[0].lower()
        spoken = await self._desk.spoken(update)
        if wanted not in _LANGUAGES:
            text = tell("lang_usage", spoken, chosen=tell(f"lang_{state.language or 'auto'}", spoken))
        else:
            self._desk.order.remember(update, chat.id, replace(state, language=_LANGUAGES[wanted]))
            spoken = _LANGUAGES[wanted] or spoken
            text = tell("lang_changed", spoken, chosen=tell(f"lang_{wanted}", spoken))
        await Reply(self._desk, update).text(text)

    async def collection(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask another collection from now on, without what was said before, or list those that may be asked."""
        chat, choice = update.effective_chat, self._desk.collections
        if chat is None or not await self._questions.door.let_in(update):
            return
        spoken = await self._desk.spoken(update)
        if choice is None:
            await Reply(self._desk, update).text(tell("unknown_command", spoken))
            return
        typed = " ".join(context.args or ())
        names = await asyncio.to_thread(choice.names)
        kept = await asyncio.to_thread(choice.named, typed) if typed else None
        if kept is not None:
            state = await self._desk.ledger.chat(chat.id)
            self._desk.order.remember(update, chat.id, replace(state, questions=(), collection=kept))
            lines = [tell("collection_chosen", spoken, name=kept or choice.own)]
        else:
            now = await self._desk.collection(update) or choice.own
            shown = [tell("collection_now", spoken, name=name) if name == now else f"• {name}" for name in names]
            lines = [tell("collection_unknown" if typed else "collection_list", spoken, name=typed[:_NAME]), *shown]
        reply = Reply(self._desk, update)
        for text in _messages(lines):
            await reply.text(text)

    async def reset(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Forget the conversation and its answers; the chosen language and collection stay."""
        chat = update.effective_chat
        if chat is None or not await self._questions.door.let_in(update):
            return
        state = await self._desk.ledger.chat(chat.id)
        self._desk.order.remember(update, chat.id, replace(state, questions=()))
        await asyncio.to_thread(self._desk.ledger.store.forget, chat.id, keep_state=True)
        await Reply(self._desk, update).text(tell("reset", await self._desk.spoken(update)))

    async def migrated(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Take a group's conversation along to the supergroup that it became."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            store = self._desk.ledger.store
            await asyncio.to_thread(store.migrate, message.chat_id, message.migrate_to_chat_id)
            _log.info("chat_migrated", old_chat=message.chat_id, new_chat=message.migrate_to_chat_id)

    async def member(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Forget a chat that has blocked the bot or put it out."""
        changed = update.my_chat_member
        if changed and changed.new_chat_member.status in _GONE:
            await asyncio.to_thread(self._desk.ledger.store.forget, changed.chat.id)
            _log.info("chat_left", chat=changed.chat.id)

    async def _assistant(self, update: Update) -> Asks:
        """Return what answers in a chat; the bot's own where the chat's collection can't be loaded."""
        try:
            return await self._desk.assistant(await self._desk.collection(update))
        except (UnknownCollection, IndexStageError):
            return self._desk.answering.assistant

    async def _tell(self, update: Update, key: str) -> None:
        if await self._questions.door.let_in(update):
            spoken = await self._desk.spoken(update)
            count = len((await self._assistant(update)).documents)
            await Reply(self._desk, update).text(tell(key, spoken, count=count, example=tell("example", spoken)))


def _messages(lines: Sequence[str]) -> list[str]:
    """Put lines together into messages that are not too long."""
    texts = [""]
    for line in (line[:_LONGEST] for line in lines):
        if texts[-1] and len(texts[-1]) + len(line) >= _LONGEST:
            texts.append("")
        texts[-1] += f"\n{line}" if texts[-1] else line
    return texts
