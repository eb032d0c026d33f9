"""The properties whose change replaces a resource, out of CloudFormation's own schemas, as JSON.

    python3 test/aws/double/create_only_properties.py AWS::RDS::DBCluster AWS::EC2::VPC …

The schemas are those that cfn-lint carries. Properties that replace only in some cases are listed too.
"""

import json
import sys

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

PREFIX = "/properties/"


def create_only(name: str) -> list[str]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name).schema
    paths = schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])
    return sorted(path.removeprefix(PREFIX).replace("/", ".") for path in paths)


if __name__ == "__main__":
    print(json.dumps({name: create_only(name) for name in sys.argv[1:]}, indent=2))
