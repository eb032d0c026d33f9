"""An update that removes last, in its clean-up, as CloudFormation does; moto removes first.

What goes may be in use by what is changed only now, and may be in the way of what is added.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-stack-update-events
"""

from deletions import in_order_of_creation
from moto.cloudformation import parsing


def apply() -> None:
    """Patches moto in place."""
    of_moto = parsing.ResourceMap.update

    def update(self, template, parameters=None):
        before = self._resource_json_map
        diff = self.build_resource_diff(template, parameters)
        self.build_resource_diff = lambda *_: {**diff, "Remove": []}
        try:
            of_moto(self, template, parameters)
        finally:
            del self.build_resource_diff
        for name in reversed(in_order_of_creation(before)):
            if name in diff["Remove"] and name in self._parsed_resources:
                self._delete_resource(self._parsed_resources.pop(name), before[name])

    parsing.ResourceMap.update = update
