import { environmentVariables as variables } from '../../../service/contract';
import {
  canary,
  complete,
  type Given,
  image,
  synthesised,
  undelegated,
} from '../configuration/flag-examples';
import { EnvironmentFiles } from '../environment-files';
import { faultsOf, propertiesOf, removeAssemblies, type Synthesis, synthesise } from '../synthesis';
import { changesBetween, replacementsBetween } from '../template-changes';

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

describe('I9, O12: an image that an earlier deploy built', () => {
  const account = '123456789012';
  const files = new EnvironmentFiles();
  afterAll(() => files.remove());
  const ownImage = (owner: string) =>
    `${owner}.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-${owner}-us-east-1:`;
  const hashOf = ({ templates }: Synthesis) =>
    /container-assets-[^"]*:([0-9a-f]{64})/.exec(JSON.stringify(templates.service))?.[1];

  test.each([
    ['the file’s', { account }, undefined],
    ['that of the credentials', {}, account],
  ])(
    'I9, O12: pinned in %s account, it changes the outputs of the flags alone',
    (_, content, accountAtHand) => {
      const given = files.write(content);
      const built = synthesise(given, { accountAtHand });
      const pinned = synthesise(
        { ...given, image: `${ownImage(account)}${hashOf(built)}` },
        { accountAtHand },
      );
      expect(changesBetween(built, pinned)).toEqual([
        'service: output FlagsGiven',
        'service: output FlagsInForce',
      ]);
    },
  );

  test('I9, O12: of another account it is pulled from there', () => {
    const given = files.write({ account });
    const { templates } = synthesise({
      ...given,
      image: `${ownImage('999999999999')}${'a'.repeat(64)}`,
    });
    const task = JSON.stringify(propertiesOf(templates.service, 'AWS::ECS::TaskDefinition'));
    expect(task).toContain('999999999999.dkr.ecr');
    expect(JSON.stringify(templates.service)).toContain('ecr:us-east-1:999999999999:repository/');
  });

  test('O12: the commit is an output, a tag of the service, and recorded beside the image', () => {
    const { templates } = synthesise({ ...complete, image }, { commit: 'c0ffee' });
    const { service } = templates;
    expect(service.Outputs.Commit?.Value).toBe('c0ffee');
    const record = propertiesOf(service, 'AWS::SSM::Parameter');
    expect(record).toMatchObject({ Type: 'String', Value: `c0ffee ${image}` });
    const { Tags } = propertiesOf<{ Tags: readonly object[] }>(service, 'AWS::ECS::Service');
    expect(Tags).toContainEqual({ Key: 'tollgate:commit', Value: 'c0ffee' });
    // Or every commit would replace the tasks.
    const next = synthesise({ ...complete, image }, { commit: 'decaf' });
    expect(
      replacementsBetween(synthesise({ ...complete, image }, { commit: 'c0ffee' }), next),
    ).toEqual([]);
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
