"""Bot stage: the Telegram face of citewise."""
