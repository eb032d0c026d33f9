import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCatalogueFile, switchValues } from '../../service/contract';
import type { ForceHttpForwarding } from '../constructs/emergency-signs';
import type { Environment } from './environment-file/schema';
import type { Faults } from './faults';
import type { Flags } from './flags';
import { type HttpsPlan, planHttps } from './https-plan';
import { environmentFileOf } from './load-environment';
import { checkPrefix, nameProject } from './project-name';

/** What is to be built: the environment and the flags, resolved and found to fit each other. */
export interface Settings {
  /** The environment's name, such as `staging`. */
  readonly name: string;
  /** What all names begin with, such as `tollgate-staging`. */
  readonly prefix: string;
  readonly environment: Environment;
  /** The file's account, or that of the credentials at hand; `undefined` if neither is known. */
  readonly account: string | undefined;
  /** The commit that is checked out, or `unknown`. */
  readonly commit: string;
  /** Whether the project's name is a flag's, and not the file's. */
  readonly isNamedByFlag: boolean;
  readonly https: HttpsPlan;
  /** `undefined` while port 80 redirects everything. */
  readonly forceHttpForwarding: ForceHttpForwarding | undefined;
  /** The pinned image; `undefined` builds `service/Dockerfile`. */
  readonly image: string | undefined;
  /** What the service prefers, sells and handles; each is told to its container. */
  readonly switches: ServiceSwitches;
  /** The load balancer answers 503 to all but health and webhooks. */
  readonly maintenance: boolean;
  /** The webhook paths take requests from Stripe's published addresses alone. */
  readonly stripeIpsOnly: boolean;
  /** Where flags have requests forwarded to under a canary; `undefined` where nothing asks for it. */
  readonly canaryTargetGroup: Flags['canaryTargetGroup'];
  /** How many tasks run; `undefined` leaves it to autoscaling, within the file's bounds. */
  readonly desiredCount: Flags['desiredCount'];
  /** Every switch with the value in force, whether a flag, the file or a default gave it. */
  readonly inForce: Readonly<Record<string, string>>;
  /** The flags as they were given, to give them again: `-c name=value …`, or empty. */
  readonly given: string;
}

/** The values of the switches that the service reads, as `service/contract.ts` declares them. */
type ServiceSwitches = {
  readonly [Name in
    | 'secretsVersion'
    | 'checkout'
    | 'processing']: (typeof switchValues)[Name][number];
};

/** What stands for the number of tasks while no flag sets it. */
const byAutoscaling = 'by autoscaling';

/** Where the CDK is run. */
export interface Surroundings {
  readonly now: Date;
  /** The account of the credentials at hand (`CDK_DEFAULT_ACCOUNT`), if there are any. */
  readonly accountAtHand: string | undefined;
  /** The commit that is checked out, where that is known. */
  readonly commit?: string | undefined;
}

/** Lets the flags override the file, and reports combinations that cannot work. */
export function resolveSettings(
  name: string,
  written: Environment,
  flags: Flags,
  surroundings: Surroundings,
  faults: Faults,
): Settings {
  const file = flags.environmentFile ?? environmentFileOf(name);
  const environment = nameProject(written, flags.project, file, faults);
  checkPrefix(environment.project, name, faults);
  checkAccount(name, environment, surroundings, faults);
  const https = planHttps(environment, file, flags, faults);
  checkDeployment(environment, https, file, faults);
  const forceHttpForwarding = readEmergency(flags, surroundings.now, faults);
  const image = flags.image ?? environment.image;
  const switches = {
    secretsVersion: flags.secretsVersion ?? switchValues.secretsVersion[0],
    checkout: flags.checkout ?? switchValues.checkout[0],
    processing: flags.processing ?? switchValues.processing[0],
  };
  const maintenance = flags.maintenance === 'on';
  const stripeIpsOnly = flags.stripeIpsOnly === true;
  const { canaryTargetGroup, desiredCount } = flags;
  checkCatalogue(environment.catalogueFile, faults);
  checkDesiredCount(desiredCount, environment, file, faults);
  const flagsWithRules = { maintenance, stripeIpsOnly, forceHttpForwarding, canaryTargetGroup };
  checkFlagsWithRules(flagsWithRules, environment, https, faults);
  return {
    name,
    prefix: `${environment.project}-${name}`,
    environment,
    account: environment.account ?? surroundings.accountAtHand,
    commit: surroundings.commit ?? 'unknown',
    isNamedByFlag: environment !== written,
    https,
    forceHttpForwarding,
    image,
    switches,
    maintenance,
    stripeIpsOnly,
    canaryTargetGroup,
    desiredCount,
    inForce: {
      forceHttpForwarding: String(forceHttpForwarding !== undefined),
      forceHttpForwardingUntil: forceHttpForwarding?.until?.toISOString() ?? 'none',
      ...https.switches,
      image: image ?? 'service/Dockerfile',
      ...switches,
      maintenance: maintenance ? 'on' : 'off',
      desiredCount: desiredCount === undefined ? byAutoscaling : String(desiredCount),
      stripeIpsOnly: String(stripeIpsOnly),
      canaryTargetGroup: canaryTargetGroup ?? 'none',
    },
    given: asGiven(flags),
  };
}

/** All but those that say which environment it is, which GitHub's workflow gives by itself. */
function asGiven({
  env: _env,
  environmentFile: _file,
  project: _project,
  ...flags
}: Flags): string {
  const written = (value: unknown) =>
    value instanceof Date ? value.toISOString().replace('.000Z', 'Z') : String(value);
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `-c ${name}=${written(value)}`)
    .join(' ');
}

function readEmergency(flags: Flags, now: Date, faults: Faults): ForceHttpForwarding | undefined {
  const until = flags.forceHttpForwardingUntil;
  if (flags.forceHttpForwarding !== true) {
    if (until === undefined) return undefined;
    faults.add(
      'forceHttpForwardingUntil is given without forceHttpForwarding=true, so nothing would expire; ' +
        'give both or neither',
    );
    return undefined;
  }
  if (until !== undefined && until <= now) {
    faults.add(
      `forceHttpForwarding expired at ${until.toISOString()} and it is ${now.toISOString()}; ` +
        'deploy without it, or give forceHttpForwardingUntil a later date',
    );
  }
  return { until };
}

const projectRoot = join(__dirname, '../..');

/** The service refuses to start without it, which is later than it need be known. */
function checkCatalogue(file: string, faults: Faults): void {
  const path = join(projectRoot, file);
  const fix = `name a JSON file below catalogue/, as ${defaultCatalogueFile} is`;
  if (!existsSync(path)) {
    faults.add(`catalogueFile ${file} does not exist; ${fix}`);
    return;
  }
  try {
    JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    faults.add(`catalogueFile ${file} is no JSON; ${fix}`);
  }
}

/** The file's maximum is what the database's connections are reckoned by. */
function checkDesiredCount(
  desiredCount: number | undefined,
  { tasks }: Environment,
  file: string,
  faults: Faults,
): void {
  if (desiredCount === undefined || desiredCount <= tasks.maximum) return;
  faults.add(
    `desiredCount is ${desiredCount}, above tasks.maximum, ${tasks.maximum}; raise tasks.maximum in ` +
      `${file} first, or give at most ${tasks.maximum}`,
  );
}

/** Listener, second target group and strategy at once are more than ECS takes in one deployment. */
function checkDeployment(
  { deployment }: Environment,
  { hasListener, nextStep }: HttpsPlan,
  file: string,
  faults: Faults,
): void {
  if (deployment !== 'canary' || hasListener) return;
  faults.add(
    `deployment is canary, and there is no HTTPS listener yet whose requests could be shifted; set it to ` +
      `beforeCanary in ${file} and complete HTTPS first (${nextStep}), then deploy once more with canary`,
  );
}

interface FlagsWithRules
  extends Pick<
    Settings,
    'maintenance' | 'stripeIpsOnly' | 'forceHttpForwarding' | 'canaryTargetGroup'
  > {}

/**
 * The rules of these flags send requests past the production rule, to one target group: without an
 * HTTPS listener there is nothing to close, and under a canary ECS alone decides which has the tasks.
 */
function checkFlagsWithRules(
  flags: FlagsWithRules,
  { deployment }: Environment,
  { hasListener }: HttpsPlan,
  faults: Faults,
): void {
  const needListener = [
    flags.maintenance && 'maintenance=on',
    flags.stripeIpsOnly && 'stripeIpsOnly=true',
  ].filter((given) => given !== false);
  if (!hasListener) {
    for (const given of needListener) {
      faults.add(
        `${given} changes nothing as long as there is no HTTPS listener; deploy without it, or give ` +
          'dnsDelegated and enableAcm once the domain is delegated',
      );
    }
  }
  if (hasListener && deployment !== 'rolling') checkCanary(flags, deployment, faults);
  else if (flags.canaryTargetGroup !== undefined) {
    faults.add(
      'canaryTargetGroup changes nothing where the tasks are in one target group at all times; give it ' +
        "under deployment: 'canary' alone",
    );
  }
}

/** For hours the operator can answer for it; for months nobody does, and each canary changes it. */
function checkCanary(flags: FlagsWithRules, deployment: string, faults: Faults): void {
  const passing = [
    flags.forceHttpForwarding !== undefined && 'forceHttpForwarding=true',
    flags.maintenance && 'maintenance=on',
  ].filter((given) => given !== false);
  if (flags.stripeIpsOnly) {
    faults.add(
      `stripeIpsOnly=true contradicts deployment: '${deployment}', whose canaries move the tasks away ` +
        "from where its rules forward to; set deployment to 'rolling' in the environment file, " +
        'deploy, and give the flag then. docs/operating.md, "Going back from a canary", says what to ' +
        'look at first',
    );
  }
  if (flags.canaryTargetGroup === undefined) {
    for (const given of passing) {
      faults.add(
        `${given} under deployment: '${deployment}' must know which target group has the requests now; ` +
          'look as docs/operating.md, "Flags under a canary", says, and give -c ' +
          'canaryTargetGroup=primary or -c canaryTargetGroup=alternate',
      );
    }
  } else if (passing.length === 0) {
    faults.add(
      'canaryTargetGroup changes nothing without forceHttpForwarding=true or maintenance=on; deploy ' +
        'without it',
    );
  }
}

/** The CLI refuses the wrong account too, but only while it deploys the first stack. */
function checkAccount(
  name: string,
  environment: Environment,
  { accountAtHand }: Surroundings,
  faults: Faults,
): void {
  const { account } = environment;
  if (account === undefined || accountAtHand === undefined || account === accountAtHand) return;
  faults.add(
    `environment ${name} lives in account ${account}, but the credentials at hand are of ` +
      `${accountAtHand}; use those of ${account}, or another environment`,
  );
}
