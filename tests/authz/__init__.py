"""Who may do what to which row: one table, every URL, every role (issue 2, row "scope")."""
