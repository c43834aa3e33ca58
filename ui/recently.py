"""What is read anew once in a while, for all who look."""

from __future__ import annotations

import time


def span(seconds: float) -> int:
    """The number of the span of so many seconds in which we are; what Streamlit caches by it is read anew after it.

    Streamlit's own `ttl` raises KeyError where a value ends between its two looks at it.
    """
    return int(time.monotonic() / seconds)
