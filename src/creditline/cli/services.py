"""What commands share that ask services: their options, the plan on the screen, and a person's yes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from creditline.cli.lead_files import FILE_OPTIONS, Asked, question
from creditline.cli.options import Amount, Workspace, gathered, print_rows, say
from creditline.errors import UsageError
from creditline.render import terminal_line

if TYPE_CHECKING:
    from creditline.pipeline.context import Context
    from creditline.pipeline.discover import Services
    from creditline.pipeline.search_plan import DiscoveryPlan, Wanted
    from creditline.sources.base import Source

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """What a person said about services on the command line."""

    names: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    budget_usd: float | None = None
    yes: bool = False
    again: bool = False
    resume: bool = False
    #: Engines to whose use in the browser the person agrees, said on the command line.
    consents: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What tells this choice from others."""
        return " ".join([*self.names, *self.works, *(["again"] if self.again else [])])


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a command looks for pages: files to read, services to ask."""

    asked: list[Asked]
    choice: ServiceChoice
    services: list[Source]

    @property
    def words(self) -> str:
        """What tells this question from others: an interrupted run goes on only with the same one."""
        return f"{question(self.asked)} {self.choice.words}".strip()


def service_options(function: F) -> F:
    """The options about services; the command receives a `ServiceChoice`."""
    function = gathered(ServiceChoice, "choice", function)
    for option in (
        click.option(
            "--consent",
            "consents",
            multiple=True,
            metavar="ENGINE",
            help="Agree to this engine's use in your browser, having read what creditline asks; repeatable.",
        ),
        click.option("--yes", is_flag=True, help="Agree to what the plan costs, without being asked."),
        click.option(
            "--budget",
            "budget_usd",
            type=Amount(min=0, max=10_000),
            metavar="USD",
            help="Most that this run may spend; default what you agree to.",
        ),
        click.option(
            "--source",
            "names",
            multiple=True,
            metavar="SOURCE",
            help="Ask this service, or read only such files (docs/reference/sources.md); repeatable.",
        ),
    ):
        function = option(function)
    return function


def question_options(function: F) -> F:
    """What is asked, and whether at all: options of `discover` alone, under `service_options`."""
    for option in (
        click.option("--ledger", is_flag=True, help="Show what was sent to which third party, when and why."),
        click.option(
            "--dry-run", is_flag=True, help="Show what would be asked of whom and its price; ask nothing."
        ),
        click.option("--resume", is_flag=True, help="Go on with searches that stopped on their way."),
        click.option(
            "--again", is_flag=True, help="Ask again what was asked lately, even if it was paid for."
        ),
        click.option(
            "--work", "works", multiple=True, metavar="WORK", help="Ask only about this work; repeatable."
        ),
    ):
        function = option(function)
    return function


def chosen_services(choice: ServiceChoice, workspace: Workspace) -> list[Source]:
    """The services that are asked: those named, else those of the settings.

    Raises:
        UsageError: There is no source of a name, or one of the settings' reads a file.
    """
    from creditline.sources.base import all_sources

    sources = all_sources()
    for name in (*choice.names, *workspace.settings.discover.sources):
        if name not in sources:
            raise UsageError(f"no source {name!r}; there are {', '.join(sorted(sources))}")
    for name in workspace.settings.discover.sources:
        if sources[name].reads_file:
            option = FILE_OPTIONS.get(name, "its option")
            raise UsageError(f"[discover] sources: {name} reads a file; take it out and use {option}")
    names = choice.names or workspace.settings.discover.sources
    if choice.resume and not choice.names:
        names = tuple(sources)
    return [sources[name] for name in dict.fromkeys(names) if not sources[name].reads_file]


def files_to_read(asked: list[Asked], choice: ServiceChoice) -> list[Asked]:
    """Of the files given those to read: all, unless sources that read files are named.

    Raises:
        UsageError: Such a source is named and no file is given for it.
    """
    from creditline.sources.base import all_sources

    sources = all_sources()
    reading = [name for name in choice.names if name in sources and sources[name].reads_file]
    for name in reading:
        if not any(each.source == name for each in asked):
            option = FILE_OPTIONS.get(name, "its option")
            raise UsageError(f"--source {name} reads a file; give one with {option}")
    return [each for each in asked if not reading or each.source in reading]


def wanted_of(choice: ServiceChoice, services: list[Source]) -> Wanted:
    """The question to the planner."""
    from creditline.pipeline.search_plan import Wanted

    return Wanted(tuple(services), choice.works, again=choice.again, only_unfinished=choice.resume)


def services_of(choice: ServiceChoice, services: list[Source]) -> Services | None:
    """What `pipeline.discover.discover` is told about services; ``None`` without any."""
    from creditline.pipeline.discover import Services

    if not services:
        return None
    return Services(wanted_of(choice, services), lambda plan: _agreed(plan, choice), choice.budget_usd)


def _agreed(plan: DiscoveryPlan, choice: ServiceChoice) -> DiscoveryPlan:
    """Show what costs anything and have it agreed to; without a yes only what is free is asked."""
    from creditline.pipeline.search_plan import plan_lines

    if plan.most_usd == 0:
        return plan
    for line in plan_lines(plan):
        say(terminal_line(line))
    if choice.yes or choice.budget_usd == 0:
        return plan
    if not sys.stdin.isatty():
        return plan.without_paid("costs money and was not agreed to: look at --dry-run, then add --yes")
    if click.confirm(f"Spend up to {plan.most_usd:.4f} USD?", err=True):
        return plan
    return plan.without_paid("you did not agree to what it costs")


def show_plan(context: Context, choice: ServiceChoice, services: list[Source], *, as_json: bool) -> bool:
    """Print what would be asked of whom, what that costs and discloses; whether anything would be."""
    from creditline.pipeline.discover import search_context
    from creditline.pipeline.search_plan import plan_lines, plan_searches

    plan = plan_searches(wanted_of(choice, services), context, search_context(context))
    if as_json:
        from creditline.report import passed_row, plan_row

        print_rows(plan_row(each.plan, each.why) for each in (*plan.canaries, *plan.searches))
        print_rows(passed_row(each.source, each.query, each.why) for each in plan.passed)
        return bool(plan.searches)
    for line in plan_lines(plan, shown=len(plan.searches)):
        click.echo(terminal_line(line))
    month = context.store.spent_usd(context.owner_id, since=_month(context))
    limit = context.settings.discover.month_usd
    click.echo(f"spent this month: {month:.4f} of {limit:.2f} USD; nothing was asked")
    return bool(plan.searches)


def show_ledger(context: Context, *, as_json: bool) -> None:
    """Print what was sent to which third party, oldest first, and what searches have cost."""
    from creditline.report import disclosure_row

    sent = context.store.disclosures(context.owner_id)
    if as_json:
        print_rows(disclosure_row(each) for each in sent)
        return
    for each in sent:
        work = f"work {each.work_id}" if each.work_id else "no work"
        why = f" ({each.why})" if each.why else ""
        when = f"{each.at:%Y-%m-%d %H:%M}"
        click.echo(terminal_line(f"{when}  {each.recipient}  {work}: {each.what}{why}"))
    spent = context.store.spent_usd(context.owner_id)
    click.echo(f"{len(sent):,} disclosures; {spent:.4f} USD spent on searches in all")


def _month(context: Context) -> Any:
    return context.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
