import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  defaultCatalogueFile,
  type deployerVariables,
  servicePort,
  switchValues,
  environmentVariables as variables,
} from '../../service/contract';
import type { BillingTopic } from './billing-topic';
import type { Database } from './database';
import { defaults } from './defaults';
import { given } from './given';
import type { HttpsEdge } from './https-edge';
import type { StripeEventQueue } from './stripe-event-queue';
import type { StripeSecrets } from './stripe-secrets';

/** What the service is told of the shop, and of whom to trust; docs/configuration.md says more of each. */
export interface ShopConfiguration {
  /**
   * Which of Stripe's modes the keys must be of.
   * @default 'test'
   */
  readonly stripeMode?: 'test' | 'live' | undefined;
  /**
   * The currencies that top-ups may be in, three letters in lower case; the first is the usual one.
   * @default - usd
   */
  readonly currencies?: readonly string[] | undefined;
  /**
   * Where the keys of the issuer of bearer tokens are (https://…), instead of a shared secret.
   * @default - tokens are signed with the shared secret (HS256)
   */
  readonly jwtJwksUrl?: string | undefined;
  /**
   * The issuer that bearer tokens must name (iss).
   * @default - any
   */
  readonly jwtIssuer?: string | undefined;
  /**
   * The audience that bearer tokens must name (aud).
   * @default - any
   */
  readonly jwtAudience?: string | undefined;
  /**
   * Whose pages buyers return to, where a checkout names none and is begun by no page (https://…).
   * @default - https://{domainName}, which has no page of its own
   */
  readonly publicBaseUrl?: string | undefined;
  /**
   * The page for buyers who have paid, below the origin that they came from, or publicBaseUrl.
   * @default '/'
   */
  readonly successPath?: string | undefined;
  /**
   * The page for buyers who gave up, likewise.
   * @default '/'
   */
  readonly cancelPath?: string | undefined;
  /**
   * The origins whose pages may call, and where buyers may be sent, besides the domain itself.
   * @default - none
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Whether checkout sessions that something else made in the same Stripe account are credited.
   * @default 'ignore'
   */
  readonly foreignSessions?: (typeof switchValues.foreignSessions)[number] | undefined;
  /**
   * What is for sale: a file in the image. `variables.CATALOGUE_ARN` takes its place where it is given.
   * @default 'catalogue/default.json'
   */
  readonly catalogueFile?: string | undefined;
  /**
   * What the service logs.
   * @default 'info'
   */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | undefined;
  /**
   * Further variables of the service.
   * @default - none
   */
  readonly variables?: DeployerVariables | undefined;
  /**
   * `off` stops selling: new checkouts are answered 503, all else goes on.
   * @default 'on'
   */
  readonly checkout?: (typeof switchValues.checkout)[number] | undefined;
  /**
   * `paused` records events and handles none until it is `on` again.
   * @default 'on'
   */
  readonly processing?: (typeof switchValues.processing)[number] | undefined;
  /**
   * `previous` prefers the previous version of each secret.
   * @default 'current'
   */
  readonly secretsVersion?: (typeof switchValues.secretsVersion)[number] | undefined;
}

/** Those that a deployer may set; `service/contract.ts` says what each must look like. */
export type DeployerVariables = {
  readonly [Name in keyof typeof deployerVariables]?: string | undefined;
};

/** What the container's configuration is made of. */
export interface ContainerConfigurationProps extends ShopConfiguration {
  /** What its objects at Stripe, its metrics and its roles are told apart by, such as `tollgate-prod`. */
  readonly environmentName: string;
  /** Whose domain and webhook paths it is told, and whose target group the tasks register in. */
  readonly edge: HttpsEdge;
  /** Where the ledger is. */
  readonly database: Database;
  /** Which it is injected, and may read. */
  readonly secrets: StripeSecrets;
  /** Where it publishes. */
  readonly billingTopic: BillingTopic;
  /**
   * The second way in.
   * @default - events come by the webhook alone
   */
  readonly stripeEventQueue?: StripeEventQueue | undefined;
}

/** The most connections to the database that one task holds. */
export const databasePoolMax = 10;

/** What the container is told in the open: names and ARNs, no value of any secret. */
export function containerVariables(
  props: ContainerConfigurationProps,
  /** No other task ever runs, but for a deployment's. */
  isAlone: boolean,
): Record<string, string> {
  const { database, edge, secrets, stripeEventQueue } = props;
  const { currencies = defaults.currencies, allowedOrigins = [] } = props;
  return given({
    [variables.environmentName]: props.environmentName,
    [variables.port]: String(servicePort),
    [variables.databaseSecretArn]: database.credentials.secretArn,
    [variables.databasePoolMax]: String(databasePoolMax),
    [variables.databaseMayPause]: database.mayPause && isAlone ? 'true' : undefined,
    [variables.stripeSecretKeyArn]: secrets.stripeSecretKey.secretArn,
    [variables.stripeWebhookSecretArn]: secrets.stripeWebhookSecret.secretArn,
    [variables.stripeMode]: props.stripeMode ?? defaults.stripeMode,
    [variables.stripeCurrency]: currencies.join(','),
    ...(props.jwtJwksUrl === undefined
      ? { [variables.jwtAccessTokenSecretArn]: secrets.jwtAccessTokenSecret.secretArn }
      : { [variables.jwtJwksUrl]: props.jwtJwksUrl }),
    [variables.jwtIssuer]: props.jwtIssuer,
    [variables.jwtAudience]: props.jwtAudience,
    [variables.publicBaseUrl]: props.publicBaseUrl ?? `https://${edge.domainName}`,
    [variables.successPath]: props.successPath ?? defaults.page,
    [variables.cancelPath]: props.cancelPath ?? defaults.page,
    [variables.allowedOrigins]: allowedOrigins.join(','),
    [variables.webhookPaths]: edge.webhookPaths.join(','),
    [variables.billingEventsTopicArn]: props.billingTopic.topic.topicArn,
    [variables.stripeEventQueueUrl]: stripeEventQueue?.queue.queueUrl,
    [variables.stripeEventDeadLetterQueueUrl]: stripeEventQueue?.deadLetterQueue.queueUrl,
    [variables.catalogueFile]: props.catalogueFile ?? defaultCatalogueFile,
    [variables.checkout]: props.checkout ?? switchValues.checkout[0],
    [variables.processing]: props.processing ?? switchValues.processing[0],
    [variables.foreignSessions]: props.foreignSessions ?? switchValues.foreignSessions[0],
    [variables.secretsVersion]: props.secretsVersion ?? switchValues.secretsVersion[0],
    [variables.logLevel]: props.logLevel ?? defaults.logLevel,
    ...props.variables,
  });
}

/**
 * Each secret whole. With a JSON key in the reference, every task would stop on the day that
 * somebody stores plain text; the service reads both.
 */
export function injectedSecrets(props: ContainerConfigurationProps) {
  const { secrets } = props;
  const inject = (secret: secretsmanager.ISecret) =>
    props.secretsVersion === 'previous'
      ? ecs.Secret.fromSecretsManagerVersion(secret, { versionStage: 'AWSPREVIOUS' })
      : ecs.Secret.fromSecretsManager(secret);
  return {
    [variables.stripeSecretKey]: inject(secrets.stripeSecretKey),
    [variables.stripeWebhookSecret]: inject(secrets.stripeWebhookSecret),
    ...(props.jwtJwksUrl === undefined && {
      [variables.jwtAccessTokenSecret]: inject(secrets.jwtAccessTokenSecret),
    }),
  };
}
