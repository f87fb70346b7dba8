"""A real HTTP server that answers as the services do, for tests of the command."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

Body = dict[str, object]
"""A JSON object."""

Answers = dict[str, tuple[int, object]]
"""The status and the JSON body of each `METHOD /path`."""


@dataclass
class Services:
    """Where the server is, and what it was asked."""

    url: str
    paths: list[str] = field(default_factory=list[str])
    bodies: list[object] = field(default_factory=list[object])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


@contextmanager
def answering(answers: Answers) -> Generator[Services]:
    """Serve the answers for as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    services = Services(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _handler(answers, services)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(answers: Answers, services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            services.bodies.append(json.loads(self.rfile.read(size) or "null"))
            services.paths.append(self.path)
            services.headers.append({name.lower(): text for name, text in self.headers.items()})
            asked = f"{self.command} {urlsplit(self.path).path}"
            status, body = answers.get(asked, (404, problem("not_found", asked)))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its base's name
            pass

    setattr(Handler, "do_GET", Handler.answer)  # noqa: B010 -- the base calls it by this name
    setattr(Handler, "do_POST", Handler.answer)  # noqa: B010 -- the base calls it by this name
    setattr(Handler, "do_DELETE", Handler.answer)  # noqa: B010 -- the base calls it by this name
    return Handler


def problem(code: str, detail: str) -> Body:
    """Return problem details."""
    return {"title": "No", "detail": detail, "code": code, "remedy": "Ask for something else."}
