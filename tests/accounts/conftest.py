"""What the tests of getting in share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counts():
    """Forget how often others asked for letters: the limits count in the process."""
    cache.clear()
