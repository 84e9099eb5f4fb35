"""A real forum for the tests: django-spirit in an environment of its own, on loopback, filled by its own forms."""

from tests.integration.board.board import Account, Board, Comment, Topic

__all__ = ["Account", "Board", "Comment", "Topic"]
