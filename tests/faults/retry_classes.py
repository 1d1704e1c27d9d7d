"""What docs/retries.md says about the RPCs."""

import re

from harness import ROOT


def read_retry_classes():
    """The class of every RPC: the rows "| `RPC` | class | ... |"."""
    text = (ROOT / "docs/retries.md").read_text()
    return dict(re.findall(r"^\| `([A-Z]\w+)` \| (read|create|move) \|", text, re.MULTILINE))
