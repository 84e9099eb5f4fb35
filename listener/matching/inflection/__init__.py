"""Polish inflection of names, and of the everyday words that stand beside them in queries."""

from listener.matching.inflection.form import Form
from listener.matching.inflection.names import forms, inflect

__all__ = ["Form", "forms", "inflect"]
