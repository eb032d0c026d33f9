import { isNativeError } from 'node:util/types';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateServiceLinkedRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { Environment } from '../../lib/configuration/environment-file/schema';
import { awsFailure } from '../../ops/aws/failure';
import type { Finding } from '../../ops/terminal/output';
import type { Reached } from '../standing-stacks';

/** What a first deploy needs of its account. */
export interface AccountNeeds {
  readonly environment: Environment;
  /** Whether the network's stack is made by this deploy, and its addresses with it. */
  readonly makesNetwork: boolean;
}

/** @returns what the account has, and lacks, for the deploy; roles that may be made are made */
export async function checkAccount(needs: AccountNeeds, reached: Reached): Promise<Finding[]> {
  const settings = { region: reached.region, ...(reached.profile && { profile: reached.profile }) };
  const credentials = await bootstrap(new CloudFormationClient(settings), needs, reached.region);
  // Without credentials every other answer would be the same.
  if (credentials.check === 'credentials') return [credentials];
  const iam = new IAMClient(settings);
  const roles = await Promise.all(serviceLinkedRoles.map((role) => serviceLinkedRole(iam, role)));
  iam.destroy();
  return [credentials, ...roles, ...(await quotas(needs, settings))];
}

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-troubleshoot.html */
const oldestBootstrap = 6;

async function bootstrap(
  client: CloudFormationClient,
  { environment }: AccountNeeds,
  region: string,
): Promise<Finding> {
  const fix = `npx cdk bootstrap -c env=NAME aws://${environment.account ?? 'ACCOUNT'}/${region}`;
  const check = 'bootstrap';
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    const version = outputs.find(({ OutputKey }) => OutputKey === 'BootstrapVersion')?.OutputValue;
    const ok = Number(version) >= oldestBootstrap;
    return { check, ok, seen: `version ${version ?? 'unknown'} of cdk bootstrap`, fix };
  } catch (error) {
    if (isNativeError(error) && /does not exist/.test(error.message)) {
      return { check, ok: false, seen: `no cdk bootstrap in ${region}`, fix };
    }
    if (isDenied(error)) return notChecked(check, error);
    const { fix: signIn, message } = awsFailure('asking the account', error);
    return { check: 'credentials', ok: false, seen: message, fix: signIn };
  } finally {
    client.destroy();
  }
}

/** Each with what needs it; an account that never used a service has none. */
const serviceLinkedRoles = [
  ['ecs.amazonaws.com', 'AWSServiceRoleForECS'],
  ['elasticloadbalancing.amazonaws.com', 'AWSServiceRoleForElasticLoadBalancing'],
  ['rds.amazonaws.com', 'AWSServiceRoleForRDS'],
  [
    'ecs.application-autoscaling.amazonaws.com',
    'AWSServiceRoleForApplicationAutoScaling_ECSService',
  ],
] as const;

/**
 * ECS refuses the first service of an account whose role is not there yet, or was made a moment ago.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
 */
async function serviceLinkedRole(
  iam: IAMClient,
  [service, role]: (typeof serviceLinkedRoles)[number],
): Promise<Finding> {
  const check = 'service-linked role';
  try {
    await iam.send(new GetRoleCommand({ RoleName: role }));
    return { check, ok: true, seen: role };
  } catch (error) {
    if (isDenied(error)) return notChecked(check, error);
    if (!isNativeError(error) || error.name !== 'NoSuchEntityException') {
      return { check, ok: false, ...asFinding(role, error) };
    }
  }
  try {
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
    return { check, ok: true, seen: `${role}, made just now` };
  } catch (error) {
    // Made meanwhile, by a deploy beside this one.
    if (isNativeError(error) && /has been taken|already exists/.test(error.message)) {
      return { check, ok: true, seen: role };
    }
    return {
      check,
      ok: false,
      seen: `the account has no ${role}: ${isNativeError(error) ? error.message : error}`,
      fix: `Have somebody who may run \`aws iam create-service-linked-role --aws-service-name ${service}\``,
    };
  }
}

interface Quota {
  readonly what: string;
  readonly service: 'ec2' | 'vpc';
  readonly code: string;
  /** What AWS gives an account that has asked for no more. */
  readonly usual: number;
  readonly needed: number;
  readonly used: () => Promise<number>;
}

async function quotas(
  { environment, makesNetwork }: AccountNeeds,
  settings: { readonly region: string },
): Promise<Finding[]> {
  if (!makesNetwork || environment.vpc !== undefined) return [];
  const zones = environment.availabilityZones.length;
  const ec2 = new EC2Client(settings);
  const client = new ServiceQuotasClient(settings);
  const wanted: readonly Quota[] = [
    {
      what: 'elastic IP addresses',
      service: 'ec2',
      code: 'L-0263D0A3',
      usual: 5,
      needed: { none: 0, single: 1, perZone: zones, regional: zones }[environment.nat],
      used: async () => (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0,
    },
    {
      what: 'VPCs',
      service: 'vpc',
      code: 'L-F678F1CE',
      usual: 5,
      needed: 1,
      used: async () => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length ?? 0,
    },
  ];
  const found = await Promise.all(
    wanted.filter(({ needed }) => needed > 0).map((quota) => quotaOf(client, quota)),
  );
  ec2.destroy();
  client.destroy();
  return found;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
async function quotaOf(
  client: ServiceQuotasClient,
  { code, needed, service, usual, used, what }: Quota,
): Promise<Finding> {
  const check = 'quota';
  try {
    const [inUse, most] = await Promise.all([
      used(),
      client.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code })).then(
        ({ Quota }) => Quota?.Value ?? usual,
        () => usual,
      ),
    ]);
    return {
      check,
      ok: inUse + needed <= most,
      seen: `${what}: ${inUse} in use, ${needed} needed, ${most} allowed`,
      fix:
        `Ask for more, which takes from minutes to days: \`aws service-quotas request-service-quota-increase ` +
        `--service-code ${service} --quota-code ${code} --desired-value ${inUse + needed}\``,
    };
  } catch (error) {
    return isDenied(error)
      ? notChecked(check, error)
      : { check, ok: false, ...asFinding(what, error) };
  }
}

const isDenied = (error: unknown) =>
  isNativeError(error) && /AccessDenied|Unauthorized|NotAuthorized/.test(error.name);

/** Credentials that may only assume the roles of cdk bootstrap can deploy, and ask nothing. */
const notChecked = (check: string, error: unknown): Finding => ({
  check,
  ok: null,
  seen: `not checked: ${isNativeError(error) ? error.message : error}`,
  fix: 'It stops nothing. Who may ask is in docs/roles.md',
});

function asFinding(what: string, error: unknown): Pick<Finding, 'seen' | 'fix'> {
  const { fix, message } = awsFailure(what, error);
  return { seen: message, fix };
}
