"""The double's account by the AWS SDK: what is made by hand beforehand, and what is in it afterwards.

    python3 account.py make-shared ENDPOINT DOMAIN
    python3 account.py delegate ENDPOINT DOMAIN [NAME_SERVER…]
    python3 account.py unprotect-stack ENDPOINT STACK
    python3 account.py unprotect-load-balancer ENDPOINT LOAD_BALANCER
    python3 account.py delete-database ENDPOINT CLUSTER
    python3 account.py attach-policy ENDPOINT POLICY ROLE
    python3 account.py detach-policy ENDPOINT POLICY ROLE
    python3 account.py network ENDPOINT VPC
    python3 account.py firewall ENDPOINT LOAD_BALANCER
    python3 account.py role ENDPOINT NAME
    python3 account.py everything ENDPOINT

Prints JSON. boto3 comes with moto, so that the tests need no more clients of the SDK.
"""

import json
import sys

from botocore.exceptions import ClientError
from older_set_up import (
    client,
    delegate,
    make_certificate,
    make_listener,
    make_network,
    make_target_group,
    make_zone,
)


def add_rule(elb, listener: str, host: str, target_group: str) -> None:
    elb.create_rule(
        ListenerArn=listener,
        Priority=10,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )


def make_shared_edge(elb, network: dict, domain: str, certificate: str) -> dict:
    """A load balancer that others use: their rules and defaults, and a target group left to us."""
    vpc = network["vpc"]
    balancer = elb.create_load_balancer(
        Name="shop", Subnets=vpc["publicSubnetIds"], SecurityGroups=[network["group"]]
    )["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    theirs = make_target_group(elb, "shop-web", 3000, vpc["id"])
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    http = make_listener(elb, arn, 80, {"Type": "redirect", "RedirectConfig": redirect})
    missing = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "of the shop"}
    https = make_listener(
        elb,
        arn,
        443,
        {"Type": "fixed-response", "FixedResponseConfig": missing},
        Certificates=[{"CertificateArn": certificate}],
    )
    for listener in (http, https):
        add_rule(elb, listener, f"www.{domain}", theirs)
    return {
        "arn": arn,
        "dnsName": balancer["DNSName"],
        "hostedZoneId": "Z35SXDOTRQ7X7K",
        "securityGroupId": network["group"],
        "httpListenerArn": http,
        "httpsListenerArn": https,
        "targetGroupArn": make_target_group(elb, "shop-payments", 8080, vpc["id"]),
    }


def make_shared(domain: str) -> dict:
    """What an environment file can adopt, in the words of such a file."""
    ec2, route53, manager = map(client, ("ec2", "route53", "secretsmanager"))
    network = make_network(ec2)
    database = ec2.create_security_group(
        GroupName="shop-database", Description="Theirs", VpcId=network["vpc"]["id"]
    )["GroupId"]
    zone = make_zone(route53, domain)
    certificate = make_certificate(route53, f"*.{domain}", zone)
    values = {"stripe": "rk_test_theirs", "webhook": "whsec_theirs", "jwt": "k", "database": "{}"}
    secrets = {
        name: manager.create_secret(Name=f"shop-{name}", SecretString=value)["ARN"]
        for name, value in values.items()
    }
    return {
        "vpc": network["vpc"],
        "loadBalancer": make_shared_edge(client("elbv2"), network, domain, certificate),
        "https": {"hostedZone": {"id": zone, "name": domain}},
        "externalDatabase": {"secretArn": secrets["database"], "peer": database},
        "secrets": {
            "stripeSecretKeyArn": secrets["stripe"],
            "stripeWebhookSecretArn": secrets["webhook"],
            "jwtAccessTokenSecretArn": secrets["jwt"],
        },
    }


def unprotect_stack(name: str) -> None:
    client("cloudformation").update_termination_protection(
        EnableTerminationProtection=False, StackName=name
    )


def unprotect_load_balancer(arn: str) -> None:
    off = {"Key": "deletion_protection.enabled", "Value": "false"}
    client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[off])


def delete_database(name: str) -> str:
    """The message of the refusal, or that there was none."""
    try:
        client("rds").delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    except ClientError as error:
        return error.response["Error"]["Message"]
    return "deleted"


def attach_policy(policy: str, role: str) -> None:
    """To a role of somebody's that is made here."""
    iam = client("iam")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName=role, PolicyArn=policy)


def detach_policy(policy: str, role: str) -> None:
    client("iam").detach_role_policy(RoleName=role, PolicyArn=policy)


def network(vpc: str) -> dict:
    """The ways out of a VPC: its gateways, its default routes by the subnet's name, its endpoints."""
    ec2 = client("ec2")
    mine = [{"Name": "vpc-id", "Values": [vpc]}]
    subnets = {
        subnet["SubnetId"]: {tag["Key"]: tag["Value"] for tag in subnet["Tags"]}
        for subnet in ec2.describe_subnets(Filters=mine)["Subnets"]
    }
    gateways = ec2.describe_nat_gateways(Filters=[*mine, {"Name": "state", "Values": ["available"]}])
    routes = {
        subnets[association["SubnetId"]]["Name"].split("/")[-1]: route.get("NatGatewayId")
        or route["GatewayId"]
        for table in ec2.describe_route_tables(Filters=mine)["RouteTables"]
        for route in table["Routes"]
        for association in table["Associations"]
        if route.get("DestinationCidrBlock") == "0.0.0.0/0" and "SubnetId" in association
    }
    return {
        "gateways": {
            gateway["NatGatewayId"]: subnets.get(gateway.get("SubnetId"), {}).get("Name", "regional")
            for gateway in gateways["NatGateways"]
        },
        "routes": routes,
        "endpoints": {
            endpoint["ServiceName"].split(".", 3)[-1]: endpoint["VpcEndpointType"]
            for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]
            if endpoint["VpcId"] == vpc and endpoint["State"] == "available"
        },
    }


def firewall(load_balancer: str) -> list:
    """The rules that requests to a load balancer meet first, by their priority."""
    waf = client("wafv2")
    acl = waf.get_web_acl_for_resource(ResourceArn=load_balancer).get("WebACL") or {"Rules": []}
    rules = sorted(acl["Rules"], key=lambda rule: rule["Priority"])
    return [
        {
            "name": rule["Name"],
            "action": next(iter(rule.get("Action") or {}), "the group's"),
            "path": rule["Statement"]
            .get("ByteMatchStatement", {})
            .get("SearchString", b"")
            .decode(),
        }
        for rule in rules
    ]


def role(name: str) -> dict:
    """Who may become a role, and what it may do."""
    iam = client("iam")
    found = iam.get_role(RoleName=name)["Role"]
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    policies = [iam.get_role_policy(RoleName=name, PolicyName=each) for each in names]
    providers = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return {
        "arn": found["Arn"],
        "trust": found["AssumeRolePolicyDocument"]["Statement"],
        "may": [each for policy in policies for each in policy["PolicyDocument"]["Statement"]],
        "providers": [provider["Arn"] for provider in providers],
    }


def everything() -> dict:
    """What there is of the kinds that cost money or hold something, by name or identifier."""
    ec2, elb, ecs, rds = map(client, ("ec2", "elbv2", "ecs", "rds"))
    available = [{"Name": "state", "Values": ["available"]}]
    clusters = ecs.list_clusters()["clusterArns"]
    services = [arn for each in clusters for arn in ecs.list_services(cluster=each)["serviceArns"]]
    states = [
        ecs.describe_services(cluster=arn.split("/")[-2], services=[arn])["services"][0]
        for arn in services
    ]
    snapshots = rds.describe_db_cluster_snapshots(SnapshotType="manual")
    providers = client("iam").list_open_id_connect_providers()
    return {
        "vpcs": [each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"] if not each["IsDefault"]],
        "natGateways": len(ec2.describe_nat_gateways(Filters=available)["NatGateways"]),
        "securityGroups": sorted(
            each["GroupId"]
            for each in ec2.describe_security_groups()["SecurityGroups"]
            if each["GroupName"] != "default"
        ),
        "addresses": len(ec2.describe_addresses()["Addresses"]),
        "loadBalancers": [
            each["LoadBalancerArn"] for each in elb.describe_load_balancers()["LoadBalancers"]
        ],
        "targetGroups": [
            each["TargetGroupArn"] for each in elb.describe_target_groups()["TargetGroups"]
        ],
        "services": [each["serviceName"] for each in states if each["status"] == "ACTIVE"],
        "databases": [
            each["DBClusterIdentifier"] for each in rds.describe_db_clusters()["DBClusters"]
        ],
        "snapshots": len(snapshots["DBClusterSnapshots"]),
        "firewalls": len(client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]),
        "zones": [each["Name"] for each in client("route53").list_hosted_zones()["HostedZones"]],
        "secrets": sorted(
            each["Name"] for each in client("secretsmanager").list_secrets()["SecretList"]
        ),
        "topics": sorted(
            each["TopicArn"].split(":")[-1] for each in client("sns").list_topics()["Topics"]
        ),
        "providers": len(providers["OpenIDConnectProviderList"]),
    }


if __name__ == "__main__":
    commands = {
        "make-shared": make_shared,
        "delegate": delegate,
        "unprotect-stack": unprotect_stack,
        "unprotect-load-balancer": unprotect_load_balancer,
        "delete-database": delete_database,
        "attach-policy": attach_policy,
        "detach-policy": detach_policy,
        "network": network,
        "firewall": firewall,
        "role": role,
        "everything": everything,
    }
    print(json.dumps(commands[sys.argv[1]](*sys.argv[3:])))
