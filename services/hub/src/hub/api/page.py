"""The page: its files, and what a browser may do with them."""

from importlib import resources

from fastapi import APIRouter, Response

from hub.api.reading import not_found

PAGE_FILES = {
    "index.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "votes.js": "text/javascript",
    "plan.js": "text/javascript",
    "elements.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


CONSENSUS_PLACE = b'name="argosy-consensus" content=""'
"""Where the page is told where a browser reaches consensus."""


def serve_page(routes: APIRouter, consensus_url: str = "") -> None:
    """Add the page and its parts; it may ask this service and consensus, and nobody else."""
    folder = resources.files("hub") / "page"
    contents = {name: (folder / name).read_bytes() for name in PAGE_FILES}
    told = CONSENSUS_PLACE.replace(b'""', f'"{consensus_url}"'.encode())
    contents["index.html"] = contents["index.html"].replace(CONSENSUS_PLACE, told)
    policy = f"{PAGE_HEADERS['Content-Security-Policy']} {consensus_url}".rstrip()
    headers = {**PAGE_HEADERS, "Content-Security-Policy": policy}

    @routes.get("/", include_in_schema=False)
    @routes.get("/page/{name}", include_in_schema=False)
    def show_page(name: str = "index.html") -> Response:
        """Serve the page and its parts."""
        if name not in contents:
            raise not_found("page part", name, "/")
        return Response(contents[name], media_type=PAGE_FILES[name], headers=headers)
