import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { theEnvironment } from '../command';
import { ImportMapError } from '../import-map/identifiers';
import { importMap } from '../import-map/import-map';
import { importable } from '../import-map/importable';
import { synthesisedStacks } from '../import-map/synthesised-stacks';
import { printJson, printProgress } from '../terminal/output';

type Options = Readonly<Record<string, string | undefined>> & {
  readonly env: string;
  readonly environmentFile?: string;
  readonly out?: string;
};

/** `import-map`: the resource mapping for `cdk import`, progress and remarks to standard error. */
export function addImportMap(ops: Command): void {
  const command = ops
    .command('import-map')
    .description('writes the resource mapping that `cdk import` takes existing resources over with')
    .requiredOption(...theEnvironment)
    .option('--environment-file <path>', 'its file, when it is not one of lib/environments')
    .option('--out <file>', 'where to write the mapping; standard output otherwise');
  for (const [option, { example, mustBe }] of optionsOfResources()) {
    command.option(`--${option} <identifier>`, `${mustBe}, such as ${example}`);
  }
  command.action(async (options: Options) => {
    try {
      await run(options);
    } catch (error) {
      if (!(error instanceof ImportMapError)) throw error;
      printProgress(error.message);
      process.exitCode = 1;
    }
  });
}

const optionsOfResources = () => new Map(importable.map((each) => [each.option, each]));

/** Commander's name of an option's value: `stripeSecretKey` for `--stripe-secret-key`. */
const camelCase = (option: string) =>
  option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

async function run(options: Options): Promise<void> {
  const { env, environmentFile, out } = options;
  const context = [
    ...['-c', `env=${env}`],
    ...(environmentFile === undefined ? [] : ['-c', `environmentFile=${environmentFile}`]),
  ];
  const given = [...optionsOfResources().keys()].flatMap((option) => {
    const identifier = options[camelCase(option)];
    return identifier === undefined ? [] : [[option, identifier] as const];
  });
  printProgress(`synthesising ${env} …`);
  const { beforeDeploy, mapping, remarks, stackNames } = importMap(
    await synthesisedStacks(context),
    Object.fromEntries(given),
  );
  for (const remark of remarks) printProgress(`  ${remark}`);
  if (out === undefined) printJson(mapping);
  else writeFileSync(out, `${JSON.stringify(mapping, null, 2)}\n`);
  const file = out ?? 'mapping.json';
  printProgress(
    `Take out of ${file} what is not to be imported and replace what stands in <…>. Then import stack ` +
      "by stack (the CDK warns of the other stacks' entries), and deploy:",
  );
  for (const stack of stackNames) {
    printCommand(['import', stack, ...context, '--resource-mapping', file]);
  }
  for (const step of beforeDeploy) printProgress(`  ${step}`);
  printCommand(['deploy', '--all', ...context]);
}

const printCommand = (parameters: readonly string[]) =>
  printProgress(`  npx cdk ${parameters.join(' ')}`);
