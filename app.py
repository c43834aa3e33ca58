"""Start here: `streamlit run app.py` (or `make run`)."""

import streamlit as st

from frame import server, visitors

app = st.App(
    "frame/main.py",
    lifespan=server.lifespan,
    routes=server.routes(),
    middleware=visitors.MIDDLEWARE,
    on_script_error=server.on_script_error,
)
