"""Messenger: answers while somebody types the bot's name in any chat."""

import asyncio

from telegram import InlineQuery, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.answer import Answer
from bot.errors import Busy, Stopping
from bot.messenger.addressed import whole
from bot.messenger.clean_text import one_line
from bot.messenger.desk import Desk
from bot.messenger.pages import fact_page
from bot.question import language_of

_FEWEST = {"zh": 4, "en": 8}  # characters from which on what is typed may be a question
_PAUSE = 0.4  # seconds without another letter
_CACHE = 10  # seconds that Telegram may show the same to the same person
_MOST = 5
_LONGEST = 200  # characters of what is offered; what is sent has the whole quote


class Inline:
    """Answer inline queries; of those of one person the newest counts, the others end unanswered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._newest: dict[int, str] = {}

    async def query(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer the answers to what was typed."""
        query = update.inline_query
        if query is None:
            return
        self._newest[query.from_user.id] = query.id
        try:
            await self._offer(query)
        finally:
            if self._newest.get(query.from_user.id) == query.id:
                del self._newest[query.from_user.id]

    async def _offer(self, query: InlineQuery) -> None:
        typed = whole(query.query).strip()
        if len(typed) < _FEWEST[language_of(typed)] or not self._desk.access.allowed(query.from_user.id, None):
            await self._answer(query, [])
            return
        await asyncio.sleep(_PAUSE)
        if not self._is_newest(query):
            return
        if await self._desk.access.take(query.from_user.id):
            await self._answer(query, [])
            return
        try:
            answer = await self._desk.answering.ask(typed, (), self._desk.language)
        except (Busy, Stopping):
            return
        if self._is_newest(query):
            await self._answer(query, articles(answer))

    def _is_newest(self, query: InlineQuery) -> bool:
        return self._newest.get(query.from_user.id) == query.id

    async def _answer(self, query: InlineQuery, found: list[InlineQueryResultArticle]) -> None:
        try:
            await query.answer(found, cache_time=_CACHE, is_personal=True)
        except BadRequest as err:
            if "query is too old" not in str(err).lower() and "query id is invalid" not in str(err).lower():
                raise


def articles(answer: Answer) -> list[InlineQueryResultArticle]:
    """Return each fact of an answer with its quote, as somebody may send it."""
    if answer.status != "answered":
        return []
    return [_article(answer, at) for at in range(min(len(answer.facts), _MOST))]


def _article(answer: Answer, at: int) -> InlineQueryResultArticle:
    fact = answer.facts[at]
    cited = next(one for one in answer.citations if one.number == fact.citations[0])
    page = fact_page(answer, at)
    return InlineQueryResultArticle(
        id=str(at),
        title=one_line(fact.display)[:_LONGEST],
        description=one_line(cited.quote)[:_LONGEST],
        input_message_content=InputTextMessageContent(
            page.html, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
    )
