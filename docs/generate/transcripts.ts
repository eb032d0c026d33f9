/** Writes docs/transcripts.md by the test that holds it to what the commands print: npm run docs -- transcripts */
import { spawnSync } from 'node:child_process';

/** Names the document that a test is to write anew in place of comparing it. */
export const writeVariable = 'TOLLGATE_WRITE';
export const transcriptsFile = 'docs/transcripts.md';

/** One command, and what it printed. */
export interface Transcript {
  /** As an operator types it, what leads to the doubles left out. */
  readonly command: string;
  readonly output: string;
}

/** What belongs together, and what a reader is to know of it. */
export interface Chapter {
  readonly heading: string;
  readonly about: string;
  readonly transcripts: readonly Transcript[];
}

/** What differs from run to run, and what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/ \((?:\d+ ms|\d+\.\d s)\)$/gm, ' (… s)'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC)/g, 'TIME'],
  [/\d{4}-\d\d-\d\d/g, 'DATE'],
  [/\b\d+ days/g, 'N days'],
  [/\b((?:cs|cus|evt|pi|re|we)_(?:test_|tollgate_smoke_|tollgate_)?)[\w-]{8,}/g, '$1…'],
  [/\becs-svc\/\d+/g, 'ecs-svc/…'],
  // The suffix of names that CloudFormation makes.
  [/([0-9A-F]{8})-[A-Z0-9]{10,14}\b/g, '$1-…'],
  [/(sha256:)(\w)\2{63}/g, '$1$2$2$2$2…'],
  [/"(version|node|stripeApiVersion)":"[^"]*"/g, '"$1":"…"'],
  [/API version \S+/g, 'API version …'],
  [/\bns-\d+\.awsdns-\d+\.[a-z.]+/g, 'ns-….awsdns-…'],
];

/** The whole document. */
export function transcriptsDocument(chapters: readonly Chapter[]): string {
  return [
    '<!-- Written by `npm run docs -- transcripts`; a test holds it to what the commands print. -->',
    '# Transcripts',
    '',
    'What commands of [`npm run ops`](operating.md) print. An environment named `staging` is deployed to doubles of AWS and',
    'of Stripe, the real service runs behind them, and each command is run as it stands here, one after the other; only',
    'the options that lead to the doubles are left out. What differs from run to run (`TIME`, `DATE`, `…` in ids and for',
    'the time that a step took) is replaced.',
    ...chapters.flatMap(({ about, heading, transcripts }) => [
      '',
      `## ${heading}`,
      '',
      about,
      ...transcripts.flatMap(({ command, output }) => [
        '',
        '```console',
        `$ npm run ops -- ${command}`,
        steady(output),
        '```',
      ]),
    ]),
    '',
  ].join('\n');
}

function steady(output: string): string {
  return varying.reduce((text, [pattern, by]) => text.replace(pattern, by), output.trimEnd());
}

/** Not among those of a bare `npm run docs`: it deploys to a double of AWS, which takes minutes. */
export function writeTranscripts(project: string): void {
  const jest = [require.resolve('jest/bin/jest'), 'test/ops/transcripts.test.ts'];
  const { status } = spawnSync(process.execPath, jest, {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, [writeVariable]: transcriptsFile },
  });
  if (status !== 0) throw new Error(`${transcriptsFile} was not written; what failed is above`);
}
