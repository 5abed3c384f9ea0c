"""What a form of the entry page says of how an indicator's number is read."""

from __future__ import annotations

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from entry.one_line import Found
from indicators import kinds
from indicators.achievement import Direction
from indicators.kinds import Settings


def wanted_in(sent: QueryDict, found: Found) -> Settings:
    """Return the settings that a form chose; raise Http404 for a choice that there is not."""
    pk = found.indicator.pk
    choice = sent.get("kind", "").rpartition(":")[2]
    direction = sent.get(f"direction-{pk}", "") or found.indicator.direction
    if choice not in kinds.CHOICES or direction not in set(Direction):
        raise Http404
    kind, reported_as = kinds.CHOICES[choice]
    return Settings(kind, direction, reported_as)


def confirm(found: Found, wanted: Settings, person: User, reason: str = "") -> None:
    """Store what was chosen; raise Sentence where it may not be or a reason is asked."""
    told = _("Confirmed on the entry page")
    kinds.confirm(found.indicator.pk, wanted, person, reason=reason, told=told)


def kind_url(found: Found, sent: QueryDict) -> str:
    """Return the page that shows what a choice changes and asks for its reason."""
    pk = found.indicator.pk
    query = QueryDict(mutable=True)
    query["kind"] = sent.get("kind", "")
    if direction := sent.get(f"direction-{pk}", ""):
        query[f"direction-{pk}"] = direction
    return f"{found.desk.url}cells/{pk}/kind/?{query.urlencode()}"
