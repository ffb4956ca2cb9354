"""Every write about staff, by subject. `StaffError` is the one refusal of all of them."""
