"""A bare handler, to be measured against: Starlette that validates by the compiled JSON Schema of a request body, and stores.

    python -m benchmarks.bare PORT SPECIFICATION CREATE_PATH READ_PATH ID_NAME

It has no tenant, journal, clock, faults nor authorisation: what a mock server costs beside it is the price of being one.
"""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import jsonschema_rs
import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def body_schema(specification: Path, path: str) -> dict[str, Any]:
    """The JSON Schema of the body that is POSTed to a path, with everything that it refers to."""
    document = yaml.safe_load(specification.read_text(encoding="utf-8"))
    schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


def application(specification: Path, create_path: str, read_path: str, id_name: str) -> Starlette:
    """An application of two routes over one dictionary."""
    validator = jsonschema_rs.validator_for(body_schema(specification, create_path))
    kept: dict[str, Any] = {}

    async def create(request: Request) -> JSONResponse:
        body = await request.json()
        if not validator.is_valid(body):
            return JSONResponse({"message": "Validation failed"}, 422)
        identity = str(uuid.uuid4())
        kept[identity] = body
        return JSONResponse({"data": {id_name: identity}})

    async def read(request: Request) -> JSONResponse:
        body = kept.get(request.path_params["id"])
        return JSONResponse({"data": body}) if body else JSONResponse({"message": "Resource not found"}, 404)

    return Starlette(routes=[Route(create_path, create, methods=["POST"]), Route(read_path, read, methods=["GET"])])


def main() -> None:
    """Serve with the settings under which our mock server runs."""
    port, specification, create_path, read_path, id_name = sys.argv[1:]
    served = application(Path(specification), create_path, read_path, id_name)
    sys.stderr.write(json.dumps({"port": int(port)}) + "\n")
    uvicorn.run(served, port=int(port), loop="uvloop", http="httptools", log_level="warning", access_log=False, server_header=False)


if __name__ == "__main__":
    main()
