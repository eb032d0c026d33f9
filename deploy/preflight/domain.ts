import { Resolver } from 'node:dns/promises';
import type { Environment } from '../../lib/configuration/environment-file/schema';
import type { HttpsPlan } from '../../lib/configuration/https-plan';
import type { Finding } from '../../ops/terminal/output';

/** https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html */
const authoritiesOfAmazon = ['amazon.com', 'amazontrust.com', 'awstrust.com', 'amazonaws.com'];

/** No answer at all, as against an empty one. */
const unreachable = ['ETIMEOUT', 'ECONNREFUSED', 'ESERVFAIL', 'ECANCELLED'];

/**
 * Looks whether a certificate of this deploy can be validated, as the DNS has it now: a deploy that asks
 * for one otherwise waits for days.
 */
export async function checkDomain(
  { domainName, https }: Environment,
  plan: Pick<HttpsPlan, 'hasCertificate'>,
  resolver: Resolver = new Resolver({ timeout: 5_000, tries: 2 }),
): Promise<Finding[]> {
  if (!plan.hasCertificate || https.certificateArn !== undefined) return [];
  const zone = https.hostedZone?.name ?? domainName;
  return Promise.all([checkDelegation(zone, resolver), checkCaa(domainName, resolver)]);
}

async function checkDelegation(zone: string, resolver: Resolver): Promise<Finding> {
  const check = 'delegation';
  try {
    const servers = await resolver.resolveNs(zone);
    const ok = servers.some((name) => /(^|\.)awsdns-\d+\.[a-z.]+$/.test(name));
    return {
      check,
      ok,
      seen: `${zone} is answered for by ${[...servers].sort().join(', ')}`,
      fix: `Name the zone's own servers (output NameServers of the network stack) at the parent of ${zone}`,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (unreachable.includes(code ?? '')) return notAnswered(check, zone, code);
    return {
      check,
      ok: false,
      seen: `no name server answers for ${zone} (${code}), and https.dnsDelegated is true`,
      fix: `Name the zone's servers (output NameServers of the network stack) at its parent, or set https.dnsDelegated to false`,
    };
  }
}

/** The nearest domain that says anything decides. */
export async function checkCaa(domainName: string, resolver: Resolver): Promise<Finding> {
  const check = 'CAA';
  const labels = domainName.split('.');
  for (let depth = 0; depth < labels.length - 1; depth += 1) {
    const name = labels.slice(depth).join('.');
    try {
      const records = await resolver.resolveCaa(name);
      const allowed = records.flatMap(({ issue }) => (issue === undefined ? [] : [issue]));
      if (records.length === 0) continue;
      const ok =
        allowed.length === 0 ||
        allowed.some((each) => authoritiesOfAmazon.includes(each.split(';')[0]?.trim() ?? ''));
      return {
        check,
        ok,
        seen: `${name} lets ${allowed.map((each) => each || 'nobody').join(', ') || 'anybody'} issue certificates`,
        fix: `Add a CAA record to ${name}: 0 issue "amazon.com"`,
      };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (unreachable.includes(code ?? '')) return notAnswered(check, name, code);
    }
  }
  return { check, ok: true, seen: `${domainName} lets anybody issue certificates` };
}

const notAnswered = (check: string, name: string, code: string | undefined): Finding => ({
  check,
  ok: null,
  seen: `not checked: the DNS does not answer for ${name} (${code})`,
  fix: `Ask from a network that has DNS: dig ${check === 'CAA' ? 'CAA' : 'NS'} ${name}`,
});
