"""Messenger: the assistant as a Telegram bot that loses no update and no conversation."""
