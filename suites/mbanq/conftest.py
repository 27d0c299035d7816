"""Mbanq's fixture: one client of the provider per worker, or per fault and variant that a proof switches on."""

import pytest

from harness.sandbox import World
from suites.mbanq.driver import Mbanq


@pytest.fixture(scope="session")
def mbanq(world: World) -> Mbanq:
    """A user of a banking instance at the target."""
    return Mbanq.of(world)
