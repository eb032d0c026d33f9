import {
  createTollgateClient,
  type TollgateClient,
  type TollgateClientOptions,
} from '@tollgate/client';
import { askWhileAway, awaySeconds } from './while-away';

const timeoutSeconds = 60;

/**
 * The client of every command, which sits out a database that is away. A POST may have taken effect
 * all the same: those of the commands do nothing twice, and say so, or leave a page that nobody pays.
 */
export function serviceClient(
  baseUrl: string,
  token: TollgateClientOptions['token'],
): TollgateClient {
  return createTollgateClient({
    baseUrl,
    token,
    timeoutSeconds: timeoutSeconds + awaySeconds,
    fetch: (request) => askWhileAway(() => fetch(request.clone()), isDatabaseAway),
  });
}

async function isDatabaseAway(response: Response): Promise<boolean> {
  return (
    response.status === 503 && (await response.clone().text()).includes('"database_unavailable"')
  );
}
