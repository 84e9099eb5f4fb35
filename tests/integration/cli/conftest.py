"""Commands that need the whole house or a process of their own run as the quick ones do."""

from tests.unit.cli.conftest import _quiet_afterwards, config, run

__all__ = ["_quiet_afterwards", "config", "run"]
