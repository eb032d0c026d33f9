import { SignJWT } from 'jose';

/**
 * A bearer token as the host application would issue it: HS256.
 * @param scope such as `billing:admin`, several separated by spaces
 * @param lifetime such as `15m`
 */
export function issueToken(
  secret: string,
  userId: string,
  scope = '',
  lifetime = '12h',
): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(secret));
}
