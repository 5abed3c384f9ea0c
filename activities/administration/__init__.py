"""The administration: what its pages share, and this app's own pages.

It is Django's own; ``yeap.admin`` holds its site. Every app makes the pages of its models from
``pages`` (lists and forms), ``forms``, ``tables`` (export and import), ``spreadsheets`` (the files
themselves) and ``history``. The other files each hold pages of this app, and ``activities.admin``
registers them.
"""
