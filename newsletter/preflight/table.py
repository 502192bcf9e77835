"""The table of checks, and pre-flight itself."""

from __future__ import annotations

from newsletter.preflight import addresses, counts, dates, imported, inbox, look, mail, names, repeats, scripts, words
from newsletter.preflight.findings import Finding, Severity
from newsletter.preflight.inspected import Inspected

CHECKS = (
    mail.mail_impossible,
    imported.import_error,
    mail.slot_unknown,
    mail.html_too_large,
    mail.unsubscribe_missing,
    mail.web_link_missing,
    mail.postal_address_missing,
    dates.title_date,
    dates.date_already_sent,
    inbox.subject_missing,
    words.placeholder_text,
    words.slot_in_text,
    words.control_character,
    words.bidi_override,
    mail.link_refused,
    mail.anchor_broken,
    mail.image_without_alt,
    mail.html_large,
    inbox.subject_long,
    inbox.preheader_length,
    repeats.story_repeated,
    counts.highlight_without_story,
    counts.count_differs,
    names.name_misspelt,
    scripts.script_mixed,
    words.slot_like_text,
    addresses.link_duplicate,
    addresses.link_bare_url,
    addresses.link_glued,
    addresses.link_insecure,
    look.contrast_low,
    look.cover_relative,
    imported.import_warning,
    words.reading_time,
    mail.image_weight,
    words.long_paragraph,
    inbox.filtered_words,
)


def run(subject: Inspected) -> tuple[Finding, ...]:
    """All findings: blockers first, then warnings, then notes, each in the order of the table and of the issue."""
    found = [finding for check in CHECKS for finding in check.findings(subject)]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))


def blockers(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings with which nothing may be approved or sent."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)


_ORDER = tuple(Severity)
