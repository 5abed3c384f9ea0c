"""What is proposed of how a number is counted, on the real plan: no look at what was reached."""

from decimal import Decimal

import pytest
from django.urls import reverse

from activities import revisions
from activities.models import Plan
from indicators.figures import Figures
from indicators.models import Indicator, Realization
from pages import kind_rows
from tests import factories
from tests.review.test_kinds import checked, client_of, marks, post

pytestmark = pytest.mark.django_db


def proposed_in(plan):
    """Return the rows whose proposal is not that they start anew, by what is proposed."""
    figures = Figures(plan, factories.YEAR)
    found = {"level": [], "added": []}
    for row in figures.rows:
        proposal = kind_rows.proposals(figures)[row.id]
        if proposal in found:
            found[proposal].append((row.code, row.name))
    return found


def test_what_is_proposed_does_not_look_at_what_was_reached(real_plan):
    proposed = proposed_in(real_plan)

    assert proposed == {
        "level": [
            ("4.1.1", "Sesli/görüntülü trafik sistemi bulunan ışık sayısı"),
            ("4.1.2", "Erişilebilir otobüs sayısı"),
            ("4.4.2", "Acil durum butonu olan otobüs sayısı"),
            ("4.4.2", "Kamera sistemi bulunan otobüs sayısı"),
            ("4.4.2", "İzleme cihazı bulunan otobüs sayısı"),
            ("4.4.4", "Akıllı durak sayısı"),
            ("4.4.5", "Durak sayısı"),
            ("4.3.3", "Merkez sayısı"),
            ("1.1.3", "Eşitlik içerikli kitaplık sayısı"),
            ("6.1.5", "Açılacak danışma merkezi sayısı"),
            ("7.1.2", "Veri tutan birim sayısı"),
            ("4.5.1", "Yaşlı hizmetlerinde gönüllü sayısı"),
            ("4.5.2", "Tuvalet sayısı"),
        ],
        "added": [
            ("4.4.1", "Ek sokak aydınlatma sayısı"),
            ("4.4.1", "Ek yürüyüş yolu aydınlatma sayısı"),
            ("4.4.1", "Ek durak aydınlatma sayısı"),
        ],
    }
    # The rows stand all over the scale: 100 % and more, none at all, and 1 %.
    Realization.objects.update(value=1, text="1")
    revisions.bump(Plan.objects.all())
    assert proposed_in(real_plan) == proposed
    Realization.objects.all().delete()
    assert proposed_in(real_plan) == proposed


def test_taking_every_proposal_leaves_the_mean_where_it_is(real_plan):
    """What everybody takes who takes the easy way raises nobody's score."""
    reviewer = client_of(factories.make_user("reviewer"))
    before = Figures(real_plan, factories.YEAR).summary
    chosen = checked(post(reviewer, real_plan, {}, all="proposed"))
    assert len(chosen) == 149
    data = {f"kind-{pk}": choice for pk, choice in chosen.items()}
    address = reverse("kinds", args=[real_plan.slug])
    seen = reviewer.post(address, data)
    reviewer.post(address, {**data, **marks(seen), "confirm": "1", "reason": "Öneri"})

    after = Figures(Plan.objects.get(pk=real_plan.pk), factories.YEAR)
    assert not Indicator.objects.filter(kind_confirmed=False).exists()
    assert after.summary.reported == before.reported == 132
    assert round(before.mean, 4) == Decimal("0.8284")
    # One of the buses: 5 of 432 are 1 % of a count, and as a total none of the way from 427.
    assert round(after.summary.mean, 4) == Decimal("0.8282")
