"""A stack whose creation fails is undone, as CloudFormation does it: what was made is deleted again,
held to the deletion policies and protections, and what cannot be deleted stops it (ROLLBACK_FAILED).

A test says what is to fail by a file, whose path the server is started with: a resource type, made and then
found to be failed, as a service that never becomes stable.
"""

import os
import traceback

from deletions import in_order_of_creation
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.elbv2.models import FakeLoadBalancer
from moto.s3.models import s3_backends


def apply() -> None:
    """Patches moto in place."""
    fail_as_told()
    write_test_files()


def told_to_fail() -> str | None:
    failures = os.environ.get("TOLLGATE_DOUBLE_FAILURES", "")
    if not os.path.exists(failures):
        return None
    with open(failures, encoding="utf8") as file:
        return file.read().strip()


def fail_as_told() -> None:
    of_moto = parsing.parse_and_create_resource

    def parse_and_create_resource(logical_id, resource_json, resources_map, *details, **more):
        made = of_moto(logical_id, resource_json, resources_map, *details, **more)
        if resource_json["Type"] == told_to_fail():
            resources_map._parsed_resources[logical_id] = made
            raise ValidationError(message=f"{logical_id} did not stabilize, as the test said")
        return made

    parsing.parse_and_create_resource = parse_and_create_resource


def write_test_files() -> None:
    """With its logs turned on, a load balancer writes a file to their bucket, which is then not empty.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    of_moto = FakeLoadBalancer.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **details):
        made = of_moto(cls, resource_name, cloudformation_json, account_id, region_name, **details)
        bucket = made.attrs.get("access_logs.s3.bucket")
        if bucket:
            key = f"AWSLogs/{account_id}/ELBAccessLogTestFile"
            s3_backends[account_id]["aws"].put_object(bucket, key, b"Enable access logging")
        return made

    FakeLoadBalancer.create_from_cloudformation_json = classmethod(create)


def roll_back(stack) -> None:
    """Undoes a creation that failed; sets the status that the stack is left with."""
    resources = stack.resource_map
    written = resources._resource_json_map
    made = resources._parsed_resources
    failed: list[str] = []
    for name in reversed(in_order_of_creation(written)):
        policy = written[name].get("DeletionPolicy", "Delete")
        if made.get(name) is None or policy == "Retain":
            continue
        # The one deletion that this policy allows.
        undone = {**written[name]}
        if policy == "RetainExceptOnCreate":
            undone["DeletionPolicy"] = "Delete"
        try:
            resources._delete_resource(made[name], undone)
        except Exception as error:
            traceback.print_exc()
            failed.append(f"{name}: {error}")
        else:
            made.pop(name)
    # moto makes the rest of a failed stack whenever the stack is described.
    resources._resource_json_map = {name: written[name] for name in written if name in made}
    stack.output_map = parsing.OutputMap(resources, {}, stack.stack_id)
    if failed:
        stack.status = "ROLLBACK_FAILED"
        reason = f"The following resource(s) failed to delete: {'; '.join(failed)}"
        stack._add_stack_event(stack.status, resource_status_reason=reason)
    else:
        stack.status = "ROLLBACK_COMPLETE"
        stack._add_stack_event(stack.status)
