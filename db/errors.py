"""What can go wrong with the place where the shop is kept, in sentences for the person at the till."""


class DatabaseProblem(Exception):
    """Nothing was written, but for OutcomeUnknown. `code` is stable; the interface translates by it."""

    code = "database.trouble"


class DatabaseBusy(DatabaseProblem):
    """Somebody else holds the write lock longer than the till waits, or the server broke a deadlock."""

    code = "database.busy"

    def __init__(self) -> None:
        super().__init__("The shop's data is busy with another job. Nothing was changed; try again in a moment.")


class DatabaseFull(DatabaseProblem):
    code = "database.full"

    def __init__(self) -> None:
        super().__init__("The disk is full, so this was not saved. Free some space, then do it again.")


class DatabaseReadOnly(DatabaseProblem):
    code = "database.readonly"

    def __init__(self) -> None:
        super().__init__("The shop's data can only be read here, so this was not saved. Check the folder's rights.")


class ServerReadOnly(DatabaseReadOnly):
    """A stand-by, or a server set to read only."""

    code = "database.server_readonly"

    def __init__(self) -> None:
        DatabaseProblem.__init__(
            self,
            "The database server takes nothing new just now, so this was not saved. "
            "The basket is kept; have the server looked at, then try again.",
        )


class DatabaseUnavailable(DatabaseProblem):
    """The server does not answer, refuses the log-in, or the connection broke before anything was sent."""

    code = "database.unavailable"

    def __init__(self, sentence: str = "The database does not answer. The basket is kept; try again.") -> None:
        super().__init__(sentence)


class ServerRefuses(DatabaseUnavailable):
    """The server is there and lets nobody in under this name: its password was changed, say."""

    code = "database.refused"

    def __init__(self) -> None:
        super().__init__(
            "The database server does not let this till in any more. The basket is kept; "
            "have its user and password put right, then try again."
        )


class ServerCrowded(DatabaseUnavailable):
    code = "database.crowded"

    def __init__(self) -> None:
        super().__init__(
            "The database server has no connection free for this till. The basket is kept; try again in a moment."
        )


class DiskTrouble(DatabaseProblem):
    """The disk failed before anything was committed."""

    code = "database.disk"

    def __init__(self) -> None:
        super().__init__("The disk did not take this. Nothing was saved; check that it is connected and try again.")


class OutcomeUnknown(DatabaseProblem):
    """A commit was under way when the connection or the disk failed: ask again with the same request id.

    `Database.retrying` has done so already; whoever sees this one met the trouble each time.
    """

    code = "database.unknown"

    def __init__(self, what_failed: str = "The connection broke") -> None:
        super().__init__(
            f"{what_failed} while saving, so it is not certain whether this was saved. "
            "Do it again: what was saved is found and not booked twice."
        )


class DatabaseDamaged(DatabaseProblem):
    code = "database.damaged"

    def __init__(self, sentence: str = "The shop's data file is damaged. Restore the last backup.") -> None:
        super().__init__(sentence)


class NotAShop(DatabaseProblem):
    """The file or server is there, but holds no shop of ours."""

    code = "database.notashop"


class KeyNeeded(DatabaseProblem):
    """The file is an encrypted shop, and its key is not here."""

    code = "database.key"

    def __init__(self, name: str = "This file") -> None:
        super().__init__(
            f"{name} is an encrypted shop, and its key is not on this computer. Type the recovery key from its sheet."
        )


class WrongKey(KeyNeeded):
    """What was typed is a key, but another file's. Nothing was opened."""

    code = "database.wrongkey"

    def __init__(self, name: str = "This file") -> None:
        DatabaseProblem.__init__(
            self,
            f"This key is right in itself, but {name} is encrypted under another one. Take the sheet with this shop's "
            "name and the latest date.",
        )


class NewerSchema(DatabaseProblem):
    code = "database.newer"

    def __init__(self) -> None:
        super().__init__("This shop was opened by a newer version of Regulars. Update this computer first.")


class OlderSchema(DatabaseProblem):
    code = "database.older"

    def __init__(self) -> None:
        super().__init__("This shop's data is from an older version and must be upgraded: run regulars migrate.")
