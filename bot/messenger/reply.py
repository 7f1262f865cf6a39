"""Messenger: what is sent for one update, page by page; a page that was accepted is not sent again at a retry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
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

    def __init__(self, desk: Desk, update: Update) -> None:
        message = update.effective_message
        if message is None or update.effective_chat is None:
            raise ValueError("there is no chat to reply in")
        self._desk = desk
        self._update = update
        self._message = message
        self._bot = message.get_bot()
        self._chat = update.effective_chat.id
        self._number = 0

    async def text(self, text: str) -> None:
        """Send words of the bot's own."""
        await self.page(Page(html="", plain=text))

    async def page(self, page: Page) -> int | None:
        """Send a page and return its number in the chat; None if it was accepted before."""
        if await self._is_accepted():
            return None
        sent = await self._send(page)
        await self._desk.ledger.step(self._update.update_id)
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
        try:
            return await self._bot.send_message(
                self._chat,
                text,
                parse_mode=mode,
                reply_markup=keyboard(page),
                link_preview_options=_NO_PREVIEW,
                message_thread_id=self._message.message_thread_id if self._message.is_topic_message else None,
                reply_parameters=ReplyParameters(quoted.message_id, allow_sending_without_reply=True)
                if quoted and is_group(quoted)
                else None,
            )
        except ChatMigrated as err:
            await asyncio.to_thread(self._desk.ledger.store.migrate, self._chat, err.new_chat_id)
            self._chat = err.new_chat_id
            return await self._bot.send_message(self._chat, text, parse_mode=mode, reply_markup=keyboard(page))

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
            with suppress(TelegramError):
                await self._bot.send_chat_action(self._chat, ChatAction.TYPING)
            await asyncio.sleep(_TYPING_SECONDS)


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
