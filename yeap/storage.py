"""Where the collected static files lie in real service."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed files named by their content; scripts import each other by those names.

    A module whose imports kept their plain names would be served from a browser's cache beside
    a newer one. Modules must not import in a circle: no name could then be settled.
    """

    support_js_module_import_aggregation = True
