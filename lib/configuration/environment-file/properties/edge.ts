import Type from 'typebox';
import {
  adapterPaths,
  apiPrefix,
  defaultWebhookPath,
  openPaths,
} from '../../../../service/contract';
import { defaults } from '../../../constructs/defaults';
import { ruleLimits } from '../../../constructs/load-balancer-limits';
import { imageExpected, imagePattern } from '../../flags';
import {
  arnOf,
  boolean,
  ec2Id,
  group,
  hostName,
  integer,
  listOf,
  oneOf,
  optionalGroup,
  text,
} from './kinds';

const literal = (path: string) => path.replaceAll('.', '\\.').replaceAll('/', '\\/');

/** A path of Stripe's own: none of the service's other paths, and none that `..` leads elsewhere. */
const webhookPath = new RegExp(
  `^(?!${literal(apiPrefix)}(\\/|$)|(${[...openPaths, ...adapterPaths].map(literal).join('|')})$)` +
    '(?!.*\\/\\.\\.?(\\/|$))(\\/[A-Za-z0-9._~-]+)+$',
);

/** One value of a rule is left for the health path, or for the host of a listener that is shared. */
const mostBesideOne = ruleLimits.conditionValues - 1;

const listenerArn = (what: string) =>
  arnOf(
    `${what}, to put rules into instead of creating one.`,
    'elasticloadbalancing',
    'listener/app/[\\w-]+/[0-9a-f]+/[0-9a-f]+',
    'a listener of an application load balancer',
  );

const variablesOf = (description: string, expected: string) =>
  Type.Record(Type.String(), Type.String({ expected }), {
    description,
    expected: `an object with ${expected} for each name of a variable`,
    default: {},
  });

/** What stands between the internet and the tasks. */
export const edge = {
  domainName: text(
    'The host name of the service. If it changes, so do the zone, the certificate and the address ' +
      'that Stripe knows.',
    'a domain name in lower case',
    hostName,
  ),
  https: group('The steps to HTTPS, in their order; the flags of the same names override.', {
    enableRoute53: boolean(
      'Create or adopt the public hosted zone, and the alias record in it.',
      true,
    ),
    dnsDelegated: boolean(
      "Whether the parent domain names the zone's name servers already.",
      false,
    ),
    enableAcm: boolean('Create or adopt the certificate, and the HTTPS listener.', false),
    waitForCertificateValidation: boolean(
      'Whether a deploy may wait for the validation of the certificate.',
      true,
    ),
    certificateArn: Type.Optional(
      arnOf(
        'The ARN of an issued certificate for the domain, to adopt instead of creating one.',
        'acm',
        'certificate/[\\w-]+',
        'a certificate',
      ),
    ),
    hostedZone: optionalGroup('An existing public hosted zone, to adopt instead of creating one.', {
      id: text(
        'Its id.',
        'the id of a hosted zone, such as Z0123456789ABCDEFGHIJ',
        /^Z[A-Z0-9]{1,31}$/,
      ),
      name: text('Its name: the domain, or a parent of it.', 'a domain name', hostName),
    }),
  }),
  webhookPaths: listOf(
    'Where Stripe delivers; add the path of an earlier system if it is still used.',
    text(
      'A path.',
      'a path such as /webhooks/stripe of at most 128 characters, outside of /v1, without . and .. ' +
        "and none of the service's other paths",
      webhookPath,
      { maxLength: ruleLimits.charactersOfPath },
    ),
    `1 to ${mostBesideOne} different paths`,
    { minItems: 1, maxItems: mostBesideOne, default: [defaultWebhookPath] },
  ),
  firewall: group(
    'A web application firewall; what is signed passes it on the webhook paths, whatever it carries.',
    {
      enabled: boolean(
        'Whether there is one: AWS’s common rules, known bad inputs, addresses with a bad reputation.',
        false,
      ),
      requestsPerFiveMinutes: integer(
        'How many requests one address may send in five minutes, webhooks apart.',
        10,
        2_000_000,
        defaults.firewall.requestsPerFiveMinutes,
      ),
    },
  ),
  frontEnd: optionalGroup(
    'A second service behind the same load balancer, such as the web front end.',
    {
      hosts: listOf(
        'The host names that are its own, in the zone; an adopted certificate must cover them.',
        text('A host name.', 'a domain name in lower case', hostName),
        `up to ${mostBesideOne} different host names`,
        { maxItems: mostBesideOne, default: [] },
      ),
      paths: listOf(
        'The paths that are its own, on its hosts, or on domainName if it has none.',
        text(
          'A path.',
          'a path of letters, digits and -._~/ that may end in *, such as /app/*',
          /^\/[A-Za-z0-9._~/-]*\*?$/,
          { maxLength: ruleLimits.charactersOfPath },
        ),
        `up to ${mostBesideOne} different paths`,
        { maxItems: mostBesideOne, default: [] },
      ),
      image: Type.Optional(
        text('The container image to run, pinned, built for ARM64.', imageExpected, imagePattern),
      ),
      targetGroupArn: Type.Optional(
        arnOf(
          'Where it runs already: a target group in the same VPC, instead of an image.',
          'elasticloadbalancing',
          'targetgroup/[\\w-]+/[0-9a-f]+',
          'a target group',
        ),
      ),
      port: integer(
        'The port that the container listens on, or that the adopted target group has its targets on.',
        1,
        65_535,
        defaults.frontEnd.port,
      ),
      environment: variablesOf('Its variables, in the open: no value of a secret.', 'a text'),
      secrets: variablesOf(
        'Its secrets: for each variable the complete ARN of a secret of Secrets Manager.',
        'the complete ARN of a secret',
      ),
      healthPath: text('What the load balancer asks.', 'a path such as /', /^\/\S*$/, {
        default: defaults.frontEnd.healthPath,
      }),
      cpuUnits: oneOf('1,024 units are one vCPU.', [256, 512, 1024, 2048, 4096], {
        default: defaults.frontEnd.cpuUnits,
      }),
      memoryMiB: integer(
        'Memory of one task, in MiB, as Fargate allows for the CPU.',
        512,
        30_720,
        defaults.frontEnd.memoryMiB,
      ),
      taskCount: integer('How many tasks run.', 1, 100, defaults.frontEnd.taskCount),
    },
  ),
  loadBalancer: optionalGroup(
    'An existing load balancer to adopt instead of creating one, with an idle timeout of 60 seconds: the ' +
      'tasks close their connections after 75.',
    {
      arn: arnOf(
        'Its ARN.',
        'elasticloadbalancing',
        'loadbalancer/app/[\\w-]+/[0-9a-f]+',
        'an application load balancer',
      ),
      dnsName: text('Its DNS name, for the alias record.', 'a domain name in lower case', hostName),
      hostedZoneId: text(
        'The canonical hosted zone of that name, for the alias record.',
        'the id of a hosted zone, such as Z35SXDOTRQ7X7K',
        /^Z[A-Z0-9]{1,31}$/,
      ),
      securityGroupId: ec2Id(
        'Its security group, which the tasks let in; it lets in ports 80 and 443 and out to the tasks.',
        'a security group',
        'sg',
      ),
      httpListenerArn: Type.Optional(listenerArn('Its listener on port 80')),
      httpsListenerArn: Type.Optional(listenerArn('Its listener on port 443')),
      targetGroupArn: Type.Optional(
        arnOf(
          'A target group of its listeners, of type ip, for the tasks to be registered in; its health check ' +
            'should ask /started.',
          'elasticloadbalancing',
          'targetgroup/[\\w-]+/[0-9a-f]+',
          'a target group',
        ),
      ),
      takesWholeHost: boolean(
        'Whether all requests for domainName in its listeners are the service’s, whatever their path; without it, ' +
          'the paths of the service are, and the rest of the host is left to others.',
        false,
      ),
      firstRulePriority: integer(
        'The first of 100 priorities that are free in its listeners, for the rules of domainName.',
        1,
        49_900,
        defaults.firstRulePriority,
      ),
    },
  ),
};
