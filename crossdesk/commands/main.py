"""The crossdesk command. Each command is a module beside this one, loaded only when it is asked for."""

from __future__ import annotations

import traceback
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
import psycopg

NAMES = (
    "up",
    "serve",
    "worker",
    "mailbox",
    "migrate",
    "market",
    "demo",
    "invite",
    "audit",
    "status",
    "signals",
    "token",
    "certificate",
    "partner-desk",
    "conformance",
    "draw",
    "doctor",
)


def _module(name: str) -> str:
    return name.replace("-", "_")


class Sentence(click.ClickException):
    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in NAMES if find_spec(f"crossdesk.commands.{_module(name)}")]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"crossdesk.commands.{_module(name)}"), _module(name))
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as trouble:
            sentence = sentence_for(trouble)
            if sentence is None:
                raise
            if ctx.params["debug"]:
                traceback.print_exc()
            raise Sentence(sentence) from trouble


def sentence_for(trouble: BaseException) -> str | None:
    """What a person reads of a trouble we know; None for one we do not know, which shows its traceback."""
    if sentence := getattr(trouble, "sentence", None):
        return str(sentence)
    cause = trouble.__cause__ or trouble
    if isinstance(cause, psycopg.OperationalError):
        reason = str(cause).strip().splitlines()[0]
        return f"The database does not answer ({reason}): check DATABASE_URL, or start everything with ./run."
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return (
            f"The database does not let this login do that ({str(cause).splitlines()[0]}):"
            " CROSSDESK_OWNER_URL signs in as crossdesk_owner, DATABASE_URL as crossdesk_app."
        )
    if isinstance(cause, psycopg.errors.UndefinedTable):
        return "The database is not prepared for this version: run crossdesk migrate."
    return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of a trouble.")
def main(debug: bool) -> None:
    """Crossdesk, the cross-party service desk."""
