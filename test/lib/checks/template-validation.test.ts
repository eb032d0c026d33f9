import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, CloudFormationValidatePlugin, Stack } from 'aws-cdk-lib';
import { TemplateValidation } from '../../../lib/checks/template-validation';

const home = mkdtempSync(join(tmpdir(), 'tollgate-validation-'));
const engine = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
const directory = join(home, 'remembered');
/** One for all tests: its engine takes seconds to load. */
const validation = new TemplateValidation(directory);

beforeEach(() => {
  rmSync(directory, { recursive: true, force: true });
  engine.mockClear();
});

afterAll(() => rmSync(home, { recursive: true }));

const right = { BucketName: 'billing-logs' };
const wrong = { BucketNam: 'billing-logs' };

/** What a synth of these stacks, each a bucket in a region, would be told. */
function validate(buckets: Readonly<Record<string, object>>, region = 'eu-central-1') {
  const app = new App({
    outdir: mkdtempSync(join(home, 'assembly-')),
    builtinCloudFormationValidation: false,
  });
  for (const [name, properties] of Object.entries(buckets)) {
    const stack = new Stack(app, name, { env: { region } });
    new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket', properties });
  }
  const stackTemplates = app.synth().stacks.map(({ id, templateFullPath }) => ({
    stackConstructPath: id,
    templatePath: templateFullPath,
    accountId: undefined,
    region,
  }));
  const templatePaths = stackTemplates.map(({ templatePath }) => templatePath);
  const report = validation.validate({ appConstruct: app, templatePaths, stackTemplates });
  return {
    success: report.success,
    found: report.violations.flatMap(({ description, violatingResources }) =>
      violatingResources.map(({ templatePath }) => ({
        template: stackTemplates.find((stack) => stack.templatePath === templatePath)
          ?.stackConstructPath,
        description,
      })),
    ),
  };
}

/** Which templates the engine has been asked about, each time. */
const asked = () =>
  engine.mock.calls.map(([{ stackTemplates }]) =>
    stackTemplates.map(({ stackConstructPath }) => stackConstructPath),
  );

const unexpected = {
  template: 'ledger',
  description: expect.stringContaining("'BucketNam' was unexpected"),
};

describe('the CDK’s validation, asked once for each template', () => {
  test('what was found is found again, without the engine, wherever the template is written', () => {
    const first = validate({ ledger: wrong, edge: right });
    expect(first).toEqual({ success: false, found: [unexpected] });
    expect(validate({ ledger: wrong, edge: right })).toEqual(first);
    expect(asked()).toEqual([['edge', 'ledger']]);
  });

  test('a template that changed is validated, and no other', () => {
    expect(validate({ ledger: right, edge: right }).success).toBe(true);
    expect(validate({ ledger: wrong, edge: right })).toEqual({
      success: false,
      found: [unexpected],
    });
    expect(asked()).toEqual([['edge', 'ledger'], ['ledger']]);
  });

  test('the same template for another region is another', () => {
    validate({ ledger: right });
    validate({ ledger: right }, 'us-east-1');
    expect(asked()).toEqual([['ledger'], ['ledger']]);
  });

  test('a memory that cannot be read is none', () => {
    validate({ ledger: wrong });
    for (const file of readdirSync(directory)) writeFileSync(join(directory, file), '[{"ruleN');
    expect(validate({ ledger: wrong })).toEqual({ success: false, found: [unexpected] });
    expect(asked()).toEqual([['ledger'], ['ledger']]);
  });

  test('a finding of no template ends the synth, and is not lost', () => {
    const violations = [{ ruleName: 'E1', description: 'not a template', violatingResources: [] }];
    engine.mockReturnValueOnce({ success: false, violations });
    expect(() => validate({ ledger: right })).toThrow(/E1 \(not a template\) of no template/);
    expect(validate({ ledger: right }).success).toBe(true);
    expect(asked()).toEqual([['ledger'], ['ledger']]);
  });

  test('where nothing can be remembered, it is validated each time', () => {
    writeFileSync(directory, 'a file where the directory would be');
    expect(validate({ ledger: wrong }).success).toBe(false);
    expect(validate({ ledger: wrong }).success).toBe(false);
    expect(asked()).toEqual([['ledger'], ['ledger']]);
  });
});
