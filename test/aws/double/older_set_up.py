"""What an older set-up has, made by the AWS SDK as somebody made it by hand; then read back.

    python3 older_set_up.py make ENDPOINT NAME DOMAIN
    python3 older_set_up.py read ENDPOINT
    python3 older_set_up.py stacks ENDPOINT STACK…
    python3 older_set_up.py delete-record ENDPOINT DOMAIN

Prints JSON. boto3 comes with moto, so that no test but this one needs more clients of the SDK.
"""

import json
import sys

import boto3

PRINCIPAL = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}


def client(service: str):
    return boto3.client(
        service,
        endpoint_url=sys.argv[2],
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def make_network(ec2) -> dict:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone="us-east-1a" if number % 2 == 0 else "us-east-1b",
        )["Subnet"]["SubnetId"]
        for number in range(6)
    ]
    group = ec2.create_security_group(
        GroupName="shop-load-balancer", Description="Older than the stack", VpcId=vpc
    )["GroupId"]
    kinds = ("publicSubnetIds", "privateSubnetIds", "isolatedSubnetIds")
    named = {kind: subnets[2 * at : 2 * at + 2] for at, kind in enumerate(kinds)}
    return {"vpc": {"id": vpc, **named}, "group": group}


def make_target_group(elb, name: str, port: int, vpc: str) -> str:
    made = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=port, VpcId=vpc, TargetType="ip"
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def make_listener(elb, balancer: str, port: int, action: dict, **details) -> str:
    made = elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS" if details else "HTTP",
        Port=port,
        DefaultActions=[action],
        **details,
    )
    return made["Listeners"][0]["ListenerArn"]


def make_edge(elb, network: dict, certificate: str) -> dict:
    vpc = network["vpc"]
    balancer = elb.create_load_balancer(
        Name="shop", Subnets=vpc["publicSubnetIds"], SecurityGroups=[network["group"]]
    )["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    api = make_target_group(elb, "shop-api", 8080, vpc["id"])
    web = make_target_group(elb, "shop-web", 3000, vpc["id"])
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    presented = {"Certificates": [{"CertificateArn": certificate}]}
    return {
        "dnsName": balancer["DNSName"],
        "load-balancer": arn,
        "target-group": api,
        "front-end-target-group": web,
        "http-listener": make_listener(
            elb, arn, 80, {"Type": "redirect", "RedirectConfig": redirect}
        ),
        "https-listener": make_listener(
            elb, arn, 443, {"Type": "forward", "TargetGroupArn": api}, **presented
        ),
    }


def alias(dns_name: str, domain: str) -> dict:
    target = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": dns_name, "EvaluateTargetHealth": False}
    return {"Name": f"{domain}.", "Type": "A", "AliasTarget": target}


def change_record(route53, zone: str, action: str, record: dict) -> None:
    changes = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


def delegate(domain: str, *name_servers: str) -> None:
    """As a registrar does it: puts name servers, by default the zone's own, into the zone above."""
    route53 = client("route53")
    zones = {each["Name"]: each["Id"] for each in route53.list_hosted_zones()["HostedZones"]}
    if not name_servers:
        zone = route53.get_hosted_zone(Id=zones[f"{domain}."])
        name_servers = zone["DelegationSet"]["NameServers"]
    above = f"{domain.split('.', 1)[1]}."
    if above not in zones:
        made = route53.create_hosted_zone(Name=above, CallerReference=f"above {domain}")
        zones[above] = made["HostedZone"]["Id"]
    values = [{"Value": server} for server in name_servers]
    record = {"Name": f"{domain}.", "Type": "NS", "TTL": 300, "ResourceRecords": values}
    change_record(route53, zones[above], "UPSERT", record)


def make_zone(route53, domain: str) -> str:
    """A hosted zone that is delegated, by its identifier."""
    made = route53.create_hosted_zone(Name=f"{domain}.", CallerReference="by hand")
    delegate(domain)
    return made["HostedZone"]["Id"].removeprefix("/hostedzone/")


def make_certificate(route53, domain: str, zone: str) -> str:
    """A certificate that is issued, because its validation record is in a zone that is delegated."""
    acm = client("acm")
    arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    for option in certificate["DomainValidationOptions"]:
        record = dict(option["ResourceRecord"])
        values = [{"Value": record.pop("Value")}]
        change_record(route53, zone, "UPSERT", {**record, "TTL": 60, "ResourceRecords": values})
    return arn


def make(name: str, domain: str) -> dict:
    ec2, s3, route53, manager = map(client, ("ec2", "s3", "route53", "secretsmanager"))
    bucket = "shop-load-balancer-logs"
    s3.create_bucket(Bucket=bucket)
    allowed = {"Effect": "Allow", "Principal": PRINCIPAL, "Action": "s3:PutObject"}
    policy = {"Statement": [{**allowed, "Resource": f"arn:aws:s3:::{bucket}/*"}]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    network = make_network(ec2)
    zone = make_zone(route53, domain)
    certificate = make_certificate(route53, domain, zone)
    edge = make_edge(client("elbv2"), network, certificate)
    change_record(route53, zone, "CREATE", alias(edge.pop("dnsName"), domain))
    values = {
        "stripe-secret-key": "rk_live_theirs",
        "stripe-webhook-secret": "whsec_theirs",
        "jwt-access-token-secret": "a key that signs tokens already",
    }
    secrets = {
        option: manager.create_secret(Name=f"{name}-{option}", SecretString=value)["ARN"]
        for option, value in values.items()
    }
    identifiers = {
        **secrets,
        **edge,
        "hosted-zone": zone,
        "load-balancer-security-group": network["group"],
        "access-logs-bucket": bucket,
    }
    return {"identifiers": identifiers, "vpc": network["vpc"], "certificate": certificate}


def read() -> dict:
    """Every resource of these kinds, by its identifier, with what must not change."""
    elb, manager, route53 = map(client, ("elbv2", "secretsmanager", "route53"))
    [balancer, *more] = elb.describe_load_balancers()["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    keep = ("DNSName", "VpcId", "SecurityGroups", "CreatedTime")
    listeners = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    secrets = [each["ARN"] for each in manager.list_secrets()["SecretList"]]
    values = {each: manager.get_secret_value(SecretId=each) for each in secrets}
    return {
        "balancers": {arn: {key: str(balancer[key]) for key in keep}, "others": len(more)},
        "listeners": {each["ListenerArn"]: each["Port"] for each in listeners},
        "targetGroups": {
            each["TargetGroupArn"]: [each["Port"], each["VpcId"]]
            for each in elb.describe_target_groups()["TargetGroups"]
        },
        "secrets": {
            arn: [value["VersionId"], value["SecretString"]] for arn, value in values.items()
        },
        "zones": [each["Id"] for each in route53.list_hosted_zones()["HostedZones"]],
        "buckets": [each["Name"] for each in client("s3").list_buckets()["Buckets"]],
    }


def stacks(*names: str) -> dict:
    """The physical ids of the stacks' resources, by logical id."""
    pages = client("cloudformation").get_paginator("list_stack_resources")
    return {
        name: {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages.paginate(StackName=name)
            for each in page["StackResourceSummaries"]
        }
        for name in names
    }


def delete_record(domain: str) -> None:
    """The alias record of the domain, as the runbook says."""
    route53 = client("route53")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        found = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        for record in found:
            if (record["Name"], record["Type"]) == (f"{domain}.", "A"):
                change_record(route53, zone["Id"], "DELETE", record)


if __name__ == "__main__":
    commands = {"make": make, "read": read, "stacks": stacks, "delete-record": delete_record}
    print(json.dumps(commands[sys.argv[1]](*sys.argv[3:])))
