import { ConfigurationError } from '../configuration/faults';

/** What went wrong: our own faults as a list, anything else as it is. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof ConfigurationError)) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { faults } = error;
  const heading =
    faults.length === 1 ? 'Not synthesised:' : `Not synthesised, ${faults.length} faults:`;
  return [heading, ...faults.map((fault) => `  - ${fault}`)].join('\n');
}
