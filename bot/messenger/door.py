"""Messenger: who is let in, and how often; who is not is told so once in a while, and then met with silence."""

from telegram import Update

from bot.messenger.addressed import is_group, sender
from bot.messenger.desk import Desk
from bot.messenger.reply import Reply
from bot.messenger.words import tell


class Door:
    """Stand before everything that costs a message."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def let_in(self, update: Update, text: str = "") -> bool:
        """Tell whether somebody may use the bot now, having told them if not."""
        return await self.knows(update, text) and await self.paces(update, text)

    async def knows(self, update: Update, text: str = "") -> bool:
        """Tell whether somebody may use the bot; who may not is told so, in private."""
        user, chat, message = update.effective_user, update.effective_chat, update.effective_message
        if self._desk.access.allowed(sender(update), chat.id if chat else None):
            return True
        if message and user and not is_group(message) and await self._may_tell(update, "not_allowed"):
            spoken = await self._desk.spoken(update, text)
            await Reply(self._desk, update).text(tell("not_allowed", spoken, user=user.id))
        return False

    async def paces(self, update: Update, text: str = "") -> bool:
        """Tell whether somebody has not asked for too much within the minute."""
        slow = await self.too_fast(update, text)
        if slow:
            await Reply(self._desk, update).text(slow)
        return slow is None

    async def too_fast(self, update: Update, text: str = "") -> str | None:
        """Return what to tell somebody who asked for too much: "" if they were told before; None if they did not."""
        who = sender(update)
        wait = 0.0 if who is None or self._desk.order.is_retry(update) else await self._desk.access.take(who)
        if not wait:
            return None
        if not await self._may_tell(update, "slow_down"):
            return ""
        return tell("slow_down", await self._desk.spoken(update, text), seconds=max(1, round(wait)))

    async def _may_tell(self, update: Update, what: str) -> bool:
        who = sender(update)
        return self._desk.order.is_retry(update) or (who is not None and await self._desk.access.may_tell(who, what))
