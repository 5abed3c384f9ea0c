"""Rows of any model that has a page."""

from accounts.models import User
from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Alias,
    Department,
    Extension,
    Institution,
    Objective,
    Plan,
    Tag,
)
from indicators.models import Edition, Indicator, IndicatorTag, Notice, Realization, Target
from tests.factories import make_edition, make_extension, make_notice, make_tag, make_user


def add_values(indicator, **values):
    return Realization.objects.create(indicator=indicator, year=2024, **values)


def make_row(model, number, plan, activity, indicator):
    if model is Plan:
        Plan.objects.create(name="P", slug=f"p{number}", first_year=2020, last_year=2021)
    elif model is User:
        make_user(username=f"kisi{number}", departments=[activity.department])
    elif model is Objective:
        Objective.objects.create(plan=plan, code=f"5.{number}", parent=activity.objective)
    elif model in (Department, Institution):
        unit = model.objects.create(name=f"Birim {number}")
        Alias.objects.create(**{model._meta.model_name: unit}, text=f"B{number}")
    elif model is Extension:
        unit = Department.objects.create(name=f"Birim {number}")
        make_extension(plan.periods.first(), unit, granted_by=User.objects.first())
    elif model is Tag:
        make_tag(code=f"5.{number + 10}")
    elif model is Edition:
        make_edition(plan, person=User.objects.first())
    elif model is Notice:
        person = User.objects.create(username=f"kisi{number}")
        make_notice(person, plan.periods.first(), department=activity.department)
    else:
        activity = Activity.objects.create(
            plan=plan, department=activity.department, objective=activity.objective,
            code=f"4.4.{number + 10}", title="Faaliyet", position=number,
        )  # fmt: skip
        ActivityUnit.objects.create(
            activity=activity, role="responsible", department=activity.department
        )
        indicator = Indicator.objects.create(activity=activity, name="Sayı")
        Target.objects.create(indicator=indicator, year=2024, value=number)
        Realization.objects.create(
            indicator=indicator, year=2024, value=number, entered_by=User.objects.first()
        )
        ActivityTag.objects.create(activity=activity, tag=make_tag())
        IndicatorTag.objects.create(indicator=indicator, tag=make_tag())
