"""The `gazette` command. stdout carries data, stderr talk; exit 0 ok, 1 failed, 2 usage, 3 partial, 130 interrupted.

Commands parse, call and print; everything heavy is imported when a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from rag.errors import GazetteError

_COMMANDS = {
    "ingest": "rag.cli.corpus",
    "documents": "rag.cli.corpus",
    "articles": "rag.cli.corpus",
    "show": "rag.cli.corpus",
    "delete": "rag.cli.corpus",
    "segment": "rag.cli.pages",
    "correct": "rag.cli.corrections",
    "search": "rag.cli.ask",
    "ask": "rag.cli.ask",
    "answers": "rag.cli.answers",
    "replay": "rag.cli.answers",
    "verify": "rag.cli.check",
    "summarise": "rag.cli.summaries",
    "batch": "rag.cli.batches",
    "digest": "rag.cli.digests",
    "timeline": "rag.cli.digests",
    "eval": "rag.cli.evals",
    "serve": "rag.cli.service",
    "keys": "rag.cli.keys",
    "mcp": "rag.cli.service",
    "doctor": "rag.cli.service",
    "recut": "rag.cli.upkeep",
    "forget": "rag.cli.upkeep",
    "backup": "rag.cli.backups",
    "restore": "rag.cli.backups",
    "config": "rag.cli.service",
}

_ATTRIBUTES = {"eval": "eval_"}
"""Where a command's own name is Python's."""


class _LazyGroup(click.Group):
    """Imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), _ATTRIBUTES.get(cmd_name, cmd_name))
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", metavar="PATH", help="Data folder (GAZETTE_STORE__PATH; default ./.gazette).")
@click.option("--collection", metavar="NAME", help="Collection (GAZETTE_STORE__COLLECTION; default `default`).")
@click.version_option(package_name="gazette", message="gazette %(version)s")
@click.pass_context
def gazette(ctx: click.Context, store: str | None, collection: str | None) -> None:
    """Cited, checked answers and summaries over raw Chinese newspaper pages."""
    given = {"path": store, "collection": collection}
    ctx.obj = {name: value for name, value in given.items() if value is not None}


def main() -> None:
    """Run the command line; turn our errors into one line on stderr and exit status 1."""
    try:
        # Without standalone mode click returns the status of its Exit instead of raising it.
        status = gazette.main(standalone_mode=False)
    except GazetteError as error:
        _fail(f"gazette: {error}", 1)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        _fail((f"{context.get_usage()}\n" if context else "") + f"gazette: {error.format_message()}", error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _fail("gazette: interrupted", 130)
    except BrokenPipeError:
        # The reader of our output went away (`gazette … | head`): nothing is left to say, also not at exit.
        sys.stdout = None
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> None:
    click.echo(message, err=True)
    sys.exit(status)
