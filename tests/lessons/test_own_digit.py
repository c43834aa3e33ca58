"""A visitor's own digit on the pages that take one: what is shown came from the source that is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genmodels.data import mnist, pictures, tokens
from tests.app import in_url, notices, open_page, problem, words
from tests.bad_pictures import REFUSED
from tests.bad_pictures import good_pictures as good
from tests.photos import photo
from ui.text import LANGUAGES, fill, labels

PAGES = ("vae", "denoiser")


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    return app.get_by_key("upload").upload(name, data, "image/png").run()


def token(data: bytes, **options: bool) -> str:
    return tokens.to_token(pictures.prepare(pictures.decode(data), **options).pixels)


@pytest.mark.parametrize("page", PAGES)
def test_another_source_shows_its_own(page: str) -> None:
    drawn = tokens.to_token(mnist.load("test").images[9, 0].numpy())
    for source in {"vae": ("test",), "denoiser": ("test", "upload")}[page]:  # on vae the fold opens with the upload
        app = open_page(page, lang="en", x=drawn, **({"start": "digit"} if page == "denoiser" else {}))
        assert in_url(app, "x") == drawn
        app.get_by_key("source").set_value(source).run()
        assert not app.exception
        assert in_url(app, "x") is None, f"{source}: the drawn digit is gone"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_uploaded_digit_comes_and_goes_with_its_file(lang: str) -> None:
    common = labels(lang)["common"]
    none_yet = fill(common["own-none-yet"], {"digit": 0})
    app = open_page("vae", lang=lang)
    app.get_by_key("source").set_value("upload").run()
    assert none_yet in words(app)
    for name in ("grey.png", "white_on_black.png"):
        upload(app, name, good()[name])
        assert in_url(app, "x") == token(good()[name])
        assert none_yet not in words(app)
        assert (common["note-inverted"] in words(app)) == (name == "grey.png")
    app.get_by_key("upload").set_value(None).run()
    assert in_url(app, "x") is None
    assert none_yet in words(app)


def test_what_was_refused_can_be_used_anyway_until_there_is_another_file() -> None:
    app = open_page("vae", lang="en")
    app.get_by_key("source").set_value("upload").run()
    for name in ("several_digits.png", "colour_photo.jpg"):
        code, make = REFUSED[name]
        upload(app, name, make())
        assert len(notices(app)) == 1
        app.get_by_key("use-anyway").click().run()
        assert not app.exception and not notices(app)
        assert in_url(app, "x") == token(make(), anyway=True), code
    upload(app, "blank.png", REFUSED["blank.png"][1]())
    assert notices(app) == [problem("en", "blank-picture", width=200, height=200)]
    with pytest.raises(KeyError):
        app.get_by_key("use-anyway")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_photo_becomes_codes_or_a_sentence(lang: str) -> None:
    app = open_page("vqvae", lang=lang)
    app.get_by_key("source").set_value("upload").run()
    for name in ("colour_photo.jpg", "drawing.svg", "empty.png"):
        upload(app, name, REFUSED[name][1]())
        assert not app.exception and len(notices(app)) == 1 and in_url(app, "x") is None
    written = photo("shadow", [mnist.load("test").images[0, 0].numpy()], np.random.default_rng(0))
    upload(app, "seven.jpg", written)
    assert not app.exception and not notices(app)
    assert in_url(app, "x") == token(written)
