"""The recorded session: what the terminal showed is what the picture shows."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.docs.record import COLUMNS, OUT, ROWS, Screen, drawn, merged


def test_a_line_that_is_erased_is_gone() -> None:
    screen = Screen([""])
    screen.write("$ x\nt: 1 call\r\x1b[2Kt: 2 calls")
    assert screen.rows() == ("$ x", "t: 2 calls")
    screen.write("\r\x1b[2Kproved\r\n" + "y" * (COLUMNS + 1))
    assert screen.rows() == ("$ x", "proved", "y" * COLUMNS, "y")
    screen.write("\n" * ROWS)
    assert screen.rows() == ("",) * ROWS


def test_pictures_that_nobody_could_see_are_left_out() -> None:
    frames = merged(iter([(0.1, ("a",)), (0.1, ("a", "b")), (1.0, ("a", "b")), (1.0, ("c < 1",))]))
    assert [rows for _, rows in frames] == [("a", "b"), ("c < 1",)]
    assert sum(seconds for seconds, _ in frames) == 2.2
    texts = [text.text for text in ElementTree.fromstring(drawn(frames)).iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["a", "b", "c < 1"]


def test_the_picture_of_the_readme_is_one_of_these() -> None:
    texts = [text.text or "" for text in ElementTree.parse(OUT).iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("accepted by Lean") for text in texts)
    assert any(text.startswith("f: refuted") for text in texts)
