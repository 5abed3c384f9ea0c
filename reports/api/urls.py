"""The addresses below /api/; each is open and decides inside what the caller may see."""

from __future__ import annotations

from django.urls import include, path, register_converter
from django.urls.converters import PathConverter

from reports.api.answers import nothing, open_address
from reports.api.views import api


class AnythingConverter(PathConverter):
    """The rest of an address whatever is in it: "path" stops at a line break."""

    regex = r"[\s\S]+"


register_converter(AnythingConverter, "anything")

_operations, _app, _namespace = api.urls
for each in _operations:
    assert each.callback is not None
    each.callback = open_address(each.callback)

app_name = "api"
urlpatterns = [
    path("v1/", include(_operations)),
    path("", open_address(nothing), name="api_home"),
    path("<anything:rest>", open_address(nothing), name="api_nothing"),
]
