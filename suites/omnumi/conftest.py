"""Omnumi's fixture: one client of the provider per worker, or per fault and variant that a proof switches on."""

import pytest

from harness.sandbox import World
from suites.omnumi.driver import Omnumi


@pytest.fixture(scope="session")
def omnumi(world: World) -> Omnumi:
    """A client of Omnumi at the target."""
    return Omnumi.of(world)
