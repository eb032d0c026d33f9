import { placeholdersOf } from '../configuration/environment-file/rules/environment';
import type { Settings } from '../configuration/settings';
import type { EnvironmentStacks } from '../stacks/environment-stacks';

/** What a person should know of what was synthesised: what is where, and what is out of the usual. */
export function describe(tollgate: EnvironmentStacks): string {
  const { settings } = tollgate;
  const { environment, https, inForce } = settings;
  const placeholders = placeholdersOf(environment);
  const lines = [
    `${settings.prefix}: account ${environment.account ?? 'of whatever credentials deploy it'}, ` +
      `region ${environment.region}, Stripe in ${environment.stripeMode} mode`,
    `  ${tollgate.network.stackName}     VPC in ${environment.availabilityZones.join(', ')}` +
      (https.hasZone ? ', hosted zone' : ''),
    `  ${tollgate.data.stackName}        ${environment.externalDatabase === undefined ? 'Aurora PostgreSQL' : 'a database of your own'}, secrets, SNS topics`,
    `  ${tollgate.service.stackName}     load balancer, listeners, Fargate service`,
    `  ${tollgate.monitoring.stackName}  dashboard, alarms`,
    `  flags in force: ${Object.entries(inForce)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
  ];
  if (https.nextStep !== undefined) {
    lines.push(`  no HTTPS listener in this deploy. Next step: ${https.nextStep}`);
    if (environment.frontEnd !== undefined) lines.push('  frontEnd waits for the HTTPS listener');
  }
  if (tollgate.deployRole !== undefined) {
    lines.push(`  ${tollgate.deployRole.stackName} the role that GitHub Actions deploys with`);
  }
  const unprotected = tollgate.protectedLater.map((name) => name.slice(settings.prefix.length + 1));
  if (unprotected.length > 0) {
    lines.push(
      `  ${unprotected.join(', ')}: not protected from deletion yet, so that a first deploy that fails can ` +
        'be repeated. `npm run deploy` protects what stands; so does the next deploy by the CDK alone.',
    );
  }
  if (settings.isNamedByFlag) {
    lines.push(
      `WARNING: project=${environment.project} is given as a flag; without it other stacks are built. ` +
        'Where people deploy too, write project into the environment file.',
    );
  }
  if (https.fromFlags.length > 0) {
    lines.push(
      `WARNING: ${https.fromFlags.join(', ')} given as flags hold for this run only; the next deploy ` +
        'without them goes by the environment file. Set them there, under https, to make them last.',
    );
  }
  if (placeholders.length > 0) {
    lines.push(
      `WARNING: example.com still stands in ${placeholders.join(', ')}; no account takes it.`,
    );
  }
  if (environment.account === undefined) {
    lines.push('WARNING: no account is configured, so nothing ties this environment to one.');
  }
  if (environment.loadBalancer?.takesWholeHost) {
    lines.push(
      `WARNING: all requests for ${environment.domainName} in the adopted listeners are Tollgate's from now on, ` +
        'whatever their path. If something else answers on this host, leave loadBalancer.takesWholeHost out.',
    );
  }
  if (environment.beforeLaunch) {
    lines.push(
      'WARNING: beforeLaunch is true: this production takes test cards, and credits what nobody has paid. ' +
        'Before it opens, set beforeLaunch to false and stripeMode to live, and store the live keys.',
    );
  }
  if (environment.publicBaseUrl === undefined) {
    lines.push(
      `WARNING: publicBaseUrl is not set: a buyer whose checkout names no page returns to ` +
        `https://${environment.domainName}${environment.successPath}, ${whatIsThere(environment)}`,
    );
  }
  if (environment.production && environment.alarmEmails.length === 0) {
    lines.push(
      'WARNING: alarmEmails is empty in production, so nobody hears of an alarm; name those who are ' +
        'to get a mail.',
    );
  }
  if (environment.production && environment.quietHours === 0) {
    lines.push(
      'WARNING: quietHours is 0 in production, so nobody hears of it when events stop coming. Once ' +
        'events usually arrive, set it to more hours than the quietest night has.',
    );
  }
  if (settings.image !== undefined && !stays(settings.image)) {
    lines.push(
      `WARNING: image ${settings.image} is pinned by tag, and a tag can move; use a digest.`,
    );
  }
  if (environment.deployment !== 'rolling' && https.hasListener) {
    lines.push(
      `  deployment: ${environment.deployment}. Before it is set to ` +
        `${environment.deployment === 'canary' ? 'rolling or beforeCanary' : 'rolling'}, docs/operating.md, ` +
        '"Going back from a canary": requests could be left without a task',
    );
  }
  lines.push(...passingWarnings(settings));
  if (settings.forceHttpForwarding !== undefined) lines.push(emergencyWarning(tollgate));
  return lines.join('\n');
}

/** What answers a buyer who comes back, for want of a page. */
function whatIsThere({ loadBalancer, successPath }: EnvironmentStacks['settings']['environment']) {
  if (loadBalancer !== undefined && !loadBalancer.takesWholeHost) {
    return 'where whatever else is on this host answers.';
  }
  return successPath === '/'
    ? 'where the service says what it is, and nothing of the purchase.'
    : 'which the service answers with 404.';
}

/** A digest says what is in it, and so does the tag of an image that the CDK has built. */
const stays = (image: string) => /@sha256:|\/cdk-\w+-container-assets-[\w-]+:/.test(image);

/** What a flag holds that is not the usual state; unlike the emergency's, none of them expires. */
function passingWarnings({
  canaryTargetGroup,
  desiredCount,
  inForce,
  maintenance,
  stripeIpsOnly,
  switches,
  environment,
}: Settings) {
  const effects = {
    checkout: switches.checkout === 'off' && 'new checkouts are answered with 503.',
    processing: switches.processing === 'paused' && 'events are recorded and none is handled.',
    secretsVersion:
      switches.secretsVersion === 'previous' &&
      'it is of all three secrets. One that was stored once goes back to its generated placeholder, ' +
        'with which nothing is sold; if one has no previous version, no task starts and ECS rolls back.',
    maintenance: maintenance && 'all but health and webhooks is answered with 503.',
    desiredCount:
      desiredCount !== undefined &&
      (desiredCount === 0
        ? 'no task runs, and nothing is answered.'
        : `autoscaling is held there; without it, ${environment.tasks.minimum} to ` +
          `${environment.tasks.maximum} tasks run.`),
    canaryTargetGroup:
      canaryTargetGroup !== undefined &&
      'rules forward there, and a canary would move the tasks away: deploy nothing that begins one.',
    stripeIpsOnly: stripeIpsOnly && 'webhooks from addresses that Stripe adds later are refused.',
  };
  return Object.entries(effects).flatMap(([flag, effect]) =>
    effect === false
      ? []
      : `WARNING: ${flag}=${inForce[flag]} is in force until a deploy without it: ${effect}`,
  );
}

function emergencyWarning({ settings }: EnvironmentStacks): string {
  const until = settings.forceHttpForwarding?.until?.toISOString();
  return (
    `WARNING: forceHttpForwarding is ON. Port 80 forwards ${settings.environment.webhookPaths.join(', ')} ` +
    'and the health path without TLS. ' +
    (until === undefined
      ? 'It has no expiry: give forceHttpForwardingUntil, or deploy without it as soon as HTTPS works.'
      : `From ${until} synth refuses it.`)
  );
}
