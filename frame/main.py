"""What every visit runs: language, menu and look, then the page that was asked for."""

import streamlit as st

from frame import server
from ui import language, style
from ui.components.menu import menu
from ui.components.page_language import page_language
from ui.course import COURSE, SECTIONS
from ui.text import Text, labels

lang = language.settle()
text = Text("frame", lang, st.context.theme.type)
# Before the menu, and with an own picture: for a page's named icon Streamlit would fetch a favicon from outside.
st.set_page_config(page_icon=style.ICON, layout="wide", initial_sidebar_state=style.SIDEBAR_WIDTH)
style.apply(lang, brand=text("brand"))
page_language(lang)
menu()
titles = {page: book.get("menu", book.get("title")) for page, book in labels(lang).items()}


def entry(page: str) -> st.Page:
    """A page in the menu."""
    icon = f":material/{COURSE[page].icon}:"
    return st.Page(f"../pages/{page}.py", title=titles[page], icon=icon, default=page == "home")


listed = {section and text(f"section-{section}"): [*map(entry, pages)] for section, pages in SECTIONS.items()}
page = st.navigation(listed)
st.set_page_config(page_title=f"{page.title} · {text('brand')}")
language.warn_of_unknown(text, page.url_path)
page.run()
server.page_was_rendered()
