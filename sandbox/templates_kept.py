"""Stored templates: name → subject, HTML and text."""

from collections.abc import Mapping

from sandbox.database import Database
from sandbox.letters import Content


class KeptTemplates:
    """What CreateEmailTemplate and its relatives write and read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Content | None:
        """The template as content to merge."""
        query = "SELECT subject, html, text FROM template WHERE name = ?"
        row = self._database.reading.execute(query, (name,)).fetchone()
        if row is None:
            return None
        return Content(subject=row[0], html=row[1], text=row[2], merged=True, template_name=name)

    def put(self, name: str, parts: Mapping[str, str], *, new: bool) -> bool:
        """Writes a new template, or changes one; False when it exists already, or doesn't."""
        values = (parts.get("Subject", ""), parts.get("Html", ""), parts.get("Text", ""))
        insert = "INSERT OR IGNORE INTO template (subject, html, text, name) VALUES (?, ?, ?, ?)"
        update = "UPDATE template SET subject = ?, html = ?, text = ? WHERE name = ?"
        with self._database.writing() as db:
            return db.execute(insert if new else update, (*values, name)).rowcount == 1

    def delete(self, name: str) -> bool:
        """False when there is no such template."""
        with self._database.writing() as db:
            return db.execute("DELETE FROM template WHERE name = ?", (name,)).rowcount == 1
