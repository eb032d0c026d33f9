"""Filter patterns for JSON, of which moto knows none and takes every line for a match.

Those of one field are read: `{ $.level = "error" || $.level = "fatal" }`.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import json
import re

from moto.logs.utils import EventMessageFilter

COMPARISON = re.compile(r'\$\.(\w+) = "([^"]*)"')
IN_PARENTHESES = re.compile(r'\((\$\.\w+ = "[^"]*")\)')


def apply() -> None:
    """Patches moto in place."""
    of_moto = EventMessageFilter.__init__

    def __init__(self, pattern):
        if (pattern or "").startswith("{"):
            self.filter_type = JsonPattern(pattern)
        else:
            of_moto(self, pattern)

    EventMessageFilter.__init__ = __init__


class JsonPattern:
    def __init__(self, pattern: str):
        pattern = IN_PARENTHESES.sub(r"\1", pattern)
        self.comparisons = COMPARISON.findall(pattern)
        if " || ".join(f'$.{name} = "{value}"' for name, value in self.comparisons) not in pattern:
            raise NotImplementedError(f"{pattern}: this double cannot read it; teach it how")

    def matches(self, message: str) -> bool:
        try:
            fields = json.loads(message)
        except ValueError:
            return False
        return any(fields.get(name) == value for name, value in self.comparisons)
