import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { decodeJwt } from 'jose';
import { AwsDouble, doubleRegion, variablesFor } from '../aws/aws-double';
import { testWithMoto } from '../aws/python-tools';
import { createTestDatabase } from '../support/database';
import { runOps } from '../support/ops';
import { killPrograms } from '../support/program';
import { jwtSecret, startTestService } from '../support/running-service';

afterAll(killPrograms);

testWithMoto(
  'S9: an operator gets a token for the admin routes from the secret that the service knows',
  async () => {
    const double = await AwsDouble.start();
    const client = new SecretsManagerClient({
      endpoint: double.endpoint,
      region: doubleRegion,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await client.send(
      new CreateSecretCommand({
        Name: 'shop-prod-jwt',
        SecretString: JSON.stringify({ key: jwtSecret }),
      }),
    );
    const database = await createTestDatabase();
    const service = await startTestService(database.url);
    const token = async (...given: string[]) => {
      const { code, output } = await runOps(['token', ...given], variablesFor(double.endpoint));
      return { code, output: output.trim() };
    };
    const asked = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}` };
      return (await fetch(`${service.url}/v1/admin/trial-balance`, { headers })).status;
    };

    const admin = await token('--secret-id', 'shop-prod-jwt');
    expect(admin.code).toBe(0);
    expect(await asked(admin.output)).toBe(200);
    const reader = await token('--secret-id', 'shop-prod-jwt', '--scope', 'billing:read');
    expect(await asked(reader.output)).toBe(403);

    const of = ['--issuer', 'https://id.shop.test', '--audience', 'billing'];
    const { output: named } = await token('--secret-id', 'shop-prod-jwt', ...of);
    expect(decodeJwt(named)).toMatchObject({ iss: 'https://id.shop.test', aud: 'billing' });

    const missing = await token('--secret-id', 'shop-prod-nothing');
    expect(missing).toEqual({
      code: 1,
      output: expect.stringMatching(
        /shop-prod-nothing could not be read .*check.*: Secrets Manager can't find[\s\S]*→ Check the ARN/,
      ),
    });
    expect(await token()).toEqual({ code: 2, output: expect.stringContaining('→ Name the env') });
    client.destroy();
    await service.stop();
    await database.drop();
    await double.stop();
  },
);
