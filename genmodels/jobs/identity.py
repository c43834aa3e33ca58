"""Who asks: a visitor's signed cookie, the secret of this host behind it, and what of it job folders may show.

A cookie's value is `<32 hex digits, random>.<signature>`: itsdangerous signs the first part with the host's secret, so
that nobody can make up a visitor or, by reading a job folder, become one.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from itsdangerous import BadSignature, Signer

from genmodels import settings, storage
from genmodels.errors import Problem

log = logging.getLogger("course")

COOKIE = "genmodels_visitor"
SECRET_BYTES = 32
_OF_THIS_PROCESS = secrets.token_bytes(SECRET_BYTES)  # where the home cannot keep one


def new_cookie(secret: bytes) -> str:
    """The cookie value of a new visitor."""
    return _signer(secret).sign(secrets.token_hex(16)).decode("ascii")


def verify(secret: bytes, value: str) -> str | None:
    """The visitor, 32 hex digits, that a cookie value names; None unless this host has signed that visitor."""
    try:
        return _signer(secret).unsign(value).decode("ascii")
    except BadSignature:
        return None


def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt=COOKIE, digest_method=hashlib.sha256)


def visitor_in(secret: bytes, cookie_headers: Iterable[str]) -> str | None:
    """The visitor that a request's `Cookie:` headers name, or None.

    A browser sends two cookies of this name when another course lies on the same host under another path; a parsed
    mapping would keep only one of them, and not always ours.
    """
    for header in cookie_headers:
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == COOKIE and (visitor := verify(secret, value)):
                return visitor
    return None


def public_id(identity: str) -> str:
    """What job folders store of an identity: the first 16 hex digits of its sha256, from which no cookie follows."""
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def host_secret() -> bytes:
    """The 32 bytes that this host signs with: the file `secret` in the home, made once and readable to its owner only.

    Read anew each time, so that every process follows when it is replaced. Where it can neither be read nor made, a
    secret of this process serves, and the log says so once.
    """
    path: Path | None = None
    try:
        path = settings.home() / "secret"
        if not os.path.lexists(path):
            _make(path)
        secret = storage.read(path, SECRET_BYTES)
        if len(secret) != SECRET_BYTES:
            raise storage.Damaged(f"it has {len(secret)} bytes instead of {SECRET_BYTES}")
    except (OSError, Problem, storage.Damaged) as error:
        _warn(path, str(error))
        return _OF_THIS_PROCESS
    return secret


def _make(path: Path) -> None:
    """Written aside and linked to its name: of twenty processes that start together one wins, and no file is torn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".secret.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)


@cache
def _warn(path: Path | None, reason: str) -> None:
    log.warning("no secret in %s (%s): visitors will be strangers after the next start of the server", path, reason)
