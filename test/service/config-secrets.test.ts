import { ConfigError, readConfig } from '../../service/config';
import { faults, least, read, secretArn } from './reading-configuration';

describe('I4: secrets', () => {
  test.each([
    'tollgate-dev-stripe-secret-key',
    'arn:aws:secretsmanager:eu-central-1:123456789012',
    'arn:aws:secretsmanager:eu-central-1:123456789012:',
    'arn:aws:secretsmanager::123456789012:secret:x',
    'arn:aws:secretsmanager:eu-central-1:1234:secret:x',
    'arn:aws:ssm:eu-central-1:123456789012:parameter/x',
    ':secret:x-AbCdEf',
  ])('an ARN that is partial, or of something else, is refused: %s', (partial) => {
    const [fault, ...more] = faults({ STRIPE_SECRET_KEY_ARN: partial });
    expect(fault).toMatch(
      /^STRIPE_SECRET_KEY_ARN .*expected a complete ARN, arn:aws:secretsmanager:/,
    );
    expect(more).toEqual([]);
  });

  test.each(['arn:aws-us-gov:', 'arn:aws-cn:'])('other partitions are known: %s', (partition) => {
    const arn = secretArn('x').replace('arn:aws:', partition);
    expect(read({ STRIPE_SECRET_KEY_ARN: arn }).stripeSecretKey.arn).toBe(arn);
  });

  test.each([
    ['STRIPE_SECRET_KEY_ARN', 'sk_test_hidden'],
    ['STRIPE_WEBHOOK_SECRET_ARN', 'whsec_hidden'],
    ['JWT_ACCESS_TOKEN_SECRET_ARN', 'hidden'],
    ['DATABASE_SECRET_ARN', '{"password": "hidden"}'],
    ['BILLING_EVENTS_TOPIC_ARN', 'hidden'],
    ['PUBLIC_BASE_URL', 'sk_test_hidden'],
    ['JWT_JWKS_URL', 'hidden'],
    ['STRIPE_API_BASE', 'ftp://user:hidden@127.0.0.1'],
    ['DATABASE_URL', 'mysql://tollgate:hidden@localhost/x'],
    ['STRIPE_SECRET_KEY', '{"hidden": "sk_test_hidden"}'],
    ['JWT_ACCESS_TOKEN_SECRET', '{hidden'],
  ])('a secret that landed in %s is refused there and not shown', (name, value) => {
    const found = faults({ [name]: value });
    expect(found.join('\n')).toContain(name);
    expect(found.join('\n')).not.toContain('hidden');
  });

  test('S21: white space around one is cut off and remarked on, without the secret', () => {
    const config = read({
      STRIPE_SECRET_KEY: ' sk_test_hidden\n',
      STRIPE_WEBHOOK_SECRET: 'whsec_hidden\t',
    });
    expect(config.stripeSecretKey.value).toBe('sk_test_hidden');
    expect(config.remarks).toEqual([
      expect.stringMatching(/^STRIPE_SECRET_KEY was stored with white space/),
      expect.stringMatching(/^STRIPE_WEBHOOK_SECRET was stored with white space/),
    ]);
    expect(config.remarks.join()).not.toContain('hidden');
  });

  test.each(['STRIPE_WEBHOOK_SECRET', 'JWT_ACCESS_TOKEN_SECRET'])(
    '%s may be left to its ARN, but not to nobody',
    (name) => {
      expect(faults({ [name]: '', [`${name}_ARN`]: secretArn('x') })).toEqual([]);
      expect(faults({ [name]: '' })).toEqual([expect.stringContaining(`none of ${name}`)]);
      expect(faults({ [name]: '{"key": ""}' })).toEqual([expect.stringContaining(name)]);
    },
  );

  test('no shared secret is needed where a key set is named', () => {
    const JWT_JWKS_URL = 'https://idp.example.com/jwks';
    expect(faults({ JWT_ACCESS_TOKEN_SECRET: undefined, JWT_JWKS_URL })).toEqual([]);
  });

  test('the error of all faults shows no secret by its message either', () => {
    const error = new ConfigError(['a', 'b']);
    expect(error.message).toBe('the configuration has 2 faults');
    expect(new ConfigError(['a']).message).toBe('the configuration has 1 fault');
  });
});

test('S21: what was stored in the wrong place is remarked on, without the secret', () => {
  const { remarks } = readConfig({
    ...least,
    STRIPE_SECRET_KEY: 'pk_test_hidden',
    STRIPE_WEBHOOK_SECRET: 'hidden-placeholder',
  });
  expect(remarks).toEqual([
    expect.stringMatching(/^STRIPE_SECRET_KEY begins with neither sk_ nor rk_/),
    expect.stringMatching(/^STRIPE_WEBHOOK_SECRET does not begin with whsec_/),
  ]);
  expect(remarks.join()).not.toContain('hidden');
});
