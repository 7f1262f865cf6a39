"""Messenger: what happens when somebody presses a button under an answer."""

import asyncio
from contextlib import suppress

import structlog
from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.errors import UnknownCollection
from bot.messenger.buttons import Pressed, pressed
from bot.messenger.desk import Desk
from bot.messenger.documents import Documents
from bot.messenger.pages import Page, more_pages, passage_page, why_page
from bot.messenger.questions import Questions
from bot.messenger.reply import Reply
from bot.messenger.store import SavedAnswer
from bot.messenger.words import tell
from corpus.document import Language
from index.errors import IndexStageError

_ANSWER_HAS = {"right", "wrong", "why", "more"}  # kinds of buttons that only an answer has under it
_log = structlog.get_logger(__name__)


class Presses:
    """Do what a button says; anybody may send anything as a button's data, so all of it is checked."""

    def __init__(self, desk: Desk, questions: Questions, documents: Documents) -> None:
        self._desk = desk
        self._questions = questions
        self._documents = documents

    async def press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a press; the waiting sign on the button goes in any case."""
        query, user, chat = update.callback_query, update.effective_user, update.effective_chat
        if query is None or user is None:
            return
        wanted = pressed(query.data or "")
        if wanted is None or chat is None or not self._desk.access.allowed(user.id, chat.id):
            await _acknowledge(query)
        elif (slow := await self._questions.door.too_fast(update)) is not None:
            await _acknowledge(query, slow or None)
        elif wanted.kind in ("upload_yes", "upload_no"):
            refused = await self._documents.decided(update, wanted.key, yes=wanted.kind == "upload_yes")
            await _acknowledge(query, refused)
        else:
            await self._under_answer(update, query, wanted, chat.id)

    async def _under_answer(self, update: Update, query: CallbackQuery, wanted: Pressed, chat: int) -> None:
        saved = await asyncio.to_thread(self._desk.ledger.store.answer, wanted.key)
        if saved is None or saved.chat != chat:
            spoken = await self._desk.spoken(update)
            await _acknowledge(query, tell("expired" if saved is None else "not_yours", spoken))
            return
        language: Language = "zh" if saved.record["language"] == "zh" else "en"
        if wanted.kind in ("right", "wrong"):
            await self._judge(query, wanted, language)
            return
        await _acknowledge(query)
        if wanted.kind == "choice":
            await self._choose(update, saved, wanted.number)
        elif wanted.kind == "passage":
            await self._show(update, query, saved, wanted.number, language)
        else:
            pages = more_pages(saved.record, saved.key, language) if wanted.kind == "more" else [
                why_page(saved.record, saved.key, language)
            ]  # fmt: skip
            reply = Reply(self._desk, update, thread=saved.record.get("topic"))
            for page in pages:
                await reply.page(page)

    async def _judge(self, query: CallbackQuery, wanted: Pressed, language: Language) -> None:
        right = wanted.kind == "right"
        await asyncio.to_thread(self._desk.ledger.store.judge, wanted.key, query.from_user.id, right=right)
        await _acknowledge(query, tell("thanks_right" if right else "thanks_wrong", language))

    async def _choose(self, update: Update, saved: SavedAnswer, number: int) -> None:
        choices = saved.record.get("choices", [])
        if 0 <= number < len(choices):  # whole questions: read after others they might mean something else again
            await self._questions.ask(update, choices[number], fresh=True, thread=saved.record.get("topic"))

    async def _show(
        self, update: Update, query: CallbackQuery, saved: SavedAnswer, number: int, language: Language
    ) -> None:
        """Show a citation in its surroundings: in the place of the passage before, or anew under an answer."""
        cited = next((one for one in saved.record["citations"] if one["number"] == number), None)
        if cited is None:
            return
        reply = Reply(self._desk, update, thread=saved.record.get("topic"))
        try:
            documents = (await self._desk.assistant(saved.record.get("collection", ""))).documents
        except (UnknownCollection, IndexStageError):
            documents = {}
        document = documents.get(cited["document"])
        if document is None:
            await reply.text(tell("no_document", language))
            return
        page: Page = passage_page(saved.record, number, document, saved.key, language)
        message = query.message
        if is_passage(message) and message and await reply.edit(message.message_id, page):
            return
        await reply.page(page)


def is_passage(message: MaybeInaccessibleMessage | None) -> bool:
    """Tell whether a message is a passage, which another may replace; of an old one Telegram does not tell."""
    if not isinstance(message, Message) or not message.is_accessible:
        return False
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    found = (pressed(str(button.callback_data or "")) for row in rows for button in row)
    return not any(one is not None and one.kind in _ANSWER_HAS for one in found)


async def _acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    with suppress(BadRequest):  # too old by now, as after a stop
        await query.answer(text)
