import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Refuse } from '../../faults';
import type { Environment } from '../schema';

/**
 * What is adopted must be whole, of the environment's own account and region, and leave nothing in
 * the file that it makes void.
 */
export function checkAdoption(environment: Environment, written: object, refuse: Refuse): void {
  checkVoid(environment, written, refuse);
  checkVpc(environment, refuse);
  checkZone(environment, refuse);
  checkSecrets(environment, refuse);
  checkLoadBalancer(environment, refuse);
  const { externalDatabase, https, secrets } = environment;
  checkHome('https.certificateArn', https.certificateArn, environment, refuse);
  checkHome('deployRole.providerArn', environment.deployRole?.providerArn, environment, refuse);
  checkHome('billingEventsTopicArn', environment.billingEventsTopicArn, environment, refuse);
  checkHome('secrets.encryptionKeyArn', secrets.encryptionKeyArn, environment, refuse);
  if (externalDatabase === undefined) return;
  checkSecretArn('externalDatabase.secretArn', externalDatabase.secretArn, environment, refuse);
}

/** What decides about a resource that is not created would be read and have no effect. */
function checkVoid(environment: Environment, written: object, refuse: Refuse): void {
  const adopted = [
    ['vpc', ['vpcCidr', 'interfaceEndpoints', 'flowLogs']],
    ['externalDatabase', ['database']],
    ['loadBalancer', ['firewall']],
    ['ecsClusterName', ['containerInsights']],
  ] as const;
  for (const [property, decided] of adopted) {
    if (environment[property] === undefined) continue;
    for (const name of decided.filter((name) => Object.hasOwn(written, name))) {
      refuse(
        `${name} is given beside ${property}, which is adopted as it is; take one of the two out`,
      );
    }
  }
}

function checkVpc({ availabilityZones, nat, vpc }: Environment, refuse: Refuse): void {
  if (vpc === undefined) return;
  for (const name of ['publicSubnetIds', 'privateSubnetIds', 'isolatedSubnetIds'] as const) {
    if (vpc[name].length === availabilityZones.length) continue;
    refuse(
      `vpc.${name} names ${vpc[name].length} subnets and availabilityZones ${availabilityZones.length} ` +
        'zones; name one subnet for each zone, in the same order',
    );
  }
  if (nat === 'perZone' || nat === 'regional') {
    refuse(
      `nat is ${nat}, but the adopted vpc has its NAT gateways or none; leave nat out, or set it to ` +
        'none if its private subnets lead nowhere',
    );
  }
}

function checkZone({ domainName, https }: Environment, refuse: Refuse): void {
  const zone = https.hostedZone?.name;
  if (zone === undefined || isWithin(domainName, zone)) return;
  refuse(
    `domainName is ${domainName}, outside of https.hostedZone.name, ${zone}; adopt the zone of the domain`,
  );
}

/** Whether a host name is a zone's own name or below it. */
export const isWithin = (host: string, zone: string) => host === zone || host.endsWith(`.${zone}`);

function checkSecrets(environment: Environment, refuse: Refuse): void {
  const { encryptionKeyArn, imported, ...secrets } = environment.secrets;
  const arns = Object.entries(secrets);
  for (const name of imported.filter((each) => Object.hasOwn(secrets, `${each}Arn`))) {
    refuse(
      `secrets.imported names ${name}, and secrets.${name}Arn is given: it is managed by the stack or ` +
        'adopted by reference, and never both; take one of the two out',
    );
  }
  for (const [property, arn] of arns) {
    checkSecretArn(`secrets.${property}`, arn, environment, refuse);
  }
  const isKeyOfNothing = arns.length === 0 && environment.externalDatabase === undefined;
  if (encryptionKeyArn !== undefined && isKeyOfNothing) {
    refuse(
      'secrets.encryptionKeyArn is given, but no secret is adopted that it could decrypt; name the ' +
        'secrets too, or leave it out',
    );
  }
}

function checkLoadBalancer(environment: Environment, refuse: Refuse): void {
  const { deployment, loadBalancer, vpc } = environment;
  if (loadBalancer === undefined) return;
  for (const name of ['arn', 'httpListenerArn', 'httpsListenerArn', 'targetGroupArn'] as const) {
    checkHome(`loadBalancer.${name}`, loadBalancer[name], environment, refuse);
  }
  if (vpc === undefined) {
    refuse(
      'loadBalancer is adopted and vpc is not: it could not reach tasks in a new VPC; adopt the VPC ' +
        'that it is in',
    );
  }
  const path = loadBalancer.arn.split(':loadbalancer/')[1];
  for (const name of ['httpListenerArn', 'httpsListenerArn'] as const) {
    const arn = loadBalancer[name];
    if (arn === undefined || arn.split(':listener/')[1]?.startsWith(`${path}/`)) continue;
    refuse(
      `loadBalancer.${name} is ${arn}, a listener of another load balancer than ${loadBalancer.arn}; ` +
        'copy it from `aws elbv2 describe-listeners --load-balancer-arn`',
    );
  }
  const shared = loadBalancer.httpsListenerArn ?? loadBalancer.targetGroupArn;
  if (deployment !== 'rolling' && shared !== undefined) {
    refuse(
      `deployment is ${deployment}, which shifts between listener rules and target groups of its own, and ` +
        `${shared} is adopted; set deployment to rolling, or adopt neither HTTPS listener nor target group`,
    );
  }
}

type Home = Pick<Environment, 'account' | 'region'>;

/**
 * ECS injects a secret by its complete ARN; a partial one, without the six random characters that
 * Secrets Manager appends, may match another secret or none. A name that ends in `-secret` looks as
 * if it had them already.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function checkSecretArn(property: string, arn: string, home: Home, refuse: Refuse): void {
  if (!/-[A-Za-z0-9]{6}$/.test(arn) || /-(webhook|token)-secret$/.test(arn)) {
    refuse(
      `${property} is ${arn}, which is partial: it lacks the hyphen and six random characters that ` +
        'Secrets Manager appends, and ECS may refuse it; copy the complete one from ' +
        '`aws secretsmanager describe-secret`',
    );
  }
  checkHome(property, arn, home, refuse);
}

/** Refuses an ARN of another partition, account or region than the environment's. */
export function checkHome(
  property: string,
  arn: string | undefined,
  home: Home,
  refuse: Refuse,
): void {
  if (arn === undefined) return;
  const [, partition, , region, account] = arn.split(':');
  // Of a region that the CDK does not know yet, nothing is known.
  const ofRegion = RegionInfo.get(home.region).partition ?? partition;
  if (partition !== ofRegion) {
    refuse(
      `${property} is of partition ${partition}; expected ${ofRegion}, where ${home.region} is`,
    );
  }
  // IAM is of all regions, and its ARNs name none.
  const isOtherRegion = region !== '' && region !== home.region;
  const elsewhere = isOtherRegion || (home.account ?? account) !== account;
  if (!elsewhere) return;
  refuse(
    `${property} is of account ${account}, region ${region}; expected the environment's own, ` +
      `${home.account ?? 'any account'}, ${home.region}`,
  );
}
