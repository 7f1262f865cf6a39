"""A desk with a store and an order as in the bot, before a Telegram that only notes what it is sent."""

import asyncio
from types import SimpleNamespace

from telegram import Bot, Update
from telegram.ext import ExtBot

from bot.answer import Answer
from bot.messenger.access import Access
from bot.messenger.answering import Answering
from bot.messenger.desk import Desk, IndexBuild
from bot.messenger.ledger import Ledger
from bot.messenger.observe import Metrics
from bot.messenger.order import Order

BOT = Bot("123456:" + "a" * 35)
CHAT = {"id": 100, "type": "private", "first_name": "A"}
USER = {"id": 100, "is_bot": False, "first_name": "A", "language_code": "en"}


class Telegram(ExtBot):
    """Note each request; `errors` come first, one a request."""

    def __init__(self):
        super().__init__("123456:" + "a" * 35)
        with self._unfrozen():
            self.sent, self.errors = [], []
        self._bot_user = None

    @property
    def bot(self):
        return SimpleNamespace(id=1, username="citewise_test_bot")

    async def _post(self, endpoint, data=None, **_):
        if endpoint != "sendChatAction" and self.errors and (error := self.errors.pop(0)):
            raise error
        self.sent.append((endpoint, {key: value for key, value in (data or {}).items() if value is not None}))
        if endpoint in ("sendMessage", "editMessageText"):
            return {"message_id": 500 + len(self.sent), "date": 1, "chat": CHAT, "text": "."}
        return True

    def texts(self):
        return [data["text"] for endpoint, data in self.sent if endpoint in ("sendMessage", "editMessageText")]

    def requests(self):
        return [endpoint for endpoint, _ in self.sent if endpoint != "sendChatAction"]

    def calls(self, endpoint):
        return [data for name, data in self.sent if name == endpoint]


class Assistant:
    """Answer by repeating the question and what came before it."""

    def __init__(self):
        self.manifest = SimpleNamespace(generation="g-1", roots=())
        self.documents = {}
        self.asked = []
        self.choices = ()

    def ask(self, question, *, history=(), language=None, ask_back=False):
        self.asked.append((question, tuple(history)))
        if self.choices:
            return Answer(question, "clarify", "en", "Which?", choices=self.choices)
        return Answer(question, "not_found", language or "en", f"nothing on {question}")


def desk(store, tmp_path, **access):
    """Return a desk; its `watch` is a stand-in that says that the index is in."""

    async def look():
        return True

    ledger = Ledger(store)
    build = IndexBuild(["true"], [], tmp_path / "uploads", 2**20)
    return Desk(
        access=Access(**({"questions_per_minute": 1000} | access)),
        answering=Answering(Assistant()),
        ledger=ledger,
        order=Order(ledger, first_pause=0.01),
        metrics=Metrics(),
        watch=SimpleNamespace(look=look),
        build=build,
        stopping=asyncio.Event(),
    )


def plain_update(number, chat=100):
    """Return an update with a message that nobody is named in."""
    place = {"id": chat, "type": "private", "first_name": "A"}
    content = {"message_id": number, "date": 1, "chat": place, "text": "?"}
    return Update.de_json({"update_id": number, "message": content}, BOT)


def message(number, text, bot, **fields):
    """Return an update with a message."""
    content = {"message_id": number, "date": 1, "chat": CHAT, "from": USER, "text": text} | fields
    return Update.de_json({"update_id": number, "message": content}, bot)


def edit(number, message_id, text, bot):
    """Return an update with an edited message."""
    content = {"message_id": message_id, "date": 1, "edit_date": 2, "chat": CHAT, "from": USER, "text": text}
    return Update.de_json({"update_id": number, "edited_message": content}, bot)


def press(number, data, bot, *, user=USER, under=None, chat=CHAT):
    """Return an update with a press on a button."""
    under = {"message_id": 9, "date": 1, "chat": chat, "text": "x"} if under is None else under
    query = {"id": str(number), "from": user, "chat_instance": "1", "data": data, "message": under}
    return Update.de_json({"update_id": number, "callback_query": query}, bot)


def context(bot):
    """Return what a handler is given."""
    return SimpleNamespace(bot=bot, args=[])


async def handled(desk, update, handler, bot):
    """Handle an update as the bot does, in its order."""

    async def handle(one):
        try:
            await handler(one, context(bot))
        except Exception as err:  # noqa: BLE001 - as the library hands it on
            desk.order.failed(one, err)

    desk.order.again = handle
    desk.ledger.store.keep(update.update_id, 100, update.to_json())
    await desk.order.process_update(update, handle(update))


def run(act, desk):
    """Run what a test does while questions are answered."""

    async def whole():
        desk.answering.start()
        try:
            return await act()
        finally:
            await desk.answering.stop()
            await desk.order.shutdown()

    return asyncio.run(whole())
