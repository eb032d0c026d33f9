import {
  checkForms,
  checkListeners,
  checkSecretName,
  type Identifiers,
  ImportMapError,
} from './identifiers';
import { type Importable, importable } from './importable';
import type { SynthesisedStack, TemplateResource } from './synthesised-stacks';

/** A mapping for `cdk import --resource-mapping`, and what a person should know of it. */
interface ImportMap {
  /** By logical id; for a resource that was not named, a placeholder in pointed brackets. */
  readonly mapping: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The stacks in the order in which they must be imported. */
  readonly stackNames: readonly string[];
  readonly remarks: readonly string[];
  /** What to do by hand between the imports and the deploy that follows. */
  readonly beforeDeploy: readonly string[];
}

/** An importable resource where a stack has it. */
interface Located {
  readonly each: Importable;
  readonly stack: SynthesisedStack;
  readonly logicalId: string;
  readonly resource: TemplateResource;
}

interface LeftOut extends Located {
  /** Completes "… is left out: ". */
  readonly why: string;
}

/**
 * Maps the logical ids of existing resources to what they are known by. What CloudFormation would
 * refuse is left out: it takes no template with a reference to nothing.
 * @param identifiers by the option's name, such as `load-balancer`
 * @throws ImportMapError for an identifier that is malformed, contradicts the template or another
 *   identifier, or is of a resource that cannot be imported
 */
export function importMap(
  stacks: readonly SynthesisedStack[],
  identifiers: Identifiers,
): ImportMap {
  checkForms(identifiers);
  checkListeners(identifiers);
  const located = importable.flatMap((each) => locate(stacks, each) ?? []);
  const { leftOut, taken } = sift(located);
  checkUse(identifiers, taken, leftOut);
  for (const { each, resource } of taken.filter(isSecret)) {
    const arn = identifiers[each.option];
    if (arn !== undefined) checkSecretName(each.option, arn, resource.Properties?.Name);
  }
  const mapping = taken.map(({ each, logicalId }) => [
    logicalId,
    { [each.key]: identifiers[each.option] ?? placeholder(each) },
  ]);
  return {
    mapping: Object.fromEntries(mapping),
    stackNames: ['network', 'data', 'service'].flatMap(
      (kind) => taken.find(({ each }) => each.stack === kind)?.stack.stackName ?? [],
    ),
    remarks: remarksOn(taken, leftOut, identifiers),
    beforeDeploy: taken.filter(isZone).map(({ resource }) => {
      const domainName = String(resource.Properties?.Name).replace(/\.$/, '');
      return (
        `delete the A record of ${domainName}, if the zone has one: the deploy creates it, and Route 53 ` +
        'takes no second one'
      );
    }),
  };
}

const placeholder = ({ option }: Importable) => `<${option}>`;

const isSecret = ({ resource }: Located) => resource.Type === 'AWS::SecretsManager::Secret';

const isZone = ({ resource }: Located) => resource.Type === 'AWS::Route53::HostedZone';

function locate(stacks: readonly SynthesisedStack[], each: Importable): Located | undefined {
  for (const stack of stacks.filter(({ stackName }) => stackName.endsWith(`-${each.stack}`))) {
    const wanted = `${stack.stackName}/${each.path}`;
    const found = Object.entries(stack.resources).find(
      ([, { Metadata }]) => Metadata?.['aws:cdk:path'] === wanted,
    );
    if (found !== undefined) return { each, stack, logicalId: found[0], resource: found[1] };
  }
  return undefined;
}

/** Without one resource, those that refer to it cannot be imported either; hence the rounds. */
function sift(located: readonly Located[]) {
  let taken = located;
  const leftOut: LeftOut[] = [];
  for (;;) {
    const ids = taken.map(({ logicalId }) => logicalId);
    const hindered = taken.flatMap((one) => {
      const why = hindrance(one, ids);
      return why === undefined ? [] : [{ ...one, why }];
    });
    if (hindered.length === 0) return { taken, leftOut };
    leftOut.push(...hindered);
    taken = taken.filter(({ each }) => !hindered.some((other) => other.each === each));
  }
}

/** Why one cannot be imported together with `ids`, and what to do. */
function hindrance(one: Located, ids: readonly string[]): string | undefined {
  const [otherStack] = stacksReferredTo(one.resource);
  if (otherStack !== undefined) {
    return (
      `it would be in the VPC that ${otherStack} creates, and what exists is in another; name that one ` +
      'as vpc in the environment file'
    );
  }
  const missing = referencesIn(one).filter((id) => !ids.includes(id));
  if (missing.length > 0) {
    return (
      `it refers to ${missing.join(', ')}, which cannot be imported; adopt that by reference in the ` +
      'environment file'
    );
  }
  if (one.resource.Properties?.GenerateSecretString !== undefined) {
    return (
      'CloudFormation could put a generated value over the one in use; name it under secrets.imported ' +
      'in the environment file, or adopt it by reference'
    );
  }
  return undefined;
}

/** An output of another stack is not there yet while stacks are imported. */
const stacksReferredTo = ({ Properties }: TemplateResource): readonly string[] =>
  [
    ...JSON.stringify(Properties ?? {}).matchAll(
      /"Fn::GetStackOutput":\{[^}]*"StackName":"([^"]+)"/g,
    ),
  ].map(([, stackName]) => stackName ?? '');

/** The resources of the same template that one refers to. */
function referencesIn({ resource, stack }: Located): readonly string[] {
  const named = [
    ...[resource.DependsOn ?? []].flat(),
    ...JSON.stringify(resource.Properties ?? {}).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g),
  ].map((each) => (typeof each === 'string' ? each : (each[1] ?? '')));
  return [...new Set(named)].filter((id) => Object.hasOwn(stack.resources, id));
}

function checkUse(
  identifiers: Identifiers,
  taken: readonly Located[],
  leftOut: readonly LeftOut[],
): void {
  for (const option of Object.keys(identifiers)) {
    if (taken.some(({ each }) => each.option === option)) continue;
    const why = leftOut.find(({ each }) => each.option === option)?.why;
    throw new ImportMapError(
      'identifier_unused',
      `--${option} is given, but ` +
        (why ??
          'no stack of the environment creates that resource; take the option out, or let the ' +
            'environment file create it (see docs/environment-file.md)'),
    );
  }
}

function remarksOn(
  taken: readonly Located[],
  leftOut: readonly LeftOut[],
  identifiers: Identifiers,
): readonly string[] {
  const isLocated = (each: Importable) =>
    [...taken, ...leftOut].some((located) => located.each === each);
  return [
    ...taken.map(({ each, logicalId }) => {
      const given = identifiers[each.option];
      const isMissing = given === undefined ? `; give --${each.option}, or replace it` : '';
      return `${logicalId}: ${given ?? placeholder(each)}, ${each.mustBe}${isMissing}`;
    }),
    ...leftOut.map(({ logicalId, why }) => `${logicalId} is left out: ${why}`),
    ...importable
      .filter((each) => !isLocated(each))
      .map(({ option }) => `${option} is left out: no stack of the environment creates it`),
    // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/614
    'a certificate cannot be imported into CloudFormation: adopt it as https.certificateArn in the ' +
      'environment file',
  ];
}
