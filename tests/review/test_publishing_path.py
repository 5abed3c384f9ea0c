"""From an imported real plan to its publication, driven through the pages as they offer it.

By hand: 136 indicators of 2024 have a target, 132 of them a number. 22 blocking questions keep 28
of the 132, so that 104 can be verified: 104 ÷ 132 = 78,8 %. Those 104 have a mean of 95,1 %, all
132 one of 82,8 %: 12,3 points apart.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from activities.models import Plan
from findings.plan_year import PlanYear
from indicators.models import Edition, Indicator, Realization
from tests.reports.html import parse

pytestmark = pytest.mark.django_db
YEAR = 2024
WAIVER = "Dosyayla geldi; nedeni sonradan istenecek"


class Reviewer:
    """A reviewer at the pages of the real plan, in Turkish."""

    def __init__(self, plan, name="inceleme"):
        self.plan, self.client = plan, Client()
        self.client.force_login(User.objects.get(username=name))

    def at(self, name, *args):
        return reverse(name, args=[self.plan.slug, YEAR, *args])

    def page(self, name, *args):
        return parse(self.client.get(self.at(name, *args)).text)

    def verify_everything(self):
        """Select all rows of each unit and verify them, saying why no reason is asked."""
        here = PlanYear(self.plan, YEAR)
        units = {row.unit.number for row in here.figures.rows}
        for number in sorted(units):
            boxes = self.page("review_unit", number).all("input")
            rows = [
                box["value"] for box in boxes if box["name"] == "rows" and box["form"] == "decide"
            ]
            if rows:
                sent = {"action": "approve", "rows": rows, "waiver": WAIVER}
                self.client.post(self.at("review_unit", number), sent)

    def answer_as_written(self):
        """Answer every blocking question so that the number stands; return how many there were."""
        asked = 0
        while open_ones := [one for one in self.findings() if one.blocks]:
            for one in open_ones:
                sent = {
                    "finding": one.key,
                    "code": AS_WRITTEN[one.check.value],
                    "digest": one.digest,
                    "note": "Yazıldığı gibi doğru",
                    "confirm": "1",
                }
                self.client.post(self.at("answer"), sent)
            asked += len(open_ones)
            assert asked < 40, open_ones
        return asked

    def findings(self):
        return PlanYear(Plan.objects.get(pk=self.plan.pk), YEAR).findings.raised

    def publish(self, **more):
        seen = Plan.objects.get(pk=self.plan.pk).revision_row.number
        sent = {"action": "publish", "publish-seen": seen, "publish-sure": "on", **more}
        return self.client.post(self.at("period"), sent, follow=True).text


AS_WRITTEN = {
    "increment_certain": "total",
    "increment_likely": "total",
    "target_below_baseline": "correct_as_written",
    "row_slip": "correct_as_written",
    "text": "no_number",
}


@pytest.fixture
def reviewer(real_plan):
    return Reviewer(real_plan)


def state(plan):
    return plan.periods.get(year=YEAR).state


def test_forty_verified_values_are_not_published(reviewer, real_plan):
    """What the selection of the good ones once published: 99,9 % in place of 82,8 %."""
    good = [
        row.id
        for row in PlanYear(real_plan, YEAR).figures.rows
        if row.achievement.value is not None and 0.9 <= row.achievement.value <= 1.1
    ][:40]
    Realization.objects.filter(indicator__in=good, year=YEAR).update(state="approved")
    assert len(good) == 37
    for name in ("inceleme", "yonetici"):
        told = Reviewer(real_plan, name).publish(**{"publish-override_reason": "Seçim"})
        assert "132 değerden 37 tanesi doğrulandı, yarısından azı" in told
    assert (state(real_plan), Edition.objects.count()) == ("closed", 0)


def test_the_path_that_the_pages_offer(reviewer, real_plan):
    reviewer.verify_everything()

    page = reviewer.page("period")
    enough, near = [each.text for each in page.one("ul", "conds").all("li")]
    assert re.search(r"^Sağlanmadı .* 104/132 %78,8$", enough)
    assert re.search(r"^Sağlanmadı .* %95,1 · %82,8 .*12,3 puan$", near)
    assert (
        "Doğrulanmayan 28 göstergenin 20 tanesi “Düşük”: yayımlanan puan, bildirilenden 12,3 puan "
        "yüksek görünür." in page.text
    )
    assert page.one("a", "primary").text == "Önce 22 soruyu yanıtla"
    sentence = (
        "Mersin Büyükşehir Belediyesi 2024 için 136 hedef koydu: 104 sonuç doğrulandı, 28 sonuç "
        "bildirildi ama doğrulanmadı, 4 sonuç bildirilmedi."
    )
    assert page.one("blockquote").text == sentence

    told = reviewer.publish()
    assert "Bildirilen 132 değerden 104 tanesi doğrulandı (%78,8)" in told
    assert "12,3 puan" in told
    assert state(real_plan) == "closed"

    assert reviewer.answer_as_written() >= 22
    reviewer.verify_everything()
    page = reviewer.page("period")
    enough, near = [each.text for each in page.one("ul", "conds").all("li")]
    assert re.search(r"^Sağlandı .* 132/132 %100$", enough)
    assert re.search(r"^Sağlandı .* 0 puan$", near)
    assert page.one("a", "primary").text == "Önce kişi sayan küçük sayılara karar ver"

    told = reviewer.publish()
    assert "4.3.5 Etkinliklere katılan T.C. vatandaşı sayısı" in told
    assert state(real_plan) == "closed"

    [people] = page.all("fieldset", "small1")
    row = Indicator.objects.get(name="Etkinliklere katılan T.C. vatandaşı sayısı")
    assert "4.3.5" in people.text
    decision = {
        "action": "decide",
        f"small-{row.pk}": "show",
        f"small-why-{row.pk}": "Kimse tanınamaz",
        "small-rest": "1",
    }
    reviewer.client.post(reviewer.at("period"), decision)
    page = reviewer.page("period")
    assert page.one("button", "primary").text == "Yayımla: 2024"
    sentence = page.one("blockquote").text

    told = reviewer.publish()

    assert "/public/mersin-2024-2026/2024/" in told
    assert (state(real_plan), Plan.objects.get(pk=real_plan.pk).is_public) == ("published", True)
    public = Client().get(f"/public/{real_plan.slug}/{YEAR}/").text
    assert "%82,8" in public
    # The sentence that was shown before is the one that everybody reads.
    assert parse(public).one("p", "big").text == sentence
    assert Edition.objects.get().override_reason == ""


def test_an_administrator_can_publish_what_can_be_verified_with_a_reason(reviewer, real_plan):
    reviewer.verify_everything()
    boss = Reviewer(real_plan, "yonetici")
    assert "Yılın buna rağmen neden yayımlandığını yazın." in boss.publish()
    boss.publish(**{"publish-override_reason": "Meclis 3 Mart’ta istedi"})
    assert Edition.objects.get().override_reason == "Meclis 3 Mart’ta istedi"
    assert state(real_plan) == "published"
