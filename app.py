"""Start here: `streamlit run app.py` (or `make run`)."""

import streamlit as st

from frame import server

app = st.App("frame/main.py", lifespan=server.lifespan, routes=server.ROUTES, on_script_error=server.on_script_error)
