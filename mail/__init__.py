"""E-mails to coordinators: written down as notices, sent by ``manage.py send_reminders``.

What happens to a value or a period only queues rows (``queueing``), in the same transaction as
the act itself.
"""
