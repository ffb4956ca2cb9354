"""The tick of a form that also tells the customer's calendar (R4)."""


class InviteMixin:
    """A form with a field `invite`. `offer`: whom it would reach; without anybody it is no field.

    `is_invited`: they have an invitation already, so that the tick is there to be taken away.
    """

    def __init__(self, *args, offer=(), is_invited=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not offer:
            del self.fields["invite"]
            return
        self.fields["invite"].initial = is_invited
        names = "、".join(f"{contact.name}（{contact.email}）" for contact in offer)
        self.fields["invite"].help_text = f"发给 {names}；只写时间、地点和您的姓名电话。"
