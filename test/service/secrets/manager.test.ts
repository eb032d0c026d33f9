import { createSecretStore } from '../../../service/secrets/manager';
import { withSilentAws } from '../../support/silent-server';

test('S19: a Secrets Manager that never answers is an error, and keeps nobody waiting', async () => {
  await withSilentAws(async () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:tollgate-dev-x-AbCdEf';
    await expect(createSecretStore().read(arn, 'AWSCURRENT')).rejects.toMatchObject({
      code: 'secrets_unavailable',
    });
  });
});
