"""The built-in domain for data work, made of the files in `planner.domain.data`."""

from functools import cache
from importlib.resources import files

from planner.domain import data
from planner.domain.linting.checking import sound
from planner.domain.model.tasks import Domain
from planner.domain.yaml_format.reading import read_yaml


@cache
def data_domain() -> Domain:
    """Return the domain, read and checked once."""
    found = sorted(files(data).iterdir(), key=lambda each: each.name)
    texts = {each.name: each.read_text() for each in found if each.name.endswith(".yaml")}
    return sound(read_yaml(texts))
