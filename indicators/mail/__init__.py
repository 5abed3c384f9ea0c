"""E-mails to coordinators: written down as notices here, sent by ``manage.py send_reminders``.

What happens to a value or a period only queues rows, in the same transaction as the act itself.
"""

from indicators.mail.queueing import notify_approved, notify_opened, notify_returned, remind

__all__ = ["notify_approved", "notify_opened", "notify_returned", "remind"]
