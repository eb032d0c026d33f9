/** Writes docs/architecture.md from the templates of production: npm run docs */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeAssemblies, synthesise, type Template, toHttps } from '../../test/lib/synthesis';

/** What the picture shows, in the order of its drawing; anything else is detail of one of these. */
const shown: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC': 'VPC',
  'AWS::EC2::NatGateway': 'NAT gateway',
  'AWS::EC2::VPCEndpoint': 'VPC endpoint',
  'AWS::Route53::HostedZone': 'Hosted zone',
  'AWS::RDS::DBCluster': 'Aurora PostgreSQL',
  'AWS::RDS::DBInstance': 'Database instance',
  'AWS::SecretsManager::Secret': 'Secret',
  'AWS::SNS::Topic': 'SNS topic',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Load balancer',
  'AWS::ElasticLoadBalancingV2::Listener': 'Listener',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Target group',
  'AWS::CertificateManager::Certificate': 'Certificate',
  'AWS::ECS::Service': 'Fargate service',
  'AWS::ECS::TaskDefinition': 'Task definition',
  'AWS::S3::Bucket': 'Bucket of the access logs',
  'AWS::Logs::LogGroup': 'Log group',
  'AWS::CloudWatch::Alarm': 'Alarm',
  'AWS::CloudWatch::Dashboard': 'Dashboard',
};

type Templates = Readonly<Record<string, Template>>;

interface Node {
  readonly id: string;
  readonly label: string;
  /** The logical ids that it stands for. */
  readonly members: readonly string[];
}

/** The whole document. */
export function architectureDocument(): string {
  const { templates } = synthesise({ env: 'prod', ...toHttps });
  removeAssemblies();
  const groups = Object.entries(templates).map(
    ([kind, template]) => [kind, nodesOf(kind, template)] as const,
  );
  return [
    '<!-- Written by `npm run docs`; a test holds it to the templates. -->',
    '# Architecture',
    '',
    'What production consists of once HTTPS is complete, read from its templates. Each frame is a stack,',
    'and each arrow goes from a resource to one that it refers to. Subnets, routes, security groups,',
    'roles and policies are left out, and so is what the dashboard shows.',
    '',
    '```mermaid',
    'flowchart LR',
    '  stripe(["Stripe"]) -->|webhooks| service_ElasticLoadBalancingV2_LoadBalancer',
    '  apps(["The team’s applications"]) -->|requests| service_ElasticLoadBalancingV2_LoadBalancer',
    ...groups.flatMap(([kind, inside]) => frame(kind, inside)),
    ...edgesOf(
      templates,
      groups.flatMap(([, inside]) => inside),
    ),
    '```',
    '',
    readFileSync(join(__dirname, 'walk.md'), 'utf8'),
  ].join('\n');
}

/** One node for all resources of a type in a stack, which says how many there are. */
function nodesOf(kind: string, { Resources }: Template): readonly Node[] {
  return Object.entries(shown).flatMap(([type, name]) => {
    const members = Object.entries(Resources).filter(([, resource]) => resource.Type === type);
    if (members.length === 0) return [];
    const ids = members.map(([id]) => id);
    const count = ids.length > 1 ? ` × ${ids.length}` : '';
    const id = [kind, ...type.split('::').slice(1)].join('_');
    return [{ id, label: `${name}${count}`, members: ids }];
  });
}

const frame = (kind: string, nodes: readonly Node[]) => [
  `  subgraph ${kind}["${kind} stack"]`,
  ...nodes.map(({ id, label }) => `    ${id}["${label}"]`),
  '  end',
];

/** Arrows between nodes whose resources refer to one another, in the stack or over its outputs. */
function edgesOf(templates: Templates, nodes: readonly Node[]): readonly string[] {
  const nodeOf = new Map(nodes.flatMap((node) => node.members.map((id) => [id, node] as const)));
  const edges = Object.values(templates).flatMap(({ Resources }) =>
    Object.entries(Resources).flatMap(([id, { Properties }]) => {
      const from = nodeOf.get(id);
      // A dashboard shows nearly all of the others, and its arrows would hide theirs.
      if (from === undefined || from.id.endsWith('Dashboard')) return [];
      const text = JSON.stringify(Properties ?? {});
      const inStack = [...text.matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g)].map(([, to]) => to);
      const targets = [...inStack, ...overOutputs(text, templates)].flatMap(
        (to) => nodeOf.get(to ?? '') ?? [],
      );
      return targets.filter((to) => to !== from).map((to) => `  ${from.id} --> ${to.id}`);
    }),
  );
  return [...new Set(edges)].sort();
}

/** The resources of other stacks whose outputs a text names. */
function overOutputs(text: string, templates: Templates): readonly string[] {
  return Object.values(templates).flatMap(({ Outputs }) =>
    Object.entries(Outputs)
      .filter(([name]) => text.includes(`"OutputName":"${name}"`))
      .flatMap(([, { Value }]) =>
        [...JSON.stringify(Value).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g)].map(
          ([, id = '']) => id,
        ),
      ),
  );
}

export function writeArchitecture(project: string): void {
  writeFileSync(join(project, 'docs/architecture.md'), architectureDocument());
}
