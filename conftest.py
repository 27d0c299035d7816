"""The wiring: the only place where the judge and the embedded accused meet."""

import pytest

from mockserver.embedded import Embedded

pytest_plugins = ["harness.plugin"]


@pytest.hookimpl(optionalhook=True)
def pytest_railproof_serve(config: pytest.Config) -> str:
    """Start the embedded mock server for this run."""
    server = Embedded()
    config.add_cleanup(server.stop)
    return server.url
