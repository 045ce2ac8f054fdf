"""What tests stand on: a PostgreSQL of their own, a real browser, the counts at the end."""
