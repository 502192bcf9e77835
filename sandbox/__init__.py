"""A local stand-in for Amazon SES v2: its wire protocol, an inbox to look at, signed events and faults on demand.

Run it with ``python -m sandbox --port 8026 --store FILE``. It listens on loopback only and sends nothing anywhere.
"""
