import type { Deployed } from '../aws/deployed';
import type { Finding } from '../terminal/output';
import { deployCommand, found } from './checks';

/** The values that are not meant to last, and what each does; any value that is not the usual one. */
const passing: Readonly<Record<string, readonly [usual: string, effect: string]>> = {
  forceHttpForwarding: ['false', 'port 80 forwards webhooks and health without TLS'],
  maintenance: ['off', 'all but webhooks and health is answered with 503'],
  checkout: ['on', 'new checkouts are answered with 503'],
  processing: ['on', 'events are recorded and none is handled'],
  secretsVersion: ['current', 'the secrets before the last change are in force'],
  desiredCount: ['by autoscaling', 'the number of tasks follows no load'],
  canaryTargetGroup: ['none', 'a canary would move the tasks away from where rules forward to'],
};

/** What a deploy has set that somebody has to take back one day. */
export async function checkFlags(deployed: Deployed): Promise<readonly Finding[]> {
  const fix = `Unless it is meant, deploy without it: ${deployCommand(deployed)} --drop-flags`;
  const findings = Object.entries(passing).flatMap(([name, [usual, effect]]) => {
    const value = deployed.flag(name);
    if (value === undefined || value === usual) return [];
    return [found('flags', false, `${name}=${value}: ${effect}`, fix)];
  });
  if (findings.length > 0) return findings;
  const given = deployed.get('FlagsGiven');
  return [found('flags', true, `none is out of the usual (given: ${given})`, fix)];
}
