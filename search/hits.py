"""What a search shows: hits in groups, each saying what it is and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Of each group so many are shown; the list pages show all.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Link:
    """Where the rest of a group is listed."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    ``code`` and ``title`` are what was searched, ``below`` what else of it was, ``where`` says
    where it stands. Without ``url`` nothing more is to be seen of it. ``is_exact`` says that its
    code is what was typed; ``is_turkish`` that its words are the plan's own.
    """

    title: str
    url: str = ""
    code: str = ""
    below: str = ""
    where: tuple[str, ...] = ()
    is_exact: bool = False
    is_turkish: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; ``total`` counts also those that are not shown."""

    key: str
    title: str
    hits: Sequence[Hit]
    total: int
    more: Sequence[Link] = ()

    @property
    def left_out(self) -> int:
        return self.total - len(self.hits)


def first_exact(groups: Sequence[Group]) -> list[Group]:
    """Return the groups that found something, those ahead that found the very code typed."""
    found = [group for group in groups if group.total]
    return sorted(found, key=lambda group: not any(hit.is_exact for hit in group.hits))
