"""How many requests an address without an account may send."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja.throttling import AnonRateThrottle


class AnonymousThrottle(AnonRateThrottle):
    """Count an address's requests in a fixed window, in the cache and nowhere else.

    The parent keeps the request it looks at on itself, which two threads would share.
    """

    scope = "api"

    def __init__(self) -> None:
        super().__init__(settings.API_ANONYMOUS_RATE)

    def parse_rate(self, rate: str | None) -> tuple[int | None, int | None]:
        try:
            return super().parse_rate(rate)
        except ValueError:
            raise ImproperlyConfigured(
                f"API_ANONYMOUS_RATE={rate!r} is not a rate; write it like 120/m."
            ) from None

    def allow_request(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated or self.has_room(request)

    def has_room(self, request: HttpRequest) -> bool:
        """Count a request, whoever sends it; False where its address has sent too many."""
        allowed, period = self._limits()
        window = int(time.time() // period)
        key = f"throttle:{self.scope}:{window}:{self.get_ident(request)}"
        cache.add(key, 0, period)
        try:
            return cache.incr(key) <= allowed
        except ValueError:  # the window ended between the two lines
            return True

    def wait(self) -> float:
        """Return the seconds until the window ends."""
        _allowed, period = self._limits()
        return period - time.time() % period

    def _limits(self) -> tuple[int, int]:
        allowed, period = self.parse_rate(settings.API_ANONYMOUS_RATE)
        assert allowed is not None and period
        return allowed, period
