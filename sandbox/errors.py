"""What an operation raises when SES would have answered with one of its modelled exceptions."""


class SesError(Exception):
    """An exception of the SES v2 API, by its name there ("Common errors" and each operation's "Errors")."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


def bad_request(message: str) -> SesError:
    """The input is invalid; nothing of the call was accepted."""
    return SesError("BadRequestException", message)


def not_found(message: str) -> SesError:
    """What the call names does not exist."""
    return SesError("NotFoundException", message)


def throttled(message: str) -> SesError:
    """SES uses this one exception for its send rate and for its daily quota; only the message differs."""
    return SesError("TooManyRequestsException", message)
