"""Suggested replies and the check of reply drafts."""

from responders.suggest.canned import Canned, load_canned
from responders.suggest.knowledge import Article, load_knowledge
from responders.suggest.reply_check import ReplyCheck
from responders.suggest.suggestions import PastReply, Suggestions

__all__ = ["Article", "Canned", "PastReply", "ReplyCheck", "Suggestions", "load_canned", "load_knowledge"]
