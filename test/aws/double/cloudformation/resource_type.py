"""How a resource type is taught to moto's CloudFormation."""

from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass(frozen=True)
class Request:
    """One resource of a template, with its references resolved."""

    name: str
    properties: dict[str, Any]
    account: str
    region: str


@dataclass(frozen=True)
class Created:
    """What a template may refer to: by Ref, and by Fn::GetAtt."""

    physical_id: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Deletion:
    """One resource that is to go, by what Ref gives of it, and the policy of its template."""

    physical_id: str
    account: str
    region: str
    policy: str


def goes_with_its_owner(deletion: Deletion) -> None:
    """For what is a property of another resource, and goes with it or stays as it is."""


def resource_type(
    create: Callable[[Request], Created],
    update: Callable[[str, Request], None] | None = None,
    delete: Callable[[Deletion], None] | None = None,
) -> type:
    """Makes a class of the form that moto calls; what nobody taught it to change or delete fails."""

    class Resource:
        def __init__(self, created: Created, properties: dict[str, Any]):
            self.physical_resource_id = created.physical_id
            self.attributes = created.attributes
            self.properties = properties

        def get_cfn_attribute(self, attribute: str) -> str:
            return self.attributes[attribute]

        def is_created(self) -> bool:
            return True

        @classmethod
        def has_cfn_attr(cls, attribute: str) -> bool:
            return True

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name, cloudformation_json, account_id, region_name, **_
        ):
            properties = cloudformation_json.get("Properties", {})
            request = Request(resource_name, properties, account_id, region_name)
            return cls(create(request), properties)

        @classmethod
        def update_from_cloudformation_json(
            cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
        ):
            properties = cloudformation_json.get("Properties", {})
            if properties == original_resource.properties:
                return original_resource
            if update is None:
                raise NotImplementedError(
                    f"{cloudformation_json['Type']}: this double cannot change it; teach it how"
                )
            physical_id = original_resource.physical_resource_id
            update(physical_id, Request(new_resource_name, properties, account_id, region_name))
            return cls(Created(physical_id, original_resource.attributes), properties)

        @classmethod
        def delete_from_cloudformation_json(
            cls, resource_name, cloudformation_json, account_id, region_name
        ):
            kind = cloudformation_json["Type"]
            if delete is None:
                raise NotImplementedError(f"{kind}: this double cannot delete it; teach it how")
            policy = cloudformation_json.get("DeletionPolicy", "Delete")
            delete(Deletion(resource_name, account_id, region_name, policy))

    return Resource
