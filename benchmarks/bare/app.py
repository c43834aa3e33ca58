"""What Streamlit alone takes: a title, a number field and a text that follows it."""

import streamlit as st

st.title("Bare")
st.html(f"<span class='follows'>{st.number_input('Number', 0, 100, 0)}</span>")
