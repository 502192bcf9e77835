"""Storage of the ledger on PostgreSQL: room for updates in place, and a small index by subscriber."""

from django.db import migrations


def tune(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("ALTER TABLE newsletter_delivery SET (fillfactor = 60)")
    schema_editor.execute("CREATE INDEX delivery_subscriber_brin ON newsletter_delivery USING brin (subscriber_id)")


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]
    operations = [migrations.RunPython(tune, migrations.RunPython.noop)]
