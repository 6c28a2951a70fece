"""Brings one file over HTTP, goes on where an earlier try stopped, and says in words what failed.

Proxies come from the usual environment variables. What is sent to one host is not sent to another
it points to. Knows nothing of models; called only when the person asked for something.
"""

import errno
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.errors import EngineError

Progressed = Callable[[int, int], None]
"""Called with bytes done and bytes in all; may raise Cancelled."""

CUTS, TIMEOUT_SECONDS = 5, 30
_BLOCK = 1 << 18
_WAIT_SECONDS = 1.0
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)
_SECRET = "Authorization"


def download(address: str, part: Path, progressed: Progressed,
             headers: Mapping[str, str] | None = None) -> None:
    """Continues the partial file `part` where the server can. Raises OSError or HTTPException."""
    done = part.stat().st_size if part.exists() else 0
    wanted = {**(headers or {}), **({"Range": f"bytes={done}-"} if done else {})}
    try:
        answer = opener().open(urllib.request.Request(address, headers=wanted),
                               timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as refused:
        refused.close()  # its words are not read
        if refused.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # it is whole already
            return
        raise
    with answer:
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            done = 0
        told = answer.headers.get("Content-Length") or ""
        announced = int(told) if told.isdecimal() else 0
        total = done + announced
        with part.open("ab" if done else "wb") as out:
            while block := answer.read(_BLOCK):
                out.write(block)
                done += len(block)
                progressed(done, total)
    if announced and done < total:
        raise ConnectionError(f"the connection ended after {done:,} of {total:,} bytes")


def download_patiently(address: str, part: Path, progressed: Progressed,
                       headers: Mapping[str, str] | None = None,
                       sleep: Callable[[float], None] = time.sleep) -> None:
    """As `download`, but a connection that was cut is taken up again; after `CUTS` tries that
    brought nothing the last failure is raised."""
    idle = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            return download(address, part, progressed, headers)
        except (OSError, http.client.HTTPException) as failed:
            now = part.stat().st_size if part.exists() else 0
            idle = 0 if now > before else idle + 1
            # Once something has come the way is there: it will be again.
            if idle >= CUTS or not (_may_pass(failed) or (now > 0 and _has_no_way(failed))):
                raise
            sleep(_WAIT_SECONDS * idle)


def opener() -> urllib.request.OpenerDirector:
    """What opens addresses. Made anew each time: proxies are those of the environment of now."""
    return urllib.request.build_opener(_Discreet())


def why_not(failed: Exception, address: str) -> str:
    """What kept it from coming, in words."""
    host = urllib.parse.urlsplit(address).netloc or address
    if isinstance(failed, urllib.error.HTTPError):
        return f"{host} answered with {failed.code} {failed.reason}."
    reason = failed.reason if isinstance(failed, urllib.error.URLError) else failed
    if isinstance(reason, ssl.SSLError):
        return f"the connection to {host} cannot be trusted."
    if isinstance(reason, TimeoutError):
        return f"{host} did not answer in time."
    if _has_no_way(failed):
        return f"{host} cannot be reached, so this computer may have no network now."
    return str(reason)


def not_fetched(name: str, failed: Exception, address: str) -> EngineError:
    """The sentence for a failure of the connection; a full disk and the like is raised as it is."""
    if isinstance(failed, OSError) and failed.errno in _OF_THE_DISK:
        raise failed
    return EngineError(f"{name} could not be fetched: {why_not(failed, address)}",
                       "Check the connection and try again; what has arrived is kept.")


def _has_no_way(failed: Exception) -> bool:
    """Whether the host cannot be found or reached at all."""
    reason = failed.reason if isinstance(failed, urllib.error.URLError) else failed
    return isinstance(reason, socket.gaierror | ConnectionRefusedError) or (
        isinstance(reason, OSError) and reason.errno in _NO_WAY)


def _may_pass(failed: Exception) -> bool:
    """Whether the same may well succeed a moment later."""
    if isinstance(failed, urllib.error.HTTPError):
        return failed.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    reason = failed.reason if isinstance(failed, urllib.error.URLError) else failed
    return isinstance(reason, ConnectionResetError | ConnectionAbortedError | TimeoutError
                      | http.client.HTTPException) or type(reason) is ConnectionError


class _Discreet(urllib.request.HTTPRedirectHandler):
    """Follows to another host without the secret meant for the first, and never to a file."""

    def redirect_request(self, req: urllib.request.Request, fp: object, code: int, msg: str,
                         headers: http.client.HTTPMessage,
                         newurl: str) -> urllib.request.Request | None:
        followed = super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type] # typeshed asks for a file of bytes, as fp is
        if followed is not None and _origin(followed.full_url) != _origin(req.full_url):
            followed.remove_header(_SECRET)
        return followed


def _origin(address: str) -> tuple[str, str]:
    parts = urllib.parse.urlsplit(address)
    return parts.scheme, parts.netloc
