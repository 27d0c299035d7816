"""Fin.com's fixture: one client of the provider per worker, or per fault and variant that a proof switches on."""

import pytest

from harness.sandbox import World
from suites.fincom.driver import Fincom


@pytest.fixture(scope="session")
def fincom(world: World) -> Fincom:
    """A client of Fin.com at the target."""
    return Fincom.of(world)
