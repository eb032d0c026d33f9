import type { Environment } from './environment-file/schema';
import type { Faults } from './faults';
import type { Flags } from './flags';

/** How far an environment is on its way to HTTPS. */
export interface HttpsPlan {
  /** `enableRoute53`: the hosted zone and the alias record exist. */
  readonly hasZone: boolean;
  /** `enableAcm` with `waitForCertificateValidation`: the certificate is created or adopted. */
  readonly hasCertificate: boolean;
  /** The HTTPS listener exists, with that certificate or, if it is adopted, with its own. */
  readonly hasListener: boolean;
  /** What to do next, in words; `undefined` when HTTPS is complete. */
  readonly nextStep: string | undefined;
  /** The switches that a flag overrides, in this run and no other. */
  readonly fromFlags: readonly (keyof Switches)[];
  /** The four switches with the values in force. */
  readonly switches: Readonly<Record<keyof Switches, string>>;
}

/** The steps in their order; `docs/decisions/https-in-steps.md` says why they are four. */
type Switches = Pick<
  Environment['https'],
  'enableRoute53' | 'dnsDelegated' | 'enableAcm' | 'waitForCertificateValidation'
>;

const switchNames = [
  'enableRoute53',
  'dnsDelegated',
  'enableAcm',
  'waitForCertificateValidation',
] as const satisfies readonly (keyof Switches)[];

/**
 * Decides which parts of HTTPS this deploy may have. CloudFormation waits for a certificate as long
 * as its DNS validation is pending, so it may only be asked for once the zone can be resolved.
 * @param file where the environment is written: what is to last is set there, as no flag lasts
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
 */
export function planHttps(
  environment: Environment,
  file: string,
  flags: Flags,
  faults: Faults,
): HttpsPlan {
  const { https } = environment;
  const step = stepsIn(file, environment);
  const switches: Switches = {
    enableRoute53: flags.enableRoute53 ?? https.enableRoute53,
    dnsDelegated: flags.dnsDelegated ?? https.dnsDelegated,
    enableAcm: flags.enableAcm ?? https.enableAcm,
    waitForCertificateValidation:
      flags.waitForCertificateValidation ?? https.waitForCertificateValidation,
  };
  const { enableRoute53, dnsDelegated, enableAcm, waitForCertificateValidation } = switches;
  refuseTakingAway(environment, file, flags, faults);
  const adopted = https.certificateArn !== undefined;
  if (dnsDelegated && !enableRoute53) {
    faults.add(
      'dnsDelegated is true but enableRoute53 is false, so there is no zone to delegate to. ' +
        `Next step: ${step.makeZone}`,
    );
  }
  if (enableAcm && waitForCertificateValidation && !dnsDelegated && !adopted) {
    faults.add(
      'enableAcm is true but dnsDelegated is false: the deploy would wait for a certificate that ' +
        `nobody can validate. Next step: ${enableRoute53 ? step.delegate : step.makeZone}`,
    );
  }
  const hasCertificate = enableAcm && waitForCertificateValidation;
  const hasListener = hasCertificate || environment.loadBalancer?.httpsListenerArn !== undefined;
  return {
    hasZone: enableRoute53,
    hasCertificate,
    hasListener,
    nextStep: hasListener ? undefined : nextStep(switches, step, adopted),
    fromFlags: switchNames.filter((name) => flags[name] !== undefined),
    switches: {
      enableRoute53: String(enableRoute53),
      dnsDelegated: String(dnsDelegated),
      enableAcm: String(enableAcm),
      waitForCertificateValidation: String(waitForCertificateValidation),
    },
  };
}

/** What a flag takes away for one deploy is gone: the listener and the certificate that it presents. */
function refuseTakingAway(
  { domainName, https, production }: Environment,
  file: string,
  flags: Flags,
  faults: Faults,
): void {
  const isLive = production && https.enableAcm && https.waitForCertificateValidation;
  if (!isLive) return;
  for (const name of switchNames.filter((each) => https[each] && flags[each] === false)) {
    faults.add(
      `${name}=false would take HTTPS away from ${domainName}, in production, and with it every webhook and ` +
        `sale; deploy without the flag. If it is to go for good, set https.${name} to false in ${file}`,
    );
  }
}

function nextStep(switches: Switches, step: Steps, adopted: boolean): string {
  const { enableRoute53, dnsDelegated, enableAcm } = switches;
  if (!dnsDelegated && !adopted) return enableRoute53 ? step.delegate : step.makeZone;
  return enableAcm ? step.awaitCertificate : step.makeCertificate;
}

type Steps = ReturnType<typeof stepsIn>;

function stepsIn(file: string, { domainName, https }: Environment) {
  const set = (...names: (keyof Switches)[]) =>
    `set ${names.map((name) => `https.${name}`).join(' and ')} to true in ${file} and deploy again`;
  const zone = https.hostedZone;
  const [nameServers, zoneName] =
    zone === undefined
      ? ['output NameServers of the network stack', domainName]
      : [`\`aws route53 get-hosted-zone --id ${zone.id}\` lists them`, zone.name];
  return {
    makeZone: `${set('enableRoute53')}, for the hosted zone`,
    delegate:
      `delegate the hosted zone's name servers (${nameServers}) at the parent domain; when ` +
      `\`dig NS ${zoneName}\` answers with them, ${set('dnsDelegated', 'enableAcm')}`,
    makeCertificate: set('enableAcm'),
    awaitCertificate: set('waitForCertificateValidation'),
  };
}
