import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { servicePort, environmentVariables as variables } from '../../service/contract';
import type { Settings } from '../configuration/settings';
import type { BillingTopic } from './billing-topic';
import type { Database } from './external-database';
import type { StripeEventQueue } from './stripe-event-queue';
import type { StripeSecrets } from './stripe-secrets';

/** What the container's configuration is made of. */
export interface ContainerConfigurationProps {
  /** The environment and the switches. */
  readonly settings: Settings;
  /** Where the ledger is. */
  readonly database: Database;
  readonly secrets: StripeSecrets;
  readonly billingTopic: BillingTopic;
  /**
   * The second way in.
   * @default - events come by the webhook alone
   */
  readonly stripeEventQueue: StripeEventQueue | undefined;
}

/** The most connections to the database that one task holds. */
export const databasePoolMax = 10;

/** What the container is told in the open: names and ARNs, no value of any secret. */
export function containerVariables(props: ContainerConfigurationProps): Record<string, string> {
  const { database, secrets, settings, stripeEventQueue } = props;
  const { environment, switches } = settings;
  return {
    [variables.environmentName]: settings.prefix,
    [variables.port]: String(servicePort),
    [variables.databaseSecretArn]: database.credentials.secretArn,
    [variables.databasePoolMax]: String(databasePoolMax),
    [variables.stripeSecretKeyArn]: secrets.stripeSecretKey.secretArn,
    [variables.stripeWebhookSecretArn]: secrets.stripeWebhookSecret.secretArn,
    [variables.stripeMode]: environment.stripeMode,
    [variables.stripeCurrency]: environment.currencies.join(','),
    ...(environment.jwtJwksUrl === undefined
      ? { [variables.jwtAccessTokenSecretArn]: secrets.jwtAccessTokenSecret.secretArn }
      : { [variables.jwtJwksUrl]: environment.jwtJwksUrl }),
    ...given(variables.jwtIssuer, environment.jwtIssuer),
    ...given(variables.jwtAudience, environment.jwtAudience),
    [variables.publicBaseUrl]: environment.publicBaseUrl ?? `https://${environment.domainName}`,
    [variables.successPath]: environment.successPath,
    [variables.cancelPath]: environment.cancelPath,
    [variables.allowedOrigins]: environment.allowedOrigins.join(','),
    [variables.webhookPaths]: environment.webhookPaths.join(','),
    [variables.billingEventsTopicArn]: props.billingTopic.topic.topicArn,
    ...given(variables.stripeEventQueueUrl, stripeEventQueue?.queue.queueUrl),
    ...given(variables.stripeEventDeadLetterQueueUrl, stripeEventQueue?.deadLetterQueue.queueUrl),
    [variables.catalogueFile]: environment.catalogueFile,
    [variables.checkout]: switches.checkout,
    [variables.processing]: switches.processing,
    [variables.foreignSessions]: environment.foreignSessions,
    [variables.secretsVersion]: switches.secretsVersion,
    [variables.logLevel]: environment.logLevel,
    ...environment.variables,
  };
}

const given = (name: string, value: string | undefined) =>
  value === undefined ? {} : { [name]: value };

/**
 * Each secret whole. With a JSON key in the reference, every task would stop on the day that
 * somebody stores plain text; the service reads both.
 */
export function injectedSecrets({ secrets, settings }: ContainerConfigurationProps) {
  const { environment, switches } = settings;
  const inject = (secret: secretsmanager.ISecret) =>
    switches.secretsVersion === 'previous'
      ? ecs.Secret.fromSecretsManagerVersion(secret, { versionStage: 'AWSPREVIOUS' })
      : ecs.Secret.fromSecretsManager(secret);
  return {
    [variables.stripeSecretKey]: inject(secrets.stripeSecretKey),
    [variables.stripeWebhookSecret]: inject(secrets.stripeWebhookSecret),
    ...(environment.jwtJwksUrl === undefined && {
      [variables.jwtAccessTokenSecret]: inject(secrets.jwtAccessTokenSecret),
    }),
  };
}
