import { SignJWT } from 'jose';

interface TokenOptions {
  /** Such as `15m`. */
  readonly lifetime?: string;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** The claim that names the user where the service looks for another than `sub`. */
  readonly userClaim?: string | undefined;
}

/**
 * A bearer token as the host application would issue it: HS256.
 * @param scope such as `billing:admin`, several separated by spaces
 */
export function issueToken(
  secret: string,
  userId: string,
  scope = '',
  { lifetime = '12h', issuer, audience, userClaim = 'sub' }: TokenOptions = {},
): Promise<string> {
  const token = new SignJWT({ [userClaim]: userId, scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(lifetime);
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}
