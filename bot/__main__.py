"""Bot stage: `python -m bot` is `citewise`."""

from bot.cli import main

if __name__ == "__main__":
    main()
