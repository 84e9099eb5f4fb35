"""The demo's sites as its quick tests have them."""

from tests.unit.demo.conftest import demo, everything, running

__all__ = ["demo", "everything", "running"]
