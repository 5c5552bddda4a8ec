"""Refusals: sentences for the person at the till, never traces."""


class DomainError(Exception):
    """Something the shop's rules refuse. `str(error)` is a sentence that says the remedy.

    `code` is stable and lower-case with dots ("giftcard.short"); the interface translates by it and
    the English sentence is the fallback.
    """

    code = "refused"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code


class InvalidInput(DomainError):
    """A field holds something that cannot be taken as typed. `field` names it for the form."""

    code = "input.invalid"

    def __init__(self, sentence: str, *, field: str = "", code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.field = field


class NotFound(DomainError):
    """The thing asked for is not in this shop."""

    code = "notfound"


class NotPermitted(DomainError):
    """The signed-in role may not do this; a manager can approve it in place.

    `permission` is the missing right, as stored on the role.
    """

    code = "permission.missing"

    def __init__(self, sentence: str, *, permission: str) -> None:
        super().__init__(sentence)
        self.permission = permission
