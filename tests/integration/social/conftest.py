"""The house of the review places serves here too."""

from tests.integration.reviews.conftest import clock, database, enter, kept, stage, storage

__all__ = ["clock", "database", "enter", "kept", "stage", "storage"]
