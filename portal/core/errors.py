"""What can go wrong, in the words of the product. portal.web.errors says which page each one becomes."""


class PortalError(Exception):
    """Any error that the portal raises on purpose."""


class NotFound(PortalError):
    """No such thing here: unknown, or in another tenant. Both look the same from outside."""


class NotAllowed(PortalError):
    """The actor's roles here do not include this."""


class RuleBroken(PortalError):
    """A rule of law or of the house says no.

    `code` is stable ("scoring.window_closed"); its sentence is in the module's messages.
    `field` names the form field it belongs beside; `values` fill the sentence.
    """

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values


class NoTenant(PortalError):
    """A query on tenant data was made outside any scope. A defect, never a user's mistake."""


class CrossTenant(PortalError):
    """A row of another tenant was about to be written. A defect, never a user's mistake."""


class MissingSetting(PortalError):
    """A secret or address that the portal cannot run without is not set."""
