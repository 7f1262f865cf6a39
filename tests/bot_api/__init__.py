"""A Telegram Bot API server on loopback for tests, as strict as the real one."""

from .server import BotApi

__all__ = ["BotApi"]
