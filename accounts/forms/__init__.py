"""Input shapes of this app: the customer's file, its contacts, who is responsible."""
