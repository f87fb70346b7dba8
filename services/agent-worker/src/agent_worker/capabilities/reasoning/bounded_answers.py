"""An HTTP transport whose answers are bounded: more bytes than may be are not read."""

from collections.abc import AsyncIterator

import httpx2

ANSWER_BYTES_MAX = 1_000_000
"""A thousand times a usual answer; more would only fill the agent's memory."""


class AnswerTooLargeError(httpx2.TransportError):
    """An answer is larger than answers may be, or packed so that nobody knows."""


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Hands requests on, and answers back as long as they are small."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer; reading it raises once it is too large."""
        response = await self._transport.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise AnswerTooLargeError("the answer is compressed, which was not asked for")
        assert isinstance(response.stream, httpx2.AsyncByteStream), "an asynchronous transport's"
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_BoundedStream(response.stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size_bytes = 0
        async for part in self._stream:
            size_bytes += len(part)
            if size_bytes > ANSWER_BYTES_MAX:
                raise AnswerTooLargeError(f"the answer has more than {ANSWER_BYTES_MAX} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
