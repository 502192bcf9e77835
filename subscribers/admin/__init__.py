"""Readers, lists, consent and suppressions in Django's admin."""

from subscribers.admin import consent, lists, people, suppression

__all__ = ["consent", "lists", "people", "suppression"]
