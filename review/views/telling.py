"""What a reviewer is told after a step for several values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import names
from activities.sentences import Sentence
from activities.wording import say
from indicators.figures import Figure
from review.actions import Outcome

# Who reads more names than these reads none.
NAMED = 5


def tell_outcome(
    request: HttpRequest, action: str, outcome: Outcome, figures: Mapping[int, Figure]
) -> None:
    """Say what was done, what was kept back and why; ``figures`` are by indicator."""
    count = len(outcome.done)
    if count:
        messages.success(request, DONE[action](count) % {"count": count})
    for why, rows in _grouped(outcome.kept, figures):
        messages.error(request, KEPT[action]() % {"names": named(rows), "why": say(why)})
    for finding in outcome.blocked.values():
        messages.error(
            request,
            _("“%(name)s” is not verified. This question needs an answer first: %(question)s")
            % {"name": named(finding.figures), "question": say(finding.sentence)},
        )
    if outcome.changed:
        messages.warning(
            request,
            _("Somebody changed a value meanwhile. It stays as it is; look at it again below."),
        )
    elif not (count or outcome.blocked or outcome.kept):
        messages.info(request, _("Nothing was left to do: these values are not waiting any more."))


def named(rows: Iterable[Figure]) -> str:
    """Return rows by code and name, the first few of many."""
    found = [f"{row.code} {names.repair(row.name)}" for row in rows]
    rest = len(found) - NAMED
    listed = ", ".join(found[:NAMED])
    if rest <= 0:
        return listed
    return _("%(names)s and %(count)s more") % {"names": listed, "count": rest}


def _grouped(
    kept: Mapping[int, Sentence], figures: Mapping[int, Figure]
) -> list[tuple[Sentence, list[Figure]]]:
    """Return the reasons why a step was not taken, each with its rows."""
    found: dict[str, tuple[Sentence, list[Figure]]] = {}
    for indicator, why in kept.items():
        found.setdefault(why.text, (why, []))[1].append(figures[indicator])
    return list(found.values())


DONE: Mapping[str, Callable[[int], str]] = {
    "approve": lambda n: ngettext("One value is verified.", "%(count)s values are verified.", n),
    "return": lambda n: ngettext("One value is returned.", "%(count)s values are returned.", n),
    "unapprove": lambda n: ngettext(
        "The verification of one value is taken back; it waits again.",
        "The verification of %(count)s values is taken back; they wait again.",
        n,
    ),
    "ask": lambda n: ngettext(
        "The reason of one value is asked for.", "The reasons of %(count)s values are asked for.", n
    ),
}
KEPT: Mapping[str, Callable[[], str]] = {
    "approve": lambda: _("Not verified: %(names)s. %(why)s"),
    "return": lambda: _("Not returned: %(names)s. %(why)s"),
    "unapprove": lambda: _("Not taken back: %(names)s. %(why)s"),
}
