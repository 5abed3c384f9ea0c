"""What was planned: the municipality, its plans and units, and the activities they own."""

from activities.models.municipalities import Municipality, SeveralMunicipalities
from activities.models.planned import Activity, ActivityUnit, Objective, Role, UnitRole
from activities.models.plans import (
    LONGEST_PLAN,
    METHODS,
    UNREPORTED,
    Extension,
    Period,
    Plan,
    PlanRevision,
)
from activities.models.tags import ActivityTag, Tag
from activities.models.units import Alias, Department, Institution, PlanDepartment, exactly_one_unit

__all__ = (
    "LONGEST_PLAN",
    "METHODS",
    "UNREPORTED",
    "Activity",
    "ActivityTag",
    "ActivityUnit",
    "Alias",
    "Department",
    "Extension",
    "Institution",
    "Municipality",
    "Objective",
    "Period",
    "Plan",
    "PlanDepartment",
    "PlanRevision",
    "Role",
    "SeveralMunicipalities",
    "Tag",
    "UnitRole",
    "exactly_one_unit",
)
