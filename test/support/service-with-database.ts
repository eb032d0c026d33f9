import { createTestDatabase, type TestDatabase } from './database';
import { startTestService, type TestService } from './running-service';

/** A service with a database of its own, and no Stripe to ask. */
export interface ServiceWithDatabase {
  readonly database: TestDatabase;
  readonly service: TestService;
  close(): Promise<void>;
}

export async function startServiceWithDatabase(
  environment: Record<string, string> = {},
): Promise<ServiceWithDatabase> {
  const database = await createTestDatabase();
  const service = await startTestService(database.url, environment);
  return {
    database,
    service,
    async close() {
      await service.stop();
      await database.drop();
    },
  };
}
