"""Config stage: settings and the glossary; a leaf that only the wiring reads."""

from config.errors import SettingsError
from config.glossary import glossary_path, load_glossary
from config.settings import (
    Settings,
    load_settings,
    settings_file,
    user_cache_dir,
    user_data_dir,
)

__all__ = [
    "Settings",
    "SettingsError",
    "glossary_path",
    "load_glossary",
    "load_settings",
    "settings_file",
    "user_cache_dir",
    "user_data_dir",
]
