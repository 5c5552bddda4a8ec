"""Where the shop is kept: models, named queries, migrations and the unit of work. All SQL is here."""
