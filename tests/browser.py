"""A headless Chromium for tests of pages; without one on the machine these tests are skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
# None of Chromium's own calls home: a page that needs the network must fail here.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=8000",
    "--dump-dom",
)


def rendered(page: Path, profile: Path) -> str:
    """The document of a page after its scripts have run, as HTML."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    command = [chromium, *FLAGS, f"--user-data-dir={profile}", page.resolve().as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
