"""An echo and a client with Python's websockets, for record.js."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def run_server():
    async with serve(echo, "127.0.0.1", 0, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


async def talk(port):
    async with connect(f"ws://127.0.0.1:{port}/", ping_interval=None) as socket:
        for message in ["Hello, hello, hello", "Hello, hello, hello", b"\x00\x01\x02\x03"]:
            await socket.send(message)
            await socket.recv()
        await socket.send(["Hello, ", "fragmented ", "hello"])
        await socket.recv()
        await (await socket.ping("still there?"))


if sys.argv[1] == "serve":
    asyncio.run(run_server())
else:
    asyncio.run(talk(int(sys.argv[2])))
