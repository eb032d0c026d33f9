import { environmentVariables as variables } from '../../../service/contract';
import {
  canary,
  complete,
  type Given,
  image,
  synthesised,
  undelegated,
} from '../configuration/flag-examples';
import { faultsOf, propertiesOf, removeAssemblies } from '../synthesis';
import { changesBetween } from '../template-changes';

afterAll(removeAssemblies);

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
}

function containerOf(flags: Given): Container {
  const { ContainerDefinitions } = propertiesOf<{ ContainerDefinitions: readonly [Container] }>(
    synthesised(flags).templates.service,
    'AWS::ECS::TaskDefinition',
  );
  return ContainerDefinitions[0];
}

const toldIn = (flags: Given, name: string) =>
  containerOf(flags).Environment.find(({ Name }) => Name === name)?.Value;

describe('I9: rollback by flag', () => {
  test.each([
    ['checkout', variables.checkout, 'on', 'off'],
    ['processing', variables.processing, 'on', 'paused'],
    ['secretsVersion', variables.secretsVersion, 'current', 'previous'],
  ])('I9: %s is told to the container as %s', (flag, variable, byDefault, value) => {
    expect(toldIn(complete, variable)).toBe(byDefault);
    expect(toldIn({ ...complete, [flag]: value }, variable)).toBe(value);
  });

  test('I4, I9: with secretsVersion=previous, each secret is injected in its previous version, whole', () => {
    const injected = (flags: Given) =>
      containerOf(flags).Secrets.map(({ Name, ValueFrom }) => [Name, JSON.stringify(ValueFrom)]);
    const current = injected(complete);
    const previous = injected({ ...complete, secretsVersion: 'previous' });
    expect(current).toHaveLength(3);
    expect(previous.map(([name]) => name)).toEqual(current.map(([name]) => name));
    for (const [, reference] of current) expect(reference).not.toContain('AWSPREVIOUS');
    for (const [index, [, reference]] of previous.entries()) {
      // The ARN, no JSON key, the stage, no id of a version.
      expect(reference).toBe(`{"Fn::Join":["",[${current[index]?.[1]},"::AWSPREVIOUS:"]]}`);
    }
  });

  test.each(['0', '1', '3'])(
    'I9: desiredCount=%s holds autoscaling there, and sets no count itself',
    (count) => {
      const { service } = synthesised({ ...complete, desiredCount: count }).templates;
      expect(propertiesOf(service, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
        MinCapacity: Number(count),
        MaxCapacity: Number(count),
      });
      expect(propertiesOf(service, 'AWS::ECS::Service')).not.toHaveProperty('DesiredCount');
    },
  );

  test('I9: every flag that is given is in force in the outputs and in print, and warned of', () => {
    const given = {
      secretsVersion: 'previous',
      checkout: 'off',
      processing: 'paused',
      maintenance: 'on',
      desiredCount: '0',
      stripeIpsOnly: 'true',
    };
    const { report, templates } = synthesised({ ...complete, ...given });
    for (const [name, value] of Object.entries(given)) {
      expect(templates.service.Outputs.FlagsInForce?.Value).toContain(`${name}=${value}`);
      expect(report).toMatch(new RegExp(`WARNING: ${name}=${value} .*until a deploy without it`));
    }
    expect(report).toMatch(
      /secretsVersion=previous .* all three secrets\..* generated placeholder/,
    );
    expect(synthesised(complete).report).not.toMatch(/until a deploy without it/);
  });
});

test.each([
  [image, false],
  [
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/cdk-hnb659fds-container-assets-1-eu:${'a'.repeat(64)}`,
    false,
  ],
  ['ghcr.io/tollgate/service:1.2', true],
])('I9: of the image %s it is warned that it may move: %s', (pinned, isWarnedOf) => {
  const { report } = synthesised({ ...complete, image: pinned });
  expect(report.includes('a tag can move')).toBe(isWarnedOf);
});

describe('I9: flags that contradict', () => {
  test('I9: a count above the environment’s maximum is refused', () => {
    expect(faultsOf({ ...complete, desiredCount: '5' })).toEqual([
      'desiredCount is 5, above tasks.maximum, 4; raise tasks.maximum in ' +
        `${undelegated.environmentFile} first, or give at most 4`,
    ]);
    expect(faultsOf({ ...complete, desiredCount: '4' })).toEqual([]);
  });

  test.each(['maintenance=on', 'stripeIpsOnly=true'])(
    'I9: %s is refused while there is no HTTPS listener whose rules it could change',
    (assignment) => {
      const [name = '', value = ''] = assignment.split('=');
      expect(faultsOf({ ...undelegated, [name]: value })).toEqual([
        `${assignment} changes nothing as long as there is no HTTPS listener; deploy without it, or ` +
          'give dnsDelegated and enableAcm once the domain is delegated',
      ]);
    },
  );

  test.each([
    ['image', image],
    ['secretsVersion', 'previous'],
    ['checkout', 'off'],
    ['processing', 'paused'],
    ['desiredCount', '2'],
  ])('I9: under a canary, %s=%s touches no listener and no rule', (flag, value) => {
    const changes = changesBetween(synthesised(canary), synthesised({ ...canary, [flag]: value }));
    const { Resources } = synthesised(canary).templates.service;
    const touched = changes.filter((line) => {
      const [, id = ''] = /^service: (?:[+-] )?(\w+)/.exec(line) ?? [];
      return Resources[id]?.Type.startsWith('AWS::ElasticLoadBalancingV2::');
    });
    expect(changes.length).toBeGreaterThan(1);
    expect(touched).toEqual([]);
  });
});
