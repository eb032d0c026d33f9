import Type from 'typebox';
import { currencies, pagePathPattern } from '../../../../service/contract';
import { defaults } from '../../../constructs/defaults';
import { imageExpected, imagePattern } from '../../flags';
import { boolean, group, integer, listOf, oneOf, text } from './kinds';

const page = (whom: string) =>
  text(
    `The page for buyers ${whom}, below the origin that they came from, or publicBaseUrl.`,
    'a path of letters, digits and -._~/, such as /paid',
    new RegExp(pagePathPattern),
    { default: defaults.page },
  );

/** What runs, and what it is told. */
export const service = {
  stripeMode: oneOf(
    'Which of Stripe’s modes the keys must be of; live in production only.',
    ['test', 'live'],
    { default: defaults.stripeMode },
  ),
  beforeLaunch: boolean(
    'Whether this is production that has not opened yet: it may, and must, run in test mode.',
    false,
  ),
  publicBaseUrl: Type.Optional(
    text(
      'Whose pages buyers return to, where a checkout names none and is begun by no page; without it, ' +
        'https://domainName, which has none of its own.',
      'a URL such as https://app.example.com, with a path at most',
      /^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*\/?$/,
    ),
  ),
  successPath: page('who have paid'),
  cancelPath: page('who gave up'),
  currencies: listOf(
    'The currencies that top-ups may be in; the first is the usual one.',
    text(
      'A currency.',
      `one of ${currencies.join(', ')}`,
      new RegExp(`^(${currencies.join('|')})$`),
    ),
    'one or more currencies',
    { minItems: 1, default: [...defaults.currencies] },
  ),
  allowedOrigins: listOf(
    'Whose pages may call, and where buyers may be sent, besides the domain itself.',
    text(
      'An origin.',
      'an origin in lower case, without a path, a default port or a *, such as ' +
        'https://app.example.com',
      /^(?!https:.*:443$)(?!http:.*:80$)https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9]\d{0,4})?$/,
    ),
    'a list of origins',
    { default: [] },
  ),
  jwtJwksUrl: Type.Optional(
    text(
      'Where the keys of the issuer of bearer tokens are, instead of a shared secret.',
      'a URL that begins with https:// and names no port, as the tasks reach port 443 alone',
      /^https:\/\/[A-Za-z0-9.-]+([/?]\S*)?$/,
    ),
  ),
  ecsClusterName: Type.Optional(
    text(
      'An existing ECS cluster to run in instead of creating one; with tasks.spot it must have the capacity ' +
        'provider FARGATE_SPOT.',
      'the name of a cluster',
      /^[A-Za-z0-9_-]{1,255}$/,
    ),
  ),
  containerInsights: boolean(
    'Whether CloudWatch measures the tasks in more detail than the dashboard shows, at a price.',
    true,
  ),
  logLevel: oneOf('What the service logs.', ['trace', 'debug', 'info', 'warn', 'error'], {
    default: defaults.logLevel,
  }),
  logRetentionDays: oneOf(
    'For how many days its log is kept.',
    [7, 14, 30, 60, 90, 180, 365, 731],
    { default: defaults.logRetentionDays },
  ),
  alarmEmails: listOf(
    'Who is mailed when an alarm goes off; each address must confirm once.',
    text('An address.', 'an e-mail address', /^[^@\s]+@[^@\s]+\.[^@\s]+$/),
    'a list of e-mail addresses',
    { default: [] },
  ),
  image: Type.Optional(
    text(
      'The container image, pinned, instead of one built from service/Dockerfile.',
      imageExpected,
      imagePattern,
    ),
  ),
  tasks: group('The Fargate tasks that run the service.', {
    cpuUnits: oneOf('1,024 units are one vCPU.', [256, 512, 1024, 2048, 4096], {
      default: defaults.tasks.cpuUnits,
    }),
    memoryMiB: integer(
      'Memory of one task, in MiB, as Fargate allows for the CPU.',
      512,
      30_720,
      defaults.tasks.memoryMiB,
    ),
    minimum: integer('Never fewer tasks than this.', 1, 100, defaults.tasks.minimum),
    maximum: integer('Never more tasks than this.', 1, 100, defaults.tasks.maximum),
    spot: boolean(
      'Whether they run on spare capacity, for a third of the price: AWS may stop one with two minutes’ ' +
        'notice. Not in production.',
      defaults.tasks.spot,
    ),
    startMinutes: integer(
      'For how many minutes a new task may wait for its database and migrate it before it counts as ' +
        'failed. Raise it before a long migration; three tasks that fail roll a deployment back.',
      2,
      45,
      defaults.tasks.startMinutes,
    ),
  }),
};
