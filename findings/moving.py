"""Keeping questions answered while their rows move to another unit.

A question is known by the places of its rows, which begin with their unit's number, and its answer
by what it says. Both change with the unit though nobody asks anything new.
"""

from __future__ import annotations

from collections.abc import Iterable

from simple_history.utils import bulk_update_with_history

from accounts.models import User
from activities.models import Plan
from findings.year import YearFindings
from indicators.figures import Figures
from indicators.models import FindingAnswer

Asked = dict[tuple[str, tuple[object, ...]], tuple[str, str]]
"""What is asked of a year: by check and rows, the question's key and the digest of its numbers."""


class AnsweredQuestions:
    """The answered questions of some plans as they are asked before rows move.

    Make it inside the transaction that moves them, and let ``follow`` end it.
    """

    def __init__(self, plans: Iterable[Plan]) -> None:
        """Look at every year that somebody answered in; some ten queries for each."""
        answered = FindingAnswer.objects.filter(plan__in=list(plans)).order_by("plan", "year")
        years = answered.values_list("plan", "year").distinct()
        by_id = Plan.objects.in_bulk([plan for plan, _year in years])
        self._before = {(plan, year): asked(by_id[plan], year) for plan, year in years}

    def follow(self, person: User, reason: str) -> None:
        """Let each answer belong to the same question as it is asked now."""
        for (plan_id, year), before in self._before.items():
            plan = Plan.objects.get(pk=plan_id)
            # An answer decides what else is asked: what appears with the first is found again.
            while self._moved(plan, year, before, person, reason):
                pass

    def _moved(self, plan: Plan, year: int, before: Asked, person: User, reason: str) -> bool:
        now = asked(plan, year)
        given = {
            answer.finding: answer for answer in FindingAnswer.objects.filter(plan=plan, year=year)
        }
        moved = []
        for question, (key, digest) in before.items():
            answer, new = given.get(key), now.get(question)
            if answer is None or new is None or (new[0] != key and new[0] in given):
                continue
            mark = new[1] if answer.asked == digest else answer.asked
            if (answer.finding, answer.asked) == (new[0], mark):
                continue
            answer.finding, answer.asked = new[0], mark
            moved.append(answer)
            given[new[0]] = given.pop(key)
        if moved:
            bulk_update_with_history(
                moved,
                FindingAnswer,
                ["finding", "asked"],
                default_user=person,
                default_change_reason=reason,
            )
        return bool(moved)


def asked(plan: Plan, year: int) -> Asked:
    """Return what is asked of a year now; where one check asks twice of the same rows, neither."""
    found: Asked = {}
    twice = set()
    for one in YearFindings(Figures(plan, year)).raised:
        question = (str(one.check), one.found.rows)
        if question in found:
            twice.add(question)
        found[question] = (one.key, one.digest)
    return {question: told for question, told in found.items() if question not in twice}
