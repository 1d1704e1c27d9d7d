"""The code of a client's README."""

import re

from harness import ROOT


def blocks(language, fence):
    """The fenced blocks of that kind, in order."""
    text = (ROOT / "client" / language / "README.md").read_text()
    found = re.findall(rf"^```{fence}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found
