"""The built-in domain for data work, made of the files in `planner.domain.data`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from planner.domain import data
from planner.domain.linting.checking import sound
from planner.domain.model.tasks import Domain
from planner.domain.yaml_format.reading import read_yaml


@cache
def data_domain() -> Domain:
    """Return the domain, read and checked once."""
    return extended_domain({})


def extended_domain(own: Mapping[str, str]) -> Domain:
    """Return the domain with the tasks and methods of more files, given as texts by name.

    Their methods come after the built-in ones, so that they are what is tried next.

    Raises:
        UnsoundDomainError: all of it together is no domain that can be planned with.
    """
    found = sorted(files(data).iterdir(), key=lambda each: each.name)
    texts = {each.name: each.read_text() for each in found if each.name.endswith(".yaml")}
    return sound(read_yaml({**texts, **own}))
