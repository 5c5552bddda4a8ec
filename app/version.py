"""The program's version, as sales, the journal and backups note it. The same as in pyproject.toml; a test compares."""

VERSION = "0.1.0"
