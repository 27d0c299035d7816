"""Memory of the mock server over 200,000 requests, and of a worker of our suites over a run.

    python -m benchmarks.memory [--requests 200000] [--profile smoke] [--quick]

Part one: a server under load; its resident memory is read after each twentieth of the requests. Data of a tenant is meant to grow
(customers, idempotency keys, tokens), so the load makes none of it: reads, refused writes, requests without a credential and without a
path, at two tenants of which one has a variant on, whose wrapper sees every request; from the side come calls of the control API, and every
so often a tenant that is made, used and deleted again. What may grow then is what one request leaves behind, and the journal up to its
bound; the first fifth is warm-up. It is flat if from the second fifth to the last fewer than 20 bytes are added per request: whatever
a request could leave behind is larger, and what allocators scatter is not.

Part two: our suites in one worker at the same server; resident memory of the controller and of the worker, each second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import httpx

from benchmarks.contestants import MIXES, Running, Server, ours, raw_request
from benchmarks.load import Loader, Plan

STEPS = 20
WARM_UP = STEPS // 5
TENANTS_PER_STEP = 10
FINCOM, HARBOR = MIXES
# A variant that has nothing to do with these requests: it stands around each of them all the same.
BYSTANDER = "limits_uploads_to_512_kib"
QUICK = ["suites/fincom/test_create_contact.py", "--provider", "fincom"]
LEFT_BY_REQUEST = 20  # bytes


class Side:
    """What goes on beside the load: the control API."""

    def __init__(self, server: Server) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=20)

    def tenant(self, provider: str, **wish: Any) -> tuple[str, dict[str, str]]:
        """Make a tenant; return its id and its credentials."""
        made = self.http.post("/control/tenants", json={"provider": provider, **wish}).raise_for_status().json()
        return made["tenant"], made["credentials"]

    def step(self) -> None:
        """Make, use and delete some tenants, and look at a journal as a browser would."""
        for _ in range(TENANTS_PER_STEP):
            tenant, credentials = self.tenant("fincom")
            headers = {"authorization": f"Bearer {credentials['access_token']}", "content-type": "application/json"}
            self.http.post(FINCOM.prefix + FINCOM.create_path, content=FINCOM.body(), headers=headers).raise_for_status()
            self.http.delete(f"/control/tenants/{tenant}").raise_for_status()
        self.http.get("/control/tenants/demo-fincom/journal").raise_for_status()


def load(side: Side) -> list[list[bytes]]:
    """The requests, none of which makes anything."""
    _, credentials = side.tenant("fincom", variants=[BYSTANDER])
    bearers = ({"authorization": "Bearer demo-token"}, {"authorization": f"Bearer {credentials['access_token']}"})
    key = {"x-api-key": "demo-key", "idempotency-key": "the-same"}
    wrong = FINCOM.body().replace(b"STANDARD", b"NO SUCH WORD")
    requests = []
    for bearer in bearers:
        made = side.http.post(
            FINCOM.prefix + FINCOM.create_path, content=FINCOM.body(), headers={**bearer, "content-type": "application/json"}
        )
        identity = made.raise_for_status().json()["data"][FINCOM.id_name]
        requests += [
            raw_request("GET", FINCOM.prefix + FINCOM.read_path.format(id=identity), bearer),
            raw_request("GET", "/fincom/v1/occupations?per_page=20", bearer),
            raw_request("POST", FINCOM.prefix + FINCOM.create_path, bearer, wrong),
        ]
    return [
        *requests,
        raw_request("POST", HARBOR.prefix + HARBOR.create_path, key, HARBOR.body()),
        raw_request("GET", "/fincom/v2/customers/{n}", {}),
        raw_request("GET", "/nowhere/{n}", {}),
    ]


def server_memory(total: int) -> list[float]:
    """Resident MiB of the server: at the start, and after each step."""
    with ours(FINCOM) as server, Loader() as loader:
        side, held = Side(server), [server.resident_mib()]
        requests = load(side)
        for step in range(STEPS):
            loader.run(Plan(port=server.port, requests=requests, total=total // STEPS, first=step * total))
            side.step()
            held.append(server.resident_mib())
        side.http.close()
    return held


def left_by_request(held: list[float], total: int) -> float:
    """Bytes added per request between the fifth after the warm-up and the last one."""
    added = statistics.median(held[-WARM_UP:]) - statistics.median(held[WARM_UP : 2 * WARM_UP])
    return added * 2**20 / (total * (STEPS - 2 * WARM_UP + 1) / STEPS)


def worker_memory(profile: str, only: list[str]) -> Iterator[tuple[float, list[float]]]:
    """Seconds, and resident MiB of the processes of a run in one worker, the controller first."""
    with ours(FINCOM) as server, tempfile.TemporaryDirectory() as reports:
        command = [
            *(sys.executable, "-m", "pytest", *only, "--target", "mock", "--url", f"http://127.0.0.1:{server.port}"),
            *("--profile", profile, "-n", "1", "--seed", "1", "--reports", reports, "-p", "no:cacheprovider"),
        ]
        started = time.monotonic()
        with Running(command) as run:
            while run.is_on():
                yield time.monotonic() - started, run.each_resident_mib()
                time.sleep(1)


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 where the server's memory is not flat."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--profile", default="smoke")
    parser.add_argument("--quick", action="store_true", help="few requests and one rule: does it work at all?")
    options = parser.parse_args(argv)
    total = 2_000 if options.quick else options.requests
    held = server_memory(total)
    for step, mib in enumerate(held):
        sys.stdout.write(f"{step * total // STEPS:8} requests  {mib:7.1f} MiB{'  (warm-up)' if step < WARM_UP else ''}\n")
    left = left_by_request(held, total)
    # Before the journals are full, there is nothing to tell.
    flat = options.quick or left < LEFT_BY_REQUEST
    if not options.quick:
        sys.stdout.write(f"the server's memory is {'flat' if flat else 'NOT flat'}: {left:.1f} bytes a request after the warm-up\n")
    seen = list(worker_memory(options.profile, QUICK if options.quick else ["suites"]))
    for name, place in (("controller", 0), ("worker", 1)):
        course = [each[place] for _, each in seen if len(each) > place]
        if course:
            middle, end, most = course[len(course) // 2], course[-1], max(course)
            sys.stdout.write(f"{name}: {middle:.0f} MiB after half of the run, {end:.0f} MiB at its end, {most:.0f} MiB at most\n")
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
