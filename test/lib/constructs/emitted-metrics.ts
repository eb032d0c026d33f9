import { metrics, metricsDimension, metricsNamespace } from '../../../service/contract';

/** A metric as an alarm or a widget of the dashboard reads it. */
interface MetricRead {
  readonly namespace: string;
  readonly name: string;
  /** The names of its dimensions, sorted and joined by commas. */
  readonly dimensions: string;
}

interface Emitted {
  /** Where the namespace's metrics and dimensions are listed. */
  readonly source: string;
  /** Name to the dimensions that it is emitted under. */
  readonly metrics: Readonly<Record<string, string>>;
}

/** What AWS emits of what is read here, from its own pages, and what the service does. */
export const emitted: Readonly<Record<string, Emitted>> = {
  'AWS/ApplicationELB': {
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
    metrics: {
      RequestCount: 'LoadBalancer',
      HTTPCode_ELB_5XX_Count: 'LoadBalancer',
      HTTPCode_Target_5XX_Count: 'LoadBalancer,TargetGroup',
      TargetResponseTime: 'LoadBalancer,TargetGroup',
      HealthyHostCount: 'LoadBalancer,TargetGroup',
      UnHealthyHostCount: 'LoadBalancer,TargetGroup',
    },
  },
  'AWS/RDS': {
    source:
      'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html',
    metrics: {
      ACUUtilization: 'DBClusterIdentifier',
      DatabaseConnections: 'DBClusterIdentifier',
      // Of the cluster alone, and without EngineName, which Neptune's metrics have besides:
      // https://github.com/pganalyze/collector/pull/805, https://github.com/Netflix/atlas/pull/1253
      VolumeBytesUsed: 'DBClusterIdentifier',
    },
  },
  'AWS/ECS': {
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html',
    metrics: {
      CPUUtilization: 'ClusterName,ServiceName',
      MemoryUtilization: 'ClusterName,ServiceName',
    },
  },
  'AWS/CertificateManager': {
    source: 'https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html',
    metrics: { DaysToExpiry: 'CertificateArn' },
  },
  'AWS/SQS': {
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    metrics: {
      ApproximateNumberOfMessagesVisible: 'QueueName',
      ApproximateAgeOfOldestMessage: 'QueueName',
    },
  },
  [metricsNamespace]: {
    source: 'service/contract.ts',
    metrics: Object.fromEntries(Object.values(metrics).map((name) => [name, metricsDimension])),
  },
};

export const isEmitted = ({ namespace, name, dimensions }: MetricRead): boolean =>
  emitted[namespace]?.metrics[name] === dimensions;

interface Dimension {
  readonly Name: string;
}
/** A metric inside of an alarm's property. */
export interface AlarmMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: AlarmMetric; readonly Period: number };
  }[];
}

/** What an alarm reads: one metric, or those of its expression. */
export function readByAlarm(alarm: AlarmMetric): readonly MetricRead[] {
  if (alarm.Metrics !== undefined) {
    return alarm.Metrics.flatMap(({ MetricStat }) =>
      MetricStat === undefined ? [] : readByAlarm(MetricStat.Metric),
    );
  }
  const { Namespace = '', MetricName = '', Dimensions = [] } = alarm;
  const dimensions = Dimensions.map(({ Name }) => Name)
    .sort()
    .join();
  return [{ namespace: Namespace, name: MetricName, dimensions }];
}

interface Widget {
  readonly properties: {
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
  };
}

/** The widgets of a dashboard, whose body is JSON with references put in between. */
function widgetsOf(body: unknown): readonly Widget[] {
  const [, parts] = (body as { 'Fn::Join': [string, readonly unknown[]] })['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  return (JSON.parse(text) as { readonly widgets: readonly Widget[] }).widgets;
}

/** What a dashboard reads. */
export function readByDashboard(body: unknown): readonly MetricRead[] {
  return widgetsOf(body)
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter((metric) => typeof metric[0] === 'string')
    .map(([namespace, name, ...rest]) => {
      const texts = rest.filter((each): each is string => typeof each === 'string');
      const dimensions = texts
        .filter((_, index) => index % 2 === 0)
        .sort()
        .join();
      return { namespace: String(namespace), name: String(name), dimensions };
    });
}

/** How many alarms a dashboard shows. */
export const alarmsShown = (body: unknown): number =>
  widgetsOf(body).flatMap(({ properties }) => properties.alarms ?? []).length;
