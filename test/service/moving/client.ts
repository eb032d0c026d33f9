import { issueToken } from '../../../ops/service/bearer-token';
import { jwtSecret } from '../../support/running-service';

/** A client of the system of before: its own paths and bodies, and a token of its user. */
export function clientOf({ url }: { readonly url: string }, userId: string, origin?: string) {
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${await issueToken(jwtSecret, userId)}`,
        ...(origin !== undefined && { origin }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // As the document of that system says.
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: object) => call('POST', path, body),
  };
}
