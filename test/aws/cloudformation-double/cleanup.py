"""An update that removes last, in its clean-up, as CloudFormation does; moto removes first.

What is removed may be referred to by what is only then changed, and what is added must not be in its
way: a rule of a listener at the priority of one that goes fails here too.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-stack-update-events
"""

from deletions import in_order_of_creation
from moto.cloudformation import parsing


def apply() -> None:
    """Patches moto in place."""
    of_moto = parsing.ResourceMap.update
    diff_of_moto = parsing.ResourceMap.build_resource_diff

    def update(self, template, parameters=None):
        before = self._resource_json_map
        removed = diff_of_moto(self, template, parameters)["Remove"]
        self.build_resource_diff = lambda *given: {**diff_of_moto(self, *given), "Remove": []}
        try:
            of_moto(self, template, parameters)
        finally:
            del self.build_resource_diff
        for name in reversed(in_order_of_creation(before)):
            if name in removed and name in self._parsed_resources:
                self._delete_resource(self._parsed_resources.pop(name), before[name])

    parsing.ResourceMap.update = update
