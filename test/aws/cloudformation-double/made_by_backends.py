"""Resource types that moto has APIs for and its CloudFormation does not make: made here by its APIs."""

import json
import secrets
import string

from moto.acm.models import acm_backends
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.events.models import events_backends
from moto.rds.models import rds_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from resource_type import Created, Request, resource_type


def generated(rules: dict) -> str:
    """What GenerateSecretString asks for: a password, or a template with one put in."""
    excluded = rules.get("ExcludeCharacters", "")
    alphabet = string.ascii_letters + string.digits
    if not rules.get("ExcludePunctuation", False):
        alphabet += string.punctuation
    allowed = [character for character in alphabet if character not in excluded]
    length = int(rules.get("PasswordLength", 32))
    password = "".join(secrets.choice(allowed) for _ in range(length))
    if "SecretStringTemplate" not in rules:
        return password
    filled = json.loads(rules["SecretStringTemplate"])
    filled[rules["GenerateStringKey"]] = password
    return json.dumps(filled)


def create_secret(request: Request) -> Created:
    properties = request.properties
    answer = secretsmanager_backends[request.account][request.region].create_secret(
        name=properties.get("Name", request.name),
        secret_string=generated(properties["GenerateSecretString"]),
        secret_binary=None,
        description=properties.get("Description"),
        tags=properties.get("Tags", []),
        kms_key_id=properties.get("KmsKeyId"),
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )
    arn = json.loads(answer)["ARN"]
    return Created(arn, {"Id": arn})


def attach_secret(request: Request) -> Created:
    """Writes into the credentials where the database is, as RDS and Secrets Manager do together."""
    backend = secretsmanager_backends[request.account][request.region]
    arn = request.properties["SecretId"]
    stored = json.loads(backend.get_secret_value(arn, None, None)["SecretString"])
    cluster = rds_backends[request.account][request.region].clusters[request.properties["TargetId"]]
    stored.update(
        engine="postgres",
        host=cluster.endpoint,
        port=cluster.port,
        dbname=cluster.database_name,
        dbClusterIdentifier=cluster.db_cluster_identifier,
    )
    backend.put_secret_value(
        secret_id=arn,
        secret_string=json.dumps(stored),
        secret_binary=None,
        client_request_token=None,
        version_stages=["AWSCURRENT"],
    )
    return Created(arn, {"Id": arn})


def request_certificate(request: Request) -> Created:
    """The certificate stays PENDING_VALIDATION; CloudFormation proper would wait for it."""
    backend = acm_backends[request.account][request.region]
    return Created(backend.request_certificate(request.properties["DomainName"], None, [], []))


def delete_certificate(arn: str, account: str, region: str) -> None:
    acm_backends[account][region].delete_certificate(arn)


def put_alarm(name: str, request: Request) -> None:
    properties = request.properties
    cloudwatch_backends[request.account][request.region].put_metric_alarm(
        name=name,
        namespace=properties["Namespace"],
        metric_name=properties["MetricName"],
        comparison_operator=properties["ComparisonOperator"],
        evaluation_periods=properties["EvaluationPeriods"],
        period=properties["Period"],
        threshold=properties["Threshold"],
        statistic=properties.get("Statistic"),
        extended_statistic=properties.get("ExtendedStatistic"),
        description=properties["AlarmDescription"],
        dimensions=properties["Dimensions"],
        alarm_actions=properties["AlarmActions"],
        ok_actions=properties["OKActions"],
        treat_missing_data=properties["TreatMissingData"],
    )


def create_alarm(request: Request) -> Created:
    put_alarm(request.name, request)
    arn = f"arn:aws:cloudwatch:{request.region}:{request.account}:alarm:{request.name}"
    return Created(request.name, {"Arn": arn})


def delete_alarm(name: str, account: str, region: str) -> None:
    cloudwatch_backends[account][region].delete_alarms([name])


def register_target(physical_id: str | None, request: Request) -> str:
    properties = request.properties
    applicationautoscaling_backends[request.account][request.region].register_scalable_target(
        namespace=properties["ServiceNamespace"],
        r_id=properties["ResourceId"],
        dimension=properties["ScalableDimension"],
        min_capacity=properties["MinCapacity"],
        max_capacity=properties["MaxCapacity"],
        role_arn=properties.get("RoleARN", ""),
        suspended_state="",
    )
    return f"{properties['ResourceId']}|{properties['ScalableDimension']}|ecs"


def create_scalable_target(request: Request) -> Created:
    return Created(register_target(None, request))


def delete_scalable_target(physical_id: str, account: str, region: str) -> None:
    resource, dimension, namespace = physical_id.split("|")
    applicationautoscaling_backends[account][region].deregister_scalable_target(
        namespace, resource, dimension
    )


def set_topic_policy(physical_id: str | None, request: Request) -> None:
    backend = sns_backends[request.account][request.region]
    for arn in request.properties["Topics"]:
        backend.set_topic_attribute(arn, "policy", json.dumps(request.properties["PolicyDocument"]))


def create_topic_policy(request: Request) -> Created:
    set_topic_policy(None, request)
    return Created(request.name)


def set_queue_policy(physical_id: str | None, request: Request) -> None:
    backend = sqs_backends[request.account][request.region]
    for url in request.properties["Queues"]:
        policy = {"Policy": json.dumps(request.properties["PolicyDocument"])}
        backend.set_queue_attributes(url.split("/")[-1], policy)


def create_queue_policy(request: Request) -> Created:
    set_queue_policy(None, request)
    return Created(request.name)


def create_event_bus(request: Request) -> Created:
    """moto refers to its own by the object, where a rule needs the name."""
    properties = request.properties
    backend = events_backends[request.account][request.region]
    bus = backend.create_event_bus(
        name=properties["Name"], event_source_name=properties["EventSourceName"]
    )
    # moto looks a bus up by what follows the last slash, and a partner's name has slashes.
    backend.event_buses[bus.name.split("/")[-1]] = bus
    return Created(bus.name, {"Arn": bus.arn, "Name": bus.name})


def identifier_of(request: Request) -> str:
    """RDS takes 63 characters; the end of the name is the part that is unique."""
    return request.name[-63:].lower().lstrip("-0123456789")


def create_cluster(request: Request) -> Created:
    properties = request.properties
    scaling = properties["ServerlessV2ScalingConfiguration"]
    cluster = rds_backends[request.account][request.region].create_db_cluster(
        {
            "db_cluster_identifier": identifier_of(request),
            "engine": properties["Engine"],
            "engine_version": properties["EngineVersion"],
            "master_username": properties["MasterUsername"],
            "master_user_password": properties["MasterUserPassword"],
            "database_name": properties["DatabaseName"],
            "storage_encrypted": properties["StorageEncrypted"],
            "deletion_protection": properties["DeletionProtection"],
            "db_subnet_group_name": properties["DBSubnetGroupName"],
            "vpc_security_group_ids": properties["VpcSecurityGroupIds"],
            "port": int(properties.get("Port", 5432)),
            "serverless_v2_scaling_configuration": {
                "min_capacity": scaling["MinCapacity"],
                "max_capacity": scaling["MaxCapacity"],
            },
        }
    )
    return Created(
        cluster.db_cluster_identifier,
        {
            "Endpoint.Address": cluster.endpoint,
            "Endpoint.Port": str(cluster.port),
            "ReadEndpoint.Address": cluster.reader_endpoint,
            "DBClusterArn": cluster.db_cluster_arn,
        },
    )


def create_cluster_instance(request: Request) -> Created:
    """moto makes instances of its own; members of a cluster need what the cluster says of them."""
    identifier = identifier_of(request)
    rds_backends[request.account][request.region].create_db_instance(
        {
            "db_instance_identifier": identifier,
            "db_cluster_identifier": request.properties["DBClusterIdentifier"],
            "engine": request.properties["Engine"],
            "db_instance_class": request.properties["DBInstanceClass"],
            "publicly_accessible": request.properties["PubliclyAccessible"],
        }
    )
    return Created(identifier)


TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": resource_type(
        create_scalable_target, register_target, delete_scalable_target
    ),
    "AWS::Events::EventBus": resource_type(create_event_bus),
    "AWS::SNS::TopicPolicy": resource_type(create_topic_policy, set_topic_policy),
    "AWS::SQS::QueuePolicy": resource_type(create_queue_policy, set_queue_policy),
    "AWS::SecretsManager::Secret": resource_type(create_secret),
    "AWS::SecretsManager::SecretTargetAttachment": resource_type(attach_secret),
    "AWS::CertificateManager::Certificate": resource_type(
        request_certificate, delete=delete_certificate
    ),
    "AWS::CloudWatch::Alarm": resource_type(create_alarm, put_alarm, delete_alarm),
    "AWS::RDS::DBCluster": resource_type(create_cluster),
    "AWS::RDS::DBInstance": resource_type(create_cluster_instance),
}
