import { type Overview, TollgateError } from '@tollgate/client';
import { reachService, type ServiceOptions } from '../service/access';
import { serviceFailure } from '../service-failure';

/** How the service stands, as it says itself. @throws OpsFailure where it does not say it */
export async function readOverview(options: ServiceOptions): Promise<Overview> {
  const { client } = await reachService(options);
  try {
    return await client.get('/v1/admin/overview');
  } catch (error) {
    throw error instanceof TollgateError ? serviceFailure(error) : error;
  }
}
