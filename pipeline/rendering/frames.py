"""Messages between a build and its worker processes: values of JSON, and byte strings beside them.

A message is the length of its head (8 bytes, big-endian), the head as JSON, then the byte strings whose lengths the head
has under `sizes`. JSON and not pickle, so that a worker that was taken over could only lie.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

_LENGTH = 8


def send(stream: BinaryIO, values: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write a message to `stream`. BrokenPipeError if nobody reads there any more."""
    head = json.dumps({**values, "sizes": [len(blob) for blob in blobs]}, ensure_ascii=False).encode()
    stream.write(len(head).to_bytes(_LENGTH, "big") + head)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next message of `stream`; None where the stream ends before or within it."""
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    head = stream.read(int.from_bytes(length, "big"))
    if len(head) < int.from_bytes(length, "big"):
        return None
    values: dict[str, Any] = json.loads(head)
    sizes: list[int] = values.pop("sizes")
    blobs = [stream.read(size) for size in sizes]
    return (values, blobs) if [len(blob) for blob in blobs] == sizes else None
