"""Operations of migrations that Django does not bring."""

from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """Many `CreateModel` at once: every historical model is made anew once, not once for each.

    Django renders all models that are related to a new one before it goes on to the next. Here
    nearly all are related, by the user who wrote a row: that took most of the time of `migrate`.
    """

    serialization_expand_args = ["models"]

    def __init__(self, models):
        self.models = models

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        state.is_delayed = False  # the next look renders all of them in full
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} models"
