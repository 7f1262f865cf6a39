"""Messenger: the pages that people read, all of Telegram HTML within its limits; no telegram import here."""

from bot.messenger.answer_page import answer_pages, fact_page, more_pages, text_pages
from bot.messenger.markup import Button, Page
from bot.messenger.passage_page import passage_page
from bot.messenger.why_page import why_page

__all__ = [
    "Button",
    "Page",
    "answer_pages",
    "fact_page",
    "more_pages",
    "passage_page",
    "text_pages",
    "why_page",
]
