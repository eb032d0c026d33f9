/** A resource that may exist before Tollgate does, and that a stack can take over. */
export interface Importable {
  /** The option of the command that gives its identifier. */
  readonly option: string;
  /** What it is, and what it must be for the stack to take it over as it is. */
  readonly mustBe: string;
  readonly stack: 'network' | 'data' | 'service';
  /** Its construct's path below the stack. */
  readonly path: string;
  /** The property that CloudFormation knows a resource of its type by. */
  readonly key: string;
  /** What the identifier looks like. */
  readonly form: RegExp;
  readonly example: string;
}

const secretForm =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
const elb = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:';
const elbForm = (kind: string) =>
  new RegExp(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\\d{12}:${kind}/`);

const secret = (option: string, what: string, path: string): Importable => ({
  option,
  mustBe: `${what}; of the name in the template, with a value, and under no KMS key of your own`,
  stack: 'data',
  path: `StripeSecrets/${path}/Resource`,
  key: 'Id',
  form: secretForm,
  example: `arn:aws:secretsmanager:us-east-1:123456789012:secret:NAME-AbC123`,
});

const edge = (
  option: string,
  mustBe: string,
  path: string,
  key: string,
  kind: string,
): Importable => ({
  option,
  mustBe,
  stack: 'service',
  path,
  key,
  form: elbForm(kind),
  example: `${elb}${kind}/…`,
});

/**
 * What an older set-up usually has. The identifiers' names are those of CloudFormation's schemas
 * (`primaryIdentifier`).
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
 */
export const importable: readonly Importable[] = [
  secret('stripe-secret-key', "the secret with Stripe's key", 'StripeSecretKey'),
  secret(
    'stripe-webhook-secret',
    "the secret with the webhook's signing secret",
    'StripeWebhookSecret',
  ),
  secret(
    'jwt-access-token-secret',
    'the secret with the key of bearer tokens',
    'JwtAccessTokenSecret',
  ),
  {
    option: 'hosted-zone',
    mustBe: 'the public hosted zone with the name of domainName itself',
    stack: 'network',
    path: 'PublicZone/Zone/Resource',
    key: 'Id',
    form: /^Z[A-Z0-9]{1,31}$/,
    example: 'Z0123456789ABCDEFGHIJ',
  },
  edge(
    'load-balancer',
    "an internet-facing application load balancer, in the subnets of the environment's VPC",
    'HttpsEdge/LoadBalancer/Resource',
    'LoadBalancerArn',
    'loadbalancer/app',
  ),
  {
    option: 'load-balancer-security-group',
    mustBe: "the load balancer's only security group",
    stack: 'service',
    path: 'HttpsEdge/LoadBalancer/SecurityGroup/Resource',
    key: 'Id',
    form: /^sg-[0-9a-f]{8,17}$/,
    example: 'sg-0123456789abcdef0',
  },
  ...['Resource', 'Policy/Resource'].map(
    (path): Importable => ({
      option: 'access-logs-bucket',
      mustBe: "the bucket of the load balancer's logs, with a policy that lets them be written",
      stack: 'service',
      path: `HttpsEdge/AccessLogs/${path}`,
      key: path === 'Resource' ? 'BucketName' : 'Bucket',
      form: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      example: 'shop-load-balancer-logs',
    }),
  ),
  edge(
    'target-group',
    'the target group of the service: type ip, HTTP, port 8080, in the same VPC',
    'HttpsEdge/Targets/Resource',
    'TargetGroupArn',
    'targetgroup',
  ),
  edge(
    'front-end-target-group',
    'the target group of the second service: type ip, HTTP, in the same VPC',
    'FrontEnd/Targets/Resource',
    'TargetGroupArn',
    'targetgroup',
  ),
  edge(
    'http-listener',
    "the load balancer's listener on port 80",
    'HttpsEdge/LoadBalancer/Http/Resource',
    'ListenerArn',
    'listener/app',
  ),
  edge(
    'https-listener',
    "the load balancer's listener on port 443",
    'HttpsEdge/LoadBalancer/Https/Resource',
    'ListenerArn',
    'listener/app',
  ),
];
