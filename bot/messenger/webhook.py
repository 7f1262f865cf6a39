"""Messenger: the settings of a webhook, checked."""

import re
import secrets
from urllib.parse import urlsplit

from bot.errors import BadSettings

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PATH = re.compile(r"[A-Za-z0-9_/-]*")  # the library makes a pattern of it, so nothing that has a meaning there


def webhook_secret(given: str) -> str:
    """Return the secret by which Telegram's requests are known: the one given, or one made for this start.

    Raises:
        BadSettings: if it is not as Telegram asks.
    """
    if given and not _SECRET.fullmatch(given):
        raise BadSettings("CITEWISE_TELEGRAM_WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -")
    return given or secrets.token_urlsafe(32)


def webhook_path(url: str) -> str:
    """Return the path of a webhook's address, below which the bot listens.

    >>> webhook_path("https://bot.example.org/citewise")
    '/citewise'

    Raises:
        BadSettings: if it has other signs, or something follows it.
    """
    parts = urlsplit(url)
    if parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        raise BadSettings(
            "telegram.webhook_url must end in a path of letters, digits, _, - and / alone, without ? or #, "
            "as https://bot.example.org/citewise does"
        )
    return parts.path
