"""What this app shows in the administration; ``indicators.admin`` registers the activities."""

from __future__ import annotations

from django.contrib import admin

from activities.administration.extensions import ExtensionAdmin
from activities.administration.municipalities import MunicipalityAdmin
from activities.administration.objectives import ObjectiveAdmin
from activities.administration.plans import PlanAdmin
from activities.administration.tags import TagAdmin
from activities.administration.units import DepartmentAdmin, InstitutionAdmin
from activities.models import Department, Extension, Institution, Municipality, Objective, Plan, Tag

admin.site.register(Municipality, MunicipalityAdmin)
admin.site.register(Plan, PlanAdmin)
admin.site.register(Extension, ExtensionAdmin)
admin.site.register(Department, DepartmentAdmin)
admin.site.register(Institution, InstitutionAdmin)
admin.site.register(Objective, ObjectiveAdmin)
admin.site.register(Tag, TagAdmin)
