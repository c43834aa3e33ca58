"""Start here: `streamlit run app.py` (or `make run`)."""

import sys

try:
    import streamlit as st

    from frame import guard, server, visitors
except ModuleNotFoundError as missing:
    sys.exit(f"This Python ({sys.executable}) has no {missing.name}. Type: make run, or see “Start” in README.md")

app = st.App(
    "frame/main.py",
    lifespan=server.lifespan,
    routes=server.routes(),
    middleware=[*guard.MIDDLEWARE, *visitors.MIDDLEWARE],
    exception_handlers=guard.EXCEPTION_HANDLERS,
    on_script_error=server.on_script_error,
)

if __name__ == "__main__":
    sys.exit(f"This file is served, not run. Type: make run, or: {sys.executable} -m streamlit run {__file__}")
