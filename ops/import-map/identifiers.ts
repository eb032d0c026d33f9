import { importable } from './importable';

/** What somebody says exists already, by the option's name, such as `load-balancer`. */
export type Identifiers = Readonly<Record<string, string>>;

/** @throws ImportMapError for an identifier that cannot be one of its resource's */
export function checkForms(identifiers: Identifiers): void {
  for (const [option, identifier] of Object.entries(identifiers)) {
    const known = importable.find((each) => each.option === option);
    if (known === undefined || known.form.test(identifier)) continue;
    throw new ImportMapError(
      'identifier_malformed',
      `--${option} is ${identifier}; expected ${known.mustBe}, such as ${known.example}`,
    );
  }
}

/**
 * A listener stays with its load balancer for good; CloudFormation would import it beside another.
 * @throws ImportMapError
 */
export function checkListeners(identifiers: Identifiers): void {
  const balancer = identifiers['load-balancer']?.split(':loadbalancer/')[1];
  if (balancer === undefined) return;
  for (const option of ['http-listener', 'https-listener']) {
    const listener = identifiers[option];
    if (listener === undefined || listener.includes(`:listener/${balancer}/`)) continue;
    throw new ImportMapError(
      'identifier_differs',
      `--${option} is ${listener}, of another load balancer than --load-balancer; take it from ` +
        '`aws elbv2 describe-listeners --load-balancer-arn`',
    );
  }
}

/**
 * The name of a secret is for good, and the template says another.
 * @param name the template's
 * @throws ImportMapError
 */
export function checkSecretName(option: string, arn: string, name: unknown): void {
  // The six random characters, and the hyphen before them, are Secrets Manager's.
  const itsName = arn.split(':secret:')[1]?.slice(0, -7);
  if (itsName === name) return;
  throw new ImportMapError(
    'identifier_differs',
    `--${option} is named ${itsName}, and the stack's secret is ${name}; no secret can be renamed, so ` +
      'adopt it by its ARN under secrets in the environment file',
  );
}

/** Ends the command with what was seen and what to do. */
export class ImportMapError extends Error {
  override readonly name = 'ImportMapError';
  constructor(
    readonly code:
      | 'synthesis_failed'
      | 'identifier_malformed'
      | 'identifier_differs'
      | 'identifier_unused',
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
