/**
 * The context flags of a command line, which of them the CDK would drop in silence, each with its fix,
 * and the names of all other options.
 */
export function readContextFlags(parameters: readonly string[]): {
  readonly flags: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
  readonly others: readonly string[];
};

interface ContextFile {
  readonly path: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * The files that the CDK takes context from, the first before the others.
 * @throws Error that names the file which is no JSON
 * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
export function contextFiles(): readonly ContextFile[];

/** Ends the process with these faults, if there are any. */
export function refuse(faults: readonly string[]): void;

/** Set for the app to the parameters, a JSON array of strings. */
export const parametersVariable: string;
export const deployingVariable: string;
