import { type Synthesis, synthesise, toHttps } from '../synthesis';

export type Given = Readonly<Record<string, string>>;

/** The same flags give the same templates; each is synthesised once. */
const made = new Map<string, Synthesis>();
export function synthesised(flags: Given): Synthesis {
  const key = JSON.stringify(flags);
  const synthesis = made.get(key) ?? synthesise(flags);
  made.set(key, synthesis);
  return synthesis;
}

/** Not of lib/environments, whose files change as environments are filled in. */
export const undelegated = {
  env: 'shop',
  environmentFile: 'test/lib/environments/undelegated.json',
};
export const complete = { ...undelegated, ...toHttps };
export const canary = { env: 'shop', environmentFile: `${__dirname}/../environments/watched.json` };
export const image = `ghcr.io/tollgate/service@sha256:${'d'.repeat(64)}`;

/** What forceHttpForwarding changes; whatever else appeared here, an emergency should not touch. */
export const emergencyFlip = [
  'service: + HttpsEdgeEmergencyHttp2F2DFA57',
  'service: + HttpsEdgeEmergencyHttpAlarm8C699729',
  'service: HttpsEdgeLoadBalancer2EEF5D39.Tags',
  'service: HttpsEdgeLoadBalancerHttpB8C13203.DefaultActions',
  'service: output EmergencyHttp',
  'service: output FlagsGiven',
  'service: output FlagsInForce',
];
