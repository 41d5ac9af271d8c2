"""Commands around the service and the installation: serve, doctor, config."""

from __future__ import annotations

import click

from rag.cli.session import check_free, echo_json, load_settings, open_pipeline


@click.command()
@click.option("--host", help="Address to bind (GAZETTE_SERVE__HOST; default 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to bind (GAZETTE_SERVE__PORT; default 8000).")
def serve(host: str | None, port: int | None) -> None:
    """Run the HTTP service over the data folder until interrupted."""
    from api.serve import serve as run

    run(load_settings(host=host, port=port))


@click.command()
def mcp() -> None:
    """Serve the Model Context Protocol on standard input and output: search, fetch, ask, summarise, verify; read only.

    A running service offers the same at /mcp.
    """
    import asyncio

    from api.mcp import Tools, make_server

    with open_pipeline() as pipeline:
        asyncio.run(make_server(Tools(lambda: pipeline, lambda: None)).run_stdio_async())


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended from the ledger.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(repair: bool, as_json: bool) -> None:
    """Check the data folder, the models and the machine; exit 1 when something is wrong.

    While a service holds the folder, says how that one is; --repair needs it stopped.
    """
    settings = load_settings()
    if repair:
        check_free(settings)
    from rag.upkeep import check_up

    findings = check_up(settings, repair=repair)
    for finding in findings:
        if as_json:
            echo_json({"check": finding.check, "ok": finding.ok, "detail": finding.detail})
        else:
            click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.check}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(1)


@click.group()
def config() -> None:
    """Look at the settings."""


@config.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(origin: bool, as_json: bool) -> None:
    """Print every setting with its value; secrets are masked."""
    rows = load_settings().rows({"store": click.get_current_context().find_root().obj})
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']}" + (f"    ({row['origin']})" if origin else ""))
