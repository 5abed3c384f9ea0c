"""A page as its reader meets it: elements, their classes and their text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Element:
    def __init__(self, tag, attributes=()):
        self.tag = tag
        self.attributes = dict(attributes)
        self.children = []

    def __getitem__(self, attribute):
        return self.attributes.get(attribute)

    @property
    def classes(self):
        return (self["class"] or "").split()

    @property
    def text(self):
        """Return the text with single blanks, also what only a screen reader says."""
        return " ".join("".join(self._texts()).split())

    def _texts(self):
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()
                # Inline elements join their words; everything else ends them.
                if child.tag not in {"b", "small", "span", "a", "mark"}:
                    yield " "

    def all(self, tag="", css=""):
        """Return the elements below with this tag and these classes, in order."""
        wanted = set(css.split())
        return [
            each
            for each in self._below()
            if (not tag or each.tag == tag) and wanted <= set(each.classes)
        ]

    def one(self, tag="", css=""):
        found = self.all(tag, css)
        assert len(found) == 1, f"{len(found)} × {tag}.{css}"
        return found[0]

    def by_id(self, name):
        return next(each for each in self._below() if each["id"] == name)

    def row(self, words):
        """Return the only table row whose header cells contain the words."""
        found = [row for row in self.all("tr") if any(words in head.text for head in row.all("th"))]
        assert len(found) == 1, f"{len(found)} rows with {words!r}"
        return found[0]

    def texts(self, tag="", css=""):
        return [each.text for each in self.all(tag, css)]

    def _below(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("document")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs)
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Element(tag, attrs))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


# What every page holds for a session that ends: hidden until then.
OF_SESSION = re.compile(r'<dialog id="session".*?</dialog>', re.DOTALL)


def parse(html):
    """Return the document; an element that is not closed where it should be is a failure."""
    builder = _Builder()
    builder.feed(OF_SESSION.sub("", html))
    builder.close()
    assert builder.open == [builder.root], f"<{builder.open[-1].tag}> is never closed"
    return builder.root


def score_of(page):
    """Return the score on top of a page: of the year alone, or of the years so far."""
    found = page.all("section", "say")
    if found:
        return found[0].one("", "score").text
    return page.one("section", "headline").one("strong").text
