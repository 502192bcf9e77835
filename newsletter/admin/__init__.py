"""Publications, issues and what became of them in Django's admin."""

from newsletter.admin import campaigns, events, history, issues, newsletters, renditions, site, stories

__all__ = ["campaigns", "events", "history", "issues", "newsletters", "renditions", "site", "stories"]
