import {
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { environmentVariables as names } from '../../service/contract';
import type { Deployed } from '../aws/deployed';
import { asking } from '../aws/failure';
import { describing } from '../aws/revision';
import { readTaskConfiguration, type TaskConfiguration } from '../aws/running-task';
import { type SecretName, secretArn } from './deployed-secrets';

const variables: Readonly<Record<SecretName, string>> = {
  'stripe-secret-key': names.stripeSecretKey,
  'stripe-webhook-secret': names.stripeWebhookSecret,
  'jwt-access-token-secret': names.jwtAccessTokenSecret,
};

/** A task definition, and what it does not inject. */
export interface Injection {
  readonly taskDefinition: TaskDefinition;
  /** By variable, the ARN of the secret that it is to be given. */
  readonly lacking: ReadonlyMap<string, string>;
}

/** Looks whether the tasks are given the secrets of this environment. */
export async function readInjection(ecs: ECSClient, deployed: Deployed): Promise<Injection> {
  return injectionOf(deployed, await readTaskConfiguration(ecs, deployed));
}

/** The same of what the tasks are known to be told. */
export function injectionOf(
  deployed: Deployed,
  { injected, taskDefinition, told }: TaskConfiguration,
): Injection {
  const lacking = new Map<string, string>();
  for (const [name, variable] of Object.entries(variables) as [SecretName, string][]) {
    // Where a key set verifies tokens there is no shared key.
    if (name === 'jwt-access-token-secret' && told[names.jwtJwksUrl] !== undefined) continue;
    // Behind the ARN may stand the version: AWSPREVIOUS, as a flag has it.
    const arn = secretArn(deployed, name);
    if (injected[variable]?.startsWith(arn) !== true) lacking.set(variable, arn);
  }
  return { taskDefinition, lacking };
}

/**
 * Registers a revision that injects what is lacking, and is otherwise the same.
 * @returns its ARN
 */
export async function registerInjecting(
  ecs: ECSClient,
  { lacking, taskDefinition }: Injection,
): Promise<string> {
  const { family, ...same } = describing(taskDefinition);
  const [container, ...others] = same.containerDefinitions ?? [];
  const isOther = ({ name = '' }) => !lacking.has(name);
  const added = [...lacking].map(([name, valueFrom]) => ({ name, valueFrom }));
  const injecting = {
    ...container,
    environment: (container?.environment ?? []).filter(isOther),
    secrets: [...(container?.secrets ?? []).filter(isOther), ...added],
  };
  const { taskDefinition: registered } = await asking(`registering a revision of ${family}`, () =>
    ecs.send(
      new RegisterTaskDefinitionCommand({
        ...same,
        family,
        containerDefinitions: [injecting, ...others],
      }),
    ),
  );
  return registered?.taskDefinitionArn ?? '';
}
