"""Messenger: which update goes to which handler, and what becomes of errors."""

from typing import Any

import structlog
from telegram import Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.errors import Stopping
from bot.messenger.chat_commands import ChatCommands
from bot.messenger.desk import Desk
from bot.messenger.documents import Documents
from bot.messenger.inline import Inline
from bot.messenger.order import is_passing
from bot.messenger.presses import Presses
from bot.messenger.questions import Questions
from bot.messenger.reply import Reply
from bot.messenger.words import tell

# Telegram is asked for these alone; each has a handler.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
_log = structlog.get_logger(__name__)


def add_handlers(app: Application[Any, Any, Any, Any, Any, Any], desk: Desk) -> None:
    """Register all handlers; of those that fit an update the first handles it."""
    questions = Questions(desk)
    commands, documents = ChatCommands(desk, questions), Documents(desk, questions)
    new, private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
    named = {
        "start": commands.start,
        "help": commands.help,
        "about": commands.about,
        "sources": commands.sources,
        "lang": commands.lang,
        "collection": commands.collection,
        "reset": commands.reset,
    }
    for name, handle in named.items():
        app.add_handler(CommandHandler(name, handle, filters=new))
    app.add_handler(MessageHandler(new & private & filters.COMMAND, commands.unknown))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, commands.migrated))
    app.add_handler(MessageHandler(new & filters.Document.ALL, documents.offered))
    app.add_handler(MessageHandler(filters.UpdateType.MESSAGES & filters.TEXT & ~filters.COMMAND, questions.message))
    captioned = filters.UpdateType.EDITED_MESSAGE & filters.CAPTION & ~filters.Document.ALL
    app.add_handler(MessageHandler(captioned, questions.message))
    app.add_handler(MessageHandler(new & ~filters.TEXT & ~filters.StatusUpdate.ALL, questions.media))
    app.add_handler(CallbackQueryHandler(Presses(desk, questions, documents).press))
    app.add_handler(InlineQueryHandler(Inline(desk).query))
    app.add_handler(ChatMemberHandler(commands.member, ChatMemberHandler.MY_CHAT_MEMBER))
    errors = _Errors(desk)
    app.add_error_handler(errors.handle)
    desk.order.sorry = errors.sorry


class _Errors:
    """Hand errors to the order of updates, which tries again; say sorry where that would not help."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Deal with an error of a handler."""
        error = context.error
        if error is None or not isinstance(update, Update):
            return
        self._desk.order.failed(update, error)
        if isinstance(error, TelegramError):
            self._desk.metrics.send_errors.labels(type(error).__name__).inc()
        if isinstance(error, Stopping) or is_passing(error):
            return
        if isinstance(error, (Forbidden, BadRequest)):
            # The person blocked the bot, or the chat is gone; Telegram will say the same each time.
            _log.warning("reply_refused", update=update.update_id, error=str(error))
            return
        _log.error("update_not_handled", update=update.update_id, exc_info=error)
        if update.effective_message and update.effective_chat:
            kind = type(error).__name__
            await Reply(self._desk, update).notice(tell("internal", await self._desk.spoken(update), kind=kind))

    async def sorry(self, update: Update) -> None:
        """Say that an update is given up."""
        if update.effective_message and update.effective_chat:
            await Reply(self._desk, update).notice(tell("given_up", await self._desk.spoken(update)))
