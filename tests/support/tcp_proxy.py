"""A TCP proxy that tests put before a server to take it away and bring it back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

CHUNK_BYTES = 65_536


class TcpProxy:
    """Forwards a local port to a server, as long as the test lets it."""

    def __init__(self, host: str, port: int) -> None:
        self._server_place = (host, port)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._visits: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Accept connections, on the same port every time."""
        self._listener = await asyncio.start_server(self._visit, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break all connections and refuse new ones, as if the server had died."""
        if self._listener is not None:
            self._listener.close()
        for writer in self._writers:
            writer.transport.abort()
        self.thaw()
        await asyncio.gather(*self._visits)

    def freeze(self) -> None:
        """Keep connections and accept new ones but forward nothing, as if a network had died."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Forward again, first what was held back."""
        self._flowing.set()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)
        with suppress(OSError):
            server_reader, server_writer = await asyncio.open_connection(*self._server_place)
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._pump(reader, server_writer))
                pumps.create_task(self._pump(server_reader, writer))
        writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                await self._flowing.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)


@asynccontextmanager
async def proxied(host: str, port: int) -> AsyncGenerator[TcpProxy]:
    """Open a proxy to the server; everything is closed at the end."""
    proxy = TcpProxy(host, port)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.cut()
