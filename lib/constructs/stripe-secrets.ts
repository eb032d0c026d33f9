import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantDecryption } from './decryption';

/** A secret, by what it holds. */
export type StripeSecretName = 'stripeSecretKey' | 'stripeWebhookSecret' | 'jwtAccessTokenSecret';

export interface StripeSecretsProps {
  /** What the names begin with, such as `tollgate-prod`; `-stripe-secret-key` and the like follow. */
  readonly prefix: string;
  /**
   * An existing secret with Stripe's secret or restricted key: by its complete ARN, if it is looked up.
   * @default - one is created
   */
  readonly stripeSecretKey?: secretsmanager.ISecret | undefined;
  /**
   * An existing secret with the webhook's signing secret: by its complete ARN, if it is looked up.
   * @default - one is created
   */
  readonly stripeWebhookSecret?: secretsmanager.ISecret | undefined;
  /**
   * An existing secret with the key that bearer tokens are signed with: by its complete ARN, if it is looked up.
   * @default - one is created
   */
  readonly jwtAccessTokenSecret?: secretsmanager.ISecret | undefined;
  /**
   * Those that the stack has taken over by `cdk import`: the template generates no value for them, which
   * could be put over the one in use.
   * @default - none
   */
  readonly imported?: readonly StripeSecretName[] | undefined;
  /**
   * The KMS key of your own that existing secrets are encrypted with, so that the tasks may decrypt.
   * @default - AWS's own key for Secrets Manager
   */
  readonly encryptionKey?: kms.IKey | undefined;
}

/**
 * The three secrets whose values people set out of band. Each is created with a random placeholder,
 * because a secret without a value stops an ECS task from starting:
 * - as webhook secret and as JWT key it works at once, for nobody but who may read the secret;
 * - as Stripe key it does not begin with `sk_` or `rk_`, which the service takes for "not configured".
 *
 * One that was imported has its value, which CloudFormation must never generate; see
 * docs/importing.md.
 *
 * They are retained whatever happens to the stack: values that nobody can generate again.
 */
export class StripeSecrets extends Construct {
  readonly stripeSecretKey: secretsmanager.ISecret;
  readonly stripeWebhookSecret: secretsmanager.ISecret;
  readonly jwtAccessTokenSecret: secretsmanager.ISecret;
  private readonly encryptionKey: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: StripeSecretsProps) {
    super(scope, id);
    const { prefix, imported = [] } = props;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Their values come from Stripe and from whoever signs the tokens, not from a schedule.',
    });
    this.encryptionKey = props.encryptionKey;
    this.stripeSecretKey = this.provide(
      'StripeSecretKey',
      `${prefix}-stripe-secret-key`,
      'Secret or restricted key of the Stripe API: plain text or {"key": "sk_..."}',
      props.stripeSecretKey,
      imported.includes('stripeSecretKey'),
    );
    this.stripeWebhookSecret = this.provide(
      'StripeWebhookSecret',
      `${prefix}-stripe-webhook-secret`,
      'Signing secret of the Stripe webhook: plain text or {"key": "whsec_..."}',
      props.stripeWebhookSecret,
      imported.includes('stripeWebhookSecret'),
    );
    this.jwtAccessTokenSecret = this.provide(
      'JwtAccessTokenSecret',
      `${prefix}-jwt-access-token-secret`,
      'Key that bearer tokens are signed with (HS256): plain text or {"key": "..."}',
      props.jwtAccessTokenSecret,
      imported.includes('jwtAccessTokenSecret'),
    );
  }

  /** Lets `grantee` read all three, current and previous versions. */
  grantRead(grantee: iam.IGrantable): void {
    this.stripeSecretKey.grantRead(grantee);
    this.stripeWebhookSecret.grantRead(grantee);
    this.jwtAccessTokenSecret.grantRead(grantee);
    this.grantDecryption(grantee);
  }

  /** Lets `grantee` decrypt those that are adopted under a key of one's own. */
  grantDecryption(grantee: iam.IGrantable): void {
    grantDecryption(this, grantee, this.encryptionKey, 'secretsmanager');
  }

  private provide(
    id: string,
    secretName: string,
    description: string,
    adopted: secretsmanager.ISecret | undefined,
    isImported: boolean,
  ): secretsmanager.ISecret {
    if (adopted !== undefined) return adopted;
    const secret = new secretsmanager.Secret(this, id, {
      secretName,
      description,
      // Never change this: a new template makes CloudFormation generate the secret anew, over
      // whatever somebody stored.
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'key',
        passwordLength: 48,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (isImported) {
      const resource = secret.node.defaultChild as secretsmanager.CfnSecret;
      resource.addPropertyDeletionOverride('GenerateSecretString');
    }
    return secret as secretsmanager.ISecret;
  }
}
