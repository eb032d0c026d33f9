import prices from './prices.json';

/** A resource of a template, as far as a price needs to know it. */
export interface Priced {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** One line of what an environment costs. */
export interface CostLine {
  readonly what: string;
  readonly count: number;
  /** Of all of them, in a month in which nothing happens. */
  readonly monthly: number;
}

const { hoursPerMonth, perHour, perMonth, spotShare } = prices;
const hourly = (price: number) => price * hoursPerMonth;

/**
 * What the resources of an environment's templates cost in a month without traffic: requests, bytes,
 * storage and logs are little as long as there is little of them, and cannot be known from a template.
 */
export function estimate(resources: readonly Priced[]): readonly CostLine[] {
  const all = (type: string) => resources.filter(({ Type }) => Type === type);
  const count = (type: string) => all(type).length;
  const loadBalancers = all('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const addresses =
    count('AWS::EC2::EIP') + sum(loadBalancers, subnetsOf) + sum(tasksOf(all), publicAddresses);
  const gateways = all('AWS::EC2::NatGateway');
  const zones = Math.max(1, Math.ceil(count('AWS::EC2::Subnet') / layers));
  const regional = (each: Priced) => each.Properties?.AvailabilityMode === 'regional';
  const lines: readonly CostLine[] = [
    line(
      'NAT gateway',
      sum(gateways, (each) => (regional(each) ? zones : 1)),
      perHour.natGateway,
    ),
    line('public IPv4 address', addresses, perHour.publicAddress),
    line(
      'interface endpoint, each zone',
      sum(all('AWS::EC2::VPCEndpoint').filter(isInterface), subnetsOf),
      perHour.interfaceEndpoint,
    ),
    line('load balancer', loadBalancers.length, perHour.loadBalancer),
    ...tasksOf(all).map(taskLine),
    ...databaseLines(all),
    {
      ...line('firewall with its rules', count('AWS::WAFv2::WebACL'), 0),
      monthly: sum(all('AWS::WAFv2::WebACL'), firewallPrice),
    },
    monthly('secret', count('AWS::SecretsManager::Secret'), perMonth.secret),
    monthly('KMS key', count('AWS::KMS::Key'), perMonth.key),
    monthly('hosted zone', count('AWS::Route53::HostedZone'), perMonth.hostedZone),
    monthly('alarm', count('AWS::CloudWatch::Alarm'), perMonth.alarm),
    monthly('metric of the service', metricsOf(all), perMonth.customMetric),
    monthly('dashboard', count('AWS::CloudWatch::Dashboard'), perMonth.dashboard),
    monthly('Container Insights', insightsOf(all), perMonth.containerInsights),
  ];
  return lines.filter(({ count }) => count > 0);
}

export const totalOf = (lines: readonly CostLine[]) => sum(lines, ({ monthly }) => monthly);

type All = (type: string) => readonly Priced[];

/** Public, private and isolated. */
const layers = 3;

interface Tasks {
  readonly count: number;
  readonly vcpu: number;
  readonly gib: number;
  readonly isSpot: boolean;
  readonly hasAddress: boolean;
}

/** As many as never fewer run of; the front end's are always as many. */
function tasksOf(all: All): readonly Tasks[] {
  const definitions = all('AWS::ECS::TaskDefinition');
  const [target] = all('AWS::ApplicationAutoScaling::ScalableTarget');
  return all('AWS::ECS::Service').map(({ Properties = {} }, index) => {
    const { Cpu, Memory } = definitions[index]?.Properties ?? {};
    const fewest = Properties.DesiredCount ?? target?.Properties?.MinCapacity;
    const placed = JSON.stringify(Properties.NetworkConfiguration ?? '');
    return {
      count: Number(fewest ?? 1),
      vcpu: Number(Cpu) / 1024,
      gib: Number(Memory) / 1024,
      isSpot: JSON.stringify(Properties.CapacityProviderStrategy ?? '').includes('FARGATE_SPOT'),
      hasAddress: placed.includes('"AssignPublicIp":"ENABLED"'),
    };
  });
}

const publicAddresses = ({ count, hasAddress }: Tasks) => (hasAddress ? count : 0);

function taskLine({ count, gib, isSpot, vcpu }: Tasks): CostLine {
  const price = vcpu * perHour.fargateVcpu + gib * perHour.fargateGib;
  const what = `Fargate task, ${vcpu} vCPU, ${gib} GiB${isSpot ? ', Spot' : ''}`;
  return line(what, count, price * (isSpot ? spotShare : 1));
}

/** Each instance is as small as the cluster lets it be; one that may pause costs nothing meanwhile. */
function databaseLines(all: All): readonly CostLine[] {
  return all('AWS::RDS::DBCluster').map(({ Properties = {} }) => {
    const scaling = Properties.ServerlessV2ScalingConfiguration as { MinCapacity?: number };
    const fewest = Number(scaling?.MinCapacity ?? 0);
    const instances = all('AWS::RDS::DBInstance').length;
    const what =
      fewest === 0
        ? `Aurora instance, paused (${dollars(hourly(smallest * perHour.auroraCapacityUnit))} each while anything asks it)`
        : `Aurora instance, ${fewest} capacity units`;
    return line(what, instances, fewest * perHour.auroraCapacityUnit);
  });
}

/** What an instance that is awake has at least. */
const smallest = 0.5;

const firewallPrice = ({ Properties }: Priced) =>
  perMonth.firewall + perMonth.firewallRule * ((Properties?.Rules as unknown[])?.length ?? 0);

/** Alarms and dashboard name every one that is looked at. */
function metricsOf(all: All): number {
  const text = JSON.stringify([
    ...all('AWS::CloudWatch::Alarm'),
    ...all('AWS::CloudWatch::Dashboard'),
  ]);
  const named = [
    ...text.matchAll(/"MetricName":"(\w+)","Namespace":"Tollgate"/g),
    ...text.matchAll(/\\"Tollgate\\",\\"(\w+)\\"/g),
  ];
  return new Set(named.map(([, name]) => name)).size;
}

const insightsOf = (all: All) =>
  all('AWS::ECS::Cluster').filter(({ Properties }) =>
    /"Value":"(enabled|enhanced)"/.test(JSON.stringify(Properties?.ClusterSettings ?? '')),
  ).length;

const isInterface = ({ Properties }: Priced) => Properties?.VpcEndpointType === 'Interface';

function subnetsOf({ Properties = {} }: Priced): number {
  const subnets = Properties.SubnetIds ?? Properties.Subnets;
  return Array.isArray(subnets) ? subnets.length : 0;
}

const line = (what: string, count: number, pricePerHour: number): CostLine =>
  monthly(what, count, hourly(pricePerHour));

const monthly = (what: string, count: number, price: number): CostLine => ({
  what,
  count,
  monthly: count * price,
});

const sum = <Item>(items: readonly Item[], of: (item: Item) => number) =>
  items.reduce((total, item) => total + of(item), 0);

export const dollars = (amount: number) => `$${amount.toFixed(2)}`;
