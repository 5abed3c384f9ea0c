"""No figure differs between any two outputs: pages, files, commands, API, public and open data.

The real plan, published with seven values that nobody verified, and with a correction since: so the
edition, the working state as reported and the verified alone all say something else. ``prove``
reads every output back and compares it with the roll-up; here it is made to, and its own reading
is held to figures that were worked out apart from the application.
"""

import io
from decimal import Decimal as D

import pytest
from django.core.management import call_command

from activities import formats
from indicators.achievement import Reading
from indicators.editions import published
from indicators.figures import Figures
from indicators.models import Realization
from reports.proof.figures import Expected
from review import actions
from tests.factories import make_published_year, make_user

pytestmark = pytest.mark.django_db
YEAR = 2024
INSIDE = (
    "sayfalar",
    "komut",
    "API",
    "plan.csv",
    "plan.json",
    *map("report.{}".format, ("pdf", "docx", "xlsx")),
)
READINGS = ("Bildirildiği gibi", "Yalnız doğrulanmış")


@pytest.fixture
def plan(real_plan):
    values = Realization.objects.filter(indicator__activity__plan=real_plan, year=YEAR)
    values.update(state="approved")
    branch = real_plan.units.get(number="11.2").department
    of_women = values.filter(indicator__activity__department=branch)
    few = [value.pk for value in of_women.exclude(value=None).order_by("pk")[:7]]
    values.filter(pk__in=few).update(state="submitted")
    real_plan.is_public = True
    real_plan.save()
    make_published_year(real_plan, YEAR, person=make_user("reviewer"))
    value = values.get(indicator__activity__code="4.1.2")
    actions.correct(
        real_plan, YEAR, value.indicator, D(432), seen=value.version,
        reason="Toplam yazılmalıydı.", person=make_user("administrator"),
    )  # fmt: skip
    return real_plan


def test_no_output_says_another_figure(plan):
    out = io.StringIO()
    call_command("prove", plan=plan.slug, year=YEAR, stdout=out)  # leaves where one differs

    told = out.getvalue().splitlines()
    assert [line for line in told if not line.startswith("✓ ")] == []
    looked_at = {line.removeprefix("✓ ") for line in told}
    assert looked_at >= {f"{name} ({reading})" for name in INSIDE for reading in READINGS}
    assert looked_at >= {f"{name} (baskı)" for name in INSIDE[2:]}
    assert looked_at >= {f"{name} (herkese açık)" for name in ("sayfalar", "API", "açık veri")}
    reports = [name for name in INSIDE if name.startswith("report.")]
    assert looked_at >= {f"{name} (herkese açık)" for name in reports}


def test_the_states_of_the_year_say_what_was_worked_out_by_hand(plan):
    def means(figures):
        return {key: formats.percent(mean) for key, mean in Expected(figures).means.items()}

    now = means(Figures(plan, YEAR))
    assert {key: now[key] for key in ("plan", "7", "2", "objective 8")} == {
        "plan": "%83,6", "7": "%64,9", "2": "—", "objective 8": "%43,6",
    }  # fmt: skip
    edition = means(published(plan, YEAR))
    assert edition["7"] == "%55,0"  # before the correction
    verified = means(Figures(plan, YEAR, reading=Reading.APPROVED))
    assert len({now["plan"], edition["plan"], verified["plan"]}) == 3
