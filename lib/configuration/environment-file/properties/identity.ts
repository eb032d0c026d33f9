import Type from 'typebox';
import { optionalGroup, text } from './kinds';

/** Who may deploy, besides people with credentials of their own. */
export const identity = {
  deployRole: optionalGroup(
    'A role that GitHub Actions deploys this environment with, without a stored key.',
    {
      repository: text(
        'The repository whose workflows may deploy: owner/name, or owner@id/name@id with GitHub’s ' +
          'immutable ids, which repositories made or renamed since 2026-07-15 send.',
        'a repository such as owner/name or owner@123456/name@456789',
        /^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$|^[A-Za-z0-9-]{1,39}@\d{1,12}\/[A-Za-z0-9._-]{1,100}@\d{1,12}$/,
      ),
      githubEnvironment: Type.Optional(
        text(
          'The environment of the repository that a workflow must run in; without it, the one with ' +
            'the name of this environment.',
          'the name of an environment of GitHub’s, without spaces, colons and wildcards',
          /^[A-Za-z0-9._/-]{1,100}$/,
        ),
      ),
      providerArn: Type.Optional(
        arnOfProvider('GitHub’s identity provider where the account has it; it can have one only.'),
      ),
      bootstrapQualifier: text(
        'The qualifier that the account was bootstrapped with.',
        'up to 10 lower-case letters and digits',
        /^[a-z0-9]{1,10}$/,
        { default: 'hnb659fds' },
      ),
    },
  ),
};

/** IAM's ARNs name no region. */
function arnOfProvider(description: string) {
  const host = 'token\\.actions\\.githubusercontent\\.com';
  return text(
    description,
    'the ARN of GitHub’s provider, arn:aws:iam::account:oidc-provider/token.actions.githubusercontent.com',
    new RegExp(`^arn:aws[a-z-]*:iam::\\d{12}:oidc-provider/${host}$`),
  );
}
