"""A headless Chromium for tests of pages; without one on the machine these tests are skipped."""

import re
import shutil
import subprocess
from html import unescape
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


def rendered(page: Path, profile: Path, *, at: str = "") -> str:
    """The document of a page after its scripts have run, as HTML. `at`: the place in it that is gone to, without its hash sign."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    command = [chromium, *FLAGS, f"--user-data-dir={profile}", page.resolve().as_uri() + f"#{at}" * bool(at)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def words(html: str) -> list[str]:
    """The texts of a document in the order of reading, without those of its scripts and styles."""
    bare = re.sub(r"<(style|script)\b.*?</\1>", "", html[html.index("<body") :], flags=re.DOTALL)
    return [text for text in map(str.strip, unescape(re.sub(r"<[^>]+>", "\0", bare)).split("\0")) if text]
