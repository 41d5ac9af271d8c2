"""What can go wrong in measuring. Messages name the place, the value and the remedy.

GazetteError
└── EvalError
    ├── DataError      a gold or data file breaks its format
    ├── SuiteError     a suite, a measure or a gate is unknown or malformed
    ├── RunError       a run cannot be read, resumed or compared
    ├── TargetError    the system under test cannot be asked this
    └── BudgetError    the run was stopped because its budget is spent
"""

from __future__ import annotations

from rag.errors import GazetteError


class EvalError(GazetteError):
    """Root of what the harness raises."""


class DataError(EvalError):
    """A gold or data file breaks its format."""


class SuiteError(EvalError):
    """A suite, a measure or a gate is unknown or malformed."""


class RunError(EvalError):
    """A run cannot be read, resumed or compared."""


class TargetError(EvalError):
    """The system under test cannot be asked this, or did not reply."""


class BudgetError(EvalError):
    """The budget is spent; what was asked so far is kept, and the run can be resumed."""
