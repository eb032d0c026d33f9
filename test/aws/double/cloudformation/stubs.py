"""Resource types that are accepted and do nothing. A deployment that succeeds proves nothing of them.

Each stands here with why it is no more than a stub; what it should say is shown by the tests of the
templates in test/lib.
"""

from resource_type import Created, Deletion, Request, resource_type

REASONS = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "no task ever runs here, so nothing scales",
    "AWS::CloudFormation::WaitConditionHandle": "it is an address that nobody calls, at AWS too",
    "AWS::ECS::ClusterCapacityProviderAssociations": "no task ever runs here, on whatever capacity",
    "AWS::EC2::SecurityGroupEgress": "no packet ever flows here",
    "AWS::RDS::DBClusterParameterGroup": "moto's Aurora has no settings that a parameter could change",
    "AWS::S3::BucketPolicy": "moto's S3 enforces no policy on these requests",
    "Custom::LogRetention": "its Lambda function would need Docker to run",
    "Custom::VpcRestrictDefaultSG": "its Lambda function would need Docker to run",
}


def accept(request: Request) -> Created:
    return Created(request.name)


def accept_change(physical_id: str, request: Request) -> None:
    pass


def accept_deletion(deletion: Deletion) -> None:
    pass


TYPES = {name: resource_type(accept, accept_change, accept_deletion) for name in REASONS}
