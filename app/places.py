"""Where shops lie on this computer when nothing else is said."""

from pathlib import Path


def default_folder() -> Path:
    """Where shops lie when nothing else is said: the user's data folder on this system."""
    from platformdirs import user_data_path

    return user_data_path("regulars", appauthor=False)


def default_database() -> Path:
    """The shop's own file; the demo shop lies beside it, see `demo_database`."""
    return default_folder() / "shop.db"


def demo_database() -> Path:
    return default_folder() / "demo.db"
