"""What the plugin's parts keep on pytest's configuration and items, and what a process knows of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from harness.allure_log import AllureLog
from harness.run import Run
from harness.sandbox import World

RUN = pytest.StashKey[Run]()
WORLD = pytest.StashKey[dict[str, World]]()
# What makes the world of a process, where that is not the run.
MAKE_WORLD = pytest.StashKey[Callable[..., World]]()
ALLURE = pytest.StashKey[AllureLog]()
TESTS_OF_RULE = pytest.StashKey[Counter[str]]()


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of xdist's workers."""
    return hasattr(config, "workerinput")


def worker_input(config: pytest.Config) -> dict[str, Any]:
    """What the controller told this worker; empty on the controller itself."""
    return getattr(config, "workerinput", {})
