"""Jobs for the workers, each done once: what earlier builds made is kept, and who asks for the same shares the answer."""

import io
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol

from pipeline.rendering import frames
from pipeline.rendering.pdf import Job, Press


class Kept(Protocol):
    """What earlier builds have made, by what it was made from."""

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`; None where there is nothing."""

    def put(self, key: str, body: bytes) -> None:
        """Keep `body` under `key`."""


class NothingKept:
    """For builds that keep nothing."""

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, body: bytes) -> None:
        return None


Then = Callable[[Mapping[str, Any], Sequence[bytes]], None]
"""What is done with the answer to a job."""


class Orders:
    """Jobs that are given to `press` unless their answers are in `kept`. `scope` names what decides the answers beside
    the jobs themselves."""

    def __init__(self, press: Press, kept: Kept, *, scope: str) -> None:
        self._press, self._kept, self._scope = press, kept, scope
        self._keys: dict[int, tuple[str, bool]] = {}
        self._then: dict[str, list[Then]] = {}
        self._shared: dict[str, tuple[Mapping[str, Any], Sequence[bytes]]] = {}

    def give(self, job: Job, then: Then, *, is_shared: bool = False) -> None:
        """Have `then` called with the answer to `job`: at once if it is there, else in some `wait`. The answer is held
        for the next who gives the same if it is to be shared."""
        key = self._key(job)
        if key in self._then:
            self._then[key].append(then)
            return
        found = self._shared.get(key) or self._found(key)
        if found is None:
            self._then[key] = [then]
            self._keys[id(job)] = key, is_shared
            self._press.submit(job)
            return
        if is_shared:
            self._shared[key] = found
        then(*found)

    def wait(self) -> bool:
        """Wait for an answer and do with it what was asked for; false where there is none to wait for."""
        if not self._press.outstanding:
            return False
        answer = self._press.next()
        key, is_shared = self._keys.pop(id(answer.job))
        written = io.BytesIO()
        frames.send(written, answer.values, answer.blobs)
        self._kept.put(key, written.getvalue())
        if is_shared:
            self._shared[key] = answer.values, answer.blobs
        for then in self._then.pop(key):
            then(answer.values, answer.blobs)
        return True

    def _found(self, key: str) -> tuple[Mapping[str, Any], Sequence[bytes]] | None:
        kept = self._kept.get(key)
        return frames.receive(io.BytesIO(kept)) if kept is not None else None

    def _key(self, job: Job) -> str:
        written = io.BytesIO()
        frames.send(written, {"kind": job.kind, "scope": self._scope, **job.values}, job.blobs)
        return sha256(written.getvalue()).hexdigest()
