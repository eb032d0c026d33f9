import { SignJWT } from 'jose';

/** A bearer token as the host application would issue it: HS256, valid for twelve hours. */
export function issueToken(secret: string, userId: string, scope = ''): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(new TextEncoder().encode(secret));
}
