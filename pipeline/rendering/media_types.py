"""The media types (IANA) of what is published, by the ending of a file's name."""

from pathlib import PurePosixPath

PDF, PNG = "application/pdf", "image/png"

_BY_ENDING = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".png": PNG,
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


def media_type_of(name: str) -> str:
    """The media type of a file called `name`; "application/octet-stream" for an ending that is not known."""
    return _BY_ENDING.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
