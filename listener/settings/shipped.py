"""Data that comes with the program: the folder config/ of a checkout, or its copy inside an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "shipped", _PACKAGE.parent / "config")


def shipped(name: str) -> Path | None:
    """The file or folder of this name that came with the program, None where it was left out."""
    return next((folder / name for folder in _FOLDERS if (folder / name).exists()), None)
