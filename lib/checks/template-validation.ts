import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyValidationStack,
  type PolicyViolatingResource,
  type PolicyViolation,
} from 'aws-cdk-lib';
import { version } from 'aws-cdk-lib/package.json';

/** Emptied by `npm ci`, and written by nobody but who installed the project. */
const cacheDirectory = join(__dirname, '../../node_modules/.cache/tollgate/template-validation');

type Violations = PolicyViolation[];

/**
 * The CDK's own validation of the templates, asked once for each: its engine takes longer to load
 * than all the rest of a synth takes, and finds the same in the same template every time.
 * @see docs/decisions/synth-time.md
 */
export class TemplateValidation extends CloudFormationValidatePlugin {
  constructor(private readonly directory = cacheDirectory) {
    super();
  }

  /** The CDK's, which the engine comes with; the engine would have to be loaded to tell its own. */
  override get version(): string {
    return version;
  }

  /** The engine does not list its rules. */
  override get ruleIds(): string[] {
    return [];
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const found = new Map(context.stackTemplates.map((stack) => [stack, this.recall(stack)]));
    const changed = context.stackTemplates.filter((stack) => found.get(stack) === undefined);
    if (changed.length > 0) {
      const templatePaths = changed.map(({ templatePath }) => templatePath);
      const report = super.validate({ ...context, templatePaths, stackTemplates: changed });
      expectTemplates(report.violations, templatePaths);
      for (const stack of changed) {
        const violations = violationsIn(stack, report.violations);
        this.remember(stack, violations);
        found.set(stack, violations);
      }
    }
    const violations = [...found].flatMap(([{ templatePath }, each = []]) =>
      withResources(each, (resource) => [{ ...resource, templatePath }]),
    );
    return {
      violations,
      success: violations.every(({ severity }) => severity !== 'error' && severity !== 'fatal'),
    };
  }

  /** What was found in this very template, or undefined if nobody has looked. */
  private recall(stack: PolicyValidationStack): Violations | undefined {
    try {
      return JSON.parse(readFileSync(this.fileOf(stack), 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all, because other synths may be under way. */
  private remember(stack: PolicyValidationStack, violations: Violations): void {
    const file = this.fileOf(stack);
    const unfinished = `${file}.${process.pid}`;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(unfinished, JSON.stringify(violations));
      renameSync(unfinished, file);
    } catch {
      // Where nothing can be written, every synth validates.
    }
  }

  private fileOf({ stackConstructPath, templatePath, accountId, region }: PolicyValidationStack) {
    const template = readFileSync(templatePath, 'utf8');
    const asked = JSON.stringify([version, stackConstructPath, accountId, region, template]);
    return join(this.directory, `${createHash('sha256').update(asked).digest('hex')}.json`);
  }
}

/** What is of no template that was asked about would be remembered for none, and be lost. */
function expectTemplates(violations: Violations, templatePaths: readonly string[]): void {
  for (const { description, ruleName, violatingResources } of violations) {
    const paths = violatingResources.map(({ templatePath }) => templatePath);
    if (paths.length > 0 && paths.every((path) => templatePaths.includes(path ?? ''))) continue;
    throw new Error(
      `the CDK's validation reports ${ruleName} (${description}) of ${paths.join(', ') || 'no template'}; ` +
        `expected one of ${templatePaths.join(', ')}. Until lib/checks/template-validation.ts can place it, take ` +
        'TemplateValidation out of bin/app.ts: the CDK then validates without it',
    );
  }
}

/** Those of one template, and without its path: another synth may write it elsewhere. */
const violationsIn = (stack: PolicyValidationStack, violations: Violations) =>
  withResources(violations, ({ templatePath, ...resource }) =>
    templatePath === stack.templatePath ? [resource] : [],
  );

function withResources(
  violations: Violations,
  change: (resource: PolicyViolatingResource) => PolicyViolatingResource[],
): Violations {
  return violations
    .map((each) => ({ ...each, violatingResources: each.violatingResources.flatMap(change) }))
    .filter(({ violatingResources }) => violatingResources.length > 0);
}
