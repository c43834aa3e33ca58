"""Home: the family tree with digits on its leaves, the path through the course, one model at work, what learning is."""

from __future__ import annotations

from lessons.home import path, sections
from lessons.home.scene import FIELDS
from ui.lesson import Lesson
from ui.live import Live

lesson = Lesson("home", FIELDS)
live = Live(lesson)

lesson.header()
path.next_one(lesson)
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            sections.controls(lesson)
            with lesson.picture():
                drawn = sections.tree(lesson)
        sections.tree_caption(lesson)
        if drawn is not None:
            sections.badge(lesson, drawn)
    with lesson.rail_column():
        path.whole(lesson)
sections.leaf_links(lesson)
lesson.picture_first()
sections.one_being_drawn(lesson, live)
sections.about(lesson)
lesson.end()
