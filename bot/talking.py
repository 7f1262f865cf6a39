"""Bot stage: small talk, and what is said of the bot and its reports."""

from collections.abc import Iterable

from bot.cite import attribution
from bot.messages import say
from bot.turns.talk import Talk
from corpus.document import Document, Language

_TOPICS = 8  # headings that tell what a report is about


def talk_text(talk: Talk, documents: Iterable[Document], language: Language) -> str:
    """Return what is said to small talk; reports in the language of the talk stand for their translations."""
    reports = list(documents)
    originals = [one for one in reports if one.translation_of is None] or reports
    text = say(talk, language, count=len(originals), example=say("example", language))
    if talk == "sources":
        text += "".join(f"\n- {attribution(one, language)}" for one in reports)
    if talk == "contents":
        spoken = [one for one in reports if one.language == language] or originals
        text += "".join(f"\n- {attribution(one, language)}{_topics(one, language)}" for one in spoken)
    return text


def _topics(document: Document, language: Language) -> str:
    """Return the headings of a report, without its title."""
    titles = [document.text[one.start : one.end].lstrip("# ").strip() for one in document.headings]
    topics = list(dict.fromkeys(one for one in titles if one and one != document.title))[:_TOPICS]
    comma = "；" if language == "zh" else "; "
    return ("：" if language == "zh" else ": ") + comma.join(topics) if topics else ""
