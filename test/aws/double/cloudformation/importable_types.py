"""What can be imported here: by what a resource of each type is known, and where moto has it."""

from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from resource_type import Created


def secret(arn: str, account: str, region: str):
    found = secretsmanager_backends[account][region].secrets.get(arn)
    return Created(arn, {"Id": arn}) if found is not None and found.arn == arn else None


def bucket_policy(bucket: str, account: str, region: str):
    found = s3_backends[account]["aws"].buckets.get(bucket)
    return Created(bucket) if found is not None and found.policy is not None else None


def listener(arn: str, account: str, region: str):
    balancers = elbv2_backends[account][region].load_balancers.values()
    return next((each.listeners[arn] for each in balancers if arn in each.listeners), None)


FINDERS = {
    "AWS::EC2::SecurityGroup": lambda id, account, region: (
        ec2_backends[account][region].get_security_group_from_id(id)
    ),
    "AWS::ElasticLoadBalancingV2::Listener": listener,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": lambda arn, account, region: (
        elbv2_backends[account][region].load_balancers.get(arn)
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": lambda arn, account, region: (
        elbv2_backends[account][region].target_groups.get(arn)
    ),
    "AWS::Route53::HostedZone": lambda id, account, region: (
        route53_backends[account]["aws"].zones.get(id)
    ),
    "AWS::S3::Bucket": lambda name, account, region: s3_backends[account]["aws"].buckets.get(name),
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::SecretsManager::Secret": secret,
}
"""By type: what has the identifier, or None. Types beyond these fail as not importable."""


def identifiers_of(resource_type: str, region: str) -> list[str]:
    """The properties of the type's primary identifier, as its published schema has them."""
    # Here, because cfn-lint takes a second to load and only an import needs it.
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type).schema
    return [path.removeprefix("/properties/") for path in schema["primaryIdentifier"]]
