"""Messenger: what is sent for one update, page by page; a page that was accepted is not sent again at a retry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.messenger.addressed import is_group
from bot.messenger.desk import Desk
from bot.messenger.pages import Page

_TYPING_SECONDS = 4.0  # Telegram shows it for five
_MOST_TYPING = 20  # chats at once: with more, this would take the place of answers
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_log = structlog.get_logger(__name__)
_typing: set[int] = set()


class Reply:
    """Send the pages that answer one update to its chat."""

    def __init__(self, desk: Desk, update: Update, *, thread: int | None = None) -> None:
        message = update.effective_message
        if message is None or update.effective_chat is None:
            raise ValueError("there is no chat to reply in")
        self._desk = desk
        self._update = update
        self._message = message
        self._bot = message.get_bot()
        self._chat = update.effective_chat.id
        self.thread = thread or _topic(message)
        self._number = 0

    @property
    def chat(self) -> int:
        """Return the chat, by its new id once Telegram has told it."""
        return self._chat

    async def text(self, text: str) -> None:
        """Send words of the bot's own."""
        await self.page(Page(html="", plain=text))

    async def page(self, page: Page) -> int | None:
        """Send a page, unless it was accepted before, and return the last accepted one's number in the chat."""
        ledger, update_id = self._desk.ledger, self._update.update_id
        if await self._is_accepted():
            return await ledger.last_reply(update_id)
        sent = await self._send(page)
        await ledger.step(update_id, sent.message_id)
        return sent.message_id

    async def notice(self, text: str) -> None:
        """Send words that are of this moment only, once."""
        with suppress(TelegramError):
            await self._send(Page(html="", plain=text))

    async def edit(self, message_id: int, page: Page) -> bool:
        """Put a page in the place of a message of the bot; False if that message can't be edited any more."""
        try:
            if page.html:
                try:
                    await self._edit(message_id, page, ParseMode.HTML)
                except BadRequest as err:
                    if not _unreadable(err):
                        raise
                    _log.error("page_not_parsed", error=str(err))
                    await self._edit(message_id, page, None)
            else:
                await self._edit(message_id, page, None)
        except BadRequest as err:
            return "not modified" in str(err).lower()
        return True

    async def _edit(self, message_id: int, page: Page, mode: ParseMode | None) -> None:
        await self._bot.edit_message_text(
            page.html if mode else page.plain,
            chat_id=self._chat,
            message_id=message_id,
            parse_mode=mode,
            reply_markup=keyboard(page),
            link_preview_options=_NO_PREVIEW,
        )

    async def _is_accepted(self) -> bool:
        self._number += 1
        return self._number <= await self._desk.ledger.steps(self._update.update_id)

    async def _send(self, page: Page) -> Message:
        if not page.html:
            return await self._send_as(page.plain, None, page)
        try:
            return await self._send_as(page.html, ParseMode.HTML, page)
        except BadRequest as err:
            if not _unreadable(err):
                raise
            _log.error("page_not_parsed", error=str(err))
            return await self._send_as(page.plain, None, page)

    async def _send_as(self, text: str, mode: ParseMode | None, page: Page) -> Message:
        quoted = self._update.message or self._update.edited_message
        more: dict[str, Any] = {
            "parse_mode": mode,
            "reply_markup": keyboard(page),
            "link_preview_options": _NO_PREVIEW,
        }
        to = (
            ReplyParameters(quoted.message_id, allow_sending_without_reply=True)
            if quoted and is_group(quoted)
            else None
        )
        try:
            return await self._bot.send_message(
                self._chat, text, message_thread_id=self.thread, reply_parameters=to, **more
            )
        except ChatMigrated as err:  # messages and topics are numbered anew there
            await self._move(err.new_chat_id)
            return await self._bot.send_message(self._chat, text, **more)

    async def _move(self, chat: int) -> None:
        """Take the group's conversation along to the supergroup that it became."""
        await asyncio.to_thread(self._desk.ledger.store.migrate, self._chat, chat)
        self._desk.order.moved(self._update, chat)
        self._chat = chat

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[None]:
        """Show that the bot is typing for as long as it works."""
        if len(_typing) >= _MOST_TYPING:
            yield
            return
        _typing.add(self._update.update_id)
        task = asyncio.create_task(self._type(), name="typing")
        try:
            yield
        finally:
            _typing.discard(self._update.update_id)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _type(self) -> None:
        while True:
            with suppress(Exception):  # an answer does not fail for a sign
                await self._bot.send_chat_action(self._chat, ChatAction.TYPING, message_thread_id=self.thread)
            await asyncio.sleep(_TYPING_SECONDS)


def _topic(message: MaybeInaccessibleMessage | None) -> int | None:
    """Return the topic of a forum that a message stands in, as far as Telegram tells."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def keyboard(page: Page) -> InlineKeyboardMarkup | None:
    """Return the buttons of a page."""
    if not page.buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.text, callback_data=button.data) for button in row] for row in page.buttons]
    )


def _unreadable(err: BadRequest) -> bool:
    """Tell whether Telegram refused the markup of a text, or its length."""
    text = str(err).lower()
    return "parse" in text or "entit" in text or "too long" in text or "too_long" in text
