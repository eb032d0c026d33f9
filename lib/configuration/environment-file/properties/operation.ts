import Type, { type TOptional, type TString } from 'typebox';
import {
  defaultCatalogueFile,
  deployerVariables,
  switchValues,
} from '../../../../service/contract';
import { arnOf, boolean, integer, oneOf, optionalGroup, text } from './kinds';

/** How it is deployed, what it sells and whom it trusts, and what is watched. */
export const operation = {
  catalogueFile: text(
    'What is for sale: a file below catalogue/, which the image takes with it.',
    'the path of a .json file from the project’s root, such as catalogue/default.json',
    /^catalogue\/(?!\.)[\w./-]*\w\.json$/,
    { default: defaultCatalogueFile },
  ),
  jwtIssuer: Type.Optional(
    text('The issuer that bearer tokens must name (iss).', 'a text without spaces', /^\S+$/),
  ),
  jwtAudience: Type.Optional(
    text('The audience that bearer tokens must name (aud).', 'a text without spaces', /^\S+$/),
  ),
  foreignSessions: oneOf(
    'Whether checkout sessions that something else made in the same Stripe account are credited, ' +
      'if their metadata names a user.',
    [...switchValues.foreignSessions],
    { default: switchValues.foreignSessions[0] },
  ),
  variables: optionalGroup(
    'Further variables of the service, as docs/configuration.md has them.',
    Object.fromEntries(
      Object.entries(deployerVariables).map(([name, pattern]) => [
        name,
        Type.Optional(
          text(
            `As in docs/configuration.md.`,
            'a text as docs/configuration.md says',
            new RegExp(pattern),
          ),
        ),
      ]),
    ) as Record<keyof typeof deployerVariables, TOptional<TString>>,
  ),
  catalogueKeyArn: Type.Optional(
    arnOf(
      'The KMS key of your own that the catalogue at variables.CATALOGUE_ARN is encrypted with, so that ' +
        'the tasks may decrypt it.',
      'kms',
      'key/[\\w-]+',
      'a KMS key, and not of its alias',
    ),
  ),
  deployment: oneOf(
    'How a new version takes over. rolling replaces task by task. canary first sends it a tenth of ' +
      'the requests for ten minutes; it excludes stripeIpsOnly, and other flags then need ' +
      'canaryTargetGroup. beforeCanary is the one rolling deployment that ECS needs before the first ' +
      'canary. To go back from a canary, look first. docs/operating.md has the steps of each.',
    ['rolling', 'beforeCanary', 'canary'],
    { default: 'rolling' },
  ),
  ecsExec: boolean(
    'Whether people may open a shell in a task; its file system can be written then.',
    false,
  ),
  stripeEventSource: Type.Optional(
    text(
      'The second way in: the partner event source of Stripe’s EventBridge destination.',
      'the name of a partner event source, such as aws.partner/stripe.com/ed_test_61abc',
      /^aws\.partner\/stripe\.com\/[A-Za-z0-9._-]{1,128}$/,
    ),
  ),
  quietHours: integer(
    'After how many hours without any event an alarm goes off; 0 means never. If events usually ' +
      'arrive, set it to more hours than the quietest night has.',
    0,
    168,
    0,
  ),
};
