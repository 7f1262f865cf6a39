"""Messenger: questions, asked and edited, to answers in the chat."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.answer import Answer
from bot.errors import Busy, UnknownCollection
from bot.messenger.addressed import is_addressed, question_in
from bot.messenger.desk import Desk
from bot.messenger.door import Door
from bot.messenger.pages import answer_pages
from bot.messenger.reply import Reply
from bot.messenger.words import tell
from index.errors import IndexStageError

_LONG_WAIT = 5.0  # seconds from which on somebody is told that they wait

_SEVERAL = 0  # stands for the number of the message where an answer has several
_REMEMBERED = {"answered", "not_found"}
_MEDIA = (
    "voice", "audio", "photo", "sticker", "video", "animation", "location", "contact", "poll", "document",
)  # fmt: skip


class Questions:
    """Answer the questions of people; the updates of one chat come here one after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.door = Door(desk)

    async def message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message with text, if it is for the bot."""
        message = update.effective_message
        if message is None or not is_addressed(message, context.bot.bot):
            return
        question = question_in(message, context.bot.bot)
        if not await self.door.knows(update, question):
            return
        if not update.edited_message or not await self._is_as_answered(message, question):
            await self._paced(update, question, fresh=message.forward_origin is not None)

    async def ask(self, update: Update, question: str, *, fresh: bool = False, thread: int | None = None) -> None:
        """Answer a question in a chat; a fresh one is understood without those before it."""
        chat = update.effective_chat
        if chat is None:
            return
        state = await self._desk.ledger.chat(chat.id)
        answer = await self._answered(update, question, () if fresh else state.questions)
        if answer is None:
            return
        if answer.status in _REMEMBERED:
            self._desk.order.remember(update, chat.id, state.asked(question))
        await self._send(update, question, () if fresh else state.questions, answer, thread=thread)

    async def media(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say kindly that only text is read."""
        message = update.effective_message
        if message is None or not is_addressed(message, context.bot.bot) or not await self.door.knows(update):
            return
        if question := question_in(message, context.bot.bot):  # a picture with a question under it
            await self._paced(update, question, fresh=message.forward_origin is not None)
            return
        if not await self.door.paces(update):
            return
        spoken = await self._desk.spoken(update)
        kind = next((kind for kind in _MEDIA if getattr(message, kind)), "other")
        await Reply(self._desk, update).text(tell("media", spoken, kind=tell(f"media_{kind}", spoken)))

    async def _paced(self, update: Update, question: str, *, fresh: bool) -> None:
        """Answer a question if its asker has not asked too many within the minute."""
        if not await self.door.paces(update, question):
            return
        if update.edited_message:
            await self._ask_again(update, update.edited_message, question)
        else:
            await self.ask(update, question, fresh=fresh)

    async def _is_as_answered(self, message: Message, question: str) -> bool:
        """Tell whether an edit changed nothing that was asked, as when a link's preview came."""
        before = await self._before(message)
        return before is not None and before[1] == question

    async def _before(self, message: Message) -> tuple[int, str, tuple[str, ...]] | None:
        """Return the reply to a message, its question and the questions before that."""
        store = self._desk.ledger.store
        replied = await asyncio.to_thread(store.reply_to, message.chat_id, message.message_id)
        saved = await asyncio.to_thread(store.answer, replied[1]) if replied else None
        if replied is None or saved is None or saved.chat != message.chat_id:
            return None
        return replied[0], saved.question, saved.history

    async def _ask_again(self, update: Update, message: Message, question: str) -> None:
        """Answer an edited question in the place of its former answer, or anew where that can't be edited."""
        before = await self._before(message)
        if before is None:
            await self.ask(update, question)
            return
        reply_id, earlier, history = before
        answer = await self._answered(update, question, history)
        if answer is None:
            return
        state = await self._desk.ledger.chat(message.chat_id)
        said = question if answer.status in _REMEMBERED else None
        kept = edited(state.questions, earlier, said, history)
        self._desk.order.remember(update, message.chat_id, replace(state, questions=kept))
        await self._send(update, question, history, answer, instead_of=reply_id)

    async def _answered(self, update: Update, question: str, history: tuple[str, ...]) -> Answer | None:
        """Return the answer, telling who must wait; None if so many wait that this one can't."""
        desk, chat = self._desk, update.effective_chat
        reply = Reply(desk, update)
        language = (await desk.ledger.chat(chat.id)).language if chat else None
        language = language or desk.language
        collection = await desk.collection(update)
        try:
            if not desk.answering.is_known(question, history, language, collection=collection):
                await self._tell_wait(update, reply, question)
            async with reply.typing():
                return await desk.answering.ask(question, history, language, collection=collection)
        except Busy:
            await reply.text(tell("busy", await desk.spoken(update, question)))
            return None
        except (UnknownCollection, IndexStageError):
            if not collection:
                raise
            await reply.text(tell("collection_gone", await desk.spoken(update, question), name=collection))
            return None

    async def _tell_wait(self, update: Update, reply: Reply, question: str) -> None:
        ahead, seconds = self._desk.answering.ahead, self._desk.answering.expected_wait
        if seconds > _LONG_WAIT and not self._desk.order.is_retry(update):
            spoken = await self._desk.spoken(update, question)
            await reply.notice(tell("waiting", spoken, ahead=ahead, seconds=round(seconds)))

    async def _send(
        self,
        update: Update,
        question: str,
        history: tuple[str, ...],
        answer: Answer,
        *,
        instead_of: int | None = None,
        thread: int | None = None,
    ) -> None:
        chat, message = update.effective_chat, update.message or update.edited_message
        if chat is None:
            return
        reply = Reply(self._desk, update, thread=thread)
        record = answer.record() | {"topic": reply.thread, "collection": await self._desk.collection(update)}
        key = await self._desk.ledger.save_answer(chat.id, question, history, record)
        pages = answer_pages(answer, key)
        last: int | None = None
        if instead_of and len(pages) == 1 and await reply.edit(instead_of, pages[0]):
            last = instead_of
        else:
            for page in pages:
                last = await reply.page(page)
        if message and last:
            # An answer of several messages is not edited in its place.
            await self._desk.ledger.sent(reply.chat, message.message_id, last if len(pages) == 1 else _SEVERAL, key)


def edited(questions: Sequence[str], earlier: str, question: str | None, history: Sequence[str]) -> tuple[str, ...]:
    """Return the remembered questions of a chat after one of them was edited; None leads to no follow-ups.

    One that was not remembered takes its place only if nothing was asked since; `history` is what came before it.
    """
    new = () if question is None else (question,)
    if earlier in questions:
        at = len(questions) - 1 - list(reversed(questions)).index(earlier)
        return (*questions[:at], *new, *questions[at + 1 :])
    return (*questions, *new) if tuple(questions) == tuple(history) else tuple(questions)
