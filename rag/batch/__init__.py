"""Many requests, each answered once whatever is killed: batch files, and every article's summary."""

from rag.batch.crew import Clerk, Crew, Did, HereCrew
from rag.batch.desk import AnswerDesk, DigestDesk, SummaryDesk
from rag.batch.estimate import Estimate, Estimator
from rag.batch.making import cancel, decoded, keep_file, make_batch, pause, resume, validate
from rag.batch.output import content_pieces, error_pieces, output_pieces, refusals
from rag.batch.pace import Patience
from rag.batch.plan import plan
from rag.batch.runner import Runner
from rag.batch.summaries import failures, summarise_all, summary_rows
from rag.batch_shape import batch_json, file_json, told

__all__ = [
    "AnswerDesk",
    "Clerk",
    "Crew",
    "Did",
    "DigestDesk",
    "Estimate",
    "Estimator",
    "HereCrew",
    "Patience",
    "Runner",
    "SummaryDesk",
    "batch_json",
    "cancel",
    "content_pieces",
    "decoded",
    "error_pieces",
    "failures",
    "file_json",
    "keep_file",
    "make_batch",
    "output_pieces",
    "pause",
    "plan",
    "refusals",
    "resume",
    "summarise_all",
    "summary_rows",
    "told",
    "validate",
]
