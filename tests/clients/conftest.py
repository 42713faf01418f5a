"""A Wireglass of the tests' own: the release binary on a free port."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
BINARY = os.environ.get("WIREGLASS_BINARY", ROOT / "target/release/wireglass")
READY = "Wireglass is at "


@pytest.fixture(scope="session")
def url():
    """The address of a server that runs, `http://127.0.0.1:PORT`."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("WIREGLASS_")}
    server = subprocess.Popen(
        [BINARY, "--listen", "127.0.0.1:0", "--database", ":memory:", "--rate-limit", "0", "--log", "warn"],
        stdout=subprocess.PIPE,
        text=True,
        env=outside,
    )
    try:
        line = server.stdout.readline()
        assert line.startswith(READY), line
        yield line.removeprefix(READY).strip().rstrip("/")
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
