"""Polish inflection of names, and of the everyday words that stand beside them in queries."""

from listener.matching.inflection.form import Form
from listener.matching.inflection.names import forms, inflect, is_other_word

__all__ = ["Form", "forms", "inflect", "is_other_word"]
