"""What others' senders manage on this machine, with the mail that Sudi sends.

Each peer is unmodified, used as its documentation says, and alone: one process, one thread, against a sink in a process
of its own that accepts everything. The clock runs from the first call of its sending API, after a warm-up, to the
return of the last; making mails personal is among that, installing, subscribing people and imports are not.

- ``django-newsletter``: ``Submission.submit()``, its own templates around our mail's body, its own links, SQLite.
- ``django-smtp``: Django's SMTP backend, one connection kept open, slots filled for each reader.
- ``django-anymail``: batches of 50 through Amazon SES. It sends no body: its batches name a template that SES keeps,
  while Sudi sends the body with every call, so that what was approved is what goes out.

None of them keeps a ledger of who was sent what.
"""
