"""How an expected failure travels inside the agent: as one exception that carries its words."""

from shared.contracts.vocabulary import Failure


class ActionFailedError(Exception):
    """An action cannot be carried out, for a reason that a person can understand and mend."""

    def __init__(self, code: str, detail: str, *, remedy: str, retryable: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.failure = Failure(code=code, detail=detail, remedy=remedy, retryable=retryable)
