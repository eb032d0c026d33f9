import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';

export interface StripeSecretsProps {
  /** What the names begin with: `{project}-{env}`. */
  readonly prefix: string;
  /** Complete ARNs of existing secrets to adopt, and which were imported; the others are created. */
  readonly adopted: Environment['secrets'];
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
  private readonly encryptionKeyArn: string | undefined;

  constructor(scope: Construct, id: string, props: StripeSecretsProps) {
    super(scope, id);
    const { prefix, adopted } = props;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Their values come from Stripe and from whoever signs the tokens, not from a schedule.',
    });
    this.encryptionKeyArn = adopted.encryptionKeyArn;
    this.stripeSecretKey = this.provide(
      'StripeSecretKey',
      `${prefix}-stripe-secret-key`,
      'Secret or restricted key of the Stripe API: plain text or {"key": "sk_..."}',
      adopted.stripeSecretKeyArn,
      adopted.imported.includes('stripeSecretKey'),
    );
    this.stripeWebhookSecret = this.provide(
      'StripeWebhookSecret',
      `${prefix}-stripe-webhook-secret`,
      'Signing secret of the Stripe webhook: plain text or {"key": "whsec_..."}',
      adopted.stripeWebhookSecretArn,
      adopted.imported.includes('stripeWebhookSecret'),
    );
    this.jwtAccessTokenSecret = this.provide(
      'JwtAccessTokenSecret',
      `${prefix}-jwt-access-token-secret`,
      'Key that bearer tokens are signed with (HS256): plain text or {"key": "..."}',
      adopted.jwtAccessTokenSecretArn,
      adopted.imported.includes('jwtAccessTokenSecret'),
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
    grantDecryption(this, grantee, this.encryptionKeyArn);
  }

  private provide(
    id: string,
    secretName: string,
    description: string,
    adoptedArn: string | undefined,
    isImported: boolean,
  ): secretsmanager.ISecret {
    if (adoptedArn !== undefined) {
      return secretsmanager.Secret.fromSecretCompleteArn(this, id, adoptedArn);
    }
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

/**
 * Lets `grantee` decrypt what is encrypted with a KMS key of one's own, by way of Secrets Manager
 * alone. The CDK's grant for such a secret goes to the key's policy, which is not ours to change.
 * @param keyArn does nothing when it is undefined: the secrets are under AWS's own key then
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function grantDecryption(
  scope: IConstruct,
  grantee: iam.IGrantable,
  keyArn: string | undefined,
): void {
  if (keyArn === undefined) return;
  const { region } = Stack.of(scope);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['kms:Decrypt'],
    resourceArns: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
  }).assertSuccess();
}
