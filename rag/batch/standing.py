"""Whether what befell one unit is its own affair, or would befall every other one: then the batch stops. Pure.

A wrong key, a name nobody knows or an empty account meets every call alike: going on would fail a whole corpus, one by
one. Some providers answer 400 or 403 to such things and to a single text they will not take; those count for the unit
alone if the model has done another one since the last of them.
"""

from __future__ import annotations

from rag.models import Again, Done, Failed, Outcome, Refused, Unit, UnitError

REFUSED = "model_refused"
"""Code of a unit that the model would not do."""


class Standing:
    """How one batch stands with its model.

    Args:
        is_trusted: the model has done units of this batch before.
    """

    def __init__(self, *, is_trusted: bool) -> None:
        self._is_trusted = is_trusted
        self.halted: str | None = None
        """Why the batch must stop, in words with a remedy; None while it may go on."""

    def judged(self, unit: Unit, outcome: Outcome) -> Outcome:
        """The outcome that counts: a refusal that is the unit's own becomes its failure, any other halts the batch."""
        if isinstance(outcome, Done):
            self._is_trusted = True
        if not isinstance(outcome, Refused):
            return outcome
        was_refused = unit.error is not None and unit.error.code == REFUSED
        if not outcome.is_sure and (self._is_trusted or was_refused):
            self._is_trusted = False
            return Failed(outcome.error)
        self.halted = outcome.error.message
        return outcome

    def exhausted(self, unit: Unit, outcome: Again) -> Outcome:
        """What becomes of a unit after its last try: it has failed, or the model is away for everybody."""
        told = f"{outcome.error.message} (tried {unit.attempts} times)"
        if outcome.is_away and not self._is_trusted:
            self.halted = told
            return Refused(outcome.error, is_sure=False)
        return Failed(UnitError(outcome.error.code, told), outcome.may_have_cost)

    def was_away(self) -> None:
        """Nobody was there to ask: until the next unit is done, nothing is known of the model."""
        self._is_trusted = False
