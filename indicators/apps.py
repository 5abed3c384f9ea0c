from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators and values")

    def ready(self) -> None:
        from activities.revisions import follow
        from indicators.editions import sealing
        from indicators.models import (
            Evidence,
            FindingAnswer,
            Indicator,
            IndicatorTag,
            IndicatorUnit,
            Realization,
            SmallNumberDecision,
            Target,
        )

        follow(Indicator, "activities")
        for model in (IndicatorTag, IndicatorUnit, Target, Realization, SmallNumberDecision):
            follow(model, "activities__indicators")
        follow(Evidence, "activities__indicators__realizations")
        follow(FindingAnswer, "pk")
        # After the revisions: those who write one plan wait for each other there.
        sealing.connect()
