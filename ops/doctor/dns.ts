import { Resolver } from 'node:dns/promises';
import { checkCaa } from '../../deploy/preflight/domain';
import type { Deployed } from '../aws/deployed';
import type { Finding } from '../terminal/output';
import { found, type Look, look } from './checks';

/** Public resolvers: what they say is what Stripe and buyers find. */
export const publicResolvers = ['1.1.1.1', '8.8.8.8'];

/** No answer at all, as against an empty one. */
const unreachable = /ETIMEOUT|ECONNREFUSED|ESERVFAIL|ECANCELLED|EREFUSED/;

/** The domain as the world sees it: where it leads, who answers for it, who may issue certificates. */
export async function checkDns(
  deployed: Deployed,
  servers: readonly string[],
): Promise<readonly Finding[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  resolver.setServers(servers);
  const host = new URL(deployed.get('PublicBaseUrl')).hostname;
  const looks = [
    look('DNS', () => address(resolver, deployed, host)),
    look('delegation', delegation(resolver, deployed, host)),
    look('CAA', () => checkCaa(host, resolver)),
  ];
  return (await Promise.all(looks)).flat();
}

async function address(resolver: Resolver, deployed: Deployed, host: string): Promise<Finding> {
  const check = 'DNS';
  const balancer = deployed.get('LoadBalancerDnsName');
  const [world, ours] = await Promise.all([
    addresses(resolver, host),
    addresses(resolver, balancer),
  ]);
  if (typeof world === 'string') return notAnswered(check, host, world);
  if (world.length === 0) {
    const fix = `Point ${host} to ${balancer}, by an alias or a CNAME record`;
    return found(check, false, `${host} has no address`, fix);
  }
  const seen = `${host} is at ${world.join(', ')}`;
  if (typeof ours === 'string') return notAnswered(check, balancer, ours);
  // A load balancer has more addresses than one answer shows.
  if (world.some((each) => ours.includes(each))) {
    return found(check, true, `${seen}, the load balancer`, '');
  }
  return found(
    check,
    null,
    `${seen}; the load balancer is at ${ours.join(', ') || 'no address'}`,
    `If nothing of yours stands in front of it, point ${host} to ${balancer}`,
  );
}

/** The zone that a stack has made, as its parent delegates it. */
const delegation =
  (resolver: Resolver, deployed: Deployed, host: string): Look =>
  async () => {
    const nameServers = deployed.find('NameServers')?.split(', ');
    // An adopted zone is delegated by whoever has it, and one of no stack is not ours to look at.
    if (nameServers === undefined) return [];
    const check = 'delegation';
    const fix = `Name ${nameServers.join(', ')} as name servers of ${host} at its parent`;
    let seen: readonly string[];
    try {
      seen = (await resolver.resolveNs(host)).map((name) => name.toLowerCase()).sort();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (unreachable.test(code)) return notAnswered(check, host, code);
      return found(check, false, `no name server answers for ${host} (${code})`, fix);
    }
    const isOurs = seen.every((name) => nameServers.includes(name));
    return found(check, isOurs, `${host} is answered for by ${seen.join(', ')}`, fix);
  };

/** @returns the error's code where nobody answered */
async function addresses(resolver: Resolver, host: string): Promise<readonly string[] | string> {
  try {
    return (await resolver.resolve4(host)).sort();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return unreachable.test(code) ? code : [];
  }
}

const notAnswered = (check: string, name: string, code: string) =>
  found(
    check,
    null,
    `the DNS does not answer for ${name} (${code})`,
    'Ask from a network that lets DNS out, or name a server that you reach: --dns 192.0.2.53',
  );
