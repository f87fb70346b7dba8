"""A real HTTP server that answers as OpenAI-compatible endpoints do: well, badly, or not at all."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import cast

Body = dict[str, object]
"""A JSON object."""

TOKENS_IN = 1_200
TOKENS_OUT = 80
DRIP_SECONDS = 0.05
HUGE_BYTES = 3_000_000


@dataclass
class Exchange:
    """One question to the model, and the ways to answer it."""

    question: Body
    handler: BaseHTTPRequestHandler
    is_over: Event
    """Set when the server stops."""

    @property
    def tools(self) -> dict[str, Body]:
        """Return the parameters' schema of each tool on offer."""
        tools = cast("list[dict[str, Body]]", self.question["tools"])
        return {
            str(tool["function"]["name"]): cast("Body", tool["function"]["parameters"])
            for tool in tools
        }

    def call(
        self, name: str, arguments: object, *, calls: int = 1, is_counted: bool = True
    ) -> None:
        """Answer with calls of a tool."""
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        function = {"name": name, "arguments": text}
        called = [{"id": f"c{at}", "type": "function", "function": function} for at in range(calls)]
        message = {"role": "assistant", "content": None, "tool_calls": called}
        self.complete(message, is_counted=is_counted)

    def complete(self, message: Mapping[str, object], *, is_counted: bool = True) -> None:
        """Answer with a message of the model."""
        usage = {
            "prompt_tokens": TOKENS_IN,
            "completion_tokens": TOKENS_OUT,
            "total_tokens": TOKENS_IN + TOKENS_OUT,
        }
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        completion: Body = {
            "id": "completion-1",
            "object": "chat.completion",
            "created": 1_767_225_600,
            "model": self.question["model"],
            "choices": [choice],
        }
        self.answer(200, json.dumps(completion | ({"usage": usage} if is_counted else {})).encode())

    def answer(self, status: int, body: bytes) -> None:
        """Answer with these bytes."""
        self.begin(status, len(body))
        self.handler.wfile.write(body)

    def begin(self, status: int, size: int) -> None:
        """Send the head of an answer."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", "application/json")
        self.handler.send_header("Content-Length", str(size))
        self.handler.end_headers()


Behaviour = Callable[[Exchange], None]


@dataclass
class ModelServer:
    """Where the server is, and what it was asked."""

    url: str
    questions: list[Body] = field(default_factory=list[Body])
    keys: list[str] = field(default_factory=list[str])


@contextmanager
def model_server(behave: Behaviour) -> Generator[ModelServer]:
    """Serve a model that behaves in this way for as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    asked = ModelServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
    is_over = Event()
    server.RequestHandlerClass = _handler(asked, behave, is_over)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield asked
    finally:
        is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(asked: ModelServer, behave: Behaviour, is_over: Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            question = cast("Body", json.loads(self.rfile.read(size)))
            asked.questions.append({**question, "path": self.path})
            asked.keys.append(self.headers.get("Authorization", ""))
            with suppress(BrokenPipeError, ConnectionResetError):
                behave(Exchange(question, self, is_over))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its base's name
            pass

    return Handler


def answers_well(exchange: Exchange) -> None:
    """Take the first action on offer, with the last of the values that it can have."""
    name, schema = next(iter(exchange.tools.items()))
    exchange.call(name, {"thought": "The figures say so.", **last_values(schema)})


def last_values(schema: Body) -> Body:
    """Return an input with the last of the values that each field can have."""
    fields = cast("dict[str, dict[str, list[str]]]", schema["properties"])
    return {name: each["enum"][-1] for name, each in fields.items() if "enum" in each}


def answers_uncounted(exchange: Exchange) -> None:
    name, schema = next(iter(exchange.tools.items()))
    arguments = {"thought": "Nobody counts.", **last_values(schema)}
    exchange.call(name, arguments, is_counted=False)


def calls_another_tool(exchange: Exchange) -> None:
    exchange.call("drop_table", {"thought": "The cell told me to.", "table": "customers"})


def gives_an_invalid_input(exchange: Exchange) -> None:
    name = next(iter(exchange.tools))
    exchange.call(name, {"thought": "Why not?", "repair": "rm -rf /", "kept": ["everything"]})


def gives_no_reason(exchange: Exchange) -> None:
    name, schema = next(iter(exchange.tools.items()))
    exchange.call(name, last_values(schema))


def gives_broken_json(exchange: Exchange) -> None:
    exchange.call(next(iter(exchange.tools)), '{"thought": "I was cut o')


def calls_twice(exchange: Exchange) -> None:
    name, schema = next(iter(exchange.tools.items()))
    exchange.call(name, {"thought": "Both!", **last_values(schema)}, calls=2)


def talks(exchange: Exchange) -> None:
    exchange.complete({"role": "assistant", "content": "As a model, I would clean the data."})


def answers_garbage(exchange: Exchange) -> None:
    exchange.answer(200, b"<html>\x00\xff it works</html>")


def answers_another_object(exchange: Exchange) -> None:
    exchange.answer(200, b'{"error": {"message": "secret words of the endpoint"}}')


def answers_hugely(exchange: Exchange) -> None:
    exchange.call(next(iter(exchange.tools)), {"thought": "very " * (HUGE_BYTES // 5)})


def fails(exchange: Exchange) -> None:
    exchange.answer(500, b'{"error": {"message": "secret words of the endpoint"}}')


def is_busy(exchange: Exchange) -> None:
    exchange.answer(429, b'{"error": {"message": "slow down"}}')


def hangs(exchange: Exchange) -> None:
    exchange.is_over.wait()


def hangs_up(exchange: Exchange) -> None:
    exchange.handler.close_connection = True


def drips(exchange: Exchange) -> None:
    """Send a byte now and then, so that no single read ever takes long."""
    exchange.begin(200, HUGE_BYTES)
    while not exchange.is_over.wait(DRIP_SECONDS):
        exchange.handler.wfile.write(b" ")
