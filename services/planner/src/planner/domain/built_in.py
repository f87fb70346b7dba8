"""The built-in domain for data work, read from its files."""

from functools import cache
from importlib.resources import files

from planner.domain.model.tasks import Domain
from planner.domain.yaml_format.reading import read_yaml


@cache
def data_domain() -> Domain:
    """Return the domain that is made of all files in `planner/domain/data`."""
    folder = files("planner.domain") / "data"
    texts = {
        each.name: each.read_text("utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".yaml")
    }
    return read_yaml(dict(sorted(texts.items())))
