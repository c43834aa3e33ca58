"""Who sits before this page: the visitor whose trainings these are, and whether it is the teacher."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from functools import cache
from threading import Lock

import streamlit as st

from genmodels.errors import Problem
from genmodels.jobs import identity, limits
from ui import language
from ui.state import heard
from ui.text import Text

LEAST_PASSWORD = 8  # characters; a shorter one is guessed too soon to count
WINDOW = 60.0  # seconds
PER_VISITOR, ALL_TOGETHER, PAUSE = 10, 120, 1.0  # tries within the window; seconds between two of one visitor
REMEMBERED = 64  # visitors who have given the password before
ALONE, TEACHER, FIELD, ANSWER = "visitor:alone", "visitor:teacher", "visitor:password", "visitor:answer"


def current() -> str:
    """The public id of this visitor, 16 hex digits, as job folders store it: the same in all tabs of a browser.

    From the login where there is one, else from the signed cookie; who refuses cookies is a visitor of one session.
    """
    return identity.public_id(_login() or _cookie() or _alone())


def _login() -> str | None:
    user = st.user.to_dict()
    if not (user.get("is_logged_in") or st.get_option("server.trustedUserHeaders")):
        return None
    name = user.get("sub") or user.get("email")
    return f"login:{user.get('iss', '')}:{name}" if name else None  # a `sub` is unique for its issuer only


def _cookie() -> str | None:
    visitor = identity.visitor_in(identity.host_secret(), st.context.headers.get_all("cookie"))
    return f"cookie:{visitor}" if visitor else None


def _alone() -> str:
    return f"session:{st.session_state.setdefault(ALONE, secrets.token_hex(16))}"


def is_teacher() -> bool:
    """Whether this session has given the password that the host asks for now."""
    try:
        password = _password()
    except Problem:  # who reads the limits for another reason says so
        return False
    return bool(password) and st.session_state.get(TEACHER) == _seal(password)


def _password() -> str:
    """The teacher's password; empty when there is none, or one too short to count."""
    password = limits.read().password
    return password if len(password) >= LEAST_PASSWORD else ""


def _seal(password: str) -> str:
    """What the session remembers: with another password in the settings nobody is the teacher any more."""
    return hashlib.sha256(password.encode()).hexdigest()


def sign_in() -> None:
    """The control “I am the teacher”: ask for the password, or sign out; says so where the host has set none."""
    words = Text("visitor", language.current(), st.context.theme.type)
    with st.popover(words("teacher"), icon=":material/key:"):
        try:
            configured = limits.read().password
        except Problem as problem:
            st.markdown(words.problem(problem))
            return
        if is_teacher():
            st.markdown(words("signed-in"))
            st.button(words("sign-out"), on_click=_sign_out)
        elif not configured:
            st.markdown(words("no-password"))
        elif len(configured) < LEAST_PASSWORD:
            st.markdown(words("short-password", least=LEAST_PASSWORD))
        else:
            _ask(words)


def _ask(words: Text) -> None:
    with st.form("visitor:form", clear_on_submit=True, border=False):
        st.text_input(words("password"), type="password", key=FIELD, autocomplete="current-password")
        st.form_submit_button(words("sign-in"), on_click=_try)
    if answer := st.session_state.pop(ANSWER, None):
        key, values = answer
        st.markdown(words(key, **values))


def _try() -> None:
    given = str(heard(FIELD) or "").strip()  # as the settings are stripped
    if not given:
        return
    visitor, brakes = current(), _brakes()
    if wait := brakes.wait(visitor, time.monotonic()):
        st.session_state[ANSWER] = ("wait", {"seconds": int(wait) + 1})
        return
    password = _password()
    if password and hmac.compare_digest(given.encode(), password.encode()):
        st.session_state[TEACHER] = _seal(password)
        brakes.remember(visitor)
    else:
        st.session_state[ANSWER] = ("wrong-password", {})


def _sign_out() -> None:
    st.session_state[TEACHER] = ""


class Brakes:
    """Slows down guessing without locking the teacher out: each visitor alone, and all visitors together.

    A visitor who has given the password before does not wait for the others, so that a crowd of guessers keeps out
    only a teacher who comes with a browser for the first time. Nothing but tries of the last minute is kept.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: deque[tuple[float, str]] = deque()
        self._teachers: OrderedDict[str, None] = OrderedDict()

    def wait(self, visitor: str, now: float) -> float:
        """Seconds until `visitor` may try; 0 means now, and counts as a try. `now` in seconds, never going back."""
        with self._lock:
            while self._tries and self._tries[0][0] <= now - WINDOW:
                self._tries.popleft()
            own = [moment for moment, who in self._tries if who == visitor]
            others = [moment for moment, who in self._tries if who not in self._teachers]
            waits = [0.0]
            if own:
                waits.append(own[-1] + PAUSE - now)
            if len(own) >= PER_VISITOR:
                waits.append(own[-PER_VISITOR] + WINDOW - now)
            if len(others) >= ALL_TOGETHER and visitor not in self._teachers:
                waits.append(others[-ALL_TOGETHER] + WINDOW - now)
            if max(waits) <= 0:
                self._tries.append((now, visitor))
            return max(waits)

    def remember(self, visitor: str) -> None:
        """This visitor has given the password."""
        with self._lock:
            self._teachers[visitor] = None
            self._teachers.move_to_end(visitor)
            while len(self._teachers) > REMEMBERED:
                self._teachers.popitem(last=False)


@cache  # not st.cache_resource: any visitor's browser can ask Streamlit to empty that, and guess on
def _brakes() -> Brakes:
    return Brakes()
