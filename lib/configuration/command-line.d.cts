/**
 * The context flags of a command line, which of them would hold in silence for nothing, each with its
 * fix, the names of all other options, the profile among them, and the words beside them, the command
 * among these.
 */
export function readContextFlags(parameters: readonly string[]): {
  readonly flags: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
  readonly others: readonly string[];
  readonly profile: string | undefined;
  readonly words: readonly string[];
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

/** Set for the app by `npm run deploy`, which has looked at what the CDK alone does not look at. */
export const lookedFirstVariable: string;
