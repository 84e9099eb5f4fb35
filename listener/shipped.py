"""Where the data is that comes with the program: config/ beside the packages, in a checkout and in a wheel alike."""

from pathlib import Path

from listener.errors import ConfigError


def config_folder(name: str) -> Path:
    """A folder of config/. ConfigError where the installation lacks it."""
    home = Path(__file__).resolve().parent
    for candidate in (home.parent / "config" / name, home / "_config" / name):
        if candidate.exists():
            return candidate
    raise ConfigError(f"config/{name} is missing", where=str(home.parent), mend="install listener again")
