"""What every page is dressed with."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def twice() -> None:
    from ui import style

    style.notice("This cannot be done.")
    style.notice("This cannot be done.")


def test_two_parts_of_a_page_may_have_the_same_to_say() -> None:
    app = AppTest.from_function(twice).run()
    assert not app.exception
    assert [element.value for element in app.markdown] == [":material/info: This cannot be done."] * 2
