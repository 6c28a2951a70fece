"""A hub on the loopback that speaks the parts of the hub's API we use, and fails when told to.

Large files are handed on to a second address, as the real one does; what arrives there is noted.
"""

import hashlib
import json
import threading
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class HubScript:
    """What the hub holds and how it misbehaves.

    `cut_after`: bytes after which the first answers for a file break off, and how often they do.
    `changed`: contents that are sent instead; `refuses`: status of an answer, so many times.
    """

    files: Mapping[str, bytes]
    large: frozenset[str] = frozenset()
    licence: str = "mit"
    token: str = ""
    gated: bool = False
    cut_after: dict[str, int] = field(default_factory=dict)
    cuts: int = 1
    changed: dict[str, bytes] = field(default_factory=dict)
    refuses: dict[str, list[int]] = field(default_factory=dict)
    no_ranges: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    secrets_at_store: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)

    def described(self, name: str) -> dict[str, object]:
        """A file as the hub's API tells of it."""
        content = self.files[name]
        blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        told: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": blob}
        if name in self.large:
            told["lfs"] = {"size": len(content), "pointerSize": 130,
                           "sha256": hashlib.sha256(content).hexdigest()}
        return told


class _Hub(BaseHTTPRequestHandler):
    script: HubScript
    store: str

    def do_GET(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        steps = [urllib.parse.unquote(step) for step in parts.path.split("/") if step]
        self.script.asked.append((parts.path, self.headers.get("Range", "")))
        if self.headers.get("Authorization", "") != self._expected():
            self._answer(401, {}, b"{}", "GatedRepo" if self.script.gated else "RepoNotFound")
        elif steps[:2] == ["api", "models"]:
            self._tell(steps[2:])
        elif len(steps) > 4 and steps[2] == "resolve":
            self._hand_out("/".join(steps[4:]))
        else:
            self._answer(404, {}, b"{}", "EntryNotFound")

    def _expected(self) -> str:
        return f"Bearer {self.script.token}" if self.script.token else ""

    def _tell(self, steps: list[str]) -> None:
        if steps[:2] != ["someone", "tiny"]:
            self._answer(404, {}, b"{}", "RepoNotFound")
        elif steps[2:] not in ([], ["revision", "main"], ["revision", COMMIT]):
            self._answer(404, {}, b"{}", "RevisionNotFound")
        else:
            told = {"id": "someone/tiny", "modelId": "someone/tiny", "sha": COMMIT,
                    "cardData": {"license": self.script.licence},
                    "siblings": [self.script.described(name) for name in self.script.files]}
            self._answer(200, {"Content-Type": "application/json"}, json.dumps(told).encode())

    def _hand_out(self, name: str) -> None:
        if self.script.refuses.get(name):
            self._answer(self.script.refuses[name].pop(0), {}, b"")
        elif name not in self.script.files:
            self._answer(404, {}, b"", "EntryNotFound")
        elif name in self.script.large and self.store:
            self._answer(302, {"Location": f"{self.store}/store/{name}"}, b"")
        else:
            self._send(name)

    def _send(self, name: str) -> None:
        script = self.script
        content = script.changed.get(name, script.files[name])
        wanted = "" if script.no_ranges else self.headers.get("Range", "")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if wanted and start >= len(content):
            self._answer(416, {}, b"")
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        body = content[start:]
        if name in script.cut_after and script.sent[name] < script.cuts:
            script.sent[name] += 1
            body = body[: script.cut_after[name]]
            self.close_connection = True
        self.wfile.write(body)
        self.wfile.flush()

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes,
                error: str = "") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if error:
            self.send_header("X-Error-Code", error)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *told: object) -> None:
        """Says nothing."""


class _Store(_Hub):
    """The second address, where large files lie."""

    def do_GET(self) -> None:
        self.script.asked.append((self.path, self.headers.get("Range", "")))
        if "Authorization" in self.headers:
            self.script.secrets_at_store.append(self.headers["Authorization"])
        self._send(urllib.parse.unquote(self.path).removeprefix("/store/"))


@contextmanager
def hub_of(script: HubScript) -> Iterator[str]:
    """Serves until the block ends; the address of the hub."""
    store = ThreadingHTTPServer(("127.0.0.1", 0), type("Store", (_Store,), {
        "script": script, "store": ""}))
    hub = ThreadingHTTPServer(("127.0.0.1", 0), type("Hub", (_Hub,), {
        "script": script, "store": f"http://127.0.0.1:{store.server_port}"}))
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,))
               for server in (store, hub)]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{hub.server_port}"
    finally:
        for server in (store, hub):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
