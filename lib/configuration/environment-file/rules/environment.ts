import type { Faults, Refuse } from '../../faults';
import type { Environment } from '../schema';
import { checkAdoption, checkHome } from './adoption';
import { checkAuthority } from './authorities';
import { checkFrontEnd } from './front-end';
import { checkTaskSize } from './task-size';

/**
 * What single properties cannot show: they must fit the name and one another.
 * @param written the file's own properties, before defaults were filled in
 */
export function checkEnvironment(
  name: string,
  environment: Environment,
  written: object,
  faults: Faults,
): void {
  const refuse: Refuse = (text) => faults.add(`environment ${name}: ${text}`);
  checkName(name, environment, refuse);
  checkEventSource(environment, refuse);
  checkZones(environment, refuse);
  checkAuthority(environment, refuse);
  checkNat(environment, refuse);
  checkDomainLength(environment, refuse);
  checkOrigins(environment, refuse);
  checkAddresses(environment, refuse);
  checkTaskSize('tasks', environment.tasks, refuse);
  checkSpot(environment, refuse);
  checkBounds(environment, refuse);
  checkAdoption(environment, written, refuse);
  checkFrontEnd(environment, refuse);
  checkCatalogueKey(environment, refuse);
  checkPlaceholders(environment, refuse);
}

function checkName(
  name: string,
  { beforeLaunch, production, stripeMode }: Environment,
  refuse: Refuse,
): void {
  const namedForProduction = name === 'prod' || name === 'production';
  if (
    namedForProduction !== production &&
    (namedForProduction || ['dev', 'staging'].includes(name))
  ) {
    refuse(
      `production is ${production}; expected ${namedForProduction} for an environment of this name`,
    );
  }
  if (beforeLaunch && !production) {
    refuse('beforeLaunch is true and production is false, which is opened to nobody; leave it out');
  }
  const isLive = production && !beforeLaunch;
  if ((stripeMode === 'live') !== isLive) {
    refuse(
      `stripeMode is ${stripeMode} and production is ${production}${beforeLaunch ? ', before its launch' : ''}; ` +
        `real money moves in production and nowhere else, so set stripeMode to ${isLive ? 'live' : 'test'}` +
        (isLive ? ', or beforeLaunch to true as long as nobody buys here' : ''),
    );
  }
}

/** Stripe gives the destinations of its test mode names of their own. */
function checkEventSource({ stripeEventSource, stripeMode }: Environment, refuse: Refuse): void {
  if (stripeEventSource === undefined) return;
  const mode = stripeEventSource.includes('/ed_test_') ? 'test' : 'live';
  if (mode === stripeMode) return;
  refuse(
    `stripeEventSource is ${stripeEventSource}, a destination of Stripe's ${mode} mode, and stripeMode is ` +
      `${stripeMode}; name the source of a destination that was made in ${stripeMode} mode`,
  );
}

function checkZones({ availabilityZones, region }: Environment, refuse: Refuse): void {
  for (const zone of availabilityZones.filter((zone) => zone.slice(0, -1) !== region)) {
    refuse(
      `availabilityZones names ${zone}, which is not in region ${region}; name zones of ${region}`,
    );
  }
}

function checkNat({ nat, production }: Environment, refuse: Refuse): void {
  if (nat !== 'none' || !production) return;
  refuse(
    'nat is none in production, so that the tasks that move real money would have public ' +
      'addresses; set nat to single, perZone or regional',
  );
}

/**
 * ACM refuses a certificate whose first name is longer.
 * @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
 */
const certificateNameMax = 64;

function checkDomainLength({ domainName, https, loadBalancer }: Environment, refuse: Refuse): void {
  const isAdopted = (https.certificateArn ?? loadBalancer?.httpsListenerArn) !== undefined;
  if (isAdopted || domainName.length <= certificateNameMax) return;
  refuse(
    `domainName has ${domainName.length} characters, and a certificate is made for ${certificateNameMax} at ` +
      'most; give a shorter one, or adopt a certificate as https.certificateArn',
  );
}

/** The service asks the same when it starts, which is later than it need be known. */
function checkAddresses(environment: Environment, refuse: Refuse): void {
  const { allowedOrigins, jwtJwksUrl, publicBaseUrl } = environment;
  for (const origin of allowedOrigins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    refuse(
      `allowedOrigins names ${origin}, which no browser sends as an origin; give a host that can be, and ` +
        'a port from 1 to 65535',
    );
  }
  for (const [property, url] of Object.entries({ jwtJwksUrl, publicBaseUrl })) {
    if (url === undefined || URL.canParse(url)) continue;
    refuse(
      `${property} is ${url}, which is no URL; give a host that can be, and a port from 1 to 65535`,
    );
  }
}

/** Whoever stands between such a page and its reader could have it call and read what it likes. */
function checkOrigins({ allowedOrigins, production }: Environment, refuse: Refuse): void {
  if (!production) return;
  for (const origin of allowedOrigins.filter((origin) => origin.startsWith('http://'))) {
    refuse(
      `allowedOrigins names ${origin} in production, whose pages can be changed on their way; name ` +
        'origins that begin with https://',
    );
  }
}

function checkSpot({ production, tasks }: Environment, refuse: Refuse): void {
  if (!tasks.spot || !production) return;
  refuse(
    'tasks.spot is true in production, where AWS could stop every task at once and have no other; leave it ' +
      'out',
  );
}

function checkBounds({ database, production, tasks }: Environment, refuse: Refuse): void {
  if (tasks.maximum < tasks.minimum) {
    refuse(`tasks.maximum is ${tasks.maximum}, below tasks.minimum, ${tasks.minimum}; raise it`);
  }
  const { minimumCapacityUnits, maximumCapacityUnits } = database;
  if (production && minimumCapacityUnits === 0) {
    refuse(
      'database.minimumCapacityUnits is 0 in production, where the first buyer after a quiet hour would ' +
        'find the database asleep; give 0.5 or more',
    );
  }
  if (maximumCapacityUnits < minimumCapacityUnits) {
    refuse(
      `database.maximumCapacityUnits is ${maximumCapacityUnits}, below database.minimumCapacityUnits, ` +
        `${minimumCapacityUnits}; raise it`,
    );
  }
}

function checkCatalogueKey(environment: Environment, refuse: Refuse): void {
  const { catalogueKeyArn, variables } = environment;
  checkHome('catalogueKeyArn', catalogueKeyArn, environment, refuse);
  if (catalogueKeyArn === undefined || variables?.CATALOGUE_ARN !== undefined) return;
  refuse(
    'catalogueKeyArn is given, but the catalogue is in the image, where nothing is to decrypt; give ' +
      'variables.CATALOGUE_ARN too, or leave it out',
  );
}

function checkPlaceholders(environment: Environment, refuse: Refuse): void {
  const placeholders = placeholdersOf(environment);
  if (environment.account === undefined || placeholders.length === 0) return;
  refuse(
    `account is ${environment.account}, but example.com still stands in ${placeholders.join(', ')}; ` +
      'put in your own names before anything is deployed',
  );
}

/** The properties that nobody has filled in yet: they name example.com, which is nobody's. */
export function placeholdersOf(environment: Environment): readonly string[] {
  const unfilled = Object.entries(environment).filter(([, value]) => namesNobody(value));
  return unfilled.map(([property]) => property);
}

function namesNobody(value: unknown): boolean {
  if (typeof value === 'string') return /(^|[./@])example\.(com|net|org)(?![\w.-])/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(namesNobody);
}
