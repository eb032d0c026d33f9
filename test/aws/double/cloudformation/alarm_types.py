"""AWS::CloudWatch::Alarm of one metric or of several in a formula, made by moto's own backend."""

from moto.cloudwatch.models import (
    Dimension,
    Metric,
    MetricDataQuery,
    MetricStat,
    cloudwatch_backends,
)
from resource_type import Created, Deletion, Request, resource_type


def query(written: dict) -> MetricDataQuery:
    """A metric of a formula, or the formula."""
    stat = written.get("MetricStat")
    return MetricDataQuery(
        query_id=written["Id"],
        label=written.get("Label"),
        period=written.get("Period"),
        return_data=written.get("ReturnData", True),
        expression=written.get("Expression"),
        metric_stat=None
        if stat is None
        else MetricStat(
            metric=Metric(
                metric_name=stat["Metric"]["MetricName"],
                namespace=stat["Metric"]["Namespace"],
                dimensions=[
                    Dimension(name=dimension["Name"], value=dimension["Value"])
                    for dimension in stat["Metric"].get("Dimensions", [])
                ],
            ),
            period=stat["Period"],
            stat=stat["Stat"],
            unit=stat.get("Unit"),
        ),
    )


def put_alarm(name: str, request: Request) -> None:
    properties = request.properties
    metrics = properties.get("Metrics")
    cloudwatch_backends[request.account][request.region].put_metric_alarm(
        name=name,
        namespace=properties.get("Namespace"),
        metric_name=properties.get("MetricName"),
        metric_data_queries=None if metrics is None else [query(each) for each in metrics],
        comparison_operator=properties["ComparisonOperator"],
        evaluation_periods=properties["EvaluationPeriods"],
        period=properties.get("Period"),
        threshold=properties["Threshold"],
        statistic=properties.get("Statistic"),
        extended_statistic=properties.get("ExtendedStatistic"),
        description=properties["AlarmDescription"],
        dimensions=properties.get("Dimensions", []),
        alarm_actions=properties["AlarmActions"],
        ok_actions=properties["OKActions"],
        treat_missing_data=properties["TreatMissingData"],
    )


def create_alarm(request: Request) -> Created:
    put_alarm(request.name, request)
    arn = f"arn:aws:cloudwatch:{request.region}:{request.account}:alarm:{request.name}"
    return Created(request.name, {"Arn": arn})


def delete_alarm(deletion: Deletion) -> None:
    cloudwatch_backends[deletion.account][deletion.region].delete_alarms([deletion.physical_id])


TYPES = {"AWS::CloudWatch::Alarm": resource_type(create_alarm, put_alarm, delete_alarm)}
