"""What is generated from the code is what is committed; the rest is up to `make reference`."""

import json
import re

import pytest

from tools.reference import DOCUMENTS, FOLDER


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text() == DOCUMENTS[name](), "run `make reference`"


def test_nothing_else_lies_among_the_generated_pages() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(DOCUMENTS)


def test_every_reference_inside_the_asyncapi_document_leads_somewhere() -> None:
    text = DOCUMENTS["asyncapi.json"]()
    targets = re.findall(r'"#/([^"]+)"', text)
    assert targets
    for target in targets:
        place = json.loads(text)
        for key in target.split("/"):
            place = place[key]
