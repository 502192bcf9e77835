"""``make chaos``: the crash test. Real processes are killed while the sandbox makes trouble; then the sandbox's own
record is compared with the ledger.
"""
