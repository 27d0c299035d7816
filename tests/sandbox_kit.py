"""A target file for a server that is judged as a sandbox would be: given by its address and credentials, without its control API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# The credentials of the mock server's demo client of Fin.com, in the environment of a run.
DEMO = {"DEMO_ID": "demo", "DEMO_SECRET": "demo-secret"}
FINCOM = """
[providers.fincom]
path = "/fincom"
specification = "specs/fincom_v2.openapi.yaml"
canary = "listOccupations"
capabilities = ["read", "token-exchange"]
auth = { kind = "client-credentials", operation = "issueToken", client_id_env = "DEMO_ID", client_secret_env = "DEMO_SECRET" }
"""


def fincom_target(path: Path, url: str, *, ca_file: Path | None = None, **limits: Any) -> Path:
    """Write the file of a target that has Fin.com alone, with these limits, and return its path."""
    general = {"description": "A server of its own", "url": url} | ({} if ca_file is None else {"ca_file": str(ca_file)})
    path.write_text(f"{_lines(general)}\n[limits]\n{_lines(limits)}\n{FINCOM}", encoding="utf-8")
    return path


def _lines(values: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
