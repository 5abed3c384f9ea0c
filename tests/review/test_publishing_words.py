"""What the page of publishing says of what it leaves out, in a sentence that can be read aloud."""

import pytest
from django.utils import translation

from findings.plan_year import PlanYear
from review.publishing import Desk
from tests.factories import YEAR, make_activity, make_indicator, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("verified", "unverified", "said"),
    [
        # 9 and 6 of 10: mean of both 75 %, of the verified 90 %.
        (
            9,
            6,
            "Doğrulanmayan göstergelerin (1) hiçbiri “Düşük” değil; yine de yayımlanan puan, "
            "bildirilenden 15 puan yüksek görünür.",
        ),
        (
            6,
            9,
            "Doğrulanmayan göstergelerin (1) hiçbiri “Düşük” değil: yayımlanan puan, "
            "bildirilenden 15 puan düşük görünür.",
        ),
        (
            9,
            9,
            "Doğrulanmayan göstergelerin (1) hiçbiri “Düşük” değil; iki puan arasındaki fark 0 "
            "puan.",
        ),
        (
            9,
            1,
            "Doğrulanmayan 1 göstergenin 1 tanesi “Düşük”: yayımlanan puan, bildirilenden 40 puan "
            "yüksek görünür.",
        ),
    ],
)
def test_no_low_one_is_said_without_a_zero(verified, unverified, said):
    activity = make_activity(make_plan())
    make_indicator(activity, target=10, realization=verified, state="approved")
    make_indicator(activity, target=10, realization=unverified)
    with translation.override("tr"):
        assert Desk(PlanYear(activity.plan, YEAR), make_user("reviewer")).honest == said
