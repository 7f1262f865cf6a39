"""Messenger: what Telegram shows of the bot before anybody writes to it."""

from contextlib import suppress

from telegram import BotCommand
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.messenger.words import both, words
from corpus.document import Language

_PREFIX = "command_"
_SHOWN: dict[str, Language] = {"": "en", "en": "en", "zh": "zh"}  # by the language of a person's app; "": any other


def commands(language: Language) -> list[BotCommand]:
    """Return the commands with what each does, as Telegram lists them."""
    names = [key.removeprefix(_PREFIX) for key in words() if key.startswith(_PREFIX)]
    return [BotCommand(name, both(f"{_PREFIX}{name}")[language]) for name in names]


async def introduce(bot: ExtBot[int]) -> None:
    """Tell Telegram the commands and descriptions in both languages; what it does not take hinders nobody."""
    for code, language in _SHOWN.items():
        with suppress(TelegramError):
            await bot.set_my_commands(commands(language), language_code=code or None)
        with suppress(TelegramError):
            await _describe(bot, code, language)


async def _describe(bot: ExtBot[int], code: str, language: Language) -> None:
    """Set the descriptions where they are others: Telegram allows few changes, and a bot may start often."""
    long, short = both("bot_description")[language], both("bot_short_description")[language]
    if (await bot.get_my_description(code or None)).description != long:
        await bot.set_my_description(long, code or None, rate_limit_args=0)
    if (await bot.get_my_short_description(code or None)).short_description != short:
        await bot.set_my_short_description(short, code or None, rate_limit_args=0)
