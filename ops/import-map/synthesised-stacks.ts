import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ImportMapError } from './identifiers';

/** What of a template the mapping is made from. */
export interface SynthesisedStack {
  readonly stackName: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

const project = resolve(__dirname, '../..');

/**
 * Synthesises an environment as a deploy would; needs no account.
 * @param parameters of `npm run synth`, such as `-c env=prod`
 * @throws ImportMapError with what the synthesis printed
 */
export async function synthesisedStacks(
  parameters: readonly string[],
): Promise<readonly SynthesisedStack[]> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-import-map-'));
  try {
    const command = ['bin/synth.cjs', ...parameters, '--output', directory];
    await promisify(execFile)(process.execPath, command, { cwd: project });
    return stacksIn(directory);
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new ImportMapError(
      'synthesis_failed',
      `the environment cannot be synthesised; repair what is named here and try again:\n${printed || error}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Reads the templates of an assembly that was made with the paths of its constructs. */
export const stacksIn = (directory: string): readonly SynthesisedStack[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => ({
      stackName: file.replace('.template.json', ''),
      resources: JSON.parse(readFileSync(join(directory, file), 'utf8')).Resources,
    }));
