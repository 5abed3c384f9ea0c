"""A year's headline as the API tells it: its numbers, and the sentences in both languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation

from findings.plan_year import PlanYear
from indicators.achievement_rows import plain
from indicators.ambition import Sign, Tally
from indicators.editions import PublicFigures
from indicators.progress import Counts
from pages.public_words import doubt_sentence, withheld_sentence
from reports import headline
from reports.api.seen import Seen
from reports.headline import Headline

Entry = dict[str, Any]


def headline_of(seen: Seen) -> Entry:
    """Return the headline of a plan's year as the caller sees it.

    Of an edition it is what was verified; signed in it costs the queries of findings and progress.
    """
    figures = seen.figures
    if isinstance(figures, PublicFigures):
        verified = figures.summary.reported
        counts = Counts(due=figures.summary.due, reported=verified, verified=verified)
        found = headline.of_rows(
            figures, figures.rows, counts, is_early=False, hidden=figures.hidden
        )
        entry = _entry(found, is_edition=True)
        entry["withheld"] = len(figures.hidden)
        if figures.hidden:
            for language, sentences in entry["sentences"].items():
                with translation.override(language):
                    sentences["withheld"] = withheld_sentence(len(figures.hidden))
        if (doubt := figures.doubt) is not None:
            entry["range"] = {
                "low": plain(doubt.low), "high": plain(doubt.high), "questions": doubt.questions
            }  # fmt: skip
            for language, sentences in entry["sentences"].items():
                with translation.override(language):
                    sentences["range"] = doubt_sentence(figures)
        return entry
    year = PlanYear(seen.plan, seen.year, reading=figures.reading)
    year.yearly.unreported = figures.unreported
    return _entry(headline.of_year(year), is_edition=False)


def _entry(found: Headline, *, is_edition: bool) -> Entry:
    counts, moved = found.counts, found.moved
    doubt = found.doubt
    return {
        "is_provisional": found.is_provisional,
        "due": counts.due,
        "reported": None if is_edition else counts.reported,
        "verified": counts.verified_results,
        "n": found.scored,
        "withheld": 0,
        "score": plain(found.summary.mean),
        "range": doubt
        and {"low": plain(doubt.low), "high": plain(doubt.high), "questions": doubt.questions},
        "nothing_moved": {
            "supposed": plain(moved.supposed),
            "real": plain(moved.real),
            "n": len(moved.ids),
        },
        "since_sent": {
            "answers": found.since.answers,
            "other_rows": found.since.others,
            "mean_before": plain(found.since.before),
            "mean_after": plain(found.since.after),
        },
        "ambition": {sign.value: _tally(found.ambition.tally(sign)) for sign in Sign},
        "sentences": {
            language: _sentences(found, language, is_edition=is_edition)
            for language, _name in settings.LANGUAGES
        },
    }


def _tally(tally: Tally | None) -> Entry | None:
    return None if tally is None else {"count": tally.count, "of": tally.of}


def _sentences(found: Headline, language: str, *, is_edition: bool) -> dict[str, str]:
    with translation.override(language):
        lines = {
            "coverage": None if is_edition else found.coverage_line,
            "score": None if is_edition and found.summary.mean is None else found.score_line,
            "as_reported": found.reported_line,
            "range": found.range_line,
            "since_sent": found.since_line,
            "nothing_moved": found.moved_line,
            **{sign.value: said for sign, said in found.ambition_lines.items()},
        }
        return {about: str(said) for about, said in lines.items() if said is not None}
