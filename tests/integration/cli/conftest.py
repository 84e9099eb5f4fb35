"""Commands that need the whole house or a process of their own run as the quick ones do."""

from tests.unit.cli.conftest import _one_model, _quiet_afterwards, config, run

__all__ = ["_one_model", "_quiet_afterwards", "config", "run"]
