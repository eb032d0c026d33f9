import type { Environment } from '../configuration/environment-file/schema';
import type { Outputs } from './outputs';

/**
 * Where `ops switch` puts its rules: the number that the orders of `switch-rules.ts` are added to, 0 in
 * a listener of our own. In one that others have rules in, they are for the domain's requests alone.
 */
export function switchOutputs(
  { loadBalancer }: Environment,
  closedPaths: readonly string[],
): Outputs {
  const from = (adopted: string | undefined) =>
    adopted === undefined ? '0' : String(loadBalancer?.firstRulePriority);
  return {
    HttpRulesFrom: ['The first rule priority on port 80', from(loadBalancer?.httpListenerArn)],
    HttpsRulesFrom: ['The first rule priority on port 443', from(loadBalancer?.httpsListenerArn)],
    ClosedPaths: ['What maintenance closes, but for webhooks and health', closedPaths.join(',')],
  };
}
