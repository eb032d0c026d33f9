import { type App, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addTemplateChecks } from '../../../lib/checks/template-checks';
import { EnvironmentFiles } from '../environment-files';
import { removeAssemblies, synthesise } from '../synthesis';
import { templateVariants } from '../template-variants';

const files = new EnvironmentFiles();
const variants = templateVariants(files);

afterAll(() => {
  removeAssemblies();
  files.remove();
});

/** As deployed: synthesised with the checks on, which end it with what they find. */
const apps = new Map<string, App>();
function checkedApp(name: string): App {
  const flags = variants.find(([variant]) => variant === name)?.[1];
  const known = apps.get(name);
  if (known !== undefined || flags === undefined) return known ?? fail(`no variant is ${name}`);
  synthesise(flags, {
    prepare: (app) => {
      addTemplateChecks(app);
      apps.set(name, app);
    },
  });
  return checkedApp(name);
}

function fail(reason: string): never {
  throw new Error(reason);
}

const slowest = 60_000;

test.each(variants)(
  'I11: cdk-nag and the house rules find nothing in %s',
  (name) => {
    expect(() => checkedApp(name)).not.toThrow();
  },
  slowest,
);

test('I11: a finding that nobody acknowledged ends synthesis', () => {
  const prepare = (app: App) => {
    addTemplateChecks(app);
    new s3.Bucket(new Stack(app, 'Careless'), 'Bucket');
  };
  expect(() => synthesise({ env: 'dev' }, { prepare })).toThrow(/AwsSolutions-S10/);
});

interface Place {
  /** Of the construct below its stack, so that environments can be compared. */
  readonly path: string;
  readonly rule: string;
}

const belowStack = (path: string) => path.split('/').slice(1).join('/');

function acknowledgedIn(app: App): readonly Place[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data))
      .map((id) => ({ path: belowStack(node.path), rule: id.replace(/^Annotation::/, '') }))
      .filter(({ rule }) => rule.startsWith('AwsSolutions')),
  );
}

/** What cdk-nag finds when nothing is acknowledged. */
function foundIn(app: App): readonly Place[] {
  const strict = new AwsSolutionsChecks(app);
  Object.assign(strict, { isAcknowledged: () => false });
  return strict.validateScope(app).violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath = '' }) => ({
      path: belowStack(constructPath),
      rule: ruleName,
    })),
  );
}

test('I11: every acknowledgement is about something that cdk-nag finds, in one variant at least', () => {
  const needed = new Map<string, boolean>();
  for (const [name] of variants) {
    const app = checkedApp(name);
    const found = foundIn(app);
    for (const { path, rule } of acknowledgedIn(app)) {
      const key = `${rule} at ${path}`;
      const isFound = found.some((each) => each.rule === rule && each.path.startsWith(`${path}/`));
      needed.set(key, isFound || needed.get(key) === true);
    }
  }
  expect(needed.size).toBeGreaterThan(5);
  expect([...needed].filter(([, isNeeded]) => !isNeeded)).toEqual([]);
});
