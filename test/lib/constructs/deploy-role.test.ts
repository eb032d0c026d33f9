import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentFiles } from '../environment-files';
import { faultsOf, removeAssemblies, resourcesOf, synthesise, type Template } from '../synthesis';

const files = new EnvironmentFiles();
const account = '123456789012';
const issuer = 'token.actions.githubusercontent.com';
const providerArn = `arn:aws:iam::${account}:oidc-provider/${issuer}`;

afterAll(() => {
  removeAssemblies();
  files.remove();
});

interface Policy {
  readonly Statement: readonly {
    readonly Action: unknown;
    readonly Principal?: { readonly Federated: unknown };
    readonly Condition?: unknown;
    readonly Resource?: readonly string[];
  }[];
}

interface Role {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: Policy;
}

function deployRole(content: object): Template {
  const { directory } = synthesise(files.write({ account, ...content }), { isValidated: true });
  return JSON.parse(
    readFileSync(join(directory, 'tollgate-shop-deploy-role.template.json'), 'utf8'),
  );
}

function roleNamed(template: Template, name: string): Role {
  const roles = Object.values(resourcesOf<Role>(template, 'AWS::IAM::Role'));
  const found = roles.find(({ Properties }) => Properties.RoleName === name);
  if (found === undefined) throw new Error(`no role is named ${name}`);
  return found.Properties;
}

/** Who may assume a role: the provider, and what its token must say. */
function trustOf(template: Template, name = 'tollgate-shop-deploy') {
  const { AssumeRolePolicyDocument } = roleNamed(template, name);
  const [only, ...more] = AssumeRolePolicyDocument.Statement;
  expect(more).toEqual([]);
  expect(only?.Action).toBe('sts:AssumeRoleWithWebIdentity');
  return { provider: only?.Principal?.Federated, condition: only?.Condition };
}

const tokenOf = (subject: string) => ({
  StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject },
});

describe('I14: the role that GitHub Actions deploys with', () => {
  test('I14: without deployRole in the file there is no such stack', () => {
    const { directory } = synthesise(files.write({}));
    expect(() => readFileSync(join(directory, 'tollgate-shop-deploy-role.template.json'))).toThrow(
      /ENOENT/,
    );
  });

  test('I14: it trusts one repository in one environment, by whole values', () => {
    const template = deployRole({ deployRole: { repository: 'shop/payments' } });
    const [providerId] = Object.keys(resourcesOf(template, 'AWS::IAM::OIDCProvider'));
    expect(trustOf(template)).toEqual({
      provider: { 'Fn::GetAtt': [providerId, 'Arn'] },
      condition: tokenOf('repo:shop/payments:environment:shop'),
    });
  });

  test('I14: a repository with GitHub’s immutable ids is trusted by them', () => {
    const template = deployRole({
      deployRole: { repository: 'shop@12/payments@345', githubEnvironment: 'live' },
    });
    expect(trustOf(template).condition).toEqual(
      tokenOf('repo:shop@12/payments@345:environment:live'),
    );
  });

  test('I6, I14: a provider that the account has is adopted; an account can have one only', () => {
    const template = deployRole({ deployRole: { repository: 'shop/payments', providerArn } });
    expect(resourcesOf(template, 'AWS::IAM::OIDCProvider')).toEqual({});
    expect(trustOf(template).provider).toBe(providerArn);
  });

  test('I14: a provider that is created outlives the stack, since other roles may trust it', () => {
    const template = deployRole({ deployRole: { repository: 'shop/payments' } });
    const [provider] = Object.values(resourcesOf(template, 'AWS::IAM::OIDCProvider'));
    expect(provider).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  const statementsOf = (name: string) => {
    const template = deployRole({ deployRole: { repository: 'shop/payments' } });
    const roles = Object.entries(resourcesOf<Role>(template, 'AWS::IAM::Role'));
    const [id] = roles.find(([, role]) => role.Properties.RoleName.endsWith(name)) ?? [];
    const policies = Object.values(
      resourcesOf<{ PolicyDocument: Policy; Roles: unknown }>(template, 'AWS::IAM::Policy'),
    ).filter(({ Properties }) => JSON.stringify(Properties.Roles) === `[{"Ref":"${id}"}]`);
    expect(roleNamed(template, `tollgate-shop-${name}`)).not.toHaveProperty('ManagedPolicyArns');
    return policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  };
  const stacks = `arn:aws:cloudformation:us-east-1:${account}:stack/tollgate-shop-*/*`;

  test('I11, I14: to deploy, it may assume the roles of cdk bootstrap, and ask which stacks stand and what runs', () => {
    const kinds = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];
    expect(statementsOf('deploy')).toEqual([
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: stacks },
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: kinds.map(
          (kind) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${kind}-role-${account}-us-east-1`,
        ),
      },
      {
        Effect: 'Allow',
        Action: 'ecs:DescribeServices',
        Resource: `arn:aws:ecs:us-east-1:${account}:service/*/tollgate-shop-service-*`,
      },
      { Effect: 'Allow', Action: 'ecs:DescribeTaskDefinition', Resource: '*' },
    ]);
  });

  test('I11, I14: for a pull request it reads the templates of this environment, and nothing else of the account', () => {
    expect(statementsOf('diff')).toEqual([
      {
        Effect: 'Allow',
        Action: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
        Resource: stacks,
      },
    ]);
  });

  test('I11, I14: what a pull request may is trusted to pull requests of the repository alone', () => {
    const template = deployRole({ deployRole: { repository: 'shop/payments' } });
    expect(trustOf(template, 'tollgate-shop-diff').condition).toEqual(
      tokenOf('repo:shop/payments:pull_request'),
    );
  });

  test.each<[object, RegExp]>([
    [
      { repository: 'shop/*' },
      /repository is "shop\/\*"; expected a repository such as owner\/name/,
    ],
    [{ repository: 'shop@12/payments' }, /expected a repository such as owner\/name/],
    [{ repository: 'shop/pay', githubEnvironment: '*' }, /githubEnvironment is "\*"; expected/],
    [
      { repository: 'shop/pay', providerArn: providerArn.replace(account, '210987654321') },
      /deployRole\.providerArn is of account 210987654321.*expected the environment's own/,
    ],
  ])('I14: %j is refused', (written, fault) => {
    expect(files.faultOf({ account, deployRole: written })).toMatch(fault);
  });
});

describe('I14: the project name comes from a repository variable', () => {
  const stackNames = (flags: Readonly<Record<string, string>>) =>
    /(\S+): account/.exec(synthesise(flags).report)?.[1];

  test('I14: as a flag it names the stacks of an environment whose file names none', () => {
    expect(stackNames({ env: 'staging', project: 'acme' })).toBe('acme-staging');
    const { report } = synthesise({ env: 'staging', project: 'acme' });
    expect(report).toMatch(/WARNING: project=acme is given as a flag.*write project/);
  });

  test('I14: a variable that is not set is refused, and changes no name in silence', () => {
    expect(faultsOf({ env: 'staging', project: '' })).toEqual([
      expect.stringMatching(/context flag project is ""; expected a project name/),
    ]);
  });

  test('I14: a variable that contradicts the file is refused; the same name is not', () => {
    const flags = files.write({ project: 'shop' });
    expect(faultsOf({ ...flags, project: 'acme' })).toEqual([
      expect.stringMatching(/project is acme as a flag and shop in .*; give both the same name/),
    ]);
    expect(stackNames({ ...flags, project: 'shop' })).toBe('shop-shop');
  });
});
