"""What one does on each page: one table from the names of views to a short help.

A page is found by its view, else by the page of the menu that it stands below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from help.glossary import BY_KEY, Entry
from help.limits import filled
from pages.navigation import PART_OF
from pages.titles import TITLES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class PageHelp:
    """What one does on a page; who may not open ``page`` (a view's name) is not shown it.

    ``title`` is its own where it is not that of the page, ``words`` are keys of the glossary.
    """

    key: str
    page: str
    what: _StrPromise
    says: tuple[_StrPromise, ...]
    words: tuple[str, ...] = ()
    own_title: _StrPromise | None = None

    @property
    def title(self) -> str:
        return str(self.own_title or TITLES[self.page].title)

    @property
    def anchor(self) -> str:
        return f"page-{self.key}"

    @property
    def steps(self) -> list[str]:
        return [filled(text) for text in self.says]

    @property
    def entries(self) -> list[Entry]:
        """Return the words of the glossary that one meets on the page."""
        return [BY_KEY[key] for key in self.words]

    def is_for(self, person: User) -> bool:
        return TITLES[self.page].is_open_to(person)


PAGES = (
    PageHelp(
        "today",
        "home",
        _("What waits for you, with the place where it is done."),
        (
            _("Begin with the one coloured button: it leads to the first thing that waits."),
            _("Each number opens the rows that it counts."),
            _("Below stands what has happened since your last visit."),
        ),
        ("returned", "question", "reason"),
    ),
    PageHelp(
        "entry",
        "entry_home",
        _("Here you write the numbers of your own units for the year that is open."),
        (
            _("Write the number into the field; it is saved when you leave the field."),
            _("You can paste a whole column from Excel; you see it first and confirm it."),
            _(
                "You can also download the unit's workbook, fill it in and give it back; you see "
                "it first here, too."
            ),
            _(
                "Where there is no number, choose why under “No figure”. Write 0 only where the "
                "result is zero."
            ),
            _(
                "If the result is more than %(points)s points off the target, write the reason and "
                "the measure."
            ),
            _("A question at the field changes nothing: answer it, or leave it open and go on."),
        ),
        ("realization", "no-figure", "kind", "reason", "measure", "evidence", "draft"),
    ),
    PageHelp(
        "send",
        "entry_home",
        _("With sending, the unit's numbers go to the reviewers. Until then they are drafts."),
        (
            _("The list shows what is ready and what still lacks something, each with a link."),
            _("You can send what is ready and the rest later."),
            _("What you sent you can take back while no reviewer has begun with it."),
        ),
        ("sent", "draft", "returned"),
        _("Sending"),
    ),
    PageHelp(
        "review",
        "review",
        _("Who has reported, what is to be verified, and who is late."),
        (
            _("Open a unit to go through its rows one after another, also by keyboard."),
            _("Verify what is right; return what is not, with a note for each row."),
            _("A question that keeps a value from being verified is answered first."),
            _("Remind who is late: the page says whom the letter will not reach."),
            _(
                "Over all units at once you can verify, answer questions of one kind, and ask for "
                "missing reasons."
            ),
        ),
        ("verified", "returned", "question", "reason", "coverage"),
    ),
    PageHelp(
        "period",
        "period",
        _("Here a year is opened, closed and published."),
        (
            _("Open the year and set the deadline; the coordinators are told by e-mail."),
            _("Closing lists what is missing and asks once more."),
            _("Decide of each small number that counts people whether it is hidden."),
            _("Look at the preview of the public page before you publish."),
            _("What is wrong in a published year is corrected with a reason, beside the edition."),
        ),
        ("period", "publishing", "edition", "erratum", "small-numbers"),
    ),
    PageHelp(
        "kinds",
        "kinds",
        _("Here it is said of each indicator how its number is counted."),
        (
            _("Ask of each row: does it start from zero each January?"),
            _("You see what a choice makes of the figures before it is stored."),
            _("Where a settled year would change, a reason is asked."),
        ),
        ("kind", "reported-as", "direction"),
    ),
    PageHelp(
        "dashboard",
        "dashboard",
        _("How far the plan has come in a year, at a glance."),
        (
            _(
                "While a year is being reported the coverage comes first; the score beside it is "
                "provisional."
            ),
            _("Every number opens the rows behind it."),
            _(
                "At the top you choose the year, the years so far, and whether only verified "
                "values count."
            ),
            _("The sentences beside the score say how hard the targets were."),
        ),
        ("score", "coverage", "status", "provisional", "range", "cumulative", "confidence"),
    ),
    PageHelp(
        "departments",
        "departments",
        _("The units side by side, each with how many indicators its score stands for."),
        (
            _("Open a unit to see its rows with the formula behind each percent."),
            _(
                "A unit that has reported less than %(enough)s of an open year has no score yet, "
                "only its coverage."
            ),
            _("The table can be ordered by score, coverage and open questions."),
        ),
        ("score", "coverage", "question"),
    ),
    PageHelp(
        "indicators",
        "indicator_list",
        _("All indicators of the plan, to be narrowed to what you look for."),
        (
            _("Type words in any order, or a code; letters without their marks are found, too."),
            _("Narrow the list by status, by what is missing, or by questions."),
            _(
                "Open an indicator to see its years, how its percent is worked out and its "
                "questions."
            ),
        ),
        ("indicator", "baseline", "target", "realization", "achievement", "status", "badge"),
    ),
    PageHelp(
        "questions",
        "findings",
        _("What the program asks about the numbers, and what was answered."),
        (
            _("Begin with those that keep values from being verified."),
            _("Beside an answer stands what it would change."),
            _(
                "Coordinators answer for their own units, reviewers for all. Who answered what and "
                "when is kept."
            ),
        ),
        ("question", "range", "reported-as"),
    ),
    PageHelp(
        "report",
        "annual_report",
        _("The annual report as PDF, Word or Excel, for the whole plan or one unit."),
        (
            _("Choose what is to be in it and the form of the file."),
            _("Of a published year it is made from the edition; the working state says so itself."),
        ),
        ("edition", "working-state", "erratum"),
    ),
    PageHelp(
        "imports",
        "import_list",
        _("Here a plan file is read in: Word, PDF, Excel, CSV or text."),
        (
            _(
                "After choosing the file you see what would change and what looks wrong. Nothing "
                "is stored yet."
            ),
            _("Names that nobody knows are asked once; your answer is remembered."),
            _("Apply it as a whole, or leave it. What was applied is undone with one button."),
        ),
        ("plan", "kind", "question"),
    ),
    PageHelp(
        "settings",
        "settings",
        _("Here the plan, the units, the people and everything else are set up."),
        (
            _("People are invited by e-mail and choose their own password."),
            _("Give each unit at least one coordinator, or nobody can be written to."),
            _(
                "Each change is kept with who made it and when; where results rest on it, a reason "
                "is asked."
            ),
        ),
        ("coordinator", "reviewer", "weight", "kind"),
    ),
    PageHelp(
        "account",
        "account",
        _("Your password, your e-mail address, your second step and where you are signed in."),
        (
            _("With a second step, by app or passkey, a stolen password is of no use."),
            _("End sessions on devices that you do not use any more."),
        ),
    ),
)
# Views by the help that is theirs; the menu's pages are found by themselves.
OF_VIEW: Mapping[str, str] = {
    **{page.page: page.key for page in reversed(PAGES)},
    "entry_send": "send",
    "kinds": "kinds",
    "entry_kinds": "kinds",
    "entry_kind": "kinds",
    "period": "period",
    "public_preview": "period",
    "objective": "dashboard",
    "compare": "dashboard",
    "people": "dashboard",
    "tags": "dashboard",
    "review_questions": "questions",
    "entry_answer": "questions",
    "answer": "questions",
    "import_preview": "imports",
    "password_change": "account",
    "address": "account",
    "mfa_index": "account",
    "plan_copy": "settings",
    "tagging": "settings",
}
BY_HELP_KEY = {page.key: page for page in PAGES}


def help_of(view: str, namespace: str = "", route: str = "") -> PageHelp | None:
    """Return the help for a page by its view's name; None for one that needs none."""
    if namespace == "admin" or route.startswith("settings/"):
        view = "settings"
    key = OF_VIEW.get(view) or OF_VIEW.get(PART_OF.get(view, ""))
    return BY_HELP_KEY[key] if key else None
