import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  type Action,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { doubleRegion } from './aws-double';

type Attributes = Readonly<Record<string, string>>;

/** A port as its clients meet it. */
export interface Port {
  readonly arn: string | undefined;
  readonly port: number | undefined;
  /** The status of the default action, where that is a redirect. */
  readonly redirect: string | undefined;
  /** Each kind of rule once, in words: Stripe's addresses take several rules. */
  readonly rules: readonly string[];
}

/**
 * A container of the task definition that its service runs: what it is told, and where its secrets
 * come from.
 */
export interface Container {
  readonly image: string | undefined;
  readonly told: Attributes;
  readonly injected: Attributes;
  readonly logGroup: string | undefined;
}

/** Reads back what is deployed, by the AWS SDK. */
export class DeployedEnvironment {
  private readonly elb: ElasticLoadBalancingV2Client;
  private readonly ecs: ECSClient;
  private readonly scaling: ApplicationAutoScalingClient;
  private readonly cloudwatch: CloudWatchClient;
  private readonly secrets: SecretsManagerClient;
  private readonly sns: SNSClient;
  private readonly sqs: SQSClient;

  /** @param endpoint of the double */
  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const client = { endpoint, region: doubleRegion, credentials };
    this.elb = new ElasticLoadBalancingV2Client(client);
    this.ecs = new ECSClient(client);
    this.scaling = new ApplicationAutoScalingClient(client);
    this.cloudwatch = new CloudWatchClient(client);
    this.secrets = new SecretsManagerClient(client);
    this.sns = new SNSClient(client);
    this.sqs = new SQSClient(client);
  }

  async loadBalancers(): Promise<readonly (string | undefined)[]> {
    const { LoadBalancers } = await this.elb.send(new DescribeLoadBalancersCommand({}));
    return (LoadBalancers ?? []).map(({ LoadBalancerArn }) => LoadBalancerArn);
  }

  async port(listenerArn: string): Promise<Port> {
    const { Listeners } = await this.elb.send(
      new DescribeListenersCommand({ ListenerArns: [listenerArn] }),
    );
    const [listener] = Listeners ?? [];
    const rules = await this.rules(listenerArn);
    return {
      arn: listener?.ListenerArn,
      port: listener?.Port,
      redirect: listener?.DefaultActions?.[0]?.RedirectConfig?.StatusCode,
      rules: [...new Set(rules.map(inWords))].sort(),
    };
  }

  /** What a listener does with requests that no rule of its is for. */
  async defaultActions(listenerArn: string): Promise<readonly Action[]> {
    const { Listeners } = await this.elb.send(
      new DescribeListenersCommand({ ListenerArns: [listenerArn] }),
    );
    return Listeners?.[0]?.DefaultActions ?? [];
  }

  /** The rules of a listener besides its default, by their priority. */
  async rules(listenerArn: string): Promise<readonly Rule[]> {
    const { Rules } = await this.elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
    const named = (Rules ?? []).filter(({ IsDefault }) => IsDefault !== true);
    return named.sort((a, b) => Number(a.Priority) - Number(b.Priority));
  }

  /** The certificates that a listener presents. */
  async certificates(listenerArn: string): Promise<number> {
    const { Certificates } = await this.elb.send(
      new DescribeListenerCertificatesCommand({ ListenerArn: listenerArn }),
    );
    return Certificates?.length ?? 0;
  }

  /** The share of the requests that each target group of a rule gets, in the rule's order. */
  async weights(ruleArn: string): Promise<readonly (readonly [string, number])[]> {
    const { Rules } = await this.elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight]);
  }

  /** What ECS does in a deployment: moves the requests of a rule between its target groups. */
  async moveWeights(ruleArn: string, weights: readonly (readonly [string, number])[]) {
    const groups = weights.map(([arn, weight]) => ({ TargetGroupArn: arn, Weight: weight }));
    await this.elb.send(
      new ModifyRuleCommand({
        RuleArn: ruleArn,
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }],
      }),
    );
  }

  async service({ ClusterName: cluster, ServiceName = '' }: Attributes): Promise<Service> {
    const { services } = await this.ecs.send(
      new DescribeServicesCommand({ cluster, services: [ServiceName] }),
    );
    const [service] = services ?? [];
    if (service === undefined) throw new Error(`there is no service ${ServiceName}`);
    return service;
  }

  async container(outputs: Attributes = {}): Promise<Container> {
    const service = await this.service(outputs);
    const { taskDefinition } = await this.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
    );
    const [container] = taskDefinition?.containerDefinitions ?? [];
    const told = (container?.environment ?? []).map(({ name, value }) => [name, value]);
    const injected = (container?.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom]);
    return {
      image: container?.image,
      told: Object.fromEntries(told) as Attributes,
      injected: Object.fromEntries(injected) as Attributes,
      logGroup: container?.logConfiguration?.options?.['awslogs-group'],
    };
  }

  /** The fewest and the most tasks of each service that scales. */
  async taskBounds() {
    const { ScalableTargets } = await this.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
    );
    return ScalableTargets?.map(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]);
  }

  /** The runbook's headings that the alarms name, each alarm told to the topic. */
  async alarms(topicArn: string | undefined): Promise<readonly string[]> {
    const { MetricAlarms } = await this.cloudwatch.send(
      new DescribeAlarmsCommand({ MaxRecords: 100 }),
    );
    for (const { AlarmActions, OKActions } of MetricAlarms ?? []) {
      expect([AlarmActions, OKActions]).toEqual([[topicArn], [topicArn]]);
    }
    return (MetricAlarms ?? [])
      .map(({ AlarmDescription }) => /"(.+)"\.$/.exec(AlarmDescription ?? '')?.[1] ?? '')
      .sort();
  }

  /** The names of all secrets that there are. */
  async secretNames(): Promise<readonly (string | undefined)[]> {
    const { SecretList } = await this.secrets.send(new ListSecretsCommand({}));
    return (SecretList ?? []).map(({ Name }) => Name).sort();
  }

  async secretValue(name: string): Promise<string> {
    const { SecretString } = await this.secrets.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString ?? '';
  }

  /** The statements of a topic's policy. */
  async topicStatements(topicArn: string | undefined): Promise<readonly object[]> {
    const { Attributes } = await this.sns.send(
      new GetTopicAttributesCommand({ TopicArn: topicArn }),
    );
    return JSON.parse(Attributes?.Policy ?? '{}').Statement ?? [];
  }

  async queue(url: string | undefined): Promise<Attributes> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return Attributes ?? {};
  }
}

function inWords({ Actions, Conditions }: Rule): string {
  const conditions = (Conditions ?? []).map(
    ({ Field, PathPatternConfig, HostHeaderConfig }) =>
      (PathPatternConfig ?? HostHeaderConfig)?.Values?.join(' ') ?? Field,
  );
  return `${Actions?.[0]?.Type} ${conditions.join(', ')}`;
}
