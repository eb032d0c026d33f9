import type { Environment } from './environments/schema';
import type { Faults } from './faults';

/** What single properties cannot show: they must fit the name and one another. */
export function checkEnvironment(name: string, environment: Environment, faults: Faults): void {
  const { account, availabilityZones, domainName, https, region, stripeMode, tasks } = environment;
  const { production } = environment;
  const refuse = (text: string) => faults.add(`environment ${name}: ${text}`);
  const namedForProduction = name === 'prod' || name === 'production';
  if (
    namedForProduction !== production &&
    (namedForProduction || ['dev', 'staging'].includes(name))
  ) {
    refuse(
      `production is ${production}; expected ${namedForProduction} for an environment of this name`,
    );
  }
  if ((stripeMode === 'live') !== production) {
    refuse(
      `stripeMode is ${stripeMode} and production is ${production}; real money moves in production ` +
        `and nowhere else, so set stripeMode to ${production ? 'live' : 'test'}`,
    );
  }
  for (const zone of availabilityZones.filter((zone) => zone.slice(0, -1) !== region)) {
    refuse(
      `availabilityZones names ${zone}, which is not in region ${region}; name zones of ${region}`,
    );
  }
  if (tasks.maximum < tasks.minimum) {
    refuse(`tasks.maximum is ${tasks.maximum}, below tasks.minimum, ${tasks.minimum}; raise it`);
  }
  const mostMemory = Math.min(8 * tasks.cpuUnits, 30_720);
  const isWhole = tasks.memoryMiB % 1024 === 0 || tasks.memoryMiB === 512;
  if (!isWhole || tasks.memoryMiB < 2 * tasks.cpuUnits || tasks.memoryMiB > mostMemory) {
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
    refuse(
      `tasks.memoryMiB is ${tasks.memoryMiB}; Fargate gives ${tasks.cpuUnits} CPU units from ` +
        `${2 * tasks.cpuUnits} to ${mostMemory} MiB, in steps of 1,024`,
    );
  }
  const { minimumCapacityUnits, maximumCapacityUnits } = environment.database;
  if (maximumCapacityUnits < minimumCapacityUnits) {
    refuse(
      `database.maximumCapacityUnits is ${maximumCapacityUnits}, below database.minimumCapacityUnits, ` +
        `${minimumCapacityUnits}; raise it`,
    );
  }
  const zone = https.hostedZone?.name;
  if (zone !== undefined && domainName !== zone && !domainName.endsWith(`.${zone}`)) {
    refuse(
      `domainName is ${domainName}, outside of https.hostedZone.name, ${zone}; adopt the zone of the domain`,
    );
  }
  const { encryptionKeyArn, ...secrets } = environment.secrets;
  for (const [property, arn] of Object.entries(secrets)) {
    checkSecretArn(`secrets.${property}`, arn, environment, refuse);
  }
  checkHome('secrets.encryptionKeyArn', encryptionKeyArn, environment, refuse);
  checkHome('https.certificateArn', https.certificateArn, environment, refuse);
  if (account === undefined) return;
  const placeholders = placeholdersOf(environment);
  if (placeholders.length > 0) {
    refuse(
      `account is ${account}, but ${placeholders.join(', ')} still say example.com; ` +
        'put in your own names before anything is deployed',
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
function checkSecretArn(
  property: string,
  arn: string,
  home: Home,
  refuse: (text: string) => void,
): void {
  if (!/-[A-Za-z0-9]{6}$/.test(arn) || /-(webhook|token)-secret$/.test(arn)) {
    refuse(
      `${property} is ${arn}, which is partial: it lacks the hyphen and six random characters that ` +
        'Secrets Manager appends, and ECS may refuse it; copy the complete one from ' +
        '`aws secretsmanager describe-secret`',
    );
  }
  checkHome(property, arn, home, refuse);
}

function checkHome(
  property: string,
  arn: string | undefined,
  home: Home,
  refuse: (text: string) => void,
): void {
  if (arn === undefined) return;
  const [, , , region, account] = arn.split(':');
  const elsewhere = region !== home.region || (home.account ?? account) !== account;
  if (!elsewhere) return;
  refuse(
    `${property} is of account ${account}, region ${region}; expected the environment's own, ` +
      `${home.account ?? 'any account'}, ${home.region}`,
  );
}

/** The properties that nobody has filled in yet: they name example.com, which is nobody's. */
export function placeholdersOf(environment: Environment): readonly string[] {
  const named = [
    ['domainName', environment.domainName],
    ...environment.allowedOrigins.map((origin) => ['allowedOrigins', origin] as const),
  ] as const;
  const unfilled = named.filter(([, value]) => /(^|[./])example\.(com|net|org)$/.test(value));
  return [...new Set(unfilled.map(([property]) => property))];
}
