"""What names a replaced resource is told of its successor, as CloudFormation does.

moto makes the successor and leaves the others with the name of what is gone: a service would go on
running the task definition before the one that was deployed.
"""

from deletions import in_order_of_creation, references
from moto.cloudformation import parsing


def apply() -> None:
    """Patches moto in place."""
    of_moto = parsing.ResourceMap.update

    def update(self, template, parameters=None):
        before = physical_ids(self)
        of_moto(self, template, parameters)
        after = physical_ids(self)
        replaced = {name for name in before if after.get(name, before[name]) != before[name]}
        tell_of(replaced, self)

    parsing.ResourceMap.update = update


def physical_ids(resources: parsing.ResourceMap) -> dict[str, str]:
    return {
        name: resource.physical_resource_id
        for name, resource in resources._parsed_resources.items()
        if hasattr(resource, "physical_resource_id")
    }


def tell_of(replaced: set[str], resources: parsing.ResourceMap) -> None:
    """One after the other, as what names a successor may be replaced for it."""
    written = resources._resource_json_map
    for name in in_order_of_creation(written):
        known = resources._parsed_resources.get(name)
        if known is None or not replaced.intersection(references(written[name])):
            continue
        updated = parsing.parse_and_update_resource(
            name, written[name], resources, resources._account_id, resources._region_name
        )
        resources._parsed_resources[name] = updated
        if updated.physical_resource_id != known.physical_resource_id:
            replaced.add(name)
