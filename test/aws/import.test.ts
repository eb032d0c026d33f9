import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AwsDouble, doubleAccount, doubleRegion } from './aws-double';
import { testWithMoto } from './python-tools';

const project = join(__dirname, '../..');
const domainName = 'pay.shop.test';
const image = `ghcr.io/shop/any@sha256:${'0'.repeat(64)}`;
const scope = `AWS4-HMAC-SHA256 Credential=testing/20260101/${doubleRegion}`;
const stackNames = ['network', 'data', 'service'].map((kind) => `shop-older-${kind}`);

interface Older {
  /** By option of `import-map`. */
  readonly identifiers: Readonly<Record<string, string>>;
  readonly vpc: object;
  readonly certificate: string;
}

/** What of a set-up must be the same after it is imported and deployed over. */
interface Read {
  readonly secrets: object;
}

type Resources = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe('cdk import, against AWS’s own APIs', () => {
  let double: AwsDouble;
  let older: Older;

  async function aws<Answer>(command: string, ...parameters: string[]): Promise<Answer> {
    const script = join(__dirname, 'double/older_set_up.py');
    const { stdout } = await promisify(execFile)('python3', [
      ...[script, command, double.endpoint],
      ...parameters,
    ]);
    return JSON.parse(stdout);
  }

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    older = await aws<Older>('make', 'shop-older', domainName);
    const environment = {
      env: 'older',
      project: 'shop',
      region: doubleRegion,
      account: doubleAccount,
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      domainName,
      image,
      vpc: older.vpc,
      https: { enableAcm: true, dnsDelegated: true, certificateArn: older.certificate },
      frontEnd: { paths: ['/app/*'], image },
      secrets: { imported: ['stripeSecretKey', 'stripeWebhookSecret', 'jwtAccessTokenSecret'] },
    };
    writeFileSync(double.path('older.json'), JSON.stringify(environment));
  });

  afterAll(() => double?.stop());

  /** Writes the mapping; returns the commands that it says to run then. */
  function importMap(): { readonly file: string; readonly commands: readonly string[] } {
    const file = double.path('mapping.json');
    const given = Object.entries(older.identifiers).flatMap(([option, id]) => [`--${option}`, id]);
    const parameters = ['--env', 'older', '--environment-file', double.path('older.json')];
    const { status, stderr } = spawnSync(
      'npm',
      ['run', '--silent', 'ops', '--', 'import-map', ...parameters, '--out', file, ...given],
      { cwd: project, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    const commands = [...stderr.matchAll(/^ *npx cdk (.+)$/gm)];
    return { file, commands: commands.map(([, parameters]) => parameters ?? '') };
  }

  /** The first as it is; the others, which say the same of the app, with what the app wrote then. */
  function startingTheAppOnce(commands: readonly string[]): readonly string[] {
    const context = `-c env=older -c environmentFile=${double.path('older.json')}`;
    for (const command of commands) expect(command).toContain(context);
    const [first = '', ...others] = commands;
    const written = `--app ${double.path('out')}`;
    return [first, ...others.map((command) => command.replace(context, written))];
  }

  async function cdk(...parameters: string[]): Promise<void> {
    const { exitCode, output } = await double.cdk(...parameters);
    if (exitCode !== 0) throw new Error(`cdk ${parameters[0]} ended with ${exitCode}:\n${output}`);
  }

  /** Calls CloudFormation as the SDK does; answers with its XML. */
  async function cloudFormation(parameters: Readonly<Record<string, string>>): Promise<string> {
    const response = await fetch(double.endpoint, {
      method: 'POST',
      headers: { authorization: `${scope}/cloudformation/aws4_request` },
      body: new URLSearchParams({ Version: '2010-05-15', ...parameters }),
    });
    return response.text();
  }

  const bucket = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' };
  const toImport = (logicalId: string, name: string, key = 'BucketName') => ({
    'ResourcesToImport.member.1.ResourceType': bucket.Type,
    'ResourcesToImport.member.1.LogicalResourceId': logicalId,
    'ResourcesToImport.member.1.ResourceIdentifier.entry.1.key': key,
    'ResourcesToImport.member.1.ResourceIdentifier.entry.1.value': name,
  });

  /** Creates an import change set in a stack; answers with the refusal, or with what became of it. */
  async function importInto(
    stack: string,
    template: object,
    identifiers: Readonly<Record<string, string>>,
  ): Promise<string> {
    const created = await cloudFormation({
      ...{ Action: 'CreateChangeSet', ChangeSetType: 'IMPORT', ChangeSetName: 'import' },
      ...{ StackName: stack, TemplateBody: JSON.stringify(template), ...identifiers },
    });
    const [, message] = /<Message>([^<]+)</.exec(created) ?? [];
    if (message !== undefined) return message;
    const [, id = ''] = /<Id>([^<]+)</.exec(created) ?? [];
    const changeSet = { StackName: stack, ChangeSetName: id };
    const described = await cloudFormation({ Action: 'DescribeChangeSet', ...changeSet });
    const [, reason] = /<StatusReason>([^<]+)</.exec(described) ?? [];
    if (reason !== undefined) return reason;
    await cloudFormation({ Action: 'ExecuteChangeSet', ...changeSet });
    const [, status] =
      /<StackStatus>(\w+)</.exec(
        await cloudFormation({ Action: 'DescribeStacks', StackName: stack }),
      ) ?? [];
    return status ?? 'no stack';
  }

  testWithMoto(
    'O8: an import is refused here for what CloudFormation refuses it for, and nothing else',
    async () => {
      for (const name of ['first', 'second']) {
        const headers = { authorization: `${scope}/s3/aws4_request` };
        await fetch(`${double.endpoint}/${name}`, { method: 'PUT', headers });
      }
      const Resources = { First: bucket };
      const first = toImport('First', 'first');
      const refusals: readonly (readonly [object, Record<string, string>, RegExp])[] = [
        [{ Resources: { First: { Type: bucket.Type } } }, first, /\[First\] must have DeletionPol/],
        [
          { Resources, Outputs: { Name: { Value: 'x' } } },
          first,
          /cannot modify or add \[Outputs\]/,
        ],
        [
          { Resources: { First: bucket, New: bucket } },
          first,
          /\[New\] is missing from ResourceTo/,
        ],
        [
          { Resources: { First: { ...bucket, DependsOn: 'New' } } },
          first,
          /dependencies \[New\] in/,
        ],
        [{ Resources }, toImport('Other', 'first'), /\[Other\].* do not exist in the template/],
        [{ Resources }, toImport('First', 'first', 'Name'), /Expected \[BucketName\]/],
        [{ Resources }, toImport('First', 'third'), /with identifier 'third' was not found/],
      ];
      for (const [template, identifiers, message] of refusals) {
        expect(await importInto('fresh', template, identifiers)).toMatch(message);
      }
      expect(await importInto('fresh', { Resources }, first)).toBe('IMPORT_COMPLETE');

      const second = toImport('Second', 'second');
      const both = { Resources: { First: bucket, Second: bucket } };
      const changed = { ...bucket, Properties: { BucketName: 'first' } };
      const withChange = { Resources: { First: changed, Second: bucket } };
      expect(await importInto('fresh', withChange, second)).toMatch(/modified resources \[First\]/);
      expect(await importInto('fresh', both, first)).toMatch(/\[First\].* already in a stack/);
      expect(await importInto('another', { Resources }, first)).toMatch(/belongs to stack fresh/);
      expect(await importInto('fresh', both, second)).toBe('IMPORT_COMPLETE');
      expect(await aws('stacks', 'fresh')).toEqual({ fresh: { First: 'first', Second: 'second' } });
    },
  );

  testWithMoto(
    'I6, O8: what an older set-up has is imported by the commands of import-map, and the deploy adds to it',
    async () => {
      const before = await aws<Read>('read');
      const { commands, file } = importMap();
      const inOrder = startingTheAppOnce(commands).map((command) => command.split(' '));
      const imports = inOrder.slice(0, -1);
      const deploy = inOrder.at(-1) ?? [];
      expect(imports.map((parameters) => parameters.slice(0, 2))).toEqual(
        stackNames.map((name) => ['import', name]),
      );
      for (const parameters of imports) await cdk(...parameters);
      expect(await aws('read')).toEqual(before);
      const mapping: Resources = JSON.parse(readFileSync(file, 'utf8'));
      const physical = Object.entries(mapping).map(([id, key]) => [id, Object.values(key)[0]]);
      const imported = await aws<Resources>('stacks', ...stackNames);
      expect(Object.assign({}, ...Object.values(imported))).toEqual(Object.fromEntries(physical));

      await aws('delete-record', domainName);
      await cdk(...deploy, '--require-approval', 'never');
      // Of all these kinds, the deploy makes the database's secret and nothing else.
      const secrets = expect.objectContaining(before.secrets);
      expect(await aws('read')).toEqual({ ...before, secrets });
      const deployed = await aws<Resources>('stacks', ...stackNames);
      for (const name of stackNames) expect(deployed[name]).toMatchObject(imported[name] ?? {});
    },
  );
});
