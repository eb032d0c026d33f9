import Type from 'typebox';
import { defaultWebhookPath } from '../../../service/contract';
import { arnOf, boolean, group, hostName, listOf, optionalGroup, text } from './kinds';

/** What stands between the internet and the tasks. */
export const edge = {
  domainName: text(
    'The host name of the service; another one takes the zone, the certificate and the address that ' +
      'Stripe knows with it.',
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
    'Where Stripe delivers; a path that an earlier system used can stand beside.',
    text(
      'A path.',
      'a path such as /webhooks/stripe of at most 128 characters, outside of /v1, without . and .. ' +
        "and none of the service's other paths",
      /^(?!\/v1(\/|$)|\/(health|ready|version|openapi\.json)$)(?!.*\/\.\.?(\/|$))(\/[A-Za-z0-9._~-]+)+$/,
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
      { maxLength: 128 },
    ),
    // A rule of the load balancer takes five values, and the health path is one of them.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
    '1 to 4 different paths',
    { minItems: 1, maxItems: 4, default: [defaultWebhookPath] },
  ),
};
