"""The web door: inbox pages for people, /api/v1 for programs, health for whoever watches. No decisions here."""

from listener.web.application import make_app
from listener.web.service import WebService
from listener.web.settings import WebSettings

__all__ = ["WebService", "WebSettings", "make_app"]
