"""Evaluate stage: measure the bot on questions whose answers are known."""
