import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { defaultProject } from '../lib/configuration/environment-file/schema';
import { environmentNames } from '../lib/configuration/load-environment';
import { scripts } from '../package.json';

const folder = join(__dirname, '../.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes': number;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly include: readonly { environment: string }[] } };
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = readdirSync(folder);
const read = (name: string): Workflow => parse(readFileSync(join(folder, name), 'utf8'));
const jobs = names.flatMap((name) =>
  Object.entries(read(name).jobs).map(([id, job]) => [`${name}, ${id}`, job] as const),
);
const commandsOf = (job: Job) => job.steps.flatMap(({ run }) => run ?? []).join('\n');

describe('I14: the workflows', () => {
  test.each(jobs)('I14: %s names no npm script that does not exist', (_, job) => {
    const named = [...commandsOf(job).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test.each(names)('I14: %s grants nothing to jobs that do not ask for it', (name) => {
    expect(read(name).permissions).toEqual({});
  });

  test.each(jobs)('I14: %s reads the code, and has a token only to assume a role', (_, job) => {
    const assumes = job.steps.some(({ uses }) => uses?.includes('/configure-aws-credentials@'));
    expect(job.permissions).toEqual({
      contents: 'read',
      ...(assumes && { 'id-token': 'write' }),
    });
    expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test.each(jobs)(
    'I14: %s stores no key of AWS’s, and no token of GitHub’s in the checkout',
    (_, job) => {
      expect(JSON.stringify(job)).not.toMatch(/secrets\.|access-key/);
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
        expect(step.with).toMatchObject({ 'persist-credentials': false });
      }
    },
  );

  test.each(jobs)('I14: %s puts nothing into a shell’s text that somebody else wrote', (_, job) => {
    expect(commandsOf(job)).not.toContain('${{');
  });

  test.each(names)(
    'I14: every action of %s is pinned to a commit, and says of which version',
    (name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const actions = [...text.matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action);
      expect(actions.length).toBeGreaterThan(2);
      expect(actions.filter((action) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual(
        [],
      );
    },
  );

  test('I14: an action has one commit, wherever it is used', () => {
    const all = jobs.flatMap(([, { steps }]) => steps.flatMap(({ uses }) => uses ?? []));
    const actions = new Set(all.map((action) => action.split('@')[0]));
    expect(new Set(all).size).toBe(actions.size);
  });

  test('I14: newer versions of packages, actions and the image are proposed by themselves', () => {
    const { updates } = parse(readFileSync(join(folder, '../dependabot.yml'), 'utf8')) as {
      readonly updates: readonly { 'package-ecosystem': string; directory: string }[];
    };
    const looked = updates.map((each) => `${each['package-ecosystem']} ${each.directory}`);
    expect(looked).toEqual(['npm /', 'github-actions /', 'docker /service']);
  });

  test('I14: a deployment is of one environment, under its protection, one at a time', () => {
    const { concurrency, jobs, on } = read('deploy.yml');
    const environment = `\${{ inputs.environment || vars.DEPLOY_ON_PUSH }}`;
    expect(concurrency).toEqual({ group: `deploy-${environment}`, 'cancel-in-progress': false });
    expect(jobs.deploy?.environment).toBe(environment);
    expect(on.workflow_dispatch).toMatchObject({
      inputs: { environment: { type: 'choice', options: expect.any(Array) } },
    });
  });

  test('I14: a push deploys nothing unless a variable says where, and then what the checks have passed', () => {
    const { jobs, on } = read('deploy.yml');
    expect(Object.keys(on)).toEqual(['workflow_dispatch', 'workflow_run']);
    expect(on.workflow_run).toEqual({
      workflows: [read('checks.yml').name],
      types: ['completed'],
      branches: ['main'],
    });
    expect(read('checks.yml').on.push).toEqual({ branches: ['main'] });
    expect(jobs.deploy?.if?.replaceAll(/\s+/g, ' ')).toBe(
      "github.event_name == 'workflow_dispatch' || (vars.DEPLOY_ON_PUSH != '' && " +
        "github.event.workflow_run.event == 'push' && github.event.workflow_run.conclusion == 'success')",
    );
    const [checkout] = jobs.deploy?.steps ?? [];
    expect(checkout?.with?.ref).toBe(`\${{ github.event.workflow_run.head_sha || github.sha }}`);
  });

  test('I14: every environment of lib/environments can be deployed, and is looked at and synthesised', () => {
    const { on } = read('deploy.yml');
    const { inputs } = on.workflow_dispatch as { inputs: { environment: { options: string[] } } };
    expect([...inputs.environment.options].sort()).toEqual(environmentNames());
    const { checks, diff } = read('checks.yml').jobs;
    const compared = diff?.strategy?.matrix.include.map(({ environment }) => environment) ?? [];
    expect([...compared].sort()).toEqual(environmentNames());
    for (const name of environmentNames()) {
      expect(checks?.steps.map(({ run }) => run)).toContain(`npm run synth -- -c env=${name}`);
    }
  });

  test.each(['deploy', 'diff'])(
    'I14: %s always gives the project name, which is the default where no variable has it',
    (id) => {
      const [, job] = jobs.find(([name]) => name.endsWith(`, ${id}`)) ?? [];
      const commands = job?.steps.flatMap(({ run }) => run ?? []) ?? [];
      const cdk = commands.filter((run) => /npm run (diff|deploy)/.test(run));
      expect(cdk.length).toBeGreaterThan(0);
      for (const run of cdk) expect(run).toContain('-c "project=$PROJECT_NAME"');
      expect(job?.env?.PROJECT_NAME).toBe(`\${{ vars.PROJECT_NAME || '${defaultProject}' }}`);
    },
  );

  test('I14: a pull request ends with an error where network or data are replaced or deleted, and for no new version', () => {
    const commands = read('checks.yml').jobs.diff?.steps.flatMap(({ run }) => run ?? []) ?? [];
    const guards = commands.filter((run) => run.includes('--fail-on=destructive'));
    expect(guards).toHaveLength(1);
    expect(guards[0]).toContain(
      'npm run diff -- "$PROJECT_NAME-$ENVIRONMENT-network" "$PROJECT_NAME-$ENVIRONMENT-data" --exclusively',
    );
  });

  test('I14: a deployment leaves that guard to npm run deploy, and overrides it where somebody says so', () => {
    const { deploy } = read('deploy.yml').jobs;
    expect(deploy?.env?.DESTRUCTIVE).toBe(`\${{ inputs.destructive && '--destructive' || '' }}`);
    expect(commandsOf(deploy as Job)).toContain(`\${DESTRUCTIVE:+"$DESTRUCTIVE"}`);
  });
});
