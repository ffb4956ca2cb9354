"""Industry, grade and region chosen together are found without the other customers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_public_duty")]
    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                name="accounts_customer_chosen",
                fields=["branch", "industry", "grade", "region", "code"],
            ),
        ),
    ]
