import { issueToken } from '../../ops/service/bearer-token';
import { jwtSecret } from './running-service';

/** Talks to a running service as an administrator, or as whom the scope makes. */
export function adminClient(url: string, scope = 'billing:admin', userId = 'an-operator') {
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/v1/admin${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await issueToken(jwtSecret, userId, scope)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // Whatever the route's schema says; tests compare it with what they expect.
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body?: unknown) => call('POST', path, body),
  };
}
