import { environmentNames } from '../../lib/configuration/load-environment';
import type { EnvironmentFiles } from './environment-files';
import { toHttps } from './synthesis';

type Flags = Readonly<Record<string, string>>;

const file = (name: string) => `${__dirname}/environments/${name}.json`;

/** Every environment, first deploy and last, and each choice that a file can make otherwise. */
export function templateVariants(files: EnvironmentFiles): readonly (readonly [string, Flags])[] {
  const flagged = { forceHttpForwarding: 'true', maintenance: 'on', stripeIpsOnly: 'true' };
  return [
    ...environmentNames().flatMap((env) => [
      [`${env}, first deploy`, { env }] as const,
      [`${env} with HTTPS and the flags of an incident`, { env, ...toHttps, ...flagged }] as const,
    ]),
    [
      'firewall, front end, regional NAT, with the flags of an incident',
      { env: 'shop', environmentFile: file('front-end'), ...flagged },
    ],
    ['canary and queue', { env: 'shop', environmentFile: file('watched') }],
    [
      'all adopted, with the flags of an incident',
      { env: 'adopting', environmentFile: file('adopting-everything'), ...flagged },
    ],
    ['adopted zone and secret', { env: 'adopting', environmentFile: file('adopting') }],
    [
      'no NAT, no flow logs, ECS Exec, an image of ECR’s, deploy role',
      files.write({
        nat: 'none',
        flowLogs: 'none',
        ecsExec: true,
        deployRole: { repository: 'shop/payments' },
        image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/pay@sha256:${'0'.repeat(64)}`,
      }),
    ],
    [
      'deploy role in a configured account',
      files.write({ account: '123456789012', deployRole: { repository: 'shop/payments' } }),
    ],
    ['an ECS cluster that stands already', files.write({ ecsClusterName: 'shop' })],
    ['NAT per zone, endpoints', files.write({ nat: 'perZone', interfaceEndpoints: true })],
  ];
}
