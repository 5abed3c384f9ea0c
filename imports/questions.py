"""What a file is asked: few questions, one for each kind of cell, each with what is proposed.

A question never stops an import: until somebody answers, what it proposes holds. Nothing here
imports Django.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from activities.sentences import Sentence

MOST_PLACES = 20


@dataclass(slots=True)
class FileQuestion:
    """A question about cells of one kind; ``columns`` says where they stand.

    ``count`` is of all cells; the first of them are named with their text.
    """

    code: str
    columns: list[str]
    about: Sentence
    proposal: Sentence | None = None
    answers: tuple[Sentence, ...] = ()
    count: int = 0
    places: list[tuple[str, str]] = field(default_factory=list)

    def add(self, where: str, text: str) -> None:
        self.count += 1
        if len(self.places) < MOST_PLACES:
            self.places.append((where, text))


class Questions:
    """The questions of a file, each once."""

    def __init__(self, found: list[FileQuestion]) -> None:
        self._all = found
        self._known: dict[str, FileQuestion] = {question.code: question for question in found}

    def ask(
        self,
        code: str,
        column: str,
        about: Sentence,
        *,
        proposal: Sentence | None = None,
        answers: tuple[Sentence, ...] = (),
        where: str = "",
        text: str = "",
    ) -> None:
        """Ask about one more cell; the sentences of the first one hold."""
        if code not in self._known:
            self._known[code] = FileQuestion(code, [], about, proposal, answers)
            self._all.append(self._known[code])
        question = self._known[code]
        if column and column not in question.columns:
            question.columns.append(column)
        question.add(where, text)
